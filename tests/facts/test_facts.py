"""Active residents of a day: each counted once, in the community of the home, by the day in Beijing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from bot.inbox import Record
from clock import clock
from handlers.conversations.inbox import PostgresInbox
from handlers.facts.actions import ACTIVE_RESIDENTS, count_day
from handlers.facts.jobs import count_days
from handlers.facts.queries import trend
from handlers.staff.rules import Viewer
from models.conversations import Message
from models.facts import DailyFact
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, Level, MemberRole, StaffRole
from tests.factories import make_community, make_district, make_dwelling, make_estate

pytestmark = pytest.mark.usefixtures("database")


async def resident(openid: str, dwelling: Dwelling, state: BindingState = BindingState.ACTIVE) -> None:
    now = clock.now()
    account, _ = await Account.get_or_create(app_id="wxApp", openid=openid, defaults={"created_at": now})
    await Binding.create(
        account=account, dwelling=dwelling, role=MemberRole.OWNER, name="李", state=state, created_at=now
    )


async def says(openid: str) -> None:
    await PostgresInbox().keep(Record(uuid4(), "wxApp", openid, "text", "在吗", answer="在"))


def viewer(code: str) -> Viewer:
    return Viewer("lin", "林工", StaffRole.SUPERVISOR, code, Level.COMMUNITY)


async def values(code: str, last: date, days: int = 1) -> list[int]:
    return [figure.value for figure in await trend(viewer(code), ACTIVE_RESIDENTS, last, days)]


async def test_who_wrote_twice_counts_once_and_only_with_a_home() -> None:
    district = await make_district()
    east, west = await make_community(district, "河东社区"), await make_community(district, "河西社区")
    flat, shop = await make_dwelling(await make_estate(east)), await make_dwelling(await make_estate(west, "西苑"))
    await resident("oAnna", flat)
    await resident("oBert", flat)
    await resident("oBert", shop)
    await resident("oWaiting", flat, BindingState.PENDING)
    for openid in ("oAnna", "oAnna", "oBert", "oWaiting", "oStranger"):
        await says(openid)
    today = clock.today()
    await count_days(clock.now())
    assert await values(east.code, today) == [2]
    assert await values(west.code, today) == [1]
    assert await values(district.district.code, today, 2) == [0, 3]
    assert await values("8804", today) == [3]
    assert await values("770000", today) == [0]


async def test_counting_again_corrects_and_figures_outlive_the_messages() -> None:
    flat = await make_dwelling(await make_estate(await make_community(await make_district())))
    await resident("oAnna", flat)
    await says("oAnna")
    today = clock.today()
    await count_day(today)
    await resident("oBert", flat)
    await says("oBert")
    await count_day(today)
    assert [fact.value for fact in await DailyFact.all()] == [2]
    await Message.all().delete()
    await count_day(today)
    assert [fact.value for fact in await DailyFact.all()] == [2]


async def test_a_day_begins_at_midnight_in_beijing() -> None:
    flat = await make_dwelling(await make_estate(await make_community(await make_district())))
    await resident("oAnna", flat)
    await says("oAnna")
    await count_day(clock.today() - timedelta(days=1))
    await count_day(clock.today() + timedelta(days=1))
    assert await DailyFact.all().count() == 0
