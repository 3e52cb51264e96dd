"""A notice that sends itself again: once each time, in its present text, to whom it is for, until somebody stops it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from campaigns.channels import Result
from campaigns.jobs import drive
from clock import BEIJING, clock
from errors import Conflict, NotFound
from handlers.notices.actions import repeating
from handlers.notices.actions.holding import pause_sending, send_after_all, skip_firing, stop_repeating
from handlers.notices.actions.readings import read_notice
from handlers.notices.actions.sending import correct_notice, send_notice, withdraw_notice
from handlers.notices.jobs import repeat_due
from handlers.notices.queries.residents import pushed_choices, unread_count
from handlers.notices.queries.resolvers import not_read
from models.audit import AuditEntry
from models.campaigns import Campaign, Delivery
from models.notices import Notice
from models.reach import AttemptOutcome, CampaignState, DeliveryState, Repeat
from tests.campaigns.conftest import wrote
from tests.notices.conftest import Office, visitor_of

WEEK = timedelta(days=7)


async def weekly(office: Office, **different: Any) -> Notice:
    """One that was sent at noon and comes again every week for a month."""
    until = clock.today() + timedelta(days=30)
    notice = await office.sent(**{"repeat": Repeat.WEEKLY, "ends_on": until} | different)
    await run(office)
    return notice


async def run(office: Office) -> None:
    """The clock's part: what is due is sent again, and sent."""
    await repeat_due(clock.now())
    await drive(office.recorder.channels(), {"not_read": not_read}, clock.now())


async def a_week_later(office: Office, *openids: str, late: timedelta = timedelta(minutes=1)) -> None:
    clock.shift += WEEK + late
    for openid in openids:
        await wrote(openid, 1)


def told(office: Office) -> list[str]:
    return sorted(message.address for message in office.recorder.sent)


async def firings() -> list[Campaign]:
    return [one for one in await Campaign.all().order_by("id") if one.subject.count(":") == 3]


