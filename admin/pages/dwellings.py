"""The dwellings of the viewer's communities, found by words of their address."""

from starlette.responses import Response

from admin.access import Visit, require
from handlers.residency.queries import dwellings as queries
from handlers.staff.rules import Permission
from web.forms import page_after, search_words

PAGE = 50


async def dwellings(visit: Visit) -> Response:
    search = search_words(visit.request)
    found = await queries.dwellings(visit.viewer, search, page_after(visit.request), PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show("dwellings.html", lines=found[:PAGE], search=search, more=more)


ROUTES = (require(Permission.DWELLINGS_VIEW, "/dwellings", dwellings),)
