"""The roster: who may be put on it, a week copied twice at once, and where 开始值班 is written down."""

import asyncio
from contextvars import copy_context
from datetime import datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from clock import clock
from errors import Invalid
from handlers.duty.actions.roster import add_shift, begin_duty, copy_week
from models.audit import AuditEntry
from models.duty import DutyShift
from models.states import StaffRole
from tests.duty.conftest import boss_of, make_staff, on_duty, until_somebody_waits
from tests.factories import Community, District


@pytest.mark.parametrize(
    ("role", "of_the_community"),
    [(StaffRole.WORKER, True), (StaffRole.AUDITOR, False), (StaffRole.MODERATOR, False)],
)
async def test_nobody_is_put_on_a_roster_whose_alarms_they_can_not_take(
    district: District, community: Community, role: StaffRole, of_the_community: bool
) -> None:
    await make_staff("lin", community.organisation if of_the_community else district.street, role=role)
    times = clock.now(), clock.now() + timedelta(hours=8)
    with pytest.raises(Invalid, match="处理不了"):
        await add_shift(boss_of(district.street), district.street.code, "lin", 1, times, "")
    assert await DutyShift.all().count() == 0


async def test_a_shift_in_a_year_that_can_not_be_is_refused(district: District) -> None:
    await make_staff("lin", district.street)
    for year in ("0001-01-01", "9999-12-31"):
        times = tuple(datetime.fromisoformat(f"{year}T{hour}:00+08:00") for hour in ("06", "23"))
        with pytest.raises(Invalid, match="年份"):
            await add_shift(boss_of(district.street), district.street.code, "lin", 1, (times[0], times[1]), "")


async def test_a_week_copied_twice_at_once_is_copied_once_and_only_for_who_still_may(community: Community) -> None:
    await on_duty("lin", community.organisation)
    await on_duty("left", community.organisation)
    await make_staff("reader", community.organisation, role=StaffRole.AUDITOR)
    await DutyShift.filter(login="left").update(login="reader")
    boss, begins = boss_of(community.organisation), clock.now() + timedelta(days=6)
    apart = copy_context()
    async with in_transaction():
        assert await copy_week(boss, begins) == 1
        again = asyncio.create_task(copy_week(boss, begins), context=apart)
        await until_somebody_waits()
    assert await again == 0
    assert sorted([one.login for one in await DutyShift.all()]) == ["lin", "lin", "reader"]


async def test_begin_is_written_down_with_the_branch_whose_shift_it_is(
    district: District, community: Community
) -> None:
    viewer = await make_staff("lin", district.street)
    await on_duty("zhou", community.organisation)
    await DutyShift.all().update(login="lin")
    assert await begin_duty(viewer)
    assert (await AuditEntry.get()).place == community.code
