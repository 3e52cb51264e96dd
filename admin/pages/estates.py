"""One estate: the names people call it by, and its buildings."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from handlers.residency.actions.amend import amend_aliases
from handlers.residency.queries import organisation as queries
from handlers.staff.rules import Permission
from web.forms import lines, row_id

ESTATES = "/admin/organisation/estates"


async def estate(visit: Visit) -> Response:
    one = await queries.estate(visit.viewer, _id(visit))
    return await visit.show(
        "organisation/estate.html",
        one=one,
        buildings=await queries.estate_buildings(one.id),
        editing=visit.viewer.may(Permission.ORGANISATION_EDIT),
    )


async def name(visit: Visit) -> Response:
    """Put right the other names of the estate, one a line."""
    deed = amend_aliases(visit.viewer, _id(visit), lines(visit.field("aliases")))
    return await visit.attempt(f"{ESTATES}/{_id(visit)}", deed, "已保存，居民写这些名字都认得出。")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["estate_id"])


ROUTES = (
    require(Permission.ORGANISATION_VIEW, "/organisation/estates/{estate_id}", estate),
    require_post(Permission.ORGANISATION_EDIT, "/organisation/estates/{estate_id}/aliases", name),
)
