"""Sending, correcting and taking back: once each, to whoever is meant, also in the middle of sending."""

import asyncio
from datetime import timedelta

import pytest

from campaigns.actions.launch import cancel
from campaigns.channels import Result
from clock import clock
from errors import Conflict, Invalid
from handlers.notices.actions.sending import correct_notice, send_notice, withdraw_notice
from handlers.notices.queries.residents import notices_for, unread_count
from models.campaigns import Campaign, Delivery
from models.notices import Notice, NoticeVersion
from models.reach import AttemptOutcome, CampaignState, DeliveryState, NoticeClass, NoticeState, Path
from tests.notices.conftest import Office, visitor_of


async def texts_to(office: Office, openid: str) -> list[str]:
    return [message.text for message in office.recorder.sent if message.address == openid]


async def test_a_notice_reaches_everybody_once_however_often_the_clock_comes(office: Office) -> None:
    for number in range(3):
        await office.town.settle(f"o{number}", wrote_hours_ago=1)
    await office.sent()
    await office.drive()
    await office.drive()
    assert sorted(message.address for message in office.recorder.sent) == ["o0", "o1", "o2"]
    text = office.recorder.sent[0].text
    assert "【便民】明天停水" in text
    assert "1 已阅" in text
    assert office.recorder.sent[0].link == f"/notices/{(await Notice.get()).id}"


