"""Reading and acknowledging: two things, counted by dwelling, of one version of the text."""

import asyncio

from campaigns.arrivals import by_building, unreached
from clock import clock
from handlers.notices.actions.readings import acknowledge_notice, read_notice
from handlers.notices.actions.sending import correct_notice
from handlers.notices.queries.residents import notices_for
from handlers.notices.queries.resolvers import not_read
from handlers.residency.queries.personal import personal_data
from models.campaigns import Campaign, Delivery
from models.database import rows
from models.notices import NoticeReading
from models.reach import DeliveryState
from models.residency import Account, Binding
from models.states import BindingState, MemberRole
from tests.campaigns.conftest import APP_ID
from tests.notices.conftest import Office, visitor_of


async def test_reading_is_not_acknowledging_and_what_was_read_is_not_sent(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    visitor = await visitor_of("oA")
    await read_notice(visitor, notice.id, clock.now())
    reading = await NoticeReading.get()
    assert (reading.version, reading.acknowledged_at) == (1, None)
    await office.drive()
    assert office.recorder.sent == []
    assert (await Delivery.get()).state is DeliveryState.READ
    assert await acknowledge_notice(visitor, notice.id, clock.now())
    assert not await acknowledge_notice(visitor, notice.id, clock.now())
    assert (await NoticeReading.get()).acknowledged_at is not None


async def test_reading_and_acknowledging_at_once_is_one_reading(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    await office.drive()
    visitor = await visitor_of("oA")
    said = await asyncio.gather(
        *(read_notice(visitor, notice.id, clock.now()) for _ in range(3)),
        *(acknowledge_notice(visitor, notice.id, clock.now()) for _ in range(3)),
    )
    assert said[3:].count(True) == 1
    assert await NoticeReading.all().count() == 1


async def test_a_corrected_text_is_read_and_acknowledged_anew(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    await office.drive()
    visitor = await visitor_of("oA")
    await acknowledge_notice(visitor, notice.id, clock.now())
    await correct_notice(office.approver, notice.id, "后天停水", "改了。", "供水所改期", clock.now())
    [mine] = await notices_for(visitor, clock.now())
    assert (mine.unread, mine.changed, mine.wants_receipt) == (True, True, True)
    await read_notice(visitor, notice.id, clock.now())
    reading = await NoticeReading.get()
    assert (reading.version, reading.acknowledged_at) == (2, None)


async def test_one_member_s_reading_counts_the_dwelling(office: Office) -> None:
    elder = await office.town.settle("oElder", wrote_hours_ago=1)
    await office.town.settle("oNext", wrote_hours_ago=1)
    dwelling = office.town.dwellings[0]
    son = await Account.create(app_id=APP_ID, openid="oSon", created_at=clock.now())
    await Binding.create(
        account=son,
        dwelling=dwelling,
        role=MemberRole.FAMILY,
        name="家人",
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )
    notice = await office.sent()
    await office.drive()
    await read_notice(await visitor_of("oSon"), notice.id, clock.now())
    left = await rows(not_read(notice.id))
    assert [row["dwelling_id"] for row in left] == [office.town.dwellings[1].id]
    assert (await Delivery.get(resident_id=elder.id)).state is DeliveryState.DELIVERED


async def test_who_read_it_without_being_written_to_gets_the_correction_too(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    await office.drive()
    await office.town.settle("oNew", wrote_hours_ago=1)
    await read_notice(await visitor_of("oNew"), notice.id, clock.now())
    await correct_notice(office.approver, notice.id, "后天停水", "改了。", "供水所改期", clock.now())
    await office.drive()
    assert ["后天停水" in one.text for one in office.recorder.sent if one.address == "oNew"] == [True]


async def test_what_was_sent_and_read_is_told_to_whom_it_is_about(office: Office) -> None:
    await office.town.settle("oA")
    notice = await office.sent()
    await office.drive()
    visitor = await visitor_of("oA")
    await acknowledge_notice(visitor, notice.id, clock.now())
    assert visitor.account_id
    held = await personal_data(visitor.account_id)
    assert [one["标题"] for one in held["社区通知"]] == ["明天停水"]
    assert [(one["方式"], one["结果"]) for one in held["推送"]] == [("公众号群发", "已读")]


async def test_reading_counts_every_home_of_the_reader(office: Office) -> None:
    await office.town.settle("oSon", wrote_hours_ago=1)
    for _ in range(2):
        await office.town.settle()
    own, parents, strangers = office.town.dwellings
    await Binding.create(
        account=await Account.get(openid="oSon"),
        dwelling=parents,
        role=MemberRole.FAMILY,
        name="家人",
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )
    notice = await office.sent()
    await office.drive()
    campaign = await Campaign.get(subject=f"notice:{notice.id}:1")

    async def left() -> set[int]:
        return {one.dwelling_id for one in await unreached(campaign.id, office.town.code, limit=9)}

    assert await left() == {parents.id, strangers.id}
    await read_notice(await visitor_of("oSon"), notice.id, clock.now())
    assert await left() == {strangers.id}
    assert [row["dwelling_id"] for row in await rows(not_read(notice.id))] == [strangers.id]
    reach = (await by_building(campaign.id, office.town.code))[0].reach
    assert (reach.homes, reach.read, reach.read_homes, reach.unreached_homes) == (3, 1, 2, 1)
    await Binding.all().update(state=BindingState.ENDED)
    assert [row["dwelling_id"] for row in await rows(not_read(notice.id))] == [parents.id, strangers.id]
    assert own.id not in await left()
