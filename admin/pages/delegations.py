"""Delegations: what waits for a word of the person, what runs, what was done by it, and how it is ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from admin.access import Visit, require, require_post
from errors import Conflict, Invalid
from handlers.delegations import queries, rules, texts
from handlers.delegations.actions.decide import confirm_for, refuse_for, revoke_delegation
from handlers.residency.people import masked_name
from handlers.staff.rules import Permission
from models.households import Delegation
from models.states import DelegationState
from web.forms import one_line, row_id

LIST = "/admin/delegations"
LONGEST = 100
CLOSED = (DelegationState.ENDED, DelegationState.REFUSED, DelegationState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Line:
    """One delegation as staff see it: names masked, words instead of codes."""

    one: Delegation
    elder: str
    delegate: str
    matters: str
    confirmed: str


async def delegations(visit: Visit) -> Response:
    closed = visit.request.query_params.get("which") == "closed"
    waiting = [] if closed else await queries.delegations(visit.viewer, (DelegationState.ASKED,))
    others = await queries.delegations(visit.viewer, CLOSED if closed else (DelegationState.ACTIVE,))
    return await visit.show(
        "delegations/list.html",
        closed=closed,
        waiting=[_line(one) for one in waiting],
        others=[_line(one) for one in others],
        full=max(len(waiting), len(others)) == queries.SHOWN,
    )


async def delegation(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, faulty: str = "", problem: str = "") -> Response:
    """One delegation; `faulty` names the form that was not accepted, which keeps what was written."""
    one, acts = await queries.delegation(visit.viewer, _id(visit))
    return await visit.show(
        "delegations/delegation.html",
        status,
        line=_line(one),
        acts=acts,
        ways=rules.HOW,
        deciding=visit.viewer.may(Permission.DELEGATIONS_DECIDE),
        written={name: one_line(visit.field(name)) for name in ("how", "note", "reason")},
        faulty=faulty,
        problem=problem,
    )


def _line(one: Delegation) -> Line:
    how = rules.HOW.get(one.confirmed_how) or ("本人在微信里同意" if one.confirmed_how else "")
    return Line(one, masked_name(one.elder.name), masked_name(one.delegate_name), texts.matters(one.scope), how)


async def confirm(visit: Visit) -> Response:
    how, note = visit.field("how"), one_line(visit.field("note"))
    return await _decide(
        visit, "confirm", note, lambda: confirm_for(visit.viewer, _id(visit), how, note), "已开通，双方已通知。"
    )


async def refuse(visit: Visit) -> Response:
    reason = one_line(visit.field("reason"))
    return await _decide(visit, "refuse", reason, lambda: refuse_for(visit.viewer, _id(visit), reason), "已退回。")


async def revoke(visit: Visit) -> Response:
    reason = one_line(visit.field("reason"))
    return await _decide(
        visit, "revoke", reason, lambda: revoke_delegation(visit.viewer, _id(visit), reason), "已停止，双方已通知。"
    )


async def _decide(
    visit: Visit, form: str, written: str, act: Callable[[], Awaitable[Delegation]], done: str
) -> Response:
    if len(written) > LONGEST:
        return await _page(visit, 422, form, f"最多{LONGEST}个字。")
    try:
        await act()
    except Conflict as decided:
        return await visit.go(_address(visit), decided.message, bad=True)
    except Invalid as refusal:
        return await _page(visit, 422, form, refusal.message)
    return await visit.go(_address(visit), f"代办号 {_id(visit)} {done}")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["delegation_id"])


def _address(visit: Visit) -> str:
    return f"{LIST}/{_id(visit)}"


ROUTES = (
    require(Permission.DELEGATIONS_VIEW, "/delegations", delegations),
    require(Permission.DELEGATIONS_VIEW, "/delegations/{delegation_id}", delegation),
    require_post(Permission.DELEGATIONS_DECIDE, "/delegations/{delegation_id}/confirm", confirm),
    require_post(Permission.DELEGATIONS_DECIDE, "/delegations/{delegation_id}/refuse", refuse),
    require_post(Permission.DELEGATIONS_DECIDE, "/delegations/{delegation_id}/revoke", revoke),
)
