"""The validator: a register that fits is silent, each injected fault is found, and nobody else's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

import pytest

from clock import clock
from handlers.residency.queries.validation import CHECKS, faults
from models.organisations import Building, Estate, Grid, GridAssignment, GridPlacement
from models.residency import Dwelling
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_owner


@dataclass(frozen=True, slots=True)
class Ground:
    here: Community
    elsewhere: Community
    estate: Estate
    homes: list[Dwelling]


@pytest.fixture
async def ground(database: str) -> Ground:
    """Two communities that fit, the first with two flats and a building each."""
    district = await make_district()
    here, elsewhere = await make_community(district), await make_community(district, "河西社区")
    estate = await make_estate(here)
    homes = [await make_dwelling(estate, building) for building in ("3", "4")]
    await make_dwelling(await make_estate(elsewhere, "河西里"))
    await Dwelling.all().update(area="80.5")
    for building in await Building.all():
        await GridPlacement.create(building=building, grid_id=building.grid_id, since=date(2026, 1, 1))
    await make_owner("李秀英", homes[0])
    return Ground(here, elsewhere, estate, homes)


async def dwelling_in_a_foreign_grid(ground: Ground) -> int:
    await Dwelling.filter(id=ground.homes[0].id).update(grid=ground.elsewhere.grid)
    return ground.homes[0].id


async def dwelling_of_another_estate_than_its_building(ground: Ground) -> int:
    other = await make_estate(ground.here, "长江里")
    await Dwelling.filter(id=ground.homes[1].id).update(estate=other)
    return ground.homes[1].id


async def building_in_a_foreign_grid(ground: Ground) -> int:
    building = ground.homes[0].building_id
    await Building.filter(id=building).update(grid=ground.elsewhere.grid)
    await GridPlacement.filter(building_id=building).update(grid=ground.elsewhere.grid)
    return building


async def history_that_says_otherwise(ground: Ground) -> int:
    building = ground.homes[0].building_id
    second = await Grid.create(code=f"{ground.here.code}002", name="二网格", community=ground.here.organisation)
    await GridAssignment.create(grid=second, worker="万小满", since=date(2026, 1, 1))
    await GridPlacement.filter(building_id=building).update(grid=second)
    return building


async def grid_without_worker_from_today_on(ground: Ground) -> int:
    await GridAssignment.filter(grid=ground.here.grid).update(until=clock.today())
    return ground.here.grid.id


async def building_without_dwellings(ground: Ground) -> int:
    code = f"{ground.here.grid.code}-77"
    empty = await Building.create(code=code, number="77", estate=ground.estate, grid=ground.here.grid)
    await GridPlacement.create(building=empty, grid=ground.here.grid, since=date(2026, 1, 1))
    return empty.id


async def estate_called_like_another(ground: Ground) -> int:
    await make_estate(ground.here, "长江里", "幸福　里")
    return ground.estate.id


async def owned_dwelling_without_area(ground: Ground) -> int:
    await Dwelling.filter(id=ground.homes[1].id).update(area=None)
    return ground.homes[1].id


INJECTED: dict[str, Callable[[Ground], Awaitable[int]]] = {
    "dwelling_grid": dwelling_in_a_foreign_grid,
    "dwelling_building": dwelling_of_another_estate_than_its_building,
    "building_grid": building_in_a_foreign_grid,
    "placement": history_that_says_otherwise,
    "grid_worker": grid_without_worker_from_today_on,
    "building_empty": building_without_dwellings,
    "estate_name": estate_called_like_another,
    "dwelling_area": owned_dwelling_without_area,
}


def test_every_check_has_its_fault() -> None:
    assert set(INJECTED) == {check.name for check in CHECKS}


async def test_a_register_that_fits_is_silent(ground: Ground) -> None:
    assert await faults("", clock.today()) == []


@pytest.mark.parametrize("name", INJECTED)
async def test_an_injected_fault_is_found_here_and_not_elsewhere(ground: Ground, name: str) -> None:
    culprit = await INJECTED[name](ground)
    found = {fault.check.name: fault for fault in await faults(ground.here.code, clock.today())}
    assert name in found
    assert culprit in [example.id for example in found[name].examples]
    assert found[name].count == (2 if name == "estate_name" else 1)
    assert set(found) - {name} <= {"dwelling_building", "building_empty"}
    assert await faults(ground.elsewhere.code, clock.today()) == []
