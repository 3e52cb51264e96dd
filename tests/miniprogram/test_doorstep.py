"""A building's list behind a link: rooms without names, ticked by whoever has it, for seven days."""

from datetime import timedelta

import pytest

from campaigns.actions.launch import Message, launch_due, start_campaign
from campaigns.audience import Audience
from clock import clock
from handlers.reach.actions import link_building
from handlers.staff.rules import Viewer
from miniprogram.pages import doorstep
from models.audit import AuditEntry
from models.campaigns import Delivery
from models.notices import Notice
from models.reach import DeliveryState, NoticeClass, NoticeState, Path, Purpose
from models.residency import Dwelling
from models.states import Level, StaffRole
from tests.admin.notices import people
from tests.factories import Community, make_community, make_district, make_estate
from tests.miniprogram.conftest import Handset, Handsets


@pytest.fixture
async def community(database: str) -> Community:
    return await make_community(await make_district())


@pytest.fixture
async def flats(community: Community) -> list[Dwelling]:
    """Two in building 3, one in building 4."""
    estate = await make_estate(community)
    return await people(estate, 2) + await people(estate, 1, building="4")


@pytest.fixture
async def token(community: Community, flats: list[Dwelling]) -> str:
    """A link to building 3, where nobody could be reached."""
    now, code = clock.now(), community.code
    notice = await Notice.create(
        organisation=community.organisation,
        topic=NoticeClass.URGENT,
        state=NoticeState.SENT,
        title="停水",
        body="换阀门，请储水。",
        body_responsible="供水所",
        person_responsible="值班",
        starts_on=clock.today(),
        audience={"places": [code]},
        paths=Path.CUSTOMER.bit,
        created_at=now,
    )
    message, subject = Message("停水", "停水"), f"notice:{notice.id}:1"
    campaign = await start_campaign(subject, Purpose.NOTICE, code, message, Audience((code,)), [Path.CUSTOMER], now)
    await launch_due({}, now)
    await Delivery.all().update(state=DeliveryState.PERMANENT)
    viewer = Viewer("lin", "林工", StaffRole.WORKER, code, Level.COMMUNITY)
    return await link_building(viewer, f"notice:{notice.id}", campaign, flats[0].building_id, now)


@pytest.fixture
def anybody(handset: Handsets) -> Handset:
    return handset()


async def test_rooms_are_listed_without_names_and_ticked_once(
    anybody: Handset, token: str, flats: list[Dwelling]
) -> None:
    here = f"/m/doorstep/{token}"
    page = await anybody.http.get(here)
    assert page.headers["Cache-Control"] == "no-store"
    assert flats[0].address in page.text
    assert flats[2].address not in page.text
    assert "换阀门，请储水。" in page.text
    assert "王" not in page.text
    page = await anybody.follow(await anybody.press(here, "已告知"))
    assert flats[0].address not in page.text
    told = await Delivery.get(dwelling_id=flats[0].id)
    assert (told.reached_by, told.path) == ("link", Path.PAPER)
    assert (await anybody.press(here, "已告知", dwelling=str(flats[0].id))).status_code == 404
    assert (await anybody.press(here, "已告知", dwelling=str(flats[2].id))).status_code == 404
    assert await AuditEntry.filter(action="notice.reach").count() == 1


async def test_a_link_ends_after_seven_days_and_none_is_guessed(anybody: Handset, token: str) -> None:
    assert (await anybody.http.get(f"/m/doorstep/{token[:-1]}x")).status_code == 404
    assert (await anybody.http.get(f"/m/doorstep/{'x' * 500}")).status_code == 404
    clock.shift += timedelta(days=7, minutes=1)
    answer = await anybody.http.get(f"/m/doorstep/{token}")
    assert (answer.status_code, "过期" in answer.text) == (404, True)


async def test_a_tick_from_elsewhere_and_too_many_looks_are_refused(
    anybody: Handset, token: str, flats: list[Dwelling], monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = await anybody.http.post(f"/m/doorstep/{token}", data={"dwelling": str(flats[0].id)})
    assert forged.status_code == 403
    monkeypatch.setattr(doorstep, "MOST_LOOKS", 1)
    assert (await anybody.http.get(f"/m/doorstep/{token}")).status_code == 429
    assert not await AuditEntry.filter(action="notice.reach").exists()
