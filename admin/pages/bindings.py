"""The queue of people who asked to be registered at a dwelling and have no code that proves it."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Conflict
from handlers.residency.actions.bind import decide_binding
from handlers.residency.claims import disputes, pending_bindings
from handlers.residency.people import masked_name
from handlers.residency.queries.dwellings import count_pending
from handlers.staff.rules import Permission
from web.forms import one_line, row_id

QUEUE = "/admin/bindings"
PAGE = 50
LONGEST_REASON = 100


async def bindings(visit: Visit) -> Response:
    return await _queue(visit)


async def _queue(visit: Visit, status: int = 200, faulty: int = 0, problem: str = "") -> Response:
    """The queue, with what is wrong at the claim whose refusal was not accepted."""
    claims = [(claim, masked_name(claim.name)) for claim in await pending_bindings(visit.viewer, PAGE)]
    total = await count_pending(visit.viewer)
    disputed = [(dispute, masked_name(dispute.name)) for dispute in await disputes(visit.viewer, clock.now(), PAGE)]
    return await visit.show(
        "bindings.html",
        status,
        claims=claims,
        total=total,
        disputed=disputed,
        deciding=visit.viewer.may(Permission.BINDINGS_DECIDE),
        faulty=faulty,
        problem=problem,
    )


async def accept(visit: Visit) -> Response:
    return await _decide(visit, accepted=True, reason="", done="已通过。")


async def refuse(visit: Visit) -> Response:
    """Turn a claim down; the resident is told the reason."""
    reason = one_line(visit.field("reason"))
    problem = "请填写退回的原因，居民会看到。" if not reason else ""
    if len(reason) > LONGEST_REASON:
        problem = f"原因最多{LONGEST_REASON}个字。"
    if problem:
        return await _queue(visit, 422, _id(visit), problem)
    return await _decide(visit, accepted=False, reason=reason, done="已退回。")


async def _decide(visit: Visit, *, accepted: bool, reason: str, done: str) -> Response:
    try:
        binding = await decide_binding(visit.viewer, _id(visit), accepted, reason)
    except Conflict as decided:
        return await visit.go(QUEUE, decided.message, bad=True)
    return await visit.go(QUEUE, f"登记号 {binding.id} {done}")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["binding_id"])


ROUTES = (
    require(Permission.BINDINGS_VIEW, "/bindings", bindings),
    require_post(Permission.BINDINGS_DECIDE, "/bindings/{binding_id}/accept", accept),
    require_post(Permission.BINDINGS_DECIDE, "/bindings/{binding_id}/refuse", refuse),
)
