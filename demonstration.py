"""A demonstration ready to walk through: a folder loaded, staff who can sign in, residents who have registered."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import product
from pathlib import Path

from campaigns.actions.templates import map_template
from clock import BEIJING, clock
from errors import ConfigurationError, Invalid
from handlers.residency.actions.demonstrate import (
    Neighbour,
    bind_first_adults,
    give_first_grid,
    unbound_neighbours,
)
from handlers.residency.actions.letters import issue_codes
from handlers.residency.ledgers.records import OrganisationRecord, Tree
from handlers.residency.people import dwelling_code
from handlers.residency.queries.coverage import coverage
from handlers.residency.rules import FULL_AGE
from handlers.staff import queries as staff
from handlers.staff.actions.logins import add_staff
from handlers.votes.rules import born_on_or_before
from loading import load_folder, read_folder
from models.reach import Purpose, TemplateKind
from models.states import Level, PollKind, PollState, StaffRole
from models.votes import Poll
from settings import Settings

FOLDER = Path(__file__).parent / "demo"
PASSWORD = "linli-demo-2026"
NEIGHBOURS = 3
NOTICE_KEYS = {"thing1": "title", "thing2": "class", "thing3": "owner"}
POLL_KEYS = {"thing1": "title", "thing2": "place", "time3": "ends"}
ROLES = {
    Level.CITY: (),
    Level.DISTRICT: (StaffRole.ADMIN, StaffRole.AUDITOR),
    Level.SUBDISTRICT: (),
    Level.COMMUNITY: (
        StaffRole.EDITOR,
        StaffRole.REVIEWER,
        StaffRole.APPROVER,
        StaffRole.WORKER,
        StaffRole.GRID_WORKER,
    ),
}
"""Who has something to do on the panel as it stands, at each level."""


async def load_demonstration(folder: Path, settings: Settings, now: datetime, report: Callable[[str], None]) -> None:
    """Load a folder with org.yaml, add staff and residents, and write DATA_DIR/demo.json; again changes nothing.

    Raises:
        ConfigurationError: in production, where nobody may sign in with a password that is printed here.
        Invalid, Conflict: the folder can't be loaded.
    """
    if settings.production:
        raise ConfigurationError("生产环境不能装载演示数据。")
    ledgers = await asyncio.to_thread(read_folder, folder)
    if ledgers.tree is None:
        raise Invalid("演示需要 org.yaml。")
    await load_folder(folder, now, report)
    district = ledgers.tree.district
    adult_birthday = born_on_or_before(now.astimezone(BEIJING).date(), FULL_AGE)
    linked = [dwelling_code(district, dwelling.code) for dwelling in ledgers.dwellings or () if dwelling.linked]
    await bind_first_adults(linked, settings.wechat_app_id, adult_birthday, now)
    logins = [await _login(organisation, role) for organisation, role in _staff(ledgers.tree)]
    for login in logins:
        if login["role"] == StaffRole.GRID_WORKER:
            await give_first_grid(login["login"], login["org"], clock.today())
    await _map_templates(settings.wechat_app_id)
    residents = await _residents(district, adult_birthday, now)
    _write(settings.data_dir, {"panel": f"{settings.base_url}/admin/", "logins": logins, "residents": residents})
    bound, dwellings = await coverage(district)
    report(f"演示居民：{dwellings} 户中已登记 {bound} 户")
    report(f"演示账号 {len(logins)} 个、可试登记的住户 {len(residents)} 户：见 {settings.data_dir / 'demo.json'}")


async def _map_templates(app_id: str) -> None:
    """Use the templates of the phone simulator, which are filled with a title, two words and a time."""
    for purpose, kind in product(Purpose, TemplateKind):
        keys = NOTICE_KEYS if purpose is Purpose.NOTICE else POLL_KEYS
        await map_template(app_id, purpose, kind, f"SIM-{kind.name}-{purpose.name}", keys)


def _staff(tree: Tree) -> Iterator[tuple[OrganisationRecord, StaffRole]]:
    for organisation in tree.organisations:
        for role in ROLES[organisation.level]:
            yield organisation, role


async def _login(organisation: OrganisationRecord, role: StaffRole) -> dict[str, str]:
    """A login such as `editor-990103001001`; one that is there already keeps its password."""
    login, name = f"{role}-{organisation.code}", f"{organisation.name}{role.label}"
    known = await staff.viewer(login)
    if known is None or (known.role, known.code) != (role, organisation.code):
        await add_staff(login, PASSWORD, role, organisation.code, name[-40:])
    return {"login": login, "password": PASSWORD, "role": role, "org": organisation.code, "name": name}


async def _residents(district: str, adult_birthday: date, now: datetime) -> list[dict[str, str]]:
    """People who could register now, with their door codes: where a household vote is open, if there is one."""
    neighbours: list[Neighbour] = []
    async for poll in Poll.filter(kind=PollKind.HOUSEHOLD, state=PollState.OPEN, closes_at__gt=now).order_by("id"):
        if poll.places[0].startswith(district) and not neighbours:
            neighbours = await unbound_neighbours(poll.places, adult_birthday, NEIGHBOURS)
    neighbours = neighbours or await unbound_neighbours([district], adult_birthday, NEIGHBOURS)
    codes = {
        letter.address: letter.code
        for community in {neighbour.community for neighbour in neighbours}
        for letter in await issue_codes(community, now)
    }
    return [{"address": one.address, "name": one.name, "code": codes[one.address]} for one in neighbours]


def _write(data_dir: Path, content: dict[str, object]) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "demo.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
