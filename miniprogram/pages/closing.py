"""注销: what is deleted and what the law keeps, then the same action as in chat."""

from starlette.responses import Response

from handlers.residency import disclosures
from handlers.residency.actions.erase import close_account
from handlers.residency.visitors import chat_address
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import COOKIE, surface_of, tell


async def closing(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    terms = disclosures.farewell(surface_of(visit.request).settings).split("\n")
    return await visit.show("closing.html", status, lines=terms, problem=problem)


async def close(visit: Visit) -> Response:
    """Forget the account, if the box was ticked; whoever comes back is somebody new."""
    if visit.field("sure") != "yes":
        return await _page(visit, 422, "请先勾选「我已看清楚」。")
    await close_account(*await chat_address(visit.account_id))
    await surface_of(visit.request).sessions.end(visit.request.cookies[COOKIE])
    visit.request.state.signed_in = False
    return await tell(visit.request, 200, "已注销", *disclosures.CLOSED.split("\n")[1:])


ROUTES = (resident_page("/closing", closing), resident_post("/closing", close))
