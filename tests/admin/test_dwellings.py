"""The list of dwellings, found by words of the address, inside the viewer's scope."""

from decimal import Decimal

import pytest

from admin.pages import dwellings
from models.residency import Dwelling
from models.states import BindingState, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim
from tests.factories import Community, make_dwelling, make_estate


@pytest.fixture
async def homes(community: Community) -> list[Dwelling]:
    estate = await make_estate(community)
    return [await make_dwelling(estate, room=room) for room in ("501", "502", "601")]


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def test_a_dwelling_is_shown_with_grid_area_state_and_who_is_bound(
    worker: Browser, homes: list[Dwelling]
) -> None:
    await Dwelling.filter(id=homes[0].id).update(area=Decimal("78.1250"), occupancy="自住")
    for name in ("李秀英", "王强"):
        await make_claim(homes[0], name, BindingState.ACTIVE)
    await make_claim(homes[1], "张无名")
    page = words(await worker.page("/admin/dwellings"))
    assert f"{homes[0].address} 河东社区第1网格 78.12 平方米 自住 2 人" in page
    assert f"{homes[1].address} 河东社区第1网格 未登记 未登记 未绑定" in page
    assert "李秀英" not in page


async def test_every_word_must_stand_in_the_address(worker: Browser, homes: list[Dwelling]) -> None:
    page = await worker.page("/admin/dwellings?q=幸福里 50")
    assert [home.address in page for home in homes] == [True, True, False]
    assert 'value="幸福里 50"' in page
    assert "没有找到「松涛」" in await worker.page("/admin/dwellings?q=松涛")


async def test_what_is_no_address_finds_nothing(worker: Browser, homes: list[Dwelling]) -> None:
    for search in ("%", "_", "\\", "'; DROP TABLE dwelling; --", "\x00=", "x" * 900):
        response = await worker.http.get("/admin/dwellings", params={"q": search})
        assert response.status_code == 200
        assert not [home for home in homes if home.address in response.text], search


async def test_a_long_list_goes_on_by_next_page_with_the_same_words(
    worker: Browser, homes: list[Dwelling], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dwellings, "PAGE", 2)
    first = await worker.page("/admin/dwellings?q=3号楼")
    second = await worker.page(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
    assert [home.address in first for home in homes] == [True, True, False]
    assert [home.address in second for home in homes] == [False, False, True]
    assert 'value="3号楼"' in second
    assert 'rel="next"' not in second


async def test_a_page_that_no_link_leads_to_is_not_found(worker: Browser) -> None:
    for after in ("-1", "x", "1e3", "99999999999999999999"):
        assert (await worker.get(f"/admin/dwellings?after={after}")).status_code == 404, after


async def test_another_communitys_dwellings_are_not_listed(
    signed_in: SignIn, homes: list[Dwelling], elsewhere: Community
) -> None:
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    page = await stranger.page("/admin/dwellings?q=幸福里")
    assert not [home for home in homes if home.address in page]
