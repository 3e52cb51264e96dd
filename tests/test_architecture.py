"""The structure holds, and each check that says so is proven by breaking it once in a copy of the tree."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.structure import CHECKS, borders, conduct, shapes
from tests.structure.sources import FOLDERS

ROOT = Path(__file__).parent.parent
Check = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is shipped, to break."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("static", "templates", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    for file in (*ROOT.glob("*.py"), ROOT / "pyproject.toml"):
        shutil.copy(file, copy)
    return copy


@contextmanager
def broken(tree: Path, file: str, code: str, instead_of: str = "") -> Generator[None]:
    """While this is open, `code` stands at the end of the file or instead of some words in it."""
    place = tree / file
    before = place.read_text("utf-8") if place.exists() else None
    assert instead_of in (before or ""), f"{file} has no {instead_of}"
    after = (before or "").replace(instead_of, code, 1) if instead_of else f"{before or ''}\n{code}\n"
    place.parent.mkdir(exist_ok=True)
    place.write_text(after, "utf-8")
    try:
        yield
    finally:
        if before is None:
            place.unlink()
        else:
            place.write_text(before, "utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_holds(check: Check) -> None:
    assert check(ROOT) == []


@dataclass(frozen=True, slots=True)
class Fault:
    """Code that breaks a check when it stands in the file."""

    check: Check
    file: str
    code: str
    instead_of: str = ""


SURFACE = "handlers/votes/balloting.py"
FAULTS = (
    Fault(shapes.files_are_short, "bot/menu.py", "\n" * 300),
    Fault(shapes.functions_are_short, "bot/menu.py", "def long():\n" + "    print()\n" * 40),
    Fault(shapes.every_module_says_what_it_is_for, "bot/nameless.py", "x = 1"),
    Fault(shapes.imports_stand_at_the_top, "bot/menu.py", "def late():\n    import json"),
    Fault(shapes.no_dumping_grounds, "handlers/votes/helpers.py", '"""Helps."""'),
    Fault(shapes.no_dumping_grounds, "bot/utils/strings.py", '"""Helps."""'),
    Fault(borders.imports_point_down, "clock.py", "import handlers.votes.rules"),
    Fault(borders.imports_point_down, "scheduling.py", "from loading import load_folder"),
    Fault(borders.imports_point_down, "newcomer.py", '"""Nobody gave it a level."""'),
    Fault(borders.only_the_command_line_imports_main, "demonstration.py", "from main import jobs"),
    Fault(borders.wechatpy_is_only_an_oracle, "bot/envelope.py", "from wechatpy.crypto import WeChatCrypto"),
    Fault(borders.the_simulator_stands_alone, "simulator/push.py", "from settings import get_settings"),
    Fault(borders.rules_are_pure, "handlers/votes/rules.py", "from handlers.votes import texts"),
    Fault(borders.rules_are_pure, "handlers/votes/rules.py", "HALF = 0.5"),
    Fault(borders.rules_are_pure, "handlers/votes/rules.py", "def share(part, whole):\n    return part / whole"),
    Fault(borders.rules_are_pure, "handlers/votes/rules.py", "opened_at = datetime.now()"),
    Fault(borders.openids_stay_behind_the_door, "handlers/votes/queries.py", "def of(openid): ..."),
    Fault(borders.openids_stay_behind_the_door, SURFACE, "sender = turn.visitor.openid"),
    Fault(conduct.only_actions_write, SURFACE, "async def keep(poll):\n    await poll.save()"),
    Fault(conduct.only_actions_write, SURFACE, "async def drop(poll):\n    await poll.delete()"),
    Fault(conduct.only_actions_write, "handlers/votes/jobs.py", "Poll.filter(id=1).update(state='open')"),
    Fault(conduct.only_actions_write, "admin/pages/votes.py", "Poll.create(title='x')"),
    Fault(conduct.only_actions_write, "handlers/votes/queries.py", "_OPEN = \"UPDATE poll SET state = 'open'\""),
    Fault(conduct.only_actions_write, "health.py", '_FORGET = """\nWITH x AS (SELECT 1) DELETE FROM message"""'),
    Fault(conduct.steps_are_declared, SURFACE, "async def step(turn: Turn) -> Reply: ..."),
    Fault(
        conduct.steps_are_declared, SURFACE, "async def choose(self", "@asks(secret=True)\n    async def choose(self"
    ),
    Fault(conduct.steps_that_are_asked_for_exist, SURFACE, 'turn.ask("confirmed"', 'turn.ask("confirm"'),
    Fault(conduct.every_job_is_scheduled, "handlers/votes/jobs.py", "async def remind_due(now): ..."),
    Fault(conduct.every_job_is_scheduled, "timetable.py", "vote_jobs.open_due", "vote_jobs.close_due"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.check.__name__}-{fault.file}")
def test_a_fault_is_seen(tree: Path, fault: Fault) -> None:
    before = fault.check(tree)
    with broken(tree, fault.file, fault.code, fault.instead_of):
        found = [complaint for complaint in fault.check(tree) if complaint not in before]
    assert found, "nothing was seen"
    where = "handlers/votes/jobs.py" if fault.check is conduct.every_job_is_scheduled else fault.file
    assert all(complaint.startswith(where) for complaint in found)


def test_many_long_functions_are_seen(tree: Path) -> None:
    function = "def middling{}():\n" + "    print()\n" * 10
    with broken(tree, "bot/menu.py", "\n".join(function.format(number) for number in range(3000))):
        [complaint] = shapes.most_functions_are_tiny(tree)
    assert complaint.startswith("the median function has 11")


@dataclass(frozen=True, slots=True)
class Breach:
    """An import, or a new file, that breaks a contract of import-linter; `says` stands in its report."""

    contract: str
    file: str
    code: str
    says: str


DOWN = "Imports point down only"
INSIDE = "Inside a capability"
LAW = "The law is pure"
BREACHES = (
    Breach(DOWN, "models/votes.py", "import handlers.votes.rules", "models.votes -> handlers.votes.rules"),
    Breach(DOWN, "handlers/votes/texts.py", "import admin.layout", "handlers.votes.texts -> admin.layout"),
    Breach("Nothing imports in circles", "bot/phrases.py", "import bot.webhook", "No cycles are allowed in bot"),
    Breach("Nobody imports the composition root", "admin/layout.py", "import main", "admin.layout -> main"),
    Breach(INSIDE, "handlers/votes/actions/cast.py", "import handlers.votes.chat", "handlers.votes.actions.cast ->"),
    Breach(INSIDE, "handlers/votes/queries.py", "import handlers.votes.actions.cast", "handlers.votes.queries ->"),
    Breach(INSIDE, "handlers/votes/rules.py", "import handlers.votes.texts", "handlers.votes.rules ->"),
    Breach(INSIDE, "handlers/votes/tools.py", '"""An undeclared name."""', "handlers.votes.tools"),
    Breach("Between capabilities", "handlers/residency/texts.py", "import handlers.votes.rules", "handlers.residency"),
    Breach("Between capabilities", "handlers/market/__init__.py", '"""Undeclared."""', "handlers.market"),
    Breach(LAW, "handlers/votes/rules.py", "from tortoise import Tortoise", "handlers.votes.rules -> tortoise"),
    Breach(LAW, "handlers/residency/rules.py", "import models.votes", "handlers.residency.rules -> models.votes"),
    Breach(LAW, "models/states.py", "import random", "models.states -> random"),
    Breach("The bot knows WeChat", "bot/router.py", "import models.states", "bot.router -> models.states"),
    Breach("The bot knows WeChat", "bot/menu.py", "import settings", "bot.menu -> settings"),
    Breach(
        "Only the bot knows",
        "handlers/votes/balloting.py",
        "import bot.client",
        "handlers.votes.balloting -> bot.client",
    ),
    Breach("The pages know", "admin/pages/votes.py", "import handlers.votes.chat", "-> handlers.votes.chat"),
    Breach("What the surfaces share", "web/forms.py", "import models.staff", "web.forms -> models.staff"),
    Breach("Inside the panel", "admin/layout.py", "import admin.access", "admin.layout -> admin.access"),
    Breach("The simulator imports nothing", "simulator/push.py", "import settings", "simulator.push -> settings"),
)


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold(tree: Path) -> None:
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.contract}-{breach.file}")
def test_a_breach_of_the_import_contracts_is_seen(tree: Path, breach: Breach) -> None:
    with broken(tree, breach.file, breach.code):
        done = lint_imports(tree)
    assert done.returncode == 1
    report = done.stdout.split("Broken contracts")[1]
    assert breach.contract in report
    assert breach.says in report


PENDING = """
import asyncio
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from models.database import tortoise_config

async def pending():
    config = tortoise_config("postgres://nobody@/nowhere")
    context = await Tortoise.init(config=config, init_connections=False)
    for writer in await MigrationAutodetector(context.apps, config["apps"]).changes():
        for operation in writer.operations:
            print(type(operation).__name__, operation.name)

asyncio.run(pending())
"""
"""Names what the tables in `models` have that no migration makes; no database is asked."""


def pending_migrations(tree: Path) -> list[str]:
    command = [sys.executable, "-W", "error", "-c", PENDING]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout.splitlines()


def test_no_migration_is_pending(tree: Path) -> None:
    assert pending_migrations(tree) == []


def test_a_pending_migration_is_seen(tree: Path) -> None:
    column = 'scope = fields.CharField(max_length=60, default="")'
    with broken(tree, "models/votes.py", f"{column}\n    weight: int = fields.SmallIntField(default=1)", column):
        assert pending_migrations(tree) == ["AddField weight"]
