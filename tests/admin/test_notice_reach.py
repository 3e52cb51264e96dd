"""How a notice arrives, and the list of whom nobody reached: counted by home, walked, ticked, handed on by a link."""

import asyncio
import re
from datetime import date, timedelta

import pytest

from clock import clock
from models.audit import AuditEntry
from models.campaigns import BuildingLink, Delivery, SendBudget
from models.notices import Notice
from models.organisations import Grid, GridAssignment
from models.reach import DeliveryState, Path
from models.residency import Account, Dwelling
from models.states import StaffRole
from settings import get_settings
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.notices import TITLE, people, sent, settled, telephone
from tests.factories import Community, make_estate, make_resident

APP_ID = get_settings().wechat_app_id


@pytest.fixture
async def flats(community: Community) -> list[Dwelling]:
    """Three in building 3 and one in building 4; nobody follows, the second has a telephone."""
    estate = await make_estate(community)
    found = await people(estate, 3) + await people(estate, 1, building="4")
    await telephone(found[1], "15400000001")
    return found


@pytest.fixture
async def notice(admin: Browser, flats: list[Dwelling]) -> Notice:
    """One that the first home has read; the three others could not be reached."""
    told = await sent(admin, (await flats[0].estate).code)
    await settled(told, flats[0], DeliveryState.READ, path=Path.CUSTOMER)
    for flat in flats[1:]:
        await settled(told, flat, DeliveryState.PERMANENT)
    return told


async def unreached(browser: Browser, notice: Notice, query: str = "") -> str:
    return words(await browser.page(f"/admin/notices/{notice.id}/unreached{query}"))


async def test_the_funnel_counts_people_and_homes(admin: Browser, notice: Notice, flats: list[Dwelling]) -> None:
    page = words(await admin.page(f"/admin/notices/{notice.id}/reach"))
    for line in ("应送到 4 4 100.0%", "已发出 1 1 25.0%", "已读 1 1 25.0%", "没送到 3 人，3 户"):
        assert line in page, page
    assert "公众号消息 1 1 0" in page
    assert "幸福里3号楼 3 人，3 户 1 人 1 户 0 户 2 户" in page


