"""What the documents say is so: settings, commands, files, links, labels and jobs are compared with the code."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from prometheus_client import REGISTRY
from tortoise import Tortoise

import cli
import main
import timetable
from handlers.staff.rules import PERMISSIONS
from handlers.votes.rules import MOVES
from models.conversations import Message
from models.residency import Binding
from models.states import StaffRole
from settings import Settings
from tests.phone import Phone
from tests.structure.sources import FOLDERS, product
from upkeep import Upkeep

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (DOCS / "operations.md").read_text("utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text("utf-8")
HANDBOOK = (DOCS / "zh" / "工作人员手册.md").read_text("utf-8")
FIRST_HOUR = (DOCS / "zh" / "管理员第一小时.md").read_text("utf-8")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
MAP = README.split("## The map")[1].split("## ")[0]


def table(text: str, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    lines = text.split(f"| {first_heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_setting_is_explained_with_its_default_and_no_other_is() -> None:
    told = {cells[0].strip("`"): (cells[1], cells[2]) for cells in table(OPERATIONS, "setting")}
    assert set(told) == {f"LINLI_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default, meaning = told[f"LINLI_{name.upper()}"]
        unset = field.default in ("", (), None)
        assert default == ("unset" if unset else f"`{field.default}`"), name
        assert len(meaning) > 15, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bLINLI_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
    assert named <= {f"LINLI_{name.upper()}" for name in Settings.model_fields}


def commands() -> dict[str, typer.models.CommandInfo]:
    """Every command by its words: `staff add`."""
    groups = [("", cli.app), *((f"{group.name} ", group.typer_instance) for group in cli.app.registered_groups)]
    return {
        prefix + (command.name or command.callback.__name__): command
        for prefix, group in groups
        if group
        for command in group.registered_commands
        if command.callback
    }


def test_every_command_is_explained_and_no_other_is() -> None:
    told = {
        words
        for cells in table(OPERATIONS, "command")
        for words in re.findall(r"`linli ([a-z]+(?: add| push| rotate| verify)?)", cells[0])
    }
    assert told == set(commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_are_named_exist(page: Path) -> None:
    text = re.sub(r"--mount|--format", "", page.read_text("utf-8"))
    for word in re.findall(r"(?:bin/|`)linli ([a-z]+)", text):
        assert word in {words.split()[0] for words in commands()}, word
    sources = "".join(
        (ROOT / file).read_text("utf-8") for file in ("cli.py", "account_commands.py", "bench_commands.py")
    )
    for line in re.findall(r"linli [a-z].*", text):
        for option in re.findall(r"(--[a-z-]+)", line.split("`")[0]):
            assert option in sources or f"{option.removeprefix('--').replace('-', '_')}: Annotated" in sources, line


def test_every_module_and_folder_at_the_root_stands_in_the_map() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/*.py")} | {"demo", "docs", "scripts"}
    entries = set(re.findall(r"[\w-]+(?:\.py|/)", MAP))
    assert {f"{folder}/" for folder in folders if not folder.startswith(".")} <= entries
    assert {path.name for path in ROOT.glob("*.py")} <= entries
    assert set(FOLDERS) <= folders


def test_every_file_of_the_door_and_every_capability_stands_in_the_map() -> None:
    entries = set(re.findall(r"[\w-]+(?:\.py|/)", MAP))
    assert {path.name for path in (ROOT / "bot").glob("*.py")} - {"__init__.py"} <= entries
    capabilities = {path.parent.name for path in (ROOT / "handlers").glob("*/__init__.py")}
    assert {f"{name}/" for name in capabilities} <= entries


def test_what_stands_in_the_map_exists() -> None:
    for line in MAP.splitlines():
        for name in re.findall(r"^\s*((?:[\w-]+\.py *)+|[\w-]+/)", line):
            for file in name.split():
                assert list(ROOT.glob(file)) or list(ROOT.glob(f"*/{file}")), file


def test_the_readme_stays_under_two_hundred_lines() -> None:
    assert len(README.splitlines()) < 200


GLOSSARY = README.split("## Glossary")[1]


def test_every_term_of_the_glossary_is_a_name_in_the_code() -> None:
    names = {
        node.name
        for source in product(ROOT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert set(re.findall(r"`(\w+)`", GLOSSARY)) <= names


@pytest.mark.usefixtures("database")
async def test_every_table_has_its_term_in_the_glossary() -> None:
    assert Message._meta.db_table
    tables = set((Tortoise.apps or {})["models"])
    assert tables <= set(re.findall(r"`(\w+)`", GLOSSARY))


def anchors(page: Path) -> set[str]:
    """Headings as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|sh|toml))`", page.read_text("utf-8")):
        made = re.match(r"\.venv/|data/|DATA_DIR/|src/|services/|repositories/", name)
        in_a_capability = name in {"chat.py", "texts.py", "rules.py", "actions.py", "queries.py", "jobs.py"}
        assert made or in_a_capability or "market" in name or (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text("utf-8"), re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets


def test_checks_that_are_named_exist() -> None:
    functions = {
        node.name
        for file in (ROOT / "tests" / "structure").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    for page in [README, *(path.read_text("utf-8") for path in DECISIONS)]:
        named = set(re.findall(r"`([a-z]+(?:_[a-z]+){2,})`", page))
        assert named <= functions


def test_the_number_of_contracts_is_right() -> None:
    contracts = (ROOT / "pyproject.toml").read_text().count("[[tool.importlinter.contracts]]")
    assert f"{contracts} import contracts" in README


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts_on_one_page(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        *("Context", "Decision", "Consequences", "Alternatives", "Enforced by")
    ]
    assert text.startswith(f"# {int(decision.stem[:4])}. ")
    assert len(text.splitlines()) <= 50
    assert "`" in text.split("## Enforced by")[1]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(decision.stem[:4]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_metric_that_is_named_exists_and_every_one_of_ours_is_named() -> None:
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("linli_")}
    named = {name.removesuffix("_total") for name in re.findall(r"`(linli_\w+)`", OPERATIONS)}
    assert named == ours


