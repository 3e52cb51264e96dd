"""机构网格: the tree with its figures, workers, moves, aliases, checks; nobody from elsewhere sees or changes it."""

from datetime import date, timedelta

import pytest

from clock import clock
from models.audit import AuditEntry
from models.organisations import Building, Estate, Grid, GridAssignment, GridPlacement, Organisation
from models.residency import Dwelling
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_households
from tests.factories import Community, District, make_dwelling, make_estate


@pytest.fixture
async def estate(community: Community) -> Estate:
    estate = await make_estate(community, "幸福里", "老幸福")
    await make_households(estate, 1)
    await make_dwelling(estate, "4", room="901")
    for building in await Building.all():
        await GridPlacement.create(building=building, grid=community.grid, since=date(2026, 1, 1))
    return estate


async def test_a_street_sees_its_tree_with_figures_and_a_community_its_grids_and_estates(
    signed_in: SignIn, community: Community, elsewhere: Community, estate: Estate
) -> None:
    street = words(await (await signed_in(StaffRole.WORKER, community.code[:9])).page("/admin/organisation"))
    assert "已连接 1 户 / 总户 2（50.0%）" in street
    assert "河东社区 社区 2 户 1 户 50.0%" in street
    assert "河西社区 社区 0 户 0 户 0.0%" in street
    own = await (await signed_in(StaffRole.WORKER, community.code)).page("/admin/organisation")
    assert "河东社区第1网格 何立春 2 栋 2 户 1 户 50.0%" in words(own)
    assert "幸福里 未登记 老幸福 2 栋 2 户" in words(own)
    assert "没有查到问题" in own
    assert "河西" not in own
    assert "保存" not in own


async def test_another_branchs_places_are_not_found_and_not_changed(
    signed_in: SignIn, community: Community, elsewhere: Community, estate: Estate
) -> None:
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    building, assignment = await Building.first(), await GridAssignment.get(grid=community.grid)
    assert building
    home = await Dwelling.get(building=building)
    pages = (
        f"/admin/organisation/{community.organisation.id}",
        f"/admin/organisation/grids/{community.grid.id}",
        f"/admin/organisation/estates/{estate.id}",
        f"/admin/buildings/{building.id}",
        f"/admin/dwellings/{home.id}",
        f"/admin/?part={community.code}",
    )
    for page in pages:
        assert (await stranger.get(page)).status_code == 404, page
    today = clock.today().isoformat()
    posts = {
        f"{pages[0]}/contact": {"phone": "1", "hall": ""},
        f"{pages[0]}/grids": {"name": "新网格", "worker": "万小满"},
        f"{pages[1]}/assign": {"worker": "万小满", "since": today, "seen": "0"},
        f"{pages[1]}/end": {"assignment": str(assignment.id), "on": today},
        f"{pages[1]}/split": {"name": "新网格", "worker": "万小满", f"building_{building.id}": "1"},
        f"{pages[2]}/aliases": {"aliases": "别处"},
        f"{pages[3]}/move": {"grid": str(elsewhere.grid.id)},
        f"{pages[4]}/amend": {"occupancy": "空置"},
    }
    for path, fields in posts.items():
        assert (await stranger.post(path, **fields)).status_code == 404, path
    assert await Grid.all().count() == 2
    assert await AuditEntry.all().count() == 0


async def test_a_worker_is_handed_over_planned_and_withdrawn(admin: Browser, community: Community) -> None:
    page = f"/admin/organisation/grids/{community.grid.id}"
    later = clock.today() + timedelta(days=9)
    done = await admin.press(page, "调整网格员", {"网格员姓名": "万小满", "从哪天起": later.isoformat()})
    assert "已安排好" in await admin.follow(done)
    shown = words(await admin.page(page))
    assert "今天的网格员 何立春" in shown
    assert f"万小满 {later} 现在 已安排" in shown
    assert "已结束" in await admin.follow(await admin.press(page, "撤销"))
    assert "撤销" in words(await admin.page(page))
    stale = {"worker": "周安宁", "since": clock.today().isoformat(), "seen": "1"}
    assert "刚刚有人调整过" in await admin.follow(await admin.post(f"{page}/assign", **stale))
    for since in ("", "2026-13-01"):
        assert "日期不对" in await admin.follow(await admin.post(f"{page}/assign", worker="周", seen="1", since=since))


async def test_a_building_is_moved_and_a_grid_split(admin: Browser, community: Community, estate: Estate) -> None:
    page = f"/admin/organisation/grids/{community.grid.id}"
    four = await Building.get(number="4")
    fields = {"name": "二网格", "worker": "万小满", f"building_{four.id}": "1"}
    assert "已拆分" in await admin.follow(await admin.post(f"{page}/split", **fields))
    second = await Grid.get(name="二网格")
    assert (await Building.get(id=four.id)).grid_id == second.id
    assert "请勾选" in await admin.follow(await admin.post(f"{page}/split", name="三网格", worker="周安宁"))
    shown = await admin.page(f"/admin/buildings/{four.id}")
    assert f"河东社区第1网格 2026-01-01 {clock.today()} 前" in words(shown)
    back = await admin.post(f"/admin/buildings/{four.id}/move", grid=str(community.grid.id))
    assert "从今天起生效" in await admin.follow(back)
    assert (await Building.get(id=four.id)).grid_id == community.grid.id


async def test_aliases_and_contact_are_put_right(admin: Browser, community: Community, estate: Estate) -> None:
    await make_estate(community, "长江里", "江边")
    page = f"/admin/organisation/estates/{estate.id}"
    saved = await admin.press(page, "保存", {"别名": "老幸福\n幸福苑\n 幸福里 \n幸福苑"})
    assert "认得出" in await admin.follow(saved)
    assert (await Estate.get(id=estate.id)).aliases == ["老幸福", "幸福苑"]
    taken = await admin.press(page, "保存", {"别名": "江边"})
    assert "「江边」已是长江里的名称或别名" in await admin.follow(taken)
    own = f"/admin/organisation/{community.organisation.id}"
    await admin.press(own, "保存", {"电话": "0XXX-7000-0099", "服务大厅": "河东路1号"})
    told = await Organisation.get(id=community.organisation.id)
    assert (told.phone, told.hall, told.corrected) == ("0XXX-7000-0099", "河东路1号", ["hall", "phone"])
    assert "已新建三网格" in await admin.follow(
        await admin.press(own, "新建网格", {"网格名称": "三网格", "网格员姓名": "周安宁"})
    )


async def test_checks_are_shown_with_count_example_and_link(
    admin: Browser, community: Community, estate: Estate
) -> None:
    await GridAssignment.all().delete()
    page = await admin.page("/admin/organisation")
    assert "今天没有网格员的网格 1 处 河东社区第1网格" in words(page)
    assert f'href="/admin/organisation/grids/{community.grid.id}"' in page


async def test_coverage_drills_from_communities_to_grids(
    signed_in: SignIn, district: District, community: Community, estate: Estate
) -> None:
    await Dwelling.filter(room="901").update(occupancy="空置")
    browser = await signed_in(StaffRole.WORKER, district.district.code)
    page = await browser.page("/admin/")
    assert "不算空置户：已连接 1 户 / 1 户（100.0%）" in words(page)
    assert f'href="/admin/?part={community.code}#parts"' in page
    part = words(await browser.page(f"/admin/?part={community.code}"))
    assert "河东社区第1网格 1 户 2 户 1 户 50.0% 1 户 / 1 户，100.0%" in part
