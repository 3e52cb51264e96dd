"""常用语: words that staff put into an answer with one tap."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Conflict, Invalid
from handlers.enquiries.actions.canned import drop_canned, write_canned
from handlers.enquiries.queries.thread import canned_replies
from handlers.staff.rules import Permission
from web.forms import row_id

CANNED = "/admin/inbox/canned"


async def canned(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    replies = await canned_replies(visit.viewer)
    may = visit.viewer.may(Permission.INBOX_ANSWER)
    own = {one.id for one in replies if may and visit.viewer.sees(one.organisation.code)}
    written = {name: visit.field(name) for name in ("title", "text")}
    return await visit.show(
        "inbox/canned.html",
        status,
        replies=replies,
        own=own,
        may=may,
        written=written,
        problem=problem,
    )


async def write(visit: Visit) -> Response:
    try:
        await write_canned(visit.viewer, visit.field("title"), visit.field("text"), clock.now())
    except (Conflict, Invalid) as refusal:
        return await _page(visit, refusal.status, refusal.message)
    return await visit.go(CANNED, "已存好，回复时点一下就能用。")


async def drop(visit: Visit) -> Response:
    deed = drop_canned(visit.viewer, row_id(visit.request.path_params["canned_id"]))
    return await visit.attempt(CANNED, deed, "已删除。")


ROUTES = (
    require(Permission.INBOX_VIEW, "/inbox/canned", canned),
    require_post(Permission.INBOX_ANSWER, "/inbox/canned", write),
    require_post(Permission.INBOX_ANSWER, "/inbox/canned/{canned_id}/drop", drop),
)
