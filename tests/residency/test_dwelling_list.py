"""The panel's list of dwellings and the coverage figure, cut to the viewer's part of the tree."""

import pytest

from clock import clock
from handlers.residency.queries.coverage import coverage
from handlers.residency.queries.dwellings import dwellings
from handlers.staff.rules import Viewer
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, Level, MemberRole, StaffRole
from tests.factories import make_community, make_district, make_dwelling, make_estate, make_resident


@pytest.fixture
async def communities(database: str) -> list[str]:
    """Two communities: 101, 102 and 201 in the first, 101 in the second."""
    district = await make_district()
    first, second = await make_community(district), await make_community(district)
    estate = await make_estate(first)
    for room in ("101", "102", "201"):
        await make_dwelling(estate, room=room)
    await make_dwelling(await make_estate(second, "长江里"), room="101")
    return [first.code, second.code]


def viewer(code: str) -> Viewer:
    return Viewer("lin", "林工", StaffRole.WORKER, code, Level.COMMUNITY)


async def bind(dwelling: Dwelling, openid: str, state: BindingState) -> None:
    account = await Account.create(app_id="wx", openid=openid, created_at=clock.now())
    await Binding.create(
        account=account, dwelling=dwelling, role=MemberRole.OWNER, name="李秀英", state=state, created_at=clock.now()
    )


async def test_a_worker_sees_the_own_communitys_dwellings_only(communities: list[str]) -> None:
    first, second = communities
    assert [line.address for line in await dwellings(viewer(second))] == ["长江里3号楼2单元101"]
    assert len(await dwellings(viewer(first))) == 3
    assert len(await dwellings(viewer(first[:6]))) == 4
    assert await dwellings(viewer("880413")) == []


async def test_pages_follow_each_other(communities: list[str]) -> None:
    page = await dwellings(viewer("880412"), limit=2)
    rest = await dwellings(viewer("880412"), after_id=page[-1].id)
    assert [line.id for line in page + rest] == sorted(await Dwelling.all().values_list("id", flat=True))


@pytest.mark.parametrize(("search", "found"), [("201", 1), ("幸福里", 3), (" 3号楼 ", 4), ("%", 0), ("_", 0), ("", 4)])
async def test_the_search_is_for_a_part_of_the_address(communities: list[str], search: str, found: int) -> None:
    assert len(await dwellings(viewer("880412"), search)) == found


async def test_a_line_counts_people_and_accounts(communities: list[str]) -> None:
    dwelling = await Dwelling.get(address="幸福里3号楼2单元201")
    await make_resident("李秀英", dwelling)
    await make_resident("王强", dwelling)
    await bind(dwelling, "oA", BindingState.ACTIVE)
    await bind(dwelling, "oB", BindingState.PENDING)
    line, *_ = await dwellings(viewer("880412"), "201")
    assert (line.residents, line.accounts, line.bound) == (2, 1, True)
    assert not (await dwellings(viewer("880412"), "102"))[0].bound


async def test_coverage_counts_dwellings_and_not_accounts(communities: list[str]) -> None:
    first, second = await Dwelling.all().order_by("id").limit(2)
    await bind(first, "oA", BindingState.ACTIVE)
    await bind(first, "oB", BindingState.ACTIVE)
    await bind(second, "oC", BindingState.PENDING)
    await bind(second, "oD", BindingState.ENDED)
    assert await coverage("880412") == (1, 4)
    assert await coverage(communities[1]) == (0, 1)
    assert await coverage("880413") == (0, 0)
