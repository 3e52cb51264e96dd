"""What the buttons of moderation do: decide, decide several, take something out, stop a person, decide an appeal."""

from starlette.responses import Response

from admin.access import Visit, require_post
from admin.pages.moderation import QUEUE, address, wanted
from clock import clock
from errors import Forbidden
from handlers.moderation.actions.appeals import decide_appeal
from handlers.moderation.actions.deciding import Decision, decide, keep_shown, mark_reported, publish_all, rectify
from handlers.moderation.actions.measures import lift, silence
from handlers.moderation.queries.waiting import Pile, Wanted
from handlers.staff.rules import Permission
from models.deliberation import ModerationReason, PostState
from web.forms import row_id

MOST_AT_ONCE = 50
PICK = "pick_"


def reason_of(visit: Visit) -> ModerationReason | None:
    given = visit.field("reason")
    return ModerationReason(given) if given in set(ModerationReason) else None


def _decision(visit: Visit) -> Decision:
    seen, state = visit.field("seen"), visit.field("state")
    states = set(PostState)
    return Decision(
        PostState(seen) if seen in states else PostState.HELD,
        PostState(state) if state in states - {PostState.HELD, PostState.WITHDRAWN} else PostState.PUBLISHED,
        reason_of(visit),
        visit.field("remark"),
    )


async def decide_post(visit: Visit) -> Response:
    """Publish, return or hide; the next text comes at once."""
    decision = _decision(visit)
    deed = decide(visit.viewer, _id(visit, "post_id"), decision, clock.now())
    done = f"{_id(visit, 'post_id')}号{decision.state.label}，作者会收到通知。"
    return await visit.attempt(address(wanted(visit.form)), deed, done)


async def decide_many(visit: Visit) -> Response:
    """Publish those that are ticked."""
    ticked = [row_id(name.removeprefix(PICK)) for name in visit.form if name.startswith(PICK)]
    back = address(wanted(visit.form))
    if not ticked or len(ticked) > MOST_AT_ONCE:
        return await visit.go(back, f"请勾选要通过的，一次最多{MOST_AT_ONCE}条。", bad=True)
    done = await publish_all(visit.viewer, ticked, clock.now())
    left = f"另有{len(ticked) - done}条别人刚处理过。" if done < len(ticked) else ""
    return await visit.go(back, f"已通过{done}条。{left}", bad=bool(left))


async def rectify_post(visit: Visit) -> Response:
    number = _id(visit, "post_id")
    deed = rectify(visit.viewer, number, visit.field("text"), _decision(visit), clock.now())
    return await visit.attempt(f"{QUEUE}/{number}", deed, "改正后发布了，作者会看到原文和改后的。")


async def keep(visit: Visit) -> Response:
    number = _id(visit, "post_id")
    return await visit.attempt(
        address(wanted(visit.form)), keep_shown(visit.viewer, number, clock.now()), f"{number}号保留，举报已处理。"
    )


async def silence_author(visit: Visit) -> Response:
    number, days = _id(visit, "post_id"), visit.field("days")
    counted = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    deed = silence(visit.viewer, number, counted, reason_of(visit), visit.field("remark"), clock.now())
    return await visit.attempt(f"{QUEUE}/{number}", deed, f"已禁言{counted}天，到时自动恢复，作者会收到通知。")


async def lift_measure(visit: Visit) -> Response:
    deed = lift(visit.viewer, _id(visit, "measure_id"), visit.field("why"), clock.now())
    return await visit.attempt(f"{QUEUE}/measures", deed, "已提前解除，作者会收到通知。")


async def decide_one_appeal(visit: Visit) -> Response:
    """Uphold or refuse; whoever made the decision is told to leave it to a colleague."""
    back, granted = address(Wanted(Pile.APPEALS)), visit.field("result") == "granted"
    deed = decide_appeal(visit.viewer, _id(visit, "appeal_id"), granted, visit.field("remark"), clock.now())
    try:
        return await visit.attempt(back, deed, "申诉成立，已恢复。" if granted else "维持原处理，作者会收到通知。")
    except Forbidden as own:
        if not visit.viewer.may(Permission.MODERATION_DECIDE):
            raise
        return await visit.go(back, own.message, bad=True)


async def reported(visit: Visit) -> Response:
    deed = mark_reported(visit.viewer, _id(visit, "post_id"), clock.now())
    return await visit.attempt(f"{QUEUE}/unlawful", deed, "已标记为已报告。")


def _id(visit: Visit, name: str) -> int:
    return row_id(str(visit.request.path_params[name]))


_DECIDE = Permission.MODERATION_DECIDE
ROUTES = (
    require_post(_DECIDE, "/moderation/many", decide_many),
    require_post(_DECIDE, "/moderation/appeals/{appeal_id}", decide_one_appeal),
    require_post(_DECIDE, "/moderation/measures/{measure_id}/lift", lift_measure),
    require_post(_DECIDE, "/moderation/{post_id}/decide", decide_post),
    require_post(_DECIDE, "/moderation/{post_id}/rectify", rectify_post),
    require_post(_DECIDE, "/moderation/{post_id}/keep", keep),
    require_post(_DECIDE, "/moderation/{post_id}/silence", silence_author),
    require_post(_DECIDE, "/moderation/{post_id}/reported", reported),
)