async def test_two_approvers_press_at_once_and_it_is_sent_once(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.reviewed()
    second = office.as_(office.approver.role, "second")
    pressed = await asyncio.gather(
        *(send_notice(viewer, notice.id, clock.now()) for viewer in (office.approver, second)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in pressed) == ["Conflict", "Notice"]
    assert await Campaign.all().count() == 1
    await office.drive()
    assert len(office.recorder.sent) == 1


async def test_a_notice_for_later_is_nobodys_until_its_time(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.reviewed()
    await send_notice(office.approver, notice.id, clock.now(), launch_at=clock.now() + timedelta(hours=2))
    await office.drive()
    visitor = await visitor_of("oA")
    assert office.recorder.sent == []
    assert await notices_for(visitor, clock.now()) == []
    clock.shift += timedelta(hours=2, minutes=1)
    assert await office.drive() == 1
    assert await unread_count(visitor) == 1


async def test_one_that_missed_its_time_is_shown_to_nobody_before_somebody_confirms(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.reviewed()
    await send_notice(office.approver, notice.id, clock.now(), launch_at=clock.now() + timedelta(hours=2))
    clock.shift += timedelta(hours=4)
    await office.drive()
    assert (await Campaign.get()).state is CampaignState.OVERDUE
    assert await unread_count(await visitor_of("oA")) == 0


async def test_a_time_in_the_draft_that_has_passed_is_refused_unless_another_is_given(office: Office) -> None:
    await office.town.settle("oA")
    notice = await office.reviewed(launch_at=clock.now() + timedelta(hours=1))
    clock.shift += timedelta(hours=2)
    with pytest.raises(Invalid, match="过去"):
        await send_notice(office.approver, notice.id, clock.now())
    now = clock.now()
    assert (await send_notice(office.approver, notice.id, now, launch_at=now)).state is NoticeState.SENT


async def test_a_correction_reaches_whoever_got_the_first_and_whoever_had_not_yet(office: Office) -> None:
    for openid in ("oGot", "oMaybe", "oWaits"):
        await office.town.settle(openid, wrote_hours_ago=1)
    answers = {"oMaybe": AttemptOutcome.UNCERTAIN, "oWaits": AttemptOutcome.TEMPORARY}
    office.recorder.answers = lambda message: Result(answers.get(message.address, AttemptOutcome.ACCEPTED))
    notice = await office.sent()
    await office.drive()
    office.recorder.answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    await correct_notice(office.approver, notice.id, "明天不停水", "改到后天停水。", "供水所改期", clock.now())
    clock.shift += timedelta(minutes=10)
    await office.drive()
    for openid in ("oGot", "oMaybe", "oWaits"):
        first, second = await texts_to(office, openid)
        assert "明天停水" in first
        assert "明天不停水" in second
        assert "供水所改期" in second
    first, second = await Campaign.all().order_by("id")
    assert (first.state, second.state) == (CampaignState.CANCELLED, CampaignState.DONE)
    assert await Delivery.filter(campaign_id=first.id, state=DeliveryState.CANCELLED).count() == 1


async def test_correcting_while_it_is_being_sent_gives_nobody_the_old_text_last(office: Office) -> None:
    for number in range(6):
        await office.town.settle(f"o{number}", wrote_hours_ago=1)
    notice = await office.sent()

    async def correct() -> None:
        await correct_notice(office.approver, notice.id, "后天停水", "改到后天停水。", "供水所改期", clock.now())

    await asyncio.gather(office.drive(), correct())
    await office.drive()
    for number in range(6):
        assert "后天停水" in (await texts_to(office, f"o{number}"))[-1]
        assert len(await texts_to(office, f"o{number}")) <= 2


async def test_one_corrected_before_its_time_goes_out_once_at_that_time(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.reviewed()
    at = clock.now() + timedelta(hours=2)
    await send_notice(office.approver, notice.id, clock.now(), launch_at=at)
    await correct_notice(office.approver, notice.id, "后天停水", notice.body, "供水所改期", clock.now())
    await office.drive()
    assert office.recorder.sent == []
    clock.shift += timedelta(hours=2, minutes=1)
    await office.drive()
    assert ["后天停水" in text for text in await texts_to(office, "oA")] == [True]


async def test_two_corrections_at_once_are_two_versions(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    await office.drive()
    await asyncio.gather(
        *(
            correct_notice(office.approver, notice.id, title, "新的正文。", "错了", clock.now())
            for title in ("甲", "乙")
        )
    )
    assert (await Notice.get()).version == 3
    assert await NoticeVersion.all().order_by("number").values_list("number", flat=True) == [1, 2]


@pytest.mark.parametrize(
    ("title", "body", "reason", "said"),
    [
        ("明天停水", "自来水公司更换阀门，请提前储水。", "错了", "没有改动"),
        ("后天停水", "改了。", "", "原因"),
        ("后" * 61, "改了。", "错了", "标题"),
        ("后天停水", "身份证11010519491231002X", "错了", "证件号码"),
    ],
)
async def test_a_correction_that_can_not_be_changes_nothing(
    office: Office, title: str, body: str, reason: str, said: str
) -> None:
    await office.town.settle("oA")
    notice = await office.sent()
    with pytest.raises(Invalid, match=said):
        await correct_notice(office.approver, notice.id, title, body, reason, clock.now())
    assert (await Notice.get()).version == 1
    assert await Campaign.all().count() == 1
    assert await NoticeVersion.all().count() == 0


async def test_a_withdrawal_reaches_whoever_may_have_got_it_and_nobody_else(office: Office) -> None:
    for openid in ("oGot", "oWaits"):
        await office.town.settle(openid, wrote_hours_ago=1)
    office.recorder.answers = lambda message: Result(
        AttemptOutcome.TEMPORARY if message.address == "oWaits" else AttemptOutcome.ACCEPTED
    )
    notice = await office.sent()
    await office.drive()
    office.recorder.answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    await withdraw_notice(office.approver, notice.id, "发错了范围", clock.now())
    clock.shift += timedelta(minutes=10)
    await office.drive()
    assert "已撤回" in (await texts_to(office, "oGot"))[-1]
    assert "发错了范围" in (await texts_to(office, "oGot"))[-1]
    assert len(await texts_to(office, "oWaits")) == 1
    with pytest.raises(Conflict):
        await withdraw_notice(office.approver, notice.id, "再撤一次", clock.now())
    with pytest.raises(Conflict):
        await correct_notice(office.approver, notice.id, "后天停水", "改了。", "错了", clock.now())


async def test_one_withdrawn_before_its_time_is_told_to_nobody(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.reviewed()
    await send_notice(office.approver, notice.id, clock.now(), launch_at=clock.now() + timedelta(hours=2))
    await withdraw_notice(office.approver, notice.id, "不停水了", clock.now())
    clock.shift += timedelta(hours=3)
    await office.drive()
    assert office.recorder.sent == []
    assert await notices_for(await visitor_of("oA"), clock.now()) == []


async def test_urgent_news_takes_no_mass_message_and_goes_out_at_night(office: Office) -> None:
    clock.shift += timedelta(hours=10, minutes=30)
    await office.town.settle("oMassOnly")
    await office.town.settle("oChat", wrote_hours_ago=1)
    await office.sent(topic=NoticeClass.URGENT)
    await office.drive()
    assert [(message.address, message.path) for message in office.recorder.sent] == [("oChat", Path.CUSTOMER)]
    assert await Delivery.filter(state=DeliveryState.PERMANENT).count() == 1


async def test_called_off_in_the_middle_a_correction_still_reaches_the_rest(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    office.recorder.answers = lambda _: Result(AttemptOutcome.TEMPORARY)
    notice = await office.sent()
    await office.drive()
    await cancel((await Campaign.get()).id)
    office.recorder.answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    await correct_notice(office.approver, notice.id, "后天停水", "改了。", "供水所改期", clock.now())
    await office.drive()
    assert "后天停水" in (await texts_to(office, "oA"))[-1]


async def test_a_push_with_the_longest_of_everything_fits_one_message(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent(
        title="停" * 60, body="水" * 2000, body_responsible="社" * 60, person_responsible="何" * 40, phone="电" * 40
    )
    await correct_notice(office.approver, notice.id, "水" * 60, "停" * 2000, "改" * 100, clock.now())
    await office.drive()
    message = office.recorder.sent[-1]
    assert len(f"{message.text}\n{message.link}".encode()) <= 2048
    assert message.text.rstrip().endswith("2 全部通知</a>")