async def test_it_comes_again_each_week_until_its_end(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await weekly(office)
    first = notice.launch_at
    assert first
    assert (await Notice.get()).again_at == first + WEEK
    for number in range(1, 6):
        await a_week_later(office, "oA", late=timedelta(minutes=1) if number == 1 else timedelta())
        await run(office)
        await run(office)
        assert len(await firings()) == min(number, 4)
    assert told(office) == ["oA"] * 5
    assert (await Notice.get()).again_at is None
    days = [(first + number * WEEK).astimezone(BEIJING) for number in range(1, 5)]
    assert [one.subject for one in await firings()] == [f"notice:{notice.id}:1:{day:%Y%m%d}" for day in days]
    assert await AuditEntry.filter(action="notice.repeat", actor="clock").count() == 4


async def test_clocks_of_several_processes_send_it_once(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    await weekly(office)
    await a_week_later(office, "oA")
    await asyncio.gather(*(repeat_due(clock.now()) for _ in range(4)))
    assert len(await firings()) == 1
    await run(office)
    assert told(office) == ["oA", "oA"]


async def test_a_crash_in_between_leaves_it_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    await weekly(office)
    again_at = (await Notice.get()).again_at
    await a_week_later(office, "oA")

    async def crash(*_: object, **__: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(repeating, "record", crash)
        with pytest.raises(ExceptionGroup):
            await repeat_due(clock.now())
    assert (await firings(), (await Notice.get()).again_at) == ([], again_at)
    await run(office)
    assert told(office) == ["oA", "oA"]


async def test_of_what_was_missed_only_the_last_asks(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await weekly(office)
    first = notice.launch_at
    assert first
    clock.shift += 2 * WEEK + timedelta(hours=1)
    await run(office)
    [asks] = await firings()
    assert (asks.state, asks.launch_at) == (CampaignState.OVERDUE, first + 2 * WEEK)
    assert (await Notice.get()).again_at == first + 3 * WEEK
    assert told(office) == ["oA"]
    await wrote("oA")
    await send_after_all(office.approver, notice.id, clock.now())
    await run(office)
    assert told(office) == ["oA", "oA"]


async def test_one_that_asks_falls_away_with_the_next(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    await weekly(office)
    await a_week_later(office, late=timedelta(hours=1))
    await run(office)
    await a_week_later(office, "oA", late=-timedelta(minutes=59))
    await run(office)
    assert [one.state for one in await firings()] == [CampaignState.CANCELLED, CampaignState.DONE]


async def test_what_has_not_begun_itself_asks_alone(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    later = clock.now() + timedelta(hours=1)
    notice = await office.reviewed(repeat=Repeat.WEEKLY, ends_on=clock.today() + timedelta(days=30))
    await send_notice(office.approver, notice.id, clock.now(), launch_at=later)
    await a_week_later(office, "oA", late=timedelta(hours=2))
    await run(office)
    assert [(one.subject, one.state) for one in await Campaign.all()] == [
        (f"notice:{notice.id}:1", CampaignState.OVERDUE)
    ]


async def test_it_goes_only_to_homes_in_which_nobody_has_read_it(office: Office) -> None:
    for openid in ("oRead", "oNot"):
        await office.town.settle(openid, wrote_hours_ago=1)
    notice = await weekly(office, repeat_unread=True)
    await read_notice(await visitor_of("oRead"), notice.id, clock.now())
    await a_week_later(office, "oRead", "oNot")
    await run(office)
    assert told(office) == ["oNot", "oNot", "oRead"]


async def test_who_has_read_it_gets_it_again_and_it_is_not_unread(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await weekly(office)
    visitor = await visitor_of("oA")
    await read_notice(visitor, notice.id, clock.now())
    await a_week_later(office, "oA")
    await run(office)
    assert told(office) == ["oA", "oA"]
    assert await unread_count(visitor) == 0
    assert await pushed_choices(visitor, clock.now() - timedelta(hours=1))
    await read_notice(visitor, notice.id, clock.now())
    [again] = await firings()
    assert (await Delivery.get(campaign_id=again.id)).state is DeliveryState.READ


async def test_a_correction_keeps_the_times_and_gives_them_the_new_text(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await weekly(office)
    again_at = (await Notice.get()).again_at
    await correct_notice(office.approver, notice.id, "后天停水", notice.body, "供水所改期", clock.now())
    assert (await Notice.get()).again_at == again_at
    await run(office)
    await a_week_later(office, "oA")
    await run(office)
    assert "后天停水" in office.recorder.sent[-1].text
    assert (await firings())[0].subject.startswith(f"notice:{notice.id}:2:")


async def test_withdrawn_or_stopped_it_comes_no_more(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    withdrawn, stopped = await weekly(office), await weekly(office)
    await withdraw_notice(office.approver, withdrawn.id, "不停水了", clock.now())
    await stop_repeating(office.approver, stopped.id)
    await a_week_later(office, "oA")
    await run(office)
    assert await firings() == []
    assert not await Notice.exists(again_at__not_isnull=True)
    with pytest.raises(Conflict):
        await stop_repeating(office.approver, stopped.id)


async def test_who_still_waits_for_the_last_one_gets_this_one_alone(office: Office) -> None:
    for openid in ("oGot", "oWaits"):
        await office.town.settle(openid, wrote_hours_ago=1)
    waits = Result(AttemptOutcome.TEMPORARY, retry_at=clock.now() + 2 * WEEK)
    office.recorder.answers = lambda one: waits if one.address == "oWaits" else Result(AttemptOutcome.ACCEPTED)
    await weekly(office)
    office.recorder.answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    await a_week_later(office, "oGot", "oWaits")
    await run(office)
    assert await Delivery.filter(state=DeliveryState.CANCELLED).count() == 1
    clock.shift += timedelta(days=6)
    await run(office)
    assert told(office) == ["oGot", "oGot", "oWaits", "oWaits"]


async def test_one_that_asks_leaves_the_last_one_as_it_goes(office: Office) -> None:
    await office.town.settle("oWaits", wrote_hours_ago=1)
    office.recorder.answers = lambda _: Result(AttemptOutcome.TEMPORARY, retry_at=clock.now() + 2 * WEEK)
    await weekly(office)
    await a_week_later(office, late=timedelta(hours=1))
    await run(office)
    assert [one.state for one in await Campaign.all().order_by("id")] == [CampaignState.RUNNING, CampaignState.OVERDUE]


async def test_while_it_is_paused_nothing_is_added_to_it(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    office.recorder.answers = lambda _: Result(AttemptOutcome.TEMPORARY)
    notice = await weekly(office)
    await pause_sending(office.approver, notice.id)
    await a_week_later(office, "oA")
    await run(office)
    assert await firings() == []
    assert notice.launch_at
    assert (await Notice.get()).again_at == notice.launch_at + 2 * WEEK


async def test_one_time_is_passed_over_and_the_next_one_comes(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await weekly(office)
    await a_week_later(office, late=timedelta(hours=1))
    await run(office)
    with pytest.raises(NotFound):
        await skip_firing(office.as_(office.approver.role, "far", "990199"), notice.id)
    await skip_firing(office.approver, notice.id)
    with pytest.raises(Conflict):
        await skip_firing(office.approver, notice.id)
    await a_week_later(office, "oA", late=-timedelta(minutes=59))
    await run(office)
    assert [one.state for one in await firings()] == [CampaignState.CANCELLED, CampaignState.DONE]