async def test_one_members_reading_counts_the_home(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    [flat] = await people(estate, 1)
    await make_resident("王二", flat)
    notice = await sent(admin, estate.code)
    first, second = await Delivery.filter(dwelling_id=flat.id).order_by("id")
    await Delivery.filter(id=first.id).update(state=DeliveryState.PERMANENT)
    await Delivery.filter(id=second.id).update(state=DeliveryState.READ)
    assert "没有漏下的户" in await unreached(admin, notice)


async def test_quota_is_shown_with_the_reason_where_a_path_rests(admin: Browser, notice: Notice) -> None:
    now = clock.now()
    known = {"app_id": APP_ID, "per_second": 1.0, "burst": 1, "tokens": 1.0, "filled_at": now, "day": clock.today()}
    rest = {"closed_until": now + timedelta(hours=1), "reason": "接口被封"}
    await SendBudget.create(**known, path=Path.CUSTOMER, per_day=500, used=7)
    await SendBudget.create(**known, path=Path.MASS, per_day=100, used=100, **rest)
    page = words(await admin.page(f"/admin/notices/{notice.id}/reach"))
    assert "公众号消息 7 500 正常" in page
    assert "接口被封" in page


async def test_the_table_carries_a_watermark_and_is_noted(admin: Browser, notice: Notice) -> None:
    answer = await admin.get(f"/admin/notices/{notice.id}/reach.csv")
    first, header, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert "导出" in first
    assert header.startswith("楼栋,应送人数")
    assert [line.split(",")[0] for line in lines] == ["幸福里3号楼", "幸福里4号楼"]
    assert await AuditEntry.filter(action="notice.take", subject=f"notice:{notice.id}").count() == 1


async def test_the_list_says_who_and_why_and_is_narrowed(admin: Browser, notice: Notice, flats: list[Dwelling]) -> None:
    page = await unreached(admin, notice)
    assert flats[0].address not in page
    assert f"{flats[1].address} 王** 没有关注公众号" in page
    assert f"{flats[2].address} 王** 没有关注，也没有电话" in page
    assert "王秀英" not in page
    assert flats[3].address not in await unreached(admin, notice, f"?building={flats[1].building_id}")
    assert flats[1].address not in await unreached(admin, notice, "?why=stranger")
    await settled(notice, flats[1], DeliveryState.UNCERTAIN)
    assert "可能已收到" in await unreached(admin, notice)


@pytest.mark.parametrize(
    ("errcode", "said"),
    [
        (0, "本月群发次数用完"),
        (45047, "公众号消息名额留给了工作人员"),
        (43101, "不接收公众号消息"),
        (40003, "取消了关注"),
    ],
)
async def test_what_the_platform_answered_is_told_in_plain_words(
    admin: Browser, notice: Notice, flats: list[Dwelling], errcode: int, said: str
) -> None:
    account = await Account.create(app_id=APP_ID, openid="o-follower", created_at=clock.now())
    await settled(notice, flats[2], DeliveryState.PERMANENT, account_id=account.id, errcode=errcode)
    assert f"{flats[2].address} 王** {said}" in await unreached(admin, notice)


async def test_a_long_list_is_walked_building_by_building(
    admin: Browser, notice: Notice, flats: list[Dwelling], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.pages.rounds.MOST", 2)
    page = await unreached(admin, notice)
    assert flats[1].address in page
    assert flats[3].address not in page
    assert "全部 幸福里3号楼" not in page
    refused = await admin.get(f"/admin/notices/{notice.id}/doorstep")
    assert (refused.status_code, "请按楼栋打印" in refused.text) == (422, True)


async def test_a_home_that_was_told_leaves_the_list_once_and_comes_back_when_that_was_wrong(
    admin: Browser, notice: Notice, flats: list[Dwelling]
) -> None:
    here = f"/admin/notices/{notice.id}"
    tick = {"dwelling": str(flats[1].id), "how": "call"}
    assert "告知过了" in await admin.follow(await admin.post(f"{here}/told", **tick))
    assert "已经记过了" in await admin.follow(await admin.post(f"{here}/told", **tick))
    told = await Delivery.get(dwelling_id=flats[1].id)
    assert (told.path, told.reached_by) == (Path.CALL, f"admin-{admin_code(notice)}")
    assert "还有 2 户" in await unreached(admin, notice)
    assert await AuditEntry.filter(action="notice.reach").count() == 1
    await admin.follow(await admin.post(f"{here}/untold", dwelling=str(flats[1].id)))
    assert "还有 3 户" in await unreached(admin, notice)


async def test_two_who_tick_the_same_home_at_once_have_told_it_once(
    admin: Browser, signed_in: SignIn, notice: Notice, flats: list[Dwelling], community: Community
) -> None:
    worker = await signed_in(StaffRole.WORKER, community.code)
    tick = {"dwelling": str(flats[1].id), "how": "paper"}
    here = f"/admin/notices/{notice.id}/told"
    answers = await asyncio.gather(*(browser.post(here, **tick) for browser in (admin, worker)))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await AuditEntry.filter(action="notice.reach").count() == 1


def admin_code(notice: Notice) -> str:
    return notice.sent_by.removeprefix("admin-")


async def test_a_worker_goes_round_in_their_own_grid_only(
    signed_in: SignIn, notice: Notice, flats: list[Dwelling], community: Community
) -> None:
    away = await Grid.create(code=f"{community.code}002", name="第2网格", community=community.organisation)
    await Dwelling.filter(id=flats[3].id).update(grid_id=away.id)
    worker = await signed_in(StaffRole.GRID_WORKER, community.code)
    login = f"{StaffRole.GRID_WORKER}-{community.code}"
    await GridAssignment.create(grid=away, worker="林工", login=login, since=date(2026, 1, 1))
    page = await unreached(worker, notice)
    assert flats[3].address in page
    assert flats[1].address not in page
    here = f"/admin/notices/{notice.id}/told"
    assert (await worker.post(here, dwelling=str(flats[1].id), how="call")).status_code == 404
    assert "告知过了" in await worker.follow(await worker.post(here, dwelling=str(flats[3].id), how="paper"))


async def test_a_home_of_another_branch_is_ticked_by_nobody(
    admin: Browser, notice: Notice, elsewhere: Community
) -> None:
    [foreign] = await people(await make_estate(elsewhere, "外乡里"), 1)
    answer = await admin.post(f"/admin/notices/{notice.id}/told", dwelling=str(foreign.id), how="call")
    assert answer.status_code == 404
    assert not await AuditEntry.filter(action="notice.reach").exists()


async def test_those_below_walk_the_list_of_a_notice_from_above(
    signed_in: SignIn, admin: Browser, notice: Notice, flats: list[Dwelling], community: Community, elsewhere: Community
) -> None:
    street = await community.organisation.parent
    assert street
    await Notice.filter(id=notice.id).update(organisation_id=street.id)
    assert flats[1].address in await unreached(admin, notice)
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert flats[1].address not in await unreached(stranger, notice)
    assert (await admin.post(f"/admin/notices/{notice.id}/withdraw", reason="不该")).status_code == 404


async def test_the_doorstep_sheet_is_by_building_and_noted(
    admin: Browser, notice: Notice, flats: list[Dwelling]
) -> None:
    page = await admin.page(f"/admin/notices/{notice.id}/doorstep?building={flats[1].building_id}")
    assert flats[1].address in page
    assert flats[3].address not in page
    assert TITLE in page
    entry = await AuditEntry.get(action="notice.take")
    assert entry.detail == {"what": "doorstep", "people": 2}


async def link(admin: Browser, notice: Notice, building: int) -> str:
    page = await admin.follow(await admin.post(f"/admin/notices/{notice.id}/links", building=str(building)))
    found = re.search(r"/m/doorstep/([\w-]+)", page)
    assert found, words(page)
    return found[1]


async def test_the_token_of_a_link_is_kept_as_a_digest_and_in_no_audit_entry(
    admin: Browser, notice: Notice, flats: list[Dwelling]
) -> None:
    token = await link(admin, notice, flats[1].building_id)
    kept = await BuildingLink.get()
    assert token.encode() not in bytes(kept.digest)
    assert len(kept.digest) == 32
    entry = await AuditEntry.get(action="notice.link")
    assert token not in f"{entry.detail}{entry.subject}"
    assert (await admin.post(f"/admin/notices/{notice.id}/links", building="999999")).status_code == 404
