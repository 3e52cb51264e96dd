"""Conversations with residents: the piles of the desk, and one conversation beside the household's card."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from admin.access import Visit, require
from admin.layout import local, panel_of, show_part
from admin.pages.inbox_card import household_card
from clock import BEIJING, clock
from handlers.calendar.queries import next_opening
from handlers.enquiries.actions.passing_on import branches_for
from handlers.enquiries.knowledge import acts, departments
from handlers.enquiries.queries.desk import Which, branches, desk, enquiries
from handlers.enquiries.queries.thread import canned_replies, colleagues, conversation, neighbours, window_of
from handlers.staff.queries import names
from handlers.staff.rules import Permission
from models.desk import EnquiryOutcome
from models.states import EnquiryState
from web.forms import one_line, row_id

INBOX = "/admin/inbox"
PAGE = 50
FARTHEST = 200
"""Pages that can be turned to; whoever looks for more narrows the branch."""
PILES = {
    Which.OPEN: "全部未结束",
    Which.MINE: "我的",
    Which.WAITING: "待接手",
    Which.HELD: "处理中",
    Which.SNOOZED: "稍后处理",
    Which.CLOSED: "已结束",
}
OUTCOMES = tuple(one for one in EnquiryOutcome if one is not EnquiryOutcome.MERGED)


def age(since: datetime, now: datetime) -> str:
    """How long something has waited: 「5分钟」, 「3小时」, 「2天」."""
    minutes = max((now - since) // timedelta(minutes=1), 0)
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天"


async def inbox(visit: Visit) -> Response:
    return await visit.show("inbox/list.html", branches=await branches(visit.viewer), **await _pile(visit))


async def pile(visit: Visit) -> Response:
    """The list alone, fetched by the page whenever something changed."""
    return show_part(visit.request, "inbox/_pile.html", **await _pile(visit))


async def _pile(visit: Visit) -> dict[str, Any]:
    asked = visit.request.query_params
    which = Which(asked.get("which", "")) if asked.get("which") in set(Which) else Which.OPEN
    place, page = one_line(asked.get("place", ""))[:12], _page_number(asked.get("page", ""))
    found = await enquiries(visit.viewer, which, place, limit=PAGE + 1, skip=PAGE * page)
    now = clock.now()
    return {
        "which": which,
        "piles": PILES,
        "desk": await desk(visit.viewer),
        "place": place,
        "page": page,
        "more": len(found) > PAGE,
        "enquiries": found[:PAGE],
        "ages": {one.id: age(one.waiting_since, now) for one in found if one.waiting_since},
    }


def _page_number(written: str) -> int:
    return min(int(written), FARTHEST) if written.isascii() and written.isdigit() and len(written) < 5 else 0


async def enquiry(visit: Visit) -> Response:
    return await enquiry_page(visit)


async def enquiry_page(visit: Visit, status: int = 200, *, written: str = "", problem: str = "") -> Response:
    """The conversation, with an answer that was not accepted.

    Whoever does not hold a held conversation may take it, note for colleagues, and pass it on.
    """
    shared = await _thread(visit)
    enquiry, viewer = shared["talk"].enquiry, visit.viewer
    canned = await canned_replies(viewer)
    picked = next((one.text for one in canned if str(one.id) == visit.request.query_params.get("canned")), "")
    open_ = enquiry.state is not EnquiryState.CLOSED
    here = open_ and viewer.answers_for(enquiry.place) and viewer.may(Permission.INBOX_ANSWER)
    own = enquiry.held_by == viewer.login
    return await visit.show(
        "inbox/enquiry.html",
        status,
        **shared,
        here=here,
        may_take=here and not (own and enquiry.state is EnquiryState.HELD),
        may_answer=here and (own or not enquiry.held_by),
        elsewhere=open_ and not viewer.answers_for(enquiry.place),
        card=await household_card(visit, enquiry),
        canned=canned,
        colleagues=await colleagues(viewer, enquiry) if here else [],
        branches=await branches_for(enquiry) if here else [],
        neighbours=await neighbours(viewer, enquiry) if here else [],
        times=await _times() if here else [],
        outcomes=OUTCOMES,
        departments=departments(),
        acts=acts(),
        key=uuid4(),
        note_key=uuid4(),
        told_key=uuid4(),
        written=written or picked,
        problem=problem,
    )


async def lines(visit: Visit) -> Response:
    """The lines alone, fetched by the page whenever something changed."""
    return show_part(visit.request, "inbox/_lines.html", **await _thread(visit))


async def _thread(visit: Visit) -> dict[str, Any]:
    number, before = enquiry_id(visit), visit.request.query_params.get("before", "")
    now = clock.now()
    talk = await conversation(visit.viewer, number, now, row_id(before) if before else None)
    window = await window_of(talk.enquiry, now)
    others = await panel_of(visit.request).presence.others(number, visit.viewer.login)
    staff = await names(list(others))
    return {
        "talk": talk,
        "window": window,
        "hurry": bool(window and window.until and window.until - now < timedelta(hours=4)),
        "before": before,
        "reading": sorted(staff.get(login, login) for login, writing in others.items() if not writing),
        "writing": sorted(staff.get(login, login) for login, writing in others.items() if writing),
    }


async def _times() -> Sequence[tuple[str, str]]:
    """(value, words) of times until which a conversation may be put off."""
    now = clock.now()
    opening = await next_opening(now)
    hour, week = now + timedelta(hours=1), opening + timedelta(days=7)
    proposed = ((hour, "一小时后"), (now + timedelta(hours=3), "三小时后"), (opening, "下次上班"), (week, "一周以后"))
    return [(moment.astimezone(BEIJING).isoformat(), f"{words}（{local(moment)}）") for moment, words in proposed]


def enquiry_id(visit: Visit) -> int:
    return row_id(visit.request.path_params["enquiry_id"])


def address(visit: Visit) -> str:
    return f"{INBOX}/{enquiry_id(visit)}"


ROUTES = (
    require(Permission.INBOX_VIEW, "/inbox", inbox),
    require(Permission.INBOX_VIEW, "/inbox/pile", pile, renew=False),
    require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}", enquiry),
    require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/lines", lines, renew=False),
)
