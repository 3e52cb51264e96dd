"""Why somebody was not reached: each reason as it comes about, and no other."""

from collections.abc import Sequence

import pytest

from campaigns.actions.launch import Message, start_campaign
from campaigns.actions.windows import count_customer_message
from campaigns.arrivals import unreached
from campaigns.audience import Audience
from campaigns.channels import Result
from campaigns.delivery import MOST_PUSHED, Obstacle
from campaigns.jobs import drive
from clock import clock
from models.campaigns import Campaign
from models.reach import AttemptOutcome, Path, Purpose
from tests.campaigns.conftest import APP_ID, Recorder, Town, wrote

PUSHES = (Path.CUSTOMER, Path.STANDING, Path.CREDIT)


async def why(town: Town, recorder: Recorder, paths: Sequence[Path] = PUSHES, number: int = 1) -> list[Obstacle]:
    """Send to all; the reasons on the list that is left."""
    message, audience = Message("明天停水", "明天停水。"), Audience((town.code,))
    subject = f"notice:{number}:1"
    await start_campaign(subject, Purpose.NOTICE, town.code, message, audience, paths, clock.now())
    await drive(recorder.channels(), {}, clock.now())
    return await left(town)


async def left(town: Town) -> list[Obstacle]:
    campaign = await Campaign.all().order_by("-id").first()
    assert campaign
    return [one.why for one in await unreached(campaign.id, town.code, limit=9)]


async def test_who_has_not_written_and_not_subscribed(town: Town, recorder: Recorder) -> None:
    await town.settle("oSilent", wrote_hours_ago=60)
    assert await why(town, recorder) == [Obstacle.NO_WINDOW]


async def test_whose_messages_are_left_for_the_worker_also_after_they_write_again(
    town: Town, recorder: Recorder
) -> None:
    await town.settle("oBusy", wrote_hours_ago=1)
    for _ in range(MOST_PUSHED):
        await count_customer_message(APP_ID, "oBusy", clock.now())
    assert await why(town, recorder) == [Obstacle.KEPT]
    await wrote("oBusy")
    assert await left(town) == [Obstacle.KEPT]


async def test_whose_mass_messages_of_the_month_are_used_up(town: Town, recorder: Recorder) -> None:
    for name in ("oA", "oB"):
        await town.settle(name)
    for number in range(1, 5):
        assert await why(town, recorder, (Path.MASS,), number) == []
    assert await why(town, recorder, (Path.CUSTOMER, Path.MASS), 5) == [Obstacle.MASS_SPENT] * 2


@pytest.mark.parametrize(
    ("errcode", "reason"),
    [
        (45015, Obstacle.NO_WINDOW),
        (45047, Obstacle.KEPT),
        (43101, Obstacle.REFUSED),
        (45002, Obstacle.DECLINED),
    ],
)
async def test_what_the_platform_refused(town: Town, recorder: Recorder, errcode: int, reason: Obstacle) -> None:
    await town.settle("oA", wrote_hours_ago=1)
    recorder.answers = lambda _: Result(AttemptOutcome.PERMANENT, errcode)
    assert await why(town, recorder) == [reason]


def test_each_reason_has_its_own_words() -> None:
    assert len({one.label for one in Obstacle}) == len({one.meaning for one in Obstacle}) == len(Obstacle)
    assert all(len(one.meaning) <= 40 for one in Obstacle)
