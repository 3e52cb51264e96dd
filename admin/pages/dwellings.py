"""The dwellings of the viewer's communities, found by words of their address and by filters; and each one alone."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from admin.access import Visit, require, require_post
from errors import Invalid
from handlers.residency.actions.amend import amend_dwelling
from handlers.residency.queries import dwellings as queries
from handlers.residency.queries.dwelling import dwelling_sheet
from handlers.residency.queries.timeline import Entry, timeline
from handlers.staff.rules import Permission
from handlers.votes.queries.polls import taken_part
from web.forms import one_line, page_after, row_id, search_words

DWELLINGS = "/admin/dwellings"
PAGE = 50
OCCUPANCIES = ("自住", "出租", "空置")
PLACES = ("community", "grid", "estate", "building")
BOUND = {"yes": True, "no": False}


async def dwellings(visit: Visit) -> Response:
    search = search_words(visit.request)
    asked = {name: visit.request.query_params.get(name, "") for name in (*PLACES, "bound", "occupancy")}
    filters = _filters(asked)
    found = await queries.dwellings(visit.viewer, search, page_after(visit.request), PAGE + 1, filters)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show(
        "dwellings.html",
        lines=found[:PAGE],
        search=search,
        more=more,
        asked=asked,
        narrowed={name: value for name, value in asked.items() if value},
        filters=filters,
        choices=await queries.choices(visit.viewer, filters),
        occupancies=[(word, word) for word in OCCUPANCIES],
    )


def _filters(asked: Mapping[str, str]) -> queries.Filters:
    places = {name: row_id(asked[name]) for name in PLACES if asked[name]}
    return queries.Filters(**places, bound=BOUND.get(asked["bound"]), occupancy=asked["occupancy"][:20])


async def dwelling(visit: Visit) -> Response:
    viewer = visit.viewer
    sheet = await dwelling_sheet(viewer, _id(visit))
    votes = await taken_part(viewer, _id(visit)) if viewer.may(Permission.VOTES_VIEW) else []
    # That a household voted is known to the roll; what it voted is known to nobody.
    voted = [
        Entry(one.cast_at, "投票", f"参加了「{one.title}」（{one.channel.label}）", path=f"/admin/votes/{one.poll_id}")
        for one in votes
    ]
    return await visit.show(
        "dwelling.html",
        sheet=sheet,
        one=sheet.dwelling,
        entries=await timeline(viewer, _id(visit), voted),
        occupancies=list(dict.fromkeys(("", *OCCUPANCIES, sheet.dwelling.occupancy))),
        people=viewer.may(Permission.RESIDENTS_VIEW),
        bindings=viewer.may(Permission.BINDINGS_VIEW),
        tree=viewer.may(Permission.ORGANISATION_VIEW),
        editing=viewer.may(Permission.RESIDENTS_EDIT),
    )


async def amend(visit: Visit) -> Response:
    """Put right what is known of the flat."""
    return await visit.attempt(f"{DWELLINGS}/{_id(visit)}", _amend(visit), "已保存，以后导入台账也不会改回去。")


async def _amend(visit: Visit) -> None:
    occupancy, kind = one_line(visit.field("occupancy")), one_line(visit.field("kind"))
    await amend_dwelling(visit.viewer, _id(visit), occupancy, _area(one_line(visit.field("area"))), kind)


def _area(written: str) -> Decimal | None:
    try:
        area = Decimal(written) if written else None
    except InvalidOperation as error:
        raise Invalid("面积要写数字，例如 78.12。") from error
    if area is not None and not area.is_finite():
        raise Invalid("面积要写数字，例如 78.12。")
    return area


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["dwelling_id"])


ROUTES = (
    require(Permission.DWELLINGS_VIEW, "/dwellings", dwellings),
    require(Permission.DWELLINGS_VIEW, "/dwellings/{dwelling_id}", dwelling),
    require_post(Permission.RESIDENTS_EDIT, "/dwellings/{dwelling_id}/amend", amend),
)
