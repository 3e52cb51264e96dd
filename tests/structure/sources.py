"""The Python files of a tree, read and parsed once."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDERS = (
    "bot",
    "models",
    "campaigns",
    "handlers",
    "web",
    "admin",
    "miniprogram",
    "simulator",
    "benches",
    "understanding",
    "opinion",
    "migrations",
)
_FOLDER = re.compile(r"models|handlers(\.\w+)?")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file of ours, by its path from the root."""

    path: str
    text: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """`handlers` for all that lies in it, the module's own name for one at the root."""
        return self.path.split("/")[0].removesuffix(".py")

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> Iterator[tuple[str, int]]:
        return imports(self.tree)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(module, line) of every import; `from handlers.votes import rules` imports handlers.votes.rules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in (names if _FOLDER.fullmatch(node.module) else [node.module]))
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)


def product(root: Path) -> list[Source]:
    """Every Python file that is shipped."""
    return _read(root, [*root.glob("*.py"), *(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))])


def tests(root: Path) -> list[Source]:
    return _read(root, [*(root / "tests").rglob("*.py")])


def _read(root: Path, paths: list[Path]) -> list[Source]:
    texts = [(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in sorted(paths)]
    return [Source(path, text, parsed(text)) for path, text in texts]


@lru_cache(maxsize=1024)
def parsed(text: str) -> ast.Module:
    return ast.parse(text)
