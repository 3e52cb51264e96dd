"""Notices: the list, with how far each has come in one line."""

from starlette.responses import Response

from admin.access import Visit, require
from handlers.notices.queries.reach import reaches
from handlers.notices.queries.staff import notices_of
from handlers.staff.rules import Permission
from models.reach import NoticeState
from web.forms import page_after

PAGE = 30


async def notices(visit: Visit) -> Response:
    before = page_after(visit.request) or None
    found = await notices_of(visit.viewer, before=before, limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    found = found[:PAGE]
    return await visit.show(
        "notices/list.html",
        notices=found,
        reaches=await reaches([one for one in found if one.state is NoticeState.SENT]),
        more=more,
    )


ROUTES = (require(Permission.NOTICES_VIEW, "/notices", notices),)
