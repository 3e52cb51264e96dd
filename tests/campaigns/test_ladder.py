"""The paths, one after another: each is tried where it is open, once, and whoever is left stands on the list."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from campaigns.actions.launch import Message, cancel, launch_after_all, pause, resume, start_campaign
from campaigns.actions.settle import report
from campaigns.audience import Audience
from campaigns.channels import Outgoing, Result
from campaigns.jobs import drive
from campaigns.queries import preview
from clock import clock
from errors import Conflict
from models.campaigns import Attempt, Campaign, ContactWindow, Delivery, OptOut, SendBudget, Subscription
from models.reach import AttemptOutcome, CampaignState, DeliveryState, Path, Purpose, TemplateKind
from models.residency import Account
from tests.campaigns.conftest import APP_ID, Recorder, Town, wrote

ALL = [path for path in Path if path.by_machine]


class Killed(BaseException):
    """The process is gone."""


async def send(town: Town, subject: str = "notice:1:1", **more: object) -> int:
    message = Message("明天停水", "明天8点到17点停水。", "停水通知", "http://x/m/notices/1", {"title": "明天停水"})
    audience = Audience((town.code,))
    return await start_campaign(
        subject, Purpose.NOTICE, town.code, message, audience, ALL, clock.now(), topic="policy", **more
    )


async def test_everybody_is_told_by_the_first_path_that_is_open(town: Town, recorder: Recorder) -> None:
    await town.settle("oChat", wrote_hours_ago=3)
    await town.settle("oStanding")
    await town.subscribe("oStanding", TemplateKind.STANDING)
    await town.settle("oCredit", wrote_hours_ago=49)
    await town.subscribe("oCredit", TemplateKind.CREDIT, 1)
    await town.settle("oNone")
    await town.settle(phone="15400000001")
    nobody = await town.settle()
    audience = Audience((town.code,))
    seen = await preview(audience, town.code, "policy", Purpose.NOTICE, ALL, clock.now(), {})
    campaign = await send(town)
    assert await drive(recorder.channels(), {}, clock.now()) == 5
    told = {message.address: message.path for message in recorder.sent}
    assert told == {
        "oChat": Path.CUSTOMER,
        "oStanding": Path.STANDING,
        "oCredit": Path.CREDIT,
        "oNone": Path.MASS,
        "15400000001": Path.SMS,
    }
    assert (seen.people, seen.dwellings, seen.nobody) == (6, 6, 1)
    assert seen.by_path == recorder.by_path()
    assert next(m for m in recorder.sent if m.path is Path.CREDIT).content == {"thing1": "明天停水"}
    assert (await Subscription.get(credits__gte=0, standing=False)).credits == 0
    assert (await Delivery.get(resident_id=nobody.id)).state is DeliveryState.PERMANENT
    assert Counter(delivery.state for delivery in await Delivery.filter(campaign_id=campaign)) == {
        DeliveryState.DELIVERED: 1,
        DeliveryState.SENT: 4,
        DeliveryState.PERMANENT: 1,
    }
    assert (await Campaign.get(id=campaign)).state is CampaignState.DONE
    assert await drive(recorder.channels(), {}, clock.now()) == 0


async def test_two_of_the_five_customer_messages_are_left_for_the_worker(town: Town, recorder: Recorder) -> None:
    await town.settle("oChat", wrote_hours_ago=1)
    for number in range(5):
        await send(town, f"notice:{number}:1")
        await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.CUSTOMER: 3, Path.MASS: 2}
    assert (await ContactWindow.get()).used == 3
    await wrote("oChat")
    await send(town, "notice:9:1")
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path()[Path.CUSTOMER] == 4
    assert (await ContactWindow.get()).used == 1


async def test_a_refusal_falls_back_and_no_path_is_tried_twice(town: Town, recorder: Recorder) -> None:
    await town.settle("oChat", phone="15400000001", wrote_hours_ago=1)
    recorder.answers = lambda message: Result(
        AttemptOutcome.ACCEPTED if message.path is Path.SMS else AttemptOutcome.PERMANENT, 45015
    )
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert [message.path for message in recorder.sent] == [Path.CUSTOMER, Path.MASS, Path.SMS]
    assert (await Delivery.get()).state is DeliveryState.SENT
    assert await Attempt.all().count() == 3


async def test_later_is_tried_again_after_a_pause_four_times_and_then_another_way(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oChat", wrote_hours_ago=1)
    recorder.answers = lambda message: Result(
        AttemptOutcome.ACCEPTED if message.path is Path.MASS else AttemptOutcome.TEMPORARY, -1
    )
    await send(town)
    for _ in range(6):
        await drive(recorder.channels(), {}, clock.now())
        clock.shift += timedelta(minutes=6)
    assert recorder.by_path() == {Path.CUSTOMER: 4, Path.MASS: 1}


async def test_what_nobody_answered_for_is_uncertain_for_ever_until_the_platform_reports(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oStanding", phone="15400000001")
    await town.subscribe("oStanding", TemplateKind.STANDING)

    def dies(_: Outgoing) -> Result:
        raise Killed

    recorder.answers = dies
    await send(town)
    with pytest.raises(Killed):
        await drive(recorder.channels(), {}, clock.now())
    assert (await Delivery.get()).state is DeliveryState.SENDING
    clock.shift += timedelta(minutes=3)
    recorder.answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    await drive(recorder.channels(), {}, clock.now())
    assert (await Delivery.get()).state is DeliveryState.UNCERTAIN
    assert len(recorder.sent) == 1
    assert await report(APP_ID, "oStanding", "77", True, clock.now())
    assert (await Delivery.get()).state is DeliveryState.DELIVERED
    assert not await report(APP_ID, "oStanding", "78", False, clock.now())


async def test_a_report_that_it_did_not_arrive_sends_it_another_way(town: Town, recorder: Recorder) -> None:
    await town.settle("oStanding", phone="15400000001")
    await town.subscribe("oStanding", TemplateKind.STANDING)
    recorder.answers = lambda message: Result(AttemptOutcome.ACCEPTED, message_id=f"M{message.path.value}")
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    await Campaign.all().update(state=CampaignState.RUNNING)
    assert await report(APP_ID, "oStanding", "Mstanding", False, clock.now())
    await drive(recorder.channels(), {}, clock.now())
    assert [message.path for message in recorder.sent] == [Path.STANDING, Path.MASS]


async def test_our_own_mistake_rests_the_path_and_is_not_repeated_for_everybody(town: Town, recorder: Recorder) -> None:
    for number in range(3):
        await town.settle(f"o{number}", wrote_hours_ago=1)
    await SendBudget.create(
        app_id=APP_ID,
        path=Path.CUSTOMER,
        per_second=0,
        burst=1,
        per_day=9,
        tokens=1,
        filled_at=clock.now(),
        day=clock.today(),
    )
    recorder.answers = lambda _: Result(AttemptOutcome.TECHNICAL, 40164, reason="IP")
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    await drive(recorder.channels(), {}, clock.now())
    assert len(recorder.sent) == 1
    assert (await SendBudget.get(path=Path.CUSTOMER)).reason == "IP"


async def test_what_is_urgent_does_not_wait_for_a_path_whose_day_is_over(town: Town, recorder: Recorder) -> None:
    await town.settle("oA", phone="15400000001", wrote_hours_ago=1)
    day: dict[str, Any] = {"per_second": 9, "burst": 9, "per_day": 0, "tokens": 9, "day": clock.today()}
    await SendBudget.create(app_id=APP_ID, path=Path.CUSTOMER, filled_at=clock.now(), **day)
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.sent == []
    await send(town, "notice:2:1", urgent=True)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.by_path() == {Path.MASS: 1}


async def test_paused_nothing_is_taken_and_gone_on_with_nothing_is_sent_twice(town: Town, recorder: Recorder) -> None:
    for number in range(3):
        await town.settle(f"o{number}", wrote_hours_ago=1)
    campaign = await send(town)
    await drive({}, {}, clock.now() - timedelta(days=1))
    await drive({Path.CUSTOMER: recorder}, {}, clock.now() - timedelta(seconds=1))
    await pause_then_go_on(campaign, recorder)
    assert sorted(message.address for message in recorder.sent) == ["o0", "o1", "o2"]


async def pause_then_go_on(campaign: int, recorder: Recorder) -> None:
    if (await Campaign.get(id=campaign)).state is CampaignState.RUNNING:
        await pause(campaign)
        await drive(recorder.channels(), {}, clock.now())
        await resume(campaign)
    await drive(recorder.channels(), {}, clock.now())


async def test_called_off_is_called_off(town: Town, recorder: Recorder) -> None:
    await town.settle("oA", wrote_hours_ago=1)
    campaign = await send(town, launch_at=clock.now() + timedelta(hours=1))
    assert await cancel(campaign) == 0
    clock.shift += timedelta(hours=2)
    assert await drive(recorder.channels(), {}, clock.now()) == 0
    with pytest.raises(Conflict):
        await resume(campaign)


async def test_a_campaign_that_missed_its_time_asks_first(town: Town, recorder: Recorder) -> None:
    await town.settle("oA")
    campaign = await send(town, launch_at=clock.now() + timedelta(hours=1))
    clock.shift += timedelta(hours=3)
    assert await drive(recorder.channels(), {}, clock.now()) == 0
    assert (await Campaign.get(id=campaign)).state is CampaignState.OVERDUE
    await launch_after_all(campaign, clock.now())
    assert await drive(recorder.channels(), {}, clock.now()) == 1


async def test_at_night_only_what_is_urgent_is_sent(town: Town, recorder: Recorder) -> None:
    await town.settle("oA")
    await send(town)
    await send(town, "notice:2:1", urgent=True)
    clock.shift += timedelta(hours=11)
    await Campaign.all().update(launch_at=clock.now())
    await drive(recorder.channels(), {}, clock.now())
    assert {message.campaign_id for message in recorder.sent} == {(await Campaign.get(subject="notice:2:1")).id}


async def test_who_opted_out_is_left_alone_but_for_what_is_urgent(town: Town, recorder: Recorder) -> None:
    await town.settle("oA")
    account = await Account.get()
    await OptOut.create(account=account, topic="policy", since=clock.now())
    await send(town)
    await drive(recorder.channels(), {}, clock.now())
    assert recorder.sent == []
    await send(town, "notice:2:1", urgent=True)
    await drive(recorder.channels(), {}, clock.now())
    assert len(recorder.sent) == 1


async def test_started_twice_it_is_one_campaign_and_a_second_goes_to_the_same_people(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oA", wrote_hours_ago=1)
    first = await send(town)
    assert await send(town) == first
    await drive(recorder.channels(), {}, clock.now())
    await town.settle("oB", wrote_hours_ago=1)
    correction = Message("更正：后天停水", "更正：后天停水。")
    await start_campaign("notice:1:2", Purpose.NOTICE, town.code, correction, (first,), ALL, clock.now())
    await drive(recorder.channels(), {}, clock.now())
    assert [message.address for message in recorder.sent] == ["oA", "oA"]
