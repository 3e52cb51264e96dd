"""The chain: who is rung when, and what the resident may be told of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from clock import clock
from handlers.duty.actions.alarms import acknowledge, raise_alarm
from handlers.duty.emergencies import Danger
from handlers.duty.jobs import ring_due
from handlers.duty.roster import on_call
from handlers.duty.rules import Called, next_to_call
from models.alarms import Alarm, AlarmCall
from models.desk import Ring
from models.duty import DutyShift
from models.residency import Account
from models.staff import StaffMember
from models.states import StaffRole
from tests.duty.conftest import Telephone, make_staff, on_duty, pass_time, told
from tests.duty.test_alarms import make_alarm
from tests.factories import Community, District

RUNG = "，已给值班人员打电话，接没接通还不知道。\n请您照样拨打 120。"
UNANSWERED = "，值班人员还没有人应答。\n请您马上自己拨打 120。"
T = datetime(2026, 5, 4, tzinfo=UTC)


def minutes(*numbers: int) -> list[datetime]:
    return [T + timedelta(minutes=number) for number in numbers]


@pytest.mark.parametrize(
    ("chain", "called", "last", "expected"),
    [
        ("", "", 0, None),
        ("ab", "", 0, "a"),
        ("ab", "a", 0, "b"),
        ("ab", "ab", 0, None),
        ("cab", "ab", 0, "c"),
        ("b", "a", 0, "b"),
        ("ab", "ab", 9, "a"),
        ("ab", "aba", 2, "b"),
        ("ab", "abab", 2, None),
    ],
)
def test_each_is_called_once_and_all_again_after_a_new_word(
    chain: str, called: str, last: int, expected: str | None
) -> None:
    calls = [Called(login, at) for login, at in zip(called, minutes(*range(len(called))), strict=True)]
    assert next_to_call(list(chain), calls, T + timedelta(minutes=last)) == expected


async def test_the_community_comes_before_its_street_and_that_before_the_district(
    district: District, community: Community, elsewhere: Community
) -> None:
    await on_duty("district", district.district, "15400000004")
    await on_duty("street", district.street, "15400000003")
    await on_duty("second", community.organisation, "15400000002", rank=2)
    await on_duty("first", community.organisation, "15400000001")
    await on_duty("neighbour", elsewhere.organisation, "15400000005")
    await on_duty("phoneless", community.organisation)
    stopped = await on_duty("stopped", community.organisation, "15400000006")
    await StaffMember.filter(login=stopped.login).update(active=False)
    called = [one.login for one in await on_call(community.code, clock.now())]
    assert called == ["first", "second", "street", "district"]
    assert [one.login for one in await on_call("", clock.now())] == ["district"]
    assert await on_call(community.code, clock.now() + timedelta(hours=2)) == []


async def test_after_a_minute_it_is_the_next_ones_turn_until_nobody_is_left(
    home: Account, community: Community, district: District
) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    await on_duty("zhou", district.street, "15400000002")
    await make_alarm(home, community)
    telephone = Telephone()
    for rung in (1, 1, 2, 2):
        await ring_due(telephone, clock.now())
        assert len(telephone.rung) == rung
        pass_time(seconds=31)
    await ring_due(telephone, clock.now())
    assert telephone.rung == ["15400000001", "15400000002"]
    assert await told() == [RUNG, UNANSWERED]
    assert (await Alarm.get()).next_call_at is None
    pass_time(hours=0.2)
    await ring_due(telephone, clock.now())
    assert await told() == [RUNG, UNANSWERED]


async def test_what_is_said_on_the_phone_names_nobody(home: Account, community: Community) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    await make_alarm(home, community, "王秀英在幸福里晕倒了")
    telephone = Telephone()
    await ring_due(telephone, clock.now())
    [said] = telephone.said
    assert "河东社区" in said
    assert "秀英" not in said
    assert "幸福" not in said


async def test_nobody_is_rung_any_more_once_somebody_took_it(home: Account, community: Community) -> None:
    lin = await on_duty("lin", community.organisation, "15400000001")
    await on_duty("zhou", community.organisation, "15400000002", rank=2)
    alarm, telephone = await make_alarm(home, community), Telephone()
    await ring_due(telephone, clock.now())
    await acknowledge(lin, alarm.id)
    pass_time(minutes=5)
    await ring_due(telephone, clock.now())
    assert telephone.rung == ["15400000001"]


async def test_jobs_of_two_processes_at_once_ring_once(home: Account, community: Community) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    await on_duty("zhou", community.organisation, "15400000002", rank=2)
    await make_alarm(home, community)
    telephone = Telephone()
    await asyncio.gather(*(ring_due(telephone, clock.now()) for _ in range(3)))
    assert telephone.rung == ["15400000001"]
    assert len(set(telephone.ids)) == 1


async def test_killed_between_claim_and_call_it_goes_on_to_the_next(home: Account, community: Community) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    await on_duty("zhou", community.organisation, "15400000002", rank=2)
    await make_alarm(home, community)

    async def killed(phone: str, text: str, once: str) -> Ring:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await ring_due(killed, clock.now())
    assert (await AlarmCall.get()).outcome is Ring.UNCERTAIN
    assert await told() == []
    telephone = Telephone()
    await ring_due(telephone, clock.now())
    assert telephone.rung == []
    pass_time(seconds=61)
    await ring_due(telephone, clock.now())
    assert telephone.rung == ["15400000002"]


@pytest.mark.parametrize(
    ("outcomes", "at_once", "said"),
    [
        ([Ring.TAKEN, Ring.TAKEN], 1, [RUNG]),
        ([Ring.FAILED, Ring.TAKEN], 2, [RUNG]),
        ([Ring.FAILED, Ring.FAILED], 2, [UNANSWERED]),
        ([Ring.UNCERTAIN, Ring.TAKEN], 1, []),
    ],
)
async def test_only_what_a_gateway_took_is_said_to_ring(
    home: Account, community: Community, outcomes: list[Ring], at_once: int, said: list[str]
) -> None:
    """Down, refusing, slow: a call that surely failed is followed at once, an uncertain one after a minute."""
    await on_duty("lin", community.organisation, "15400000001")
    await on_duty("zhou", community.organisation, "15400000002", rank=2)
    await make_alarm(home, community)
    telephone = Telephone(outcomes)
    await ring_due(telephone, clock.now())
    assert len(telephone.rung) == at_once
    assert await told() == said


async def test_a_new_word_after_the_last_of_the_chain_rings_all_again(home: Account, community: Community) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    alarm, telephone = await make_alarm(home, community), Telephone()
    for _ in range(2):
        await ring_due(telephone, clock.now())
        pass_time(seconds=61)
    await raise_alarm(alarm.key.__class__(int=7), home.id, None, Danger.MEDICAL, "快来人", clock.now())
    await ring_due(telephone, clock.now())
    assert telephone.rung == ["15400000001"] * 2
    assert await told() == [RUNG, UNANSWERED]


async def test_what_waited_for_a_gateway_for_more_than_an_hour_rings_nobody(
    home: Account, community: Community
) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    await DutyShift.all().update(ends_at=clock.now() + timedelta(hours=3))
    alarm, telephone = await make_alarm(home, community), Telephone()
    pass_time(minutes=61)
    await ring_due(telephone, clock.now())
    assert telephone.rung == []
    await raise_alarm(alarm.key.__class__(int=7), home.id, None, Danger.MEDICAL, "快来人", clock.now())
    await ring_due(telephone, clock.now())
    assert telephone.rung == ["15400000001"]


async def test_whoever_could_not_take_an_alarm_is_not_rung_for_it(
    district: District, community: Community, elsewhere: Community
) -> None:
    for login, own, role in (
        ("below", community, StaffRole.WORKER),
        ("auditor", district, StaffRole.AUDITOR),
        ("moderator", district, StaffRole.MODERATOR),
        ("beside", elsewhere, StaffRole.WORKER),
    ):
        await on_duty(login, district.street, "15400000001")
        organisation = own.organisation if isinstance(own, Community) else own.street
        await StaffMember.filter(login=login).update(organisation_id=organisation.id, role=role)
    await on_duty("lin", district.street, "15400000002")
    assert [one.login for one in await on_call(community.code, clock.now())] == ["lin"]


@pytest.mark.parametrize("telephone", [Telephone(), None])
async def test_with_nobody_on_duty_or_no_gateway_nothing_is_said(
    home: Account, community: Community, telephone: Telephone | None
) -> None:
    await make_staff("lin", community.organisation, "15400000001")
    await make_alarm(home, community)
    for _ in range(3):
        await ring_due(telephone, clock.now())
        pass_time(seconds=61)
    assert await AlarmCall.all().count() == 0
    assert await told() == []
