"""The queue of people who asked to be registered at a dwelling, and what residents want put right."""

from dataclasses import dataclass

from starlette.responses import Response

from admin.access import Visit, require, require_post
from errors import Conflict, Invalid
from handlers.residency import texts
from handlers.residency.actions.decide import decide_binding
from handlers.residency.claims import pending_bindings, pending_reasons
from handlers.residency.people import masked_name
from handlers.residency.queries.corrections import count_corrections, pending_corrections
from handlers.residency.rules import check_reason
from handlers.staff.rules import Permission
from models.households import Correction
from models.states import CorrectionKind
from web.forms import one_line, row_id

QUEUE = "/admin/bindings"
PAGE = 50
LONGEST_REASON = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What was not accepted: `form` names it, as `claim-7`."""

    form: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A correction as the worker sees it; `value` stands in the field of what is written to the register."""

    correction: Correction
    stranger: str
    field: str

    @property
    def value(self) -> str:
        return self.correction.words if self.field else ""


async def bindings(visit: Visit) -> Response:
    return await queue(visit)


async def queue(visit: Visit, status: int = 200, fault: Fault | None = None) -> Response:
    """The queue for one reason or all, with what is wrong at the form that was not accepted."""
    viewer = visit.viewer
    reasons = await pending_reasons(viewer)
    chosen = visit.request.query_params.get("reason", "")
    chosen = chosen if chosen in texts.REASONS else ""
    claims = await pending_bindings(viewer, PAGE, chosen)
    wanted = await pending_corrections(viewer, PAGE)
    return await visit.show(
        "bindings.html",
        status,
        claims=[(claim, masked_name(claim.name)) for claim in claims],
        total=reasons.get(chosen, 0) if chosen else sum(reasons.values()),
        reasons=[(reason, reasons.get(reason, 0)) for reason in texts.REASONS],
        chosen=chosen,
        wanted=[_wanted(correction) for correction in wanted],
        all_wanted=await count_corrections(viewer),
        deciding=viewer.may(Permission.BINDINGS_DECIDE),
        correcting=viewer.may(Permission.RESIDENTS_EDIT),
        fault=fault or Fault(),
    )


def _wanted(correction: Correction) -> Wanted:
    stranger = correction.kind is CorrectionKind.STRANGER and correction.binding
    fields = {CorrectionKind.NAME: "正确的姓名", CorrectionKind.PHONE: "正确的电话"}
    name = masked_name(correction.binding.name) if stranger and correction.binding else ""
    return Wanted(correction, name, fields.get(correction.kind, ""))


async def accept(visit: Visit) -> Response:
    return await _decide(visit, accepted=True, reason="", done="已通过。")


async def refuse(visit: Visit) -> Response:
    """Turn a claim down; the resident is told the reason."""
    reason = one_line(visit.field("reason"))
    if problem := unfit(reason, "请填写退回的原因，居民会看到。"):
        return await queue(visit, 422, Fault(f"claim-{_id(visit)}", problem))
    return await _decide(visit, accepted=False, reason=reason, done="已退回。")


def unfit(reason: str, missing: str) -> str:
    """What is wrong with a reason that residents will read; empty where nothing is."""
    if not reason:
        return missing
    if len(reason) > LONGEST_REASON:
        return f"原因最多{LONGEST_REASON}个字。"
    try:
        check_reason(reason)
    except Invalid as refused:
        return refused.message
    return ""


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