def test_every_job_is_told_with_its_interval() -> None:
    seconds = {"s": 1, "min": 60, "h": 3600}
    told = {
        cells[0].strip("`"): int(cells[1].split()[0]) * seconds[cells[1].split()[1]]
        for cells in table(ARCHITECTURE, "job")
    }
    platform = timetable.Platform(timetable.sender(None), timetable.fetcher(None), timetable.checker(None))
    clockwork = timetable.jobs(platform, main.Driver({}, {}), None, {})
    jobs = [*clockwork, *Upkeep(None, None, None).jobs()]
    assert told == {job.name: job.seconds for job in jobs}


def test_the_life_of_a_vote_is_drawn_as_it_is() -> None:
    drawn = set(re.findall(r"^ +(\w+) --> (\w+): (\w+)", ARCHITECTURE, re.MULTILINE))
    assert drawn == {(before.value, after.value, event.value) for (before, event), after in MOVES.items()}


@pytest.mark.parametrize("book", [HANDBOOK, FIRST_HOUR], ids=("handbook", "first hour"))
def test_the_labels_of_the_handbook_are_those_of_the_panel(book: str) -> None:
    files = [*(ROOT / "admin").rglob("*.html"), *(ROOT / "admin").rglob("*.py"), ROOT / "models" / "states.py"]
    shown = "\n".join(file.read_text("utf-8") for file in files if "vendor" not in file.parts)
    labels = set(re.findall("【([^】]+)】", book)) - {""}
    assert len(labels) > 35
    assert {
        label for label in labels if not re.search(rf"[>\"「/ 】\n]{re.escape(label)}[<\"」 \n|/（]", shown)
    } == set()


def test_every_field_of_a_new_vote_is_explained_in_the_handbook() -> None:
    form = (ROOT / "admin" / "templates" / "votes" / "new.html").read_text("utf-8")
    labels = re.findall(r'call field\("\w+", "([^"]+)"', form)
    assert len(labels) == 21
    assert set(labels) <= {cells[0].strip("【】") for cells in table(HANDBOOK, "项目")}


def test_every_field_of_a_new_notice_is_explained_in_the_handbook() -> None:
    form = (ROOT / "admin" / "templates" / "notices" / "new.html").read_text("utf-8")
    labels = re.findall(r'call field\("\w+", "([^"]+)"', form)
    assert len(labels) == 19
    explained = {cells[0].strip("【】") for cells in table(HANDBOOK.split("## 十八、通知")[1], "项目")}
    assert {*labels, "人群", "送达方式", "要回执"} == explained


def test_every_role_is_explained_in_the_handbook_and_named_in_operations() -> None:
    assert {cells[0].strip("【】") for cells in table(HANDBOOK, "角色")} == {role.label for role in PERMISSIONS}
    assert f"`{' '.join(StaffRole)}`" in OPERATIONS


async def test_the_transcript_in_the_documents_runs(database: str, phone: Callable[[str], Phone]) -> None:
    text = (DOCS / "development.md").read_text("utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    namespace: dict[str, object] = {}
    exec(compile(code, ROOT / "tests" / "transcript_of_the_documents.py", "exec"), namespace)
    await namespace["test_a_tenant_registers_with_the_letter"](database, phone)  # type: ignore[operator]
    assert await Binding.all().count() == 1
