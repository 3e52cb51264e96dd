"""常用人群: the audiences that this body has kept by name, to delete what is not used any more."""

from dataclasses import dataclass

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.pages.notice_audiences import people_words
from campaigns.audience import audience_from
from handlers.notices.actions.audiences import forget_audience
from handlers.notices.actions.drafts import scope_of
from handlers.notices.queries.audiences import condition_words, saved_audiences
from handlers.staff.rules import Permission
from models.campaigns import SavedAudience
from web.forms import row_id

AUDIENCES = "/admin/audiences"


@dataclass(frozen=True, slots=True)
class Line:
    """One audience as it is listed: where, who, on which condition."""

    kept: SavedAudience
    scope: str
    people: str
    only: str


async def audiences(visit: Visit) -> Response:
    return await visit.show(
        "notices/audiences.html", lines=[await _line(one) for one in await saved_audiences(visit.viewer)]
    )


async def _line(kept: SavedAudience) -> Line:
    audience = audience_from(kept.audience)
    only = "、".join(await condition_words(audience.only))
    return Line(kept, await scope_of(audience.places), people_words(audience), only)


async def forget(visit: Visit) -> Response:
    deleted = forget_audience(visit.viewer, row_id(visit.request.path_params["audience_id"]))
    return await visit.attempt(AUDIENCES, deleted, "已删除。用它写好的通知不变。")


ROUTES = (
    require(Permission.NOTICES_EDIT, "/audiences", audiences),
    require_post(Permission.NOTICES_EDIT, "/audiences/{audience_id}/delete", forget),
)
