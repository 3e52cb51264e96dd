"""What a resident in danger hears, and the alarm that goes with it: one a message, one open for each account."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise.transactions import in_transaction

from clock import clock
from errors import Forbidden, NotFound
from handlers.duty.actions.alarms import acknowledge, close_alarm, raise_alarm
from handlers.duty.emergencies import Danger
from handlers.duty.jobs import ring_due
from handlers.duty.queries.alarms import alarm as alarm_of
from handlers.duty.queries.alarms import open_alarms
from handlers.duty.rules import NotThatWay
from handlers.privacy.jobs import forget_old
from handlers.residency.actions.erase import close_account
from handlers.staff.rules import Viewer
from models.alarms import Alarm
from models.audit import AuditEntry
from models.conversations import Message
from models.desk import AlarmOutcome, AlarmState
from models.residency import Account
from models.states import Level, StaffRole
from tests.duty.conftest import (
    APP_ID,
    Telephone,
    boss_of,
    make_staff,
    on_duty,
    pass_time,
    told,
    until_somebody_waits,
)
from tests.factories import Community, District
from tests.phone import Phone

Phones = Callable[[str], Phone]


async def make_alarm(account: Account, community: Community | None = None, text: str = "我妈晕倒了") -> Alarm:
    alarm = await raise_alarm(uuid4(), account.id, None, Danger.MEDICAL, text, clock.now())
    if community:
        alarm.place, alarm.community_id = community.code, community.organisation.id
        await alarm.save()
    return alarm


async def test_the_numbers_come_at_once_and_the_alarm_with_the_message(home: Account, phone: Phones) -> None:
    assert "120" in await phone("oHome").say("我妈摔倒了起不来")
    alarm = await Alarm.get()
    assert (alarm.danger, alarm.state, alarm.account_id) == ("medical", AlarmState.RAISED, home.id)
    assert alarm.text == "我妈摔倒了起不来"
    assert alarm.place == "880412001001"
    assert alarm.next_call_at is not None
    assert await Message.all().count() == 1


async def test_a_message_delivered_again_raises_nothing_and_says_the_same(home: Account, phone: Phones) -> None:
    said = await phone("oHome").say("着火了", msg_id=7)
    assert await phone("oHome").say("着火了", msg_id=7) == said
    assert await Alarm.all().count() == 1
    assert (await Alarm.get()).text == "着火了"


async def test_a_second_message_is_added_to_the_open_alarm(home: Account, phone: Phones) -> None:
    resident = phone("oHome")
    await resident.say("着火了")
    assert "119" in await resident.say("楼道里全是烟出不来")
    assert (await Alarm.get()).text == "着火了\n楼道里全是烟出不来"


async def test_after_an_end_a_new_alarm_begins(home: Account, phone: Phones, community: Community) -> None:
    await phone("oHome").say("着火了")
    worker = await make_staff("lin", community.organisation)
    alarm = await Alarm.get()
    await acknowledge(worker, alarm.id)
    await close_alarm(worker, alarm.id, AlarmOutcome.SAFE, "")
    await phone("oHome").say("又着火了")
    assert await Alarm.all().count() == 2


async def test_whoever_is_not_registered_alarms_the_district(district: District, phone: Phones) -> None:
    assert "110" in await phone("oStranger").say("有人撬门")
    alarm = await Alarm.get()
    assert alarm.place == ""
    assert len(await open_alarms(boss_of(district.district))) == 1
    assert await open_alarms(boss_of(district.street)) == []


async def test_the_dialogue_under_way_is_kept(home: Account, phone: Phones) -> None:
    resident = phone("oHome")
    await resident.say("人工")
    assert "120" in await resident.say("我爸晕倒了")
    assert "已转人工" in await resident.say("楼道灯坏了请来修")


async def test_without_a_roster_nobody_is_said_to_have_it(home: Account, phones: Phones) -> None:
    assert "我们没有值班人员收到这条消息，请您自己打电话。" in await phones("oHome").say("救命")


async def test_with_a_roster_the_resident_still_hears_to_call(
    home: Account, phones: Phones, community: Community
) -> None:
    await on_duty("lin", community.organisation, "15400000001")
    said = await phones("oHome").say("救命")
    assert "120" in said
    assert "值班人员还没有看到这条消息，请您自己打电话。" in said


async def test_where_the_alarm_can_not_be_written_the_answer_is_the_same(
    home: Account, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no alarm")

    monkeypatch.setattr("handlers.duty.chat.raise_alarm", broken)
    said = await phone("oHome").say("我妈摔倒了起不来")
    assert "120" in said
    assert "请您自己打电话" in said
    assert await Alarm.all().count() == 0


async def test_two_messages_at_once_make_one_alarm(home: Account) -> None:
    now = clock.now()
    await asyncio.gather(
        *(raise_alarm(uuid4(), home.id, None, Danger.FIRE, f"着火了{number}", now) for number in range(4))
    )
    assert len((await Alarm.get()).text.splitlines()) == 4


async def test_taking_it_tells_the_resident_who_has_seen_it_once(home: Account, community: Community) -> None:
    worker = await make_staff("lin", community.organisation, name="林工")
    alarm = await make_alarm(home, community)
    await acknowledge(worker, alarm.id)
    await acknowledge(worker, alarm.id)
    assert await told() == ["，工作人员林工已看到，正在联系您。"]
    assert (await Alarm.get()).next_call_at is None


async def test_only_who_has_a_shift_now_is_said_to_be_on_duty(home: Account, community: Community) -> None:
    alarm = await make_alarm(home, community)
    await acknowledge(await on_duty("lin", community.organisation), alarm.id)
    assert await told() == ["，值班人员lin已看到，正在联系您。"]


@pytest.mark.parametrize(
    ("danger", "minutes", "again"),
    [
        (Danger.FIRE, 0, True),
        (Danger.MEDICAL, 2, True),
        (Danger.MEDICAL, 1, False),
        (Danger.UNKNOWN, 1, False),
    ],
)
async def test_a_new_emergency_after_somebody_took_it_is_everybodys_again(
    home: Account, community: Community, danger: Danger, minutes: int, again: bool
) -> None:
    worker = await on_duty("lin", community.organisation, "15400000001")
    alarm, telephone = await make_alarm(home, community, "晕" * 1_999), Telephone()
    await acknowledge(worker, alarm.id)
    pass_time(minutes=minutes)
    await raise_alarm(uuid4(), home.id, None, danger, "三楼都是烟", clock.now())
    known = await Alarm.get()
    assert known.state is (AlarmState.RAISED if again else AlarmState.ACKNOWLEDGED)
    assert known.danger == (Danger.MEDICAL if danger is Danger.UNKNOWN else danger)
    assert known.text.endswith("三楼都是烟")
    await ring_due(telephone, clock.now())
    assert len(telephone.rung) == again
    if again:
        await acknowledge(worker, alarm.id)
        assert len(await told()) == 3


async def test_what_is_written_while_an_alarm_ends_raises_a_new_one(home: Account, community: Community) -> None:
    worker = await make_staff("lin", community.organisation)
    alarm = await make_alarm(home, community)
    await acknowledge(worker, alarm.id)
    apart = copy_context()
    async with in_transaction():
        await close_alarm(worker, alarm.id, AlarmOutcome.SAFE, "")
        words = asyncio.create_task(
            raise_alarm(uuid4(), home.id, None, Danger.FIRE, "着火了", clock.now()), context=apart
        )
        await until_somebody_waits()
    await words
    over, fresh = await Alarm.all().order_by("id")
    assert (over.text, over.state) == ("我妈晕倒了", AlarmState.CLOSED)
    assert (fresh.text, fresh.state) == ("着火了", AlarmState.RAISED)


async def test_more_words_and_the_first_answer_at_once_do_not_wait_for_each_other(
    home: Account, community: Community
) -> None:
    """The words hold the account and want the alarm; who takes it holds the alarm and tells the account."""
    worker = await make_staff("lin", community.organisation)
    alarm = await make_alarm(home, community)
    apart = copy_context()
    async with in_transaction():
        await Alarm.filter(id=alarm.id).select_for_update().get()
        words = asyncio.create_task(
            raise_alarm(uuid4(), home.id, None, Danger.MEDICAL, "快来", clock.now()), context=apart
        )
        await until_somebody_waits()
        await acknowledge(worker, alarm.id)
    await words
    assert len(await told()) == 1
    assert (await Alarm.get()).text == "我妈晕倒了\n快来"


async def test_of_two_who_take_it_at_once_one_does(home: Account, community: Community) -> None:
    workers = [await make_staff(login, community.organisation) for login in ("lin", "zhou")]
    alarm = await make_alarm(home, community)
    done = await asyncio.gather(*(acknowledge(one, alarm.id) for one in workers), return_exceptions=True)
    assert sum(isinstance(one, NotThatWay) for one in done) == 1
    assert len(await told()) == 1


async def test_it_ends_with_an_outcome_after_somebody_took_it(home: Account, community: Community) -> None:
    worker = await make_staff("lin", community.organisation)
    alarm = await make_alarm(home, community)
    with pytest.raises(NotThatWay):
        await close_alarm(worker, alarm.id, AlarmOutcome.FALSE, "")
    await acknowledge(worker, alarm.id)
    await close_alarm(worker, alarm.id, AlarmOutcome.ATTENDED, "已送医院")
    with pytest.raises(NotThatWay):
        await close_alarm(worker, alarm.id, AlarmOutcome.FALSE, "")
    known = await Alarm.get()
    assert (known.outcome, known.note, known.closed_by) == (AlarmOutcome.ATTENDED, "已送医院", "lin")


async def test_another_branch_finds_nothing_and_auditors_may_not(
    home: Account, community: Community, elsewhere: Community
) -> None:
    alarm = await make_alarm(home, community)
    foreign = await make_staff("far", elsewhere.organisation)
    reader = Viewer("audit", "审计员", StaffRole.AUDITOR, community.code, Level.COMMUNITY)
    assert await open_alarms(foreign) == []
    assert await open_alarms(reader) == []
    for refused, viewer in ((NotFound, foreign), (Forbidden, reader)):
        with pytest.raises(refused):
            await acknowledge(viewer, alarm.id)
        with pytest.raises(refused):
            await close_alarm(viewer, alarm.id, AlarmOutcome.FALSE, "")
    with pytest.raises(NotFound):
        await alarm_of(foreign, alarm.id)
    assert (await Alarm.get()).state is AlarmState.RAISED


async def test_the_trail_names_nobody_and_repeats_nothing(home: Account, community: Community) -> None:
    worker = await make_staff("lin", community.organisation, "15400000001")
    alarm = await make_alarm(home, community, "王秀英晕倒了，电话15411112222")
    await acknowledge(worker, alarm.id)
    await close_alarm(worker, alarm.id, AlarmOutcome.SAFE, "王秀英平安")
    trail = str([(one.subject, one.detail, one.reason) for one in await AuditEntry.all()])
    assert "秀英" not in trail
    assert "154" not in trail
    assert [one.action for one in await AuditEntry.all().order_by("id")] == [
        "alarm.raise",
        "alarm.acknowledge",
        "alarm.close",
    ]


async def test_what_is_over_is_forgotten_in_time_and_what_is_under_way_is_not(
    home: Account, community: Community
) -> None:
    worker = await make_staff("lin", community.organisation)
    first = await make_alarm(home, community)
    await acknowledge(worker, first.id)
    await close_alarm(worker, first.id, AlarmOutcome.SAFE, "")
    second = await make_alarm(home, community)
    await forget_old(clock.now() + timedelta(days=179))
    assert await Alarm.all().count() == 2
    await forget_old(clock.now() + timedelta(days=181))
    assert (await Alarm.get()).id == second.id


async def test_leaving_empties_what_is_over_and_leaves_what_is_under_way_to_staff(
    home: Account, community: Community
) -> None:
    worker = await make_staff("lin", community.organisation)
    first = await make_alarm(home, community)
    await acknowledge(worker, first.id)
    await close_alarm(worker, first.id, AlarmOutcome.SAFE, "平安")
    second = await make_alarm(home, community)
    await close_account(APP_ID, "oHome")
    over, open_ = await Alarm.get(id=first.id), await Alarm.get(id=second.id)
    assert (over.text, over.note) == ("", None)
    assert open_.text == "我妈晕倒了"
