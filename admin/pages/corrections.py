"""Corrections that residents ask for, decided; and wrong bindings moved to the right dwelling or ended by staff."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.pages.bindings import QUEUE, Fault, queue, unfit
from errors import Conflict, Invalid
from handlers.residency import places
from handlers.residency.actions.corrections import Decision, decide_correction
from handlers.residency.actions.decide import end_wrong_binding, move_binding
from handlers.residency.claims import binding_of, bound_to
from handlers.residency.people import masked_name
from handlers.residency.places import Outcome
from handlers.staff.rules import Permission
from models.states import CorrectionState
from web.forms import one_line, row_id, search_words

SEARCH = "/admin/bindings/bound"
_REASON_MISSING = "请填写原因，居民会看到。"
_NOT_FOUND = "没有找到这一户。请写全小区、楼号、单元和房号，例如 幸福里3-2-501。"


async def accept(visit: Visit) -> Response:
    return await _decide(visit, accepted=True)


async def refuse(visit: Visit) -> Response:
    return await _decide(visit, accepted=False)


async def _decide(visit: Visit, *, accepted: bool) -> Response:
    """Close a correction; the resident is told result and reason."""
    number = _id(visit, "correction_id")
    answer = one_line(visit.field("reason"))
    if problem := unfit(answer, _REASON_MISSING):
        return await queue(visit, 422, Fault(f"correction-{number}", problem))
    decision = Decision(accepted, answer, one_line(visit.field("value")))
    try:
        correction = await decide_correction(visit.viewer, number, decision)
    except Invalid as refused:
        return await queue(visit, 422, Fault(f"correction-{number}", refused.message))
    except Conflict as decided:
        return await visit.go(QUEUE, decided.message, bad=True)
    done = "已通过" if correction.state is CorrectionState.ACCEPTED else "已退回"
    return await visit.go(QUEUE, f"更正号 {number} {done}，会告诉居民。")


async def bound(visit: Visit) -> Response:
    """Who is bound to the dwelling of an address."""
    search = search_words(visit.request)
    finding = await places.find(search) if search else None
    found = finding is not None and finding.outcome is Outcome.FOUND
    lines = await bound_to(visit.viewer, finding.dwelling_id) if found and finding else []
    return await visit.show(
        "bound.html",
        search=search,
        lines=[(binding, masked_name(binding.name)) for binding in lines],
        problem="" if found or not search else _NOT_FOUND,
    )


async def binding(visit: Visit) -> Response:
    return await _one(visit)


async def _one(visit: Visit, status: int = 200, fault: Fault | None = None) -> Response:
    found = await binding_of(visit.viewer, _id(visit, "binding_id"))
    return await visit.show(
        "binding.html",
        status,
        binding=found,
        name=masked_name(found.name),
        correcting=visit.viewer.may(Permission.RESIDENTS_EDIT),
        address=visit.field("address"),
        fault=fault or Fault(),
    )


async def move(visit: Visit) -> Response:
    """Put a wrong binding where it belongs."""
    number, reason = _id(visit, "binding_id"), one_line(visit.field("reason"))
    finding = await places.find(one_line(visit.field("address")))
    problem = unfit(reason, _REASON_MISSING)
    if finding.outcome is not Outcome.FOUND:
        problem = _NOT_FOUND
    if problem:
        return await _one(visit, 422, Fault("move", problem))
    try:
        right = await move_binding(visit.viewer, number, finding.dwelling_id, reason)
    except Invalid as refused:
        return await _one(visit, 422, Fault("move", refused.message))
    except Conflict as late:
        return await visit.go(f"{QUEUE}/{number}", late.message, bad=True)
    return await visit.go(f"{QUEUE}/{right.id}", "已改到正确的户室，会告诉居民。")


async def end(visit: Visit) -> Response:
    """End a binding that should not be."""
    number, reason = _id(visit, "binding_id"), one_line(visit.field("reason"))
    if problem := unfit(reason, _REASON_MISSING):
        return await _one(visit, 422, Fault("end", problem))
    try:
        await end_wrong_binding(visit.viewer, number, reason)
    except Conflict as late:
        return await visit.go(f"{QUEUE}/{number}", late.message, bad=True)
    return await visit.go(f"{QUEUE}/{number}", "已解除这份登记，会告诉居民。")


def _id(visit: Visit, name: str) -> int:
    return row_id(visit.request.path_params[name])


ROUTES = (
    require_post(Permission.RESIDENTS_EDIT, "/corrections/{correction_id}/accept", accept),
    require_post(Permission.RESIDENTS_EDIT, "/corrections/{correction_id}/refuse", refuse),
    require(Permission.BINDINGS_VIEW, "/bindings/bound", bound),
    require(Permission.BINDINGS_VIEW, "/bindings/{binding_id}", binding),
    require_post(Permission.RESIDENTS_EDIT, "/bindings/{binding_id}/move", move),
    require_post(Permission.RESIDENTS_EDIT, "/bindings/{binding_id}/end", end),
)
