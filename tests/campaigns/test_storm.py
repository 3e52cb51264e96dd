"""Five hundred recipients, a platform in a storm, workers that are killed: one push each, or uncertain, or listed."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta

from redis.asyncio import Redis

from campaigns.actions.launch import Message, pause, resume, start_campaign
from campaigns.audience import Audience
from campaigns.channels import Channels
from campaigns.jobs import Driver, drive
from clock import clock
from models.campaigns import Campaign, Delivery
from models.reach import CampaignState, DeliveryState, Path, Purpose
from tests.campaigns.conftest import Town
from tests.campaigns.storm import Storm

ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
LISTED = (DeliveryState.PERMANENT, DeliveryState.TECHNICAL, DeliveryState.UNCERTAIN)
PATHS = (Path.CUSTOMER, Path.MASS, Path.SMS)


async def begin(town: Town) -> int:
    return await start_campaign(
        "notice:1:1",
        Purpose.NOTICE,
        town.code,
        Message("明天停水", "明天8点到17点停水。", "明天停水"),
        Audience((town.code,)),
        PATHS,
        clock.now(),
    )


async def work(channels: Channels) -> None:
    while True:
        await drive(channels, {}, clock.now())
        await asyncio.sleep(0.01)


async def killed_now_and_then(channels: Channels, kills: int, chance: random.Random) -> None:
    """Three workers; one after another is cancelled wherever it stands, and another begins."""
    workers = [asyncio.create_task(work(channels)) for _ in range(3)]
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.02, 0.3))
        clock.shift += timedelta(seconds=chance.choice((0, 5, 60)))
        at = chance.randrange(3)
        workers[at].cancel()
        with suppress(asyncio.CancelledError):
            await workers[at]
        workers[at] = asyncio.create_task(work(channels))
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def test_each_of_five_hundred_gets_one_push_or_is_uncertain_or_listed(town: Town, redis: Redis) -> None:
    openids = await town.settle_crowd(500)
    phones = {openid: f"154{at:08d}" for at, openid in enumerate(openids)}
    storm = Storm(20261123)
    channels = storm.channels(redis)
    campaign = await begin(town)
    await killed_now_and_then(channels, 6, random.Random(7))
    while storm.under_way:  # noqa: ASYNC110 -- calls of workers that are gone
        await asyncio.sleep(0.01)
    for _ in range(40):
        clock.shift += timedelta(minutes=11)
        await drive(channels, {}, clock.now())
        if (await Campaign.get(id=campaign)).state is CampaignState.DONE:
            break
    assert (await Campaign.get(id=campaign)).state is CampaignState.DONE
    deliveries = await Delivery.filter(campaign_id=campaign).select_related("account")
    assert len(deliveries) == 500
    for delivery in deliveries:
        openid = delivery.account.openid
        pushes = storm.told[openid] + storm.told[phones[openid]]
        assert pushes == 1 if delivery.state in ARRIVED else delivery.state in LISTED, (delivery.state, pushes)
        assert pushes == 0 or delivery.state in (*ARRIVED, DeliveryState.UNCERTAIN)
        assert pushes <= 1
    arrived = sum(delivery.state in ARRIVED for delivery in deliveries)
    assert arrived > 100


async def test_paused_and_gone_on_with_in_mid_flight_nobody_is_told_twice_and_nobody_forgotten(
    town: Town, redis: Redis
) -> None:
    openids = await town.settle_crowd(150)
    storm = Storm(3, severity=0, slowest=0.05)
    channels = storm.channels(redis)
    campaign = await begin(town)
    worker = asyncio.create_task(work(channels))
    stops = 0
    while (await Campaign.get(id=campaign)).state is not CampaignState.DONE:
        if (await Campaign.get(id=campaign)).state is CampaignState.RUNNING and stops < 3:
            await pause(campaign)
            stops += 1
            while await Delivery.filter(campaign_id=campaign, state=DeliveryState.SENDING).exists():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            told = storm.told.total()
            await asyncio.sleep(0.1)
            assert storm.told.total() == told
            await resume(campaign)
        await asyncio.sleep(0.05)
    worker.cancel()
    assert stops
    assert storm.told == dict.fromkeys(openids, 1)


async def test_a_process_that_ends_answers_for_what_it_has_begun_and_leaves_the_rest_to_the_next(
    town: Town, redis: Redis
) -> None:
    openids = await town.settle_crowd(120)
    storm = Storm(5, severity=0, slowest=0.05)
    channels = storm.channels(redis)
    campaign = await begin(town)
    driver = Driver(channels, {})
    sending = asyncio.create_task(driver(clock.now()))
    while storm.told.total() < 20:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await driver.end()
    await sending
    states = {one.state for one in await Delivery.filter(campaign_id=campaign)}
    assert states == {DeliveryState.DELIVERED, DeliveryState.TEMPORARY, DeliveryState.CREATED}
    clock.shift += timedelta(minutes=1)
    await drive(channels, {}, clock.now())
    assert storm.told == dict.fromkeys(openids, 1)
