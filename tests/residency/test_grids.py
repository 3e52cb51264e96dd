"""Grids over time: workers that hand over, buildings that move, new grids; and a ledger that undoes none of it."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.residency.actions.assign import assign_worker, end_assignment
from handlers.residency.actions.moves import add_grid, move_building
from handlers.residency.places import place
from handlers.residency.queries.grids import grid_of, grid_sheet, placements
from handlers.staff.rules import Viewer
from loading import load_folder
from models.audit import AuditEntry
from models.organisations import Building, Grid, GridAssignment, GridPlacement
from models.residency import Dwelling
from models.states import Level, StaffRole
from tests.factories import Community, District, make_community, make_district, make_dwelling, make_estate
from tests.residency.districts import write_district


@pytest.fixture
async def district(database: str) -> District:
    return await make_district()


@pytest.fixture
async def community(district: District) -> Community:
    return await make_community(district)


def admin(code: str, role: StaffRole = StaffRole.ADMIN) -> Viewer:
    return Viewer("lin", "林工", role, code, Level.COMMUNITY)


def day(shift: int) -> date:
    return clock.today() + timedelta(days=shift)


async def second_grid(community: Community, number: int = 2) -> Grid:
    code = f"{community.code}{number:03}"
    return await Grid.create(code=code, name=f"第{number}网格", community=community.organisation)


async def spans(grid: Grid) -> list[tuple[str, date, date | None]]:
    return [(one.worker, one.since, one.until) for one in await GridAssignment.filter(grid=grid).order_by("id")]


class TestWorkers:
    async def test_a_hand_over_ends_the_former_one_and_residents_hear_the_new_name(self, community: Community) -> None:
        home = await make_dwelling(await make_estate(community))
        await assign_worker(admin(community.code), community.grid.id, "万小满", "0XXX-1", "", day(0))
        assert await spans(community.grid) == [("何立春", date(2026, 1, 1), day(0)), ("万小满", day(0), None)]
        found = await place(home.id)
        assert found
        assert found.grid_worker == "万小满"
        entry = await AuditEntry.get(action="grid.assign")
        assert (entry.actor, entry.place) == ("staff:lin", community.grid.code)
        assert "万小满" not in str(entry.detail)

    async def test_a_day_to_come_changes_nothing_until_then(self, community: Community) -> None:
        await assign_worker(admin(community.code), community.grid.id, "万小满", "", "", day(10))
        sheet = await grid_sheet(admin(community.code), community.grid.id)
        named = [found.worker if (found := sheet.worker(day(shift))) else "" for shift in (0, 9, 10)]
        assert named == ["何立春", "何立春", "万小满"]

    async def test_two_at_once_leave_one(self, community: Community) -> None:
        viewer, grid = admin(community.code), community.grid
        seen = (await grid_sheet(viewer, grid.id)).newest
        told = await asyncio.gather(
            *(assign_worker(viewer, grid.id, name, "", "", day(0), seen=seen) for name in ("万小满", "周安宁")),
            return_exceptions=True,
        )
        assert [type(one) for one in told if isinstance(one, Exception)] == [Conflict]
        current = [one for one in await spans(grid) if one[2] is None]
        assert len(current) == 1

    async def test_the_database_alone_refuses_two_on_one_day(self, community: Community) -> None:
        viewer, grid = admin(community.code), community.grid
        await assign_worker(viewer, grid.id, "万小满", "", "", day(10))
        before = await spans(grid)
        with pytest.raises(Conflict, match="已另有安排"):
            await assign_worker(viewer, grid.id, "周安宁", "", "", day(5))
        assert await spans(grid) == before

    async def test_the_same_again_changes_nothing(self, community: Community) -> None:
        viewer, grid = admin(community.code), community.grid
        first = await assign_worker(viewer, grid.id, "万小满", "", "", day(0), seen=None)
        again = await assign_worker(viewer, grid.id, "万小满", "", "", day(0), seen=1)
        assert first.id == again.id
        assert await AuditEntry.filter(action="grid.assign").count() == 1

    async def test_somebody_planned_can_be_withdrawn_and_a_current_one_ended(self, community: Community) -> None:
        viewer, grid = admin(community.code), community.grid
        planned = await assign_worker(viewer, grid.id, "万小满", "", "", day(10))
        await end_assignment(viewer, planned.id, day(0))
        current = await GridAssignment.get(grid=grid, worker="何立春")
        with pytest.raises(Conflict, match="已经结束"):
            await end_assignment(viewer, current.id, day(20))
        await end_assignment(viewer, current.id, day(1))
        assert await spans(grid) == [("何立春", date(2026, 1, 1), day(1)), ("万小满", day(10), day(10))]
        assert (await grid_sheet(viewer, grid.id)).worker(day(2)) is None

    async def test_what_is_wrong_is_refused(self, community: Community, district: District) -> None:
        elsewhere = await make_community(district, "河西社区")
        arranged = (await GridAssignment.get(grid=community.grid)).id
        for viewer, error in (
            (admin(community.code, StaffRole.WORKER), Forbidden),
            (admin(elsewhere.code), NotFound),
        ):
            with pytest.raises(error):
                await assign_worker(viewer, community.grid.id, "万小满", "", "", day(0))
            with pytest.raises(error):
                await end_assignment(viewer, arranged, day(0))
        for worker, login in (("", ""), ("万" * 41, ""), ("万小满", "nobody-here")):
            with pytest.raises(Invalid):
                await assign_worker(admin(community.code), community.grid.id, worker, "", login, day(0))
        assert await spans(community.grid) == [("何立春", date(2026, 1, 1), None)]


class TestMoves:
    async def test_a_building_takes_its_dwellings_along_but_not_a_shop_in_a_grid_of_its_own(
        self, community: Community
    ) -> None:
        estate = await make_estate(community)
        home, shop = await make_dwelling(estate), await make_dwelling(estate, room="底商1")
        target, shops = await second_grid(community), await second_grid(community, 3)
        await Dwelling.filter(id=shop.id).update(grid_id=shops.id)
        assert await move_building(admin(community.code), home.building_id, target.id, day(0)) == 1
        assert await move_building(admin(community.code), home.building_id, target.id, day(0)) == 0
        assert (await Building.get(id=home.building_id)).grid_id == target.id
        assert [(await Dwelling.get(id=one.id)).grid_id for one in (home, shop)] == [target.id, shops.id]
        entry = await AuditEntry.get(action="building.move")
        assert (entry.before, entry.after) == (community.grid.code, target.code)

    async def test_what_was_recorded_before_stays_recorded(self, community: Community) -> None:
        home = await make_dwelling(await make_estate(community))
        await GridPlacement.create(building_id=home.building_id, grid=community.grid, since=date(2026, 1, 1))
        target = await second_grid(community)
        await move_building(admin(community.code), home.building_id, target.id, day(0))
        grids = [await grid_of(home.building_id, on) for on in (date(2025, 12, 31), day(-1), day(0), day(30))]
        assert grids == [None, community.grid.id, target.id, target.id]
        assert [one.grid_id for one in await placements(home.building_id)] == [target.id, community.grid.id]

    async def test_to_and_fro_in_one_day_leaves_one_place_a_day(self, community: Community) -> None:
        home = await make_dwelling(await make_estate(community))
        await GridPlacement.create(building_id=home.building_id, grid=community.grid, since=date(2026, 1, 1))
        target = await second_grid(community)
        for grid in (target, community.grid, target):
            await move_building(admin(community.code), home.building_id, grid.id, day(0))
        assert await grid_of(home.building_id, day(0)) == target.id
        assert await grid_of(home.building_id, day(-1)) == community.grid.id

    async def test_other_days_and_other_communities_are_refused(self, community: Community, district: District) -> None:
        home = await make_dwelling(await make_estate(community))
        target = await second_grid(community)
        elsewhere = await make_community(district, "河西社区")
        for on in (day(-1), day(1)):
            with pytest.raises(Invalid, match="从今天起生效"):
                await move_building(admin(community.code), home.building_id, target.id, on)
        with pytest.raises(Invalid, match="本社区"):
            await move_building(admin(district.district.code), home.building_id, elsewhere.grid.id, day(0))
        with pytest.raises(NotFound):
            await move_building(admin(elsewhere.code), home.building_id, elsewhere.grid.id, day(0))
        with pytest.raises(NotFound):
            await move_building(admin(community.code), home.building_id, elsewhere.grid.id, day(0))
        assert (await Building.get(id=home.building_id)).grid_id == community.grid.id

    async def test_a_grid_is_split_with_a_worker_and_some_buildings(
        self, community: Community, district: District
    ) -> None:
        estate = await make_estate(community)
        homes = [await make_dwelling(estate, building) for building in ("3", "4")]
        viewer = admin(community.code)
        grid = await add_grid(
            viewer, community.organisation.id, "河东社区第2网格", "万小满", buildings=[homes[1].building_id]
        )
        assert grid.code == f"{community.code}002"
        lines = [(await grid_sheet(viewer, one.id)).buildings for one in (community.grid, grid)]
        assert [[line.number for line in found] for found in lines] == [["3"], ["4"]]
        with pytest.raises(Conflict, match="同名"):
            await add_grid(viewer, community.organisation.id, "河东社区第2网格", "万小满")
        stranger = admin((await make_community(district, "河西社区")).code)
        with pytest.raises(NotFound):
            await add_grid(stranger, community.organisation.id, "第9网格", "万小满")
        assert await Grid.filter(community=community.organisation).count() == 2


class TestLoadingAfterwards:
    async def test_a_ledger_undoes_neither_a_move_nor_an_arrangement(self, database: str, tmp_path: Path) -> None:
        write_district(tmp_path, communities=1, buildings=2, floors=2)
        org = tmp_path / "org.yaml"
        org.write_text(org.read_text("utf-8").replace("name: 一网格", "name: 一网格\n  worker: 何立春"), "utf-8")
        await load_folder(tmp_path, clock.now(), lambda _: None)
        community, first = "990205001001", await Grid.get()
        viewer = admin(community)
        moved, stays = await Building.all().order_by("id")
        grid = await add_grid(viewer, first.community_id, "二网格", "周安宁", buildings=[moved.id])
        await assign_worker(viewer, first.id, "万小满", "", "", day(0))
        lines: list[str] = []
        report = await load_folder(tmp_path, clock.now(), lines.append)
        assert [count.updated + count.new for count in report.counts.values()] == [0, 0, 0, 0]
        lying = {one.id: one.grid_id for one in await Building.all()}
        assert lying == {moved.id: grid.id, stays.id: first.id}
        assert await Dwelling.filter(building=moved, grid=grid).count() == 8
        assert await Dwelling.filter(building=stays, grid=first).count() == 8
        assert [line for line in lines if "按后台的不变" in line] == [
            "一网格：台账写的网格员是何立春，后台安排的是万小满，按后台的不变"
        ]
        assert (await grid_sheet(viewer, first.id)).worker(day(0)) == await GridAssignment.get(worker="万小满")

    async def test_a_worker_from_the_ledger_alone_is_still_replaced_by_it(self, database: str, tmp_path: Path) -> None:
        write_district(tmp_path, communities=1, buildings=1, floors=1)
        org = tmp_path / "org.yaml"
        for name in ("何立春", "周安宁"):
            text = org.read_text("utf-8").replace("  worker: 何立春\n", "")
            org.write_text(text.replace("name: 一网格\n", f"name: 一网格\n  worker: {name}\n"), "utf-8")
            await load_folder(tmp_path, clock.now(), lambda _: None)
        assert [one[0] for one in await spans(await Grid.get()) if one[2] is None] == ["周安宁"]
