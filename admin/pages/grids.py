"""One grid: who answers for it from when on, its buildings, and how it is split."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Invalid
from handlers.residency.actions.assign import assign_worker, end_assignment
from handlers.residency.actions.moves import add_grid
from handlers.residency.queries.grids import grid_sheet
from handlers.staff.rules import Permission
from web.forms import calendar_day, one_line, row_id

GRIDS = "/admin/organisation/grids"
PICKED = "building_"


async def grid(visit: Visit) -> Response:
    sheet, today = await grid_sheet(visit.viewer, _id(visit)), clock.today()
    return await visit.show(
        "organisation/grid.html",
        sheet=sheet,
        worker=sheet.worker(today),
        today=today,
        editing=visit.viewer.may(Permission.ORGANISATION_EDIT),
    )


async def assign(visit: Visit) -> Response:
    """Let somebody answer for the grid from the day that was chosen."""
    return await visit.attempt(_address(visit), _assign(visit), "已安排好。到那天起，居民看到的就是这位网格员。")


async def _assign(visit: Visit) -> None:
    worker, phone, login = (one_line(visit.field(field)) for field in ("worker", "phone", "login"))
    since, seen = calendar_day(visit.field("since")), row_id(visit.field("seen"))
    await assign_worker(visit.viewer, _id(visit), worker, phone, login, since, seen=seen)


async def end(visit: Visit) -> Response:
    """Let one of the grid's workers answer for it no longer, or not at all."""
    return await visit.attempt(_address(visit), _end(visit), "已结束。网格没有网格员时，居民看到的是社区电话。")


async def _end(visit: Visit) -> None:
    await end_assignment(visit.viewer, row_id(visit.field("assignment")), calendar_day(visit.field("on")))


async def split(visit: Visit) -> Response:
    """Take the buildings that were ticked into a new grid."""
    return await visit.attempt(_address(visit), _split(visit), "已拆分，选中的楼栋从今天起归新网格。")


async def _split(visit: Visit) -> None:
    sheet = await grid_sheet(visit.viewer, _id(visit))
    buildings = [row_id(field.removeprefix(PICKED)) for field in visit.form if field.startswith(PICKED)]
    if not buildings or not {*buildings} <= {building.id for building in sheet.buildings}:
        raise Invalid("请勾选这个网格里要划出去的楼栋。")
    name, worker, phone = (one_line(visit.field(field)) for field in ("name", "worker", "phone"))
    await add_grid(visit.viewer, sheet.grid.community_id, name, worker, phone, buildings=buildings)


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["grid_id"])


def _address(visit: Visit) -> str:
    return f"{GRIDS}/{_id(visit)}"


ROUTES = (
    require(Permission.ORGANISATION_VIEW, "/organisation/grids/{grid_id}", grid),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/grids/{grid_id}/assign", assign),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/grids/{grid_id}/end", end),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/grids/{grid_id}/split", split),
)
