"""One dwelling and one building in the panel: what each role sees, the form, the elevation as a table of links."""

import pytest

from clock import clock
from models.ballots import RollEntry, RollMark
from models.residency import Dwelling
from models.states import BindingState, CastChannel, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim, make_households
from tests.admin.polls import published
from tests.factories import Community, make_dwelling, make_estate, make_resident


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


async def test_people_are_masked_and_a_vote_is_told_without_its_choice(
    admin: Browser, signed_in: SignIn, community: Community
) -> None:
    estate = await make_estate(community)
    [home] = await make_households(estate, 1)
    poll = await published(admin, estate.code)
    entry = await RollEntry.get_or_none(poll=poll, dwelling=home) or await RollEntry.create(poll=poll, dwelling=home)
    await RollMark.create(entry=entry, channel=CastChannel.CHAT, voter="", cast_at=clock.now())
    page = words(await admin.page(f"/admin/dwellings/{home.id}"))
    assert "王** 家属" in page
    assert f"投票 参加了「{poll.title}」（微信）" in page
    assert "王秀英" not in page
    assert not [choice for choice in poll.choices if choice in page.replace(poll.title, "")]
    editor = words(await (await signed_in(StaffRole.EDITOR, community.code)).page(f"/admin/dwellings/{home.id}"))
    assert "王**" not in editor
    assert "修改户室" not in editor


async def test_a_dwelling_is_put_right_or_not_at_all(admin: Browser, home: Dwelling) -> None:
    page = f"/admin/dwellings/{home.id}"
    saved = await admin.press(page, "保存", {"状态": "出租", "面积": "78.12", "类型": "公租房"})
    assert "已保存" in await admin.follow(saved)
    assert "78.12 平方米" in await admin.page(page)
    for area in ("很大", "0", "NaN", "-3", "1e99", "9" * 15):
        refused = await admin.follow(await admin.press(page, "保存", {"面积": area}))
        assert "面积要" in refused, area
    changed = await Dwelling.get(id=home.id)
    assert (changed.occupancy, str(changed.area), changed.kind) == ("出租", "78.1200", "公租房")


async def test_a_building_stands_as_a_table_of_links(admin: Browser, home: Dwelling) -> None:
    await Dwelling.filter(id=home.id).update(floor=5, occupancy="出租")
    await make_claim(home, "李秀英", BindingState.ACTIVE)
    await make_resident("李秀英", home)
    page = await admin.page(f"/admin/buildings/{home.building_id}")
    assert f'<a href="/admin/dwellings/{home.id}" class="door bound rented"><strong>501</strong>' in page
    assert "已绑定 1 户 未绑定 0 户 待审核 0 户 出租 1 户 空置 0 户 共 1 户" in words(page)
    assert "楼层 2单元 5层 501 已绑定 出租" in words(page)
    assert "style=" not in page


async def test_the_list_leads_to_each_dwelling_and_keeps_its_filters(admin: Browser, home: Dwelling) -> None:
    page = await admin.page(f"/admin/dwellings?estate={home.estate_id}&building={home.building_id}&bound=no")
    assert f'href="/admin/dwellings/{home.id}"' in page
    assert f'<option value="{home.building_id}" selected>3号楼</option>' in page
    assert "没有符合条件的户室" in await admin.page("/admin/dwellings?bound=yes")
    for nonsense in ("grid=x", "community=-1", "estate=99999999999999999999"):
        assert (await admin.get(f"/admin/dwellings?{nonsense}")).status_code == 404
