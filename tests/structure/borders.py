"""Who may import whom where import-linter can't look: the modules at the root, the law, the oracle."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure.sources import Source, product

LEVELS = (
    {"cli"},
    {"account_commands", "audit_commands", "bench_commands", "vote_commands"},
    {"terminal"},
    {"doctor", "demonstration"},
    {"main"},
    {"timetable", "upkeep"},
    {"tagging"},
    {"loading", "backups", "health", "scheduling", "accounts", "benches"},
    {"channels", "sms", "ringing"},
    {"admin", "miniprogram", "simulator"},
    {"handlers", "web"},
    {"bot", "campaigns"},
    {"migrations"},
    {"models"},
    {"understanding", "opinion", "announcements", "engines", "logs", "batches", "held", "settings"},
    {"clock"},
    {"errors"},
)
"""Who stands above whom; a module imports what is further down only. Folders are split further in pyproject.toml."""
PURE_FILES = re.compile(
    r"handlers/\w+/(rules|codes|people|numerals|addresses|matching|emergencies|signs|identifiers|phases)\.py|models/(states|desk|reach|deliberation)\.py|campaigns/delivery\.py"
)
PURE_IMPORTS = re.compile(
    r"errors|models\.(states|desk|reach|deliberation)|handlers\.\w+\.(rules|codes|people|numerals|addresses|matching|emergencies|signs|identifiers|phases)"
    r"|calendar|collections\.abc|dataclasses|datetime|enum|fractions|functools|re|typing|unicodedata"
)
KNOWS_OPENIDS = re.compile(
    r"bot/.*|simulator/.*|campaigns/.*|(accounts|channels|upkeep|tagging)\.py|benches/(webhook|stances)\.py|migrations/.*|models/residency\.py|handlers/residency/visitors\.py"
    # Those that bind an account to a person, or make accounts for a demonstration.
    r"|handlers/residency/actions/(accounts|consents|demonstrate|erase|unbind)\.py"
)


def imports_point_down(root: Path) -> list[str]:
    """Also for the modules at the root, which import-linter does not see."""
    level = {name: number for number, names in enumerate(LEVELS) for name in names}
    sources = product(root)
    unknown = [f"{source.path}: {source.folder} has no level" for source in sources if source.folder not in level]
    upward = [
        f"{source.path}:{line} imports {module}"
        for source in sources
        for module, line in source.imports()
        for target in [module.split(".")[0]]
        if target in level and target != source.folder and level[target] <= level.get(source.folder, -1)
    ]
    return unknown + upward


def only_the_command_line_imports_main(root: Path) -> list[str]:
    return _importers(root, "main", r"(cli|account_commands|terminal|doctor)\.py")


def wechatpy_is_only_an_oracle(root: Path) -> list[str]:
    return _importers(root, "wechatpy", r"benches/echo\.py")


def _importers(root: Path, target: str, allowed: str) -> list[str]:
    return [
        f"{source.path}:{line} imports {target}"
        for source in product(root)
        for module, line in source.imports()
        if module.split(".")[0] == target and not re.fullmatch(allowed, source.path)
    ]


def the_simulator_stands_alone(root: Path) -> list[str]:
    ours = {source.folder for source in product(root)} - {"simulator"}
    return [
        f"{source.path}:{line} imports {module}"
        for source in product(root)
        for module, line in source.imports()
        if source.folder == "simulator" and module.split(".")[0] in ours
    ]


def rules_are_pure(root: Path) -> list[str]:
    """Only what is named may be imported; no floats; no clock that ticks by itself."""
    return [
        f"{source.path}:{line} {what}"
        for source in product(root)
        if PURE_FILES.fullmatch(source.path)
        for line, what in [*_impure_imports(source), *_floats_and_clocks(source)]
    ]


def _impure_imports(source: Source) -> Iterator[tuple[int, str]]:
    return ((line, f"imports {name}") for name, line in source.imports() if not PURE_IMPORTS.fullmatch(name))


def _floats_and_clocks(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=float()) | ast.Name(id="float") | ast.BinOp(op=ast.Div()):
                yield node.lineno, "reckons in floats"
            case ast.Call(func=ast.Attribute(attr="now" | "utcnow" | "today" | "time")):
                yield node.lineno, "asks a clock"
            case _:
                pass


def openids_stay_behind_the_door(root: Path) -> list[str]:
    return sorted(
        {
            f"{source.path}: names {name}"
            for source in product(root)
            if not KNOWS_OPENIDS.fullmatch(source.path)
            for node in ast.walk(source.tree)
            for name in _identifiers(node)
            if "openid" in name.lower()
        }
    )


def _identifiers(node: ast.AST) -> Iterator[str]:
    """Names that are given or used; SQL and words in texts are none."""
    for field in ("id", "attr", "arg", "name"):
        if isinstance(name := getattr(node, field, None), str):
            yield name
