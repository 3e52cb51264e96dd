"""How long files and functions are, what they are called, and that each module says what it is for."""

import ast
from pathlib import Path
from statistics import median

from tests.structure.sources import Function, imports, product, tests

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10
GENERATED = "migrations/0001_initial.py"
DUMPING_GROUNDS = frozenset(
    {"services", "service", "utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "core"}
    | {"base", "shared", "lib", "tools"}
)


def files_are_short(root: Path) -> list[str]:
    lengths = {source.path: len(source.text.splitlines()) for source in [*product(root), *tests(root)]}
    return [f"{path}: {count} lines" for path, count in lengths.items() if count > LONGEST_FILE and path != GENERATED]


def functions_are_short(root: Path) -> list[str]:
    return [
        f"{source.path}:{function.lineno} {function.name}: {_lines(function)} lines"
        for source in product(root)
        for function in source.functions()
        if _lines(function) > LONGEST_FUNCTION
    ]


def most_functions_are_tiny(root: Path) -> list[str]:
    middle = median(_lines(function) for source in product(root) for function in source.functions())
    return [f"the median function has {middle} lines"] if middle >= MEDIAN_FUNCTION else []


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def every_module_says_what_it_is_for(root: Path) -> list[str]:
    return [
        f"{source.path}: no docstring"
        for source in product(root)
        if not ast.get_docstring(source.tree) and source.path != GENERATED
    ]


def imports_stand_at_the_top(root: Path) -> list[str]:
    return [
        f"{source.path}:{line} imports {module} inside {function.name}"
        for source in product(root)
        for function in source.functions()
        for module, line in imports(function)
    ]


def no_dumping_grounds(root: Path) -> list[str]:
    parts = {(source.path, part) for source in product(root) for part in source.path.removesuffix(".py").split("/")}
    return sorted(f"{path}: {part} is no noun of the field" for path, part in parts if part in DUMPING_GROUNDS)
