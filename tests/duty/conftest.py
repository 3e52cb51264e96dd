"""A community with somebody at home, people on duty, and a telephone that writes down whom it rings."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from redis import asyncio as aioredis

from clock import clock
from handlers.articles.knowledge import Knowledge
from handlers.staff.rules import Viewer
from main import compose_bot
from models.conversations import Notification
from models.database import rows
from models.desk import Ring
from models.duty import DutyShift
from models.organisations import Organisation
from models.residency import Account, Binding
from models.staff import StaffMember
from models.states import BindingState, Level, MemberRole, StaffRole
from settings import get_settings
from tests.factories import Community, District, make_community, make_district, make_dwelling, make_estate
from tests.phone import Phone

APP_ID = get_settings().wechat_app_id
HOUR = timedelta(hours=1)
_WAITING = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@dataclass
class Telephone:
    """Rings as it is told to, and remembers the numbers and ids."""

    answers: list[Ring] = field(default_factory=list[Ring])
    rung: list[str] = field(default_factory=list[str])
    ids: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])

    async def __call__(self, phone: str, text: str, once: str) -> Ring:
        self.rung.append(phone)
        self.ids.append(once)
        self.said.append(text)
        return self.answers.pop(0) if self.answers else Ring.TAKEN


@pytest.fixture
async def district(database: str) -> District:
    return await make_district()


@pytest.fixture
async def community(district: District) -> Community:
    return await make_community(district)


@pytest.fixture
async def elsewhere(district: District) -> Community:
    return await make_community(district, "河西社区")


@pytest.fixture
async def home(community: Community) -> Account:
    """Somebody who lives in 河东社区."""
    return await settle("oHome", community)


@pytest.fixture
async def phones(redis: "aioredis.Redis") -> AsyncGenerator[Callable[[str], Phone]]:
    """`phones("oHome")`: a resident's phone, where the phones of staff can be rung."""
    bot = compose_bot(redis, Knowledge(), rings=True)
    await bot.sessions.start()
    yield lambda openid: Phone(bot, APP_ID, openid)
    await bot.sessions.stop()


async def settle(openid: str, community: Community) -> Account:
    account = await Account.create(app_id=APP_ID, openid=openid, created_at=clock.now())
    dwelling = await make_dwelling(await make_estate(community))
    known = {"role": MemberRole.OWNER, "name": "王秀英", "state": BindingState.ACTIVE, "created_at": clock.now()}
    await Binding.create(account=account, dwelling=dwelling, **known)
    return account


async def make_staff(
    login: str, organisation: Organisation, phone: str = "", role: StaffRole = StaffRole.WORKER, name: str = ""
) -> Viewer:
    known = {"name": name or login, "role": role, "password_hash": "", "phone": phone or None}
    await StaffMember.create(login=login, organisation=organisation, created_at=clock.now(), **known)
    return Viewer(login, name or login, role, organisation.code, organisation.level)


async def on_duty(login: str, organisation: Organisation, phone: str = "", rank: int = 1) -> Viewer:
    """Somebody whose shift began an hour ago and ends in an hour."""
    viewer = await make_staff(login, organisation, phone)
    now = clock.now()
    times = {"starts_at": now - HOUR, "ends_at": now + HOUR, "written_at": now}
    await DutyShift.create(organisation=organisation, login=login, rank=rank, written_by="boss", **times)
    return viewer


def pass_time(**time: float) -> None:
    clock.shift += timedelta(**time)


async def told() -> list[str]:
    """What residents are told without being asked, in order, from the comma after the day and time on."""
    return [re.sub(r"^\d+月\d+日\d\d:\d\d(?=，)", "", one.text) for one in await Notification.all().order_by("id")]


async def until_somebody_waits() -> None:
    """Until another transaction waits for what this one holds."""
    for _ in range(500):
        if await rows(_WAITING):
            return
        await asyncio.sleep(0.01)
    pytest.fail("nobody waits")


def boss_of(organisation: Organisation) -> Viewer:
    return Viewer("boss", "主任", StaffRole.ADMIN, organisation.code, Level(organisation.level))


Press = Callable[[], Awaitable[object]]
