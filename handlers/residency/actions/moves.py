"""Buildings that change their grid, and grids that are added: a move changes only what comes after."""

from collections.abc import Sequence
from datetime import date

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.actions.assign import arranging, assign_worker, own_grid
from handlers.residency.actions.locks import beside_imports
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Building, Grid, GridPlacement, Organisation
from models.states import Level

LONGEST_NAME = 60
_GRID_DIGITS = 3
_FOLLOW = "UPDATE dwelling SET grid_id = $3 WHERE building_id = $1 AND grid_id = $2 RETURNING id"
_LAST = """
SELECT coalesce(max(right(code, $2)::int), 0) AS last FROM grid
WHERE starts_with(code, $1) AND length(code) = length($1) + $2 AND right(code, $2) ~ '^[0-9]+$'
"""


async def move_building(viewer: Viewer, building_id: int, grid_id: int, on: date) -> int:
    """Put a building into another grid of its community, with those of its dwellings that lie where it lay.

    Dwellings in a grid of their own, as shops may be, stay there. Nothing that was recorded before is touched;
    `queries.grids.grid_of` tells where the building lay on any day. The same move again changes nothing.

    Args:
        on: today; a move is neither planned nor put back in time.

    Returns:
        how many dwellings went along.

    Raises:
        Forbidden: the role may not arrange grids.
        NotFound: building or grid is not in the viewer's part of the tree.
        Invalid: the grid belongs to another community, or the day is not today.
        Conflict: an import is running.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    if on != clock.today():
        raise Invalid("换网格从今天起生效，不能预约以后的日期，也不能补以前的。")
    async with in_transaction():
        await beside_imports()
        return await _move(viewer, building_id, await own_grid(viewer, grid_id), on)


async def add_grid(
    viewer: Viewer,
    community_id: int,
    name: str,
    worker: str,
    phone: str = "",
    login: str = "",
    *,
    buildings: Sequence[int] = (),
) -> Grid:
    """Add a grid with its worker to a community, and with `buildings` take these out of theirs into it.

    Raises:
        Forbidden: the role may not arrange grids.
        NotFound: community or building is not in the viewer's part of the tree.
        Invalid: no name or worker, or a building of another community.
        Conflict: a grid of this name is there, or no number is left.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"网格名称要1到{LONGEST_NAME}个字。")
    async with arranging():
        community = await Organisation.filter(id=community_id, level=Level.COMMUNITY).select_for_update().first()
        if community is None or not viewer.sees(community.code):
            raise NotFound
        if await Grid.exists(community_id=community.id, name=name):
            raise Conflict("这个社区已有同名的网格。")
        grid = await Grid.create(code=await _next_code(community.code), name=name, community=community)
        await record(viewer.actor, "grid.add", f"grid:{grid.id}", place=grid.code)
        await assign_worker(viewer, grid.id, worker, phone, login, clock.today())
        for building_id in sorted(set(buildings)):
            await _move(viewer, building_id, grid, clock.today())
    return grid


async def _move(viewer: Viewer, building_id: int, grid: Grid, on: date) -> int:
    building = await Building.filter(id=building_id).select_for_update().first()
    if building is None:
        raise NotFound
    former = await own_grid(viewer, building.grid_id)
    if former.community_id != grid.community_id:
        raise Invalid("只能换到本社区的网格。")
    if former.id == grid.id:
        return 0
    building.grid_id = grid.id
    await building.save(update_fields=("grid_id",))
    went = len(await rows(_FOLLOW, building.id, former.id, grid.id))
    await _note(building, former, on)
    await record(
        viewer.actor,
        "building.move",
        f"building:{building.id}",
        place=grid.code[:-_GRID_DIGITS],
        before=former.code,
        after=grid.code,
        detail={"dwellings": went, "on": on.isoformat()},
    )
    return went


async def _note(building: Building, former: Grid, on: date) -> None:
    """End the placement under way and begin the next; a building never noted before lay in its former grid."""
    current = await GridPlacement.filter(building_id=building.id, until__isnull=True).first()
    if current is None:
        current = GridPlacement(building_id=building.id, grid_id=former.id, since=on)
    current.until = on
    await current.save()
    await GridPlacement.create(building_id=building.id, grid_id=building.grid_id, since=on)


async def _next_code(community: str) -> str:
    """The community's code and the next number of three digits (domain.md §2.1)."""
    following = (await rows(_LAST, community, _GRID_DIGITS))[0]["last"] + 1
    if following >= 10**_GRID_DIGITS:
        raise Conflict("这个社区的网格号用完了。")
    return f"{community}{following:0{_GRID_DIGITS}}"
