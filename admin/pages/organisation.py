"""The tree of bodies and grids with its figures, how each is reached, and what in the registers does not fit."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from handlers.residency.actions.amend import amend_organisation
from handlers.residency.actions.moves import add_grid
from handlers.residency.queries import organisation as queries
from handlers.residency.queries.coverage import coverage
from handlers.residency.queries.validation import faults
from handlers.staff.rules import Permission
from models.states import Level
from web.forms import one_line, row_id

TREE = "/admin/organisation"
LINKS = {
    "dwellings": "/admin/dwellings",
    "buildings": "/admin/buildings",
    "grids": f"{TREE}/grids",
    "estates": f"{TREE}/estates",
}
"""Where the examples of a check are looked at."""


async def tree(visit: Visit) -> Response:
    return await _show(visit, None)


async def organisation(visit: Visit) -> Response:
    return await _show(visit, _id(visit))


async def _show(visit: Visit, organisation_id: int | None) -> Response:
    viewer, today = visit.viewer, clock.today()
    one = await queries.organisation(viewer, organisation_id)
    community = one.level is Level.COMMUNITY
    bound, dwellings = await coverage(one.code)
    return await visit.show(
        "organisation/organisation.html",
        one=one,
        above=await queries.path_to(viewer, one.code),
        branches=[] if community else await queries.branches(one),
        grids=await queries.grid_lines(one, today) if community else [],
        estates=await queries.estate_lines(one) if community else [],
        community=community,
        bound=bound,
        dwellings=dwellings,
        faults=await faults(one.code, today),
        links=LINKS,
        editing=viewer.may(Permission.ORGANISATION_EDIT),
    )


async def amend(visit: Visit) -> Response:
    """Put right phone and hall."""
    phone, hall = one_line(visit.field("phone")), one_line(visit.field("hall"))
    deed = amend_organisation(visit.viewer, _id(visit), phone, hall)
    return await visit.attempt(f"{TREE}/{_id(visit)}", deed, "已保存，以后导入台账也不会改回去。")


async def add(visit: Visit) -> Response:
    """Add an empty grid with its worker to a community."""
    name, worker, phone, login = (one_line(visit.field(field)) for field in ("name", "worker", "phone", "login"))
    deed = add_grid(visit.viewer, _id(visit), name, worker, phone, login)
    return await visit.attempt(f"{TREE}/{_id(visit)}", deed, f"已新建{name}。请点开楼栋，把楼换到这个网格。")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["organisation_id"])


ROUTES = (
    require(Permission.ORGANISATION_VIEW, "/organisation", tree),
    require(Permission.ORGANISATION_VIEW, "/organisation/{organisation_id}", organisation),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/{organisation_id}/contact", amend),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/{organisation_id}/grids", add),
)
