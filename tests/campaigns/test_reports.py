"""What is counted against the five customer messages, and what late reports and refusals change for everybody."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from campaigns.actions.launch import Message, cancel, start_campaign
from campaigns.actions.settle import report, report_mass
from campaigns.actions.templates import map_template
from campaigns.actions.windows import count_customer_message
from campaigns.audience import Audience
from campaigns.channels import Outgoing, Result
from campaigns.delivery import MOST_PUSHED
from campaigns.jobs import drive
from clock import clock
from models.campaigns import Campaign, ContactWindow, Delivery, MessageTemplate, SendBudget
from models.reach import AttemptOutcome, CampaignState, DeliveryState, Path, Purpose, TemplateKind
from models.residency import Account
from tests.campaigns.conftest import APP_ID, Recorder, Town, wrote

ALL = [path for path in Path if path.by_machine]


async def send(town: Town, number: int = 1, *, urgent: bool = False) -> int:
    return await start_campaign(
        f"notice:{number}:1",
        Purpose.NOTICE,
        town.code,
        Message("明天停水", "明天停水。", content={"title": "明天停水"}),
        Audience((town.code,)),
        ALL,
        clock.now(),
        urgent=urgent,
    )


async def test_what_a_worker_says_counts_against_the_same_five(town: Town, recorder: Recorder) -> None:
    await town.settle("oChat", wrote_hours_ago=1)
    for _ in range(3):
        assert await count_customer_message(APP_ID, "oChat", clock.now())
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.MASS: 1}
    assert not await count_customer_message(APP_ID, "oChat", clock.now(), MOST_PUSHED)
    assert await count_customer_message(APP_ID, "oChat", clock.now())
    assert (await ContactWindow.get()).used == 4
    await wrote("oChat")
    assert await count_customer_message(APP_ID, "oChat", clock.now(), MOST_PUSHED)
    assert (await ContactWindow.get()).used == 1


async def test_who_has_not_written_has_no_window_to_count_in(town: Town) -> None:
    await town.settle("oOld", wrote_hours_ago=49)
    for openid in ("oOld", "oStranger"):
        for _ in range(4):
            assert await count_customer_message(APP_ID, openid, clock.now(), MOST_PUSHED)
    assert not await ContactWindow.exists()


async def test_a_report_that_nobody_got_it_goes_on_in_a_finished_campaign_and_not_in_one_called_off(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oA", phone="15400000001")
    await town.settle("oB", phone="15400000002")
    recorder.answers = lambda message: Result(AttemptOutcome.ACCEPTED, message_id=f"M-{message.path.value}")
    campaign = await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert (await Campaign.get(id=campaign)).state is CampaignState.DONE
    assert await report_mass("wx-other", "M-mass", False, clock.now()) == 0
    assert await report_mass(APP_ID, "M-mass", False, clock.now()) == 2
    assert await report_mass(APP_ID, "M-mass", False, clock.now()) == 0
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.MASS: 2, Path.SMS: 2}
    stopped = await send(town, 2)
    await drive({Path.MASS: recorder}, {}, clock.now())
    await Campaign.filter(id=stopped).update(state=CampaignState.RUNNING)
    await cancel(stopped)
    await report_mass(APP_ID, "M-mass", False, clock.now())
    assert {one.state for one in await Delivery.filter(campaign_id=stopped)} == {DeliveryState.CANCELLED}


async def test_a_report_without_a_number_finds_the_message_and_reading_outlasts_it(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oStanding")
    await town.subscribe("oStanding", TemplateKind.STANDING)
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    await Delivery.all().update(state=DeliveryState.READ)
    assert await report(APP_ID, "oStanding", "4711", True, clock.now())
    assert (await Delivery.get()).state is DeliveryState.READ
    assert not await report(APP_ID, "oStanding", "4711", True, clock.now())


async def test_a_template_that_is_no_more_is_switched_off_and_the_next_path_is_taken(
    town: Town, recorder: Recorder
) -> None:
    for openid in ("oA", "oB"):
        await town.settle(openid)
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.TEMPLATE, "T9", {"thing1": "title"})

    def answer(message: Outgoing) -> Result:
        if message.path is Path.TEMPLATE:
            return Result(AttemptOutcome.PERMANENT, 40037, reason="40037 模板不存在或已删除", dead_template=True)
        return Result(AttemptOutcome.ACCEPTED)

    recorder.answers = answer
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.TEMPLATE: 2, Path.MASS: 2}
    template = await MessageTemplate.get()
    assert (template.enabled, template.failure) == (False, "40037 模板不存在或已删除")
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.TEMPLATE, "T10", {"thing1": "title"})
    assert (await MessageTemplate.get()).enabled


async def test_who_has_left_is_known_to_have_left_and_gets_an_sms(town: Town, recorder: Recorder) -> None:
    await town.settle("oGone", phone="15400000001", wrote_hours_ago=1)
    recorder.answers = lambda message: Result(
        AttemptOutcome.ACCEPTED if message.path is Path.SMS else AttemptOutcome.PERMANENT, 43004
    )
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.CUSTOMER: 1, Path.SMS: 1}
    assert not (await Account.get()).following


async def test_a_quota_that_is_used_up_shuts_the_path_until_it_is_fresh(town: Town, recorder: Recorder) -> None:
    await town.settle("oA", wrote_hours_ago=1)
    again = clock.now() + timedelta(hours=2)
    recorder.answers = lambda _: Result(AttemptOutcome.TEMPORARY, 45009, retry_at=again, reason="45009", closed=True)
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert (await SendBudget.get(path=Path.CUSTOMER)).closed_until == again
    await town.settle("oB", wrote_hours_ago=1)
    await send(town, 2)
    await drive(recorder.channels(), {}, clock.now())
    assert [message.address for message in recorder.sent] == ["oA"]


async def test_mass_messages_are_counted_by_calls_and_something_urgent_waits_for_one_batch(
    town: Town, recorder: Recorder, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.settle_crowd(30)
    monkeypatch.setattr("campaigns.jobs.BATCH", 10)
    begun: list[int] = []

    def answer(message: Outgoing) -> Result:
        begun.append(message.campaign_id)
        return Result(AttemptOutcome.ACCEPTED)

    recorder.answers = answer
    first = await send(town)
    channels = {Path.MASS: recorder}
    await drive(channels, {}, clock.now() - timedelta(days=1))
    urgent: list[int] = []

    async def send_and_start(message: Outgoing) -> Result:
        if not begun:
            begun.append(message.campaign_id)
            urgent.append(await send(town, 2, urgent=True))
            return Result(AttemptOutcome.ACCEPTED)
        return answer(message)

    monkeypatch.setattr(recorder, "send", send_and_start)
    await drive(channels, {}, clock.now())
    assert begun[:10] == [first] * 10
    assert begun[10:40] == urgent * 30
    assert begun[40:] == [first] * 20
    assert (await SendBudget.get(path=Path.MASS)).used == 6
