"""One building as it stands: floors and rooms with the state of each dwelling, and the grid it lies in."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from handlers.residency.actions.moves import move_building
from handlers.residency.queries.elevation import elevation, own_building
from handlers.residency.queries.grids import other_grids, placements
from handlers.staff.rules import Permission
from web.forms import row_id

BUILDINGS = "/admin/buildings"


async def building(visit: Visit) -> Response:
    one = await own_building(visit.viewer, _id(visit))
    return await visit.show(
        "building.html",
        one=one,
        elevation=await elevation(one.id),
        placements=await placements(one.id),
        others=await other_grids(one.estate.community_id, one.grid_id),
        moving=visit.viewer.may(Permission.ORGANISATION_EDIT),
        tree=visit.viewer.may(Permission.ORGANISATION_VIEW),
    )


async def move(visit: Visit) -> Response:
    """Put the building into another grid from today on."""
    deed = move_building(visit.viewer, _id(visit), row_id(visit.field("grid")), clock.today())
    return await visit.attempt(f"{BUILDINGS}/{_id(visit)}", deed, "已换网格，从今天起生效；以前的记录不变。")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["building_id"])


ROUTES = (
    require(Permission.DWELLINGS_VIEW, "/buildings/{building_id}", building),
    require_post(Permission.ORGANISATION_EDIT, "/buildings/{building_id}/move", move),
)
