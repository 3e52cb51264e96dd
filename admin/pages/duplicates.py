"""Likely duplicates on the register, two rows side by side, one kept; and a merge undone."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.pages.residents import REGISTER
from errors import Conflict, Invalid, NotFound
from handlers.residency.actions.merge import merge_residents
from handlers.residency.actions.unmerge import undo_merge
from handlers.residency.queries import duplicates as queries
from handlers.residency.queries.resident import community_names, seen_resident
from handlers.residency.queries.residents import page_key
from handlers.staff.rules import Permission
from web.forms import one_line, row_id

PAGE = 50


async def duplicates(visit: Visit) -> Response:
    """Of one community at a time: a district's million is not compared with itself while somebody waits."""
    communities = await community_names(visit.viewer) or [("", "")]
    query = visit.request.query_params
    chosen, after = query.get("community", "") or communities[0][0], page_key(query.get("after", ""))
    found = await queries.duplicates(visit.viewer, chosen, after, PAGE + 1)
    more = found[PAGE - 1].key if len(found) > PAGE else None
    return await visit.show(
        "residents/duplicates.html", pairs=found[:PAGE], communities=communities, chosen=chosen, more=more
    )


async def compare(visit: Visit) -> Response:
    return await _compare(visit)


async def _compare(visit: Visit, status: int = 200, problem: str = "", reason: str = "") -> Response:
    one, other = [(await seen_resident(visit.viewer, number)).id for number in _pair(visit)]
    if one == other:
        raise NotFound
    known = await queries.sides(visit.viewer, one, other)
    return await visit.show(
        "residents/merge.html", status, one=known[one], other=known[other], problem=problem, reason=reason
    )


async def merge(visit: Visit) -> Response:
    """Keep one of the two; the choice says which."""
    one, other = _pair(visit)
    kept, reason = visit.field("kept"), one_line(visit.field("reason"))
    if kept not in {str(one), str(other)}:
        return await _compare(visit, 422, "请选择留下哪一位。", reason)
    gone = other if kept == str(one) else one
    try:
        await merge_residents(visit.viewer, int(kept), gone, reason)
    except Invalid as problem:
        return await _compare(visit, 422, problem.message, reason)
    except Conflict as problem:
        return await visit.go(f"{REGISTER}/{kept}", problem.message, bad=True)
    return await visit.go(f"{REGISTER}/{kept}", f"已把居民{gone}并入这里；弄错了可以在下面撤销。")


async def undo(visit: Visit) -> Response:
    await seen_resident(visit.viewer, _pair(visit)[0])
    try:
        undone = await undo_merge(visit.viewer, row_id(visit.request.path_params["merge_id"]))
    except Conflict as problem:
        return await visit.go(f"{REGISTER}/{_pair(visit)[0]}", problem.message, bad=True)
    said = "".join([f"已撤销，居民{undone.gone_id}重新单独登记。", *undone.left])
    return await visit.go(f"{REGISTER}/{undone.kept_id}", said, bad=bool(undone.left))


def _pair(visit: Visit) -> list[int]:
    params = visit.request.path_params
    return [row_id(params[name]) for name in ("resident_id", "other_id") if name in params]


ROUTES = (
    require(Permission.RESIDENTS_EDIT, "/residents/duplicates", duplicates),
    require(Permission.RESIDENTS_EDIT, "/residents/{resident_id}/merge/{other_id}", compare),
    require_post(Permission.RESIDENTS_EDIT, "/residents/{resident_id}/merge/{other_id}", merge),
    require_post(Permission.RESIDENTS_EDIT, "/residents/{resident_id}/merges/{merge_id}/undo", undo),
)
