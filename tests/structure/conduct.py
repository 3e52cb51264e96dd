"""Who writes tables, which steps of chat say that they do, and that the clock knows every job."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure.sources import Function, Source, parsed, product

WRITERS = re.compile(
    r"(handlers/\w+|campaigns)/actions(\.py|/\w+\.py)|handlers/conversations/inbox\.py|scheduling\.py|migrations/\w+\.py"
    # They write into a database that they make and throw away.
    r"|benches/\w+\.py"
)
WRITING_METHODS = frozenset(
    {"save", "create", "bulk_create", "bulk_update", "delete", "update_or_create", "get_or_create"}
)
NO_TABLES = re.compile("redis|picture|document")
"""Whose methods of such names write no table."""
WRITING_SQL = re.compile(
    r"\s*(WITH\b.*\b)?(INSERT INTO|UPDATE \w+ (\w+ )?SET|DELETE FROM|TRUNCATE|(CREATE|ALTER|DROP) (TABLE|INDEX))\b",
    re.DOTALL,
)


def only_actions_write(root: Path) -> list[str]:
    """Statically, what the database client of tests refuses at run time (tests/writers.py)."""
    surfaces = [source for source in product(root) if not WRITERS.fullmatch(source.path)]
    return [
        f"{source.path}:{line} {what}"
        for source in surfaces
        if source.folder not in {"bot", "simulator", "benches"}  # benches have databases of their own
        for line, what in [*_writing_calls(source), *_writing_sql(source)]
    ]


def _writing_calls(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            chained = node.func.attr == "update" and isinstance(node.func.value, ast.Call)
            if (node.func.attr in WRITING_METHODS or chained) and not NO_TABLES.search(ast.unparse(node.func.value)):
                yield node.lineno, f"calls .{node.func.attr}()"


def _writing_sql(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.match(node.value):
            yield node.lineno, f"writes by SQL: {node.value.strip()[:30]}"


def steps_are_declared(root: Path) -> list[str]:
    """Whatever takes a turn in chat says whether it `@asks` or `@commits`; private functions are called by those."""
    return [
        f"{source.path}:{function.lineno} {function.name} is declared neither @asks nor @commits"
        for source in product(root)
        if source.folder == "handlers"
        for function in source.functions()
        if not function.name.startswith("_") and _takes_a_turn(function) and not _declared(function)
    ]


def _takes_a_turn(function: Function) -> bool:
    return isinstance(function, ast.AsyncFunctionDef) and any(
        isinstance(argument.annotation, ast.Name) and argument.annotation.id == "Turn"
        for argument in function.args.args
    )


def _declared(function: Function) -> bool:
    calls = [decorator.func for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id in {"asks", "commits"} for call in calls)


def steps_that_are_asked_for_exist(root: Path) -> list[str]:
    """`turn.ask("choose", …)` names a step of a dialogue in the same file."""
    return [
        f"{source.path}:{line} asks for {step}, which is no step here"
        for source in product(root)
        for step, line in _asked_for(source)
        if step not in {function.name for function in source.functions() if _declared(function)}
    ]


def _asked_for(source: Source) -> Iterator[tuple[str, int]]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="ask"), args=[ast.Constant(value=str() as step), *_], lineno=line):
                yield step, line
            case _:
                pass


def every_job_is_scheduled(root: Path) -> list[str]:
    jobs = {
        f"{source.path}: {function.name}"
        for source in product(root)
        if re.fullmatch(r"handlers/\w+/jobs\.py", source.path)
        for function in source.tree.body
        if isinstance(function, ast.AsyncFunctionDef) and not function.name.startswith("_")
    }
    return sorted(f"{job} is not in timetable.py" for job in jobs - _scheduled(root))


def _scheduled(root: Path) -> set[str]:
    """The functions of jobs.py files that timetable.py names, written as above."""
    tree = parsed((root / "timetable.py").read_text("utf-8"))
    modules = {
        alias.asname: alias.name.replace(".", "/") + ".py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname
    }
    tables = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        f"{modules.get(node.value.id)}: {node.attr}"
        for table in tables
        for node in ast.walk(table)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
