"""Notices: the list, with how far each has come in one line; and those that came from above."""

from starlette.responses import Response

from admin.access import Visit, require
from handlers.notices.queries.staff import notices_from_above, notices_of, pushed, reaches
from handlers.staff.rules import Permission
from models.reach import NoticeState
from models.states import Level
from web.forms import page_after

PAGE = 30
ABOVE = "above"


async def notices(visit: Visit) -> Response:
    before = page_after(visit.request) or None
    above = visit.request.query_params.get("from") == ABOVE
    listed = notices_from_above if above else notices_of
    found = await listed(visit.viewer, before=before, limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    found = found[:PAGE]
    own = [] if above else [one for one in found if one.state is NoticeState.SENT]
    return await visit.show(
        "notices/list.html",
        notices=found,
        reaches=await reaches(own),
        pushed=await pushed(found) if above else (),
        more=more,
        above=above,
        below=visit.viewer.level is not Level.CITY,
    )


ROUTES = (require(Permission.NOTICES_VIEW, "/notices", notices),)
