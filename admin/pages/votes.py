"""Votes: the list, a new draft, and one vote from publishing to its result."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import show_part
from admin.pages.drafting import draft, new
from clock import clock
from errors import Conflict
from handlers.staff.rules import Permission
from handlers.votes import outcomes, texts
from handlers.votes.actions.conduct import publish_poll
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.queries.lists import sealed_receipts
from handlers.votes.queries.polls import poll_of, polls_of, turnouts_of
from handlers.votes.queries.roll import objections_to, roll_lines
from handlers.votes.rules import PollEvent, possible
from models.states import PollState
from models.votes import Poll
from web.forms import page_after, row_id, search_words

VOTES = "/admin/votes"
PAGE = 30
LINES = 100


@dataclass(frozen=True, slots=True)
class Button:
    """What someone may do with a vote: the word on the button, and what comes of pressing it."""

    permission: Permission
    path: str
    word: str
    meaning: str


BUTTONS = {
    PollEvent.PUBLISH: Button(
        Permission.VOTES_PUBLISH, "publish", "发布", "发布后居民就能看到，到开始时间自动开票，内容不能再改。"
    ),
    PollEvent.COUNT: Button(Permission.VOTES_COUNT, "count", "计票", "计票后先不公布，要由另一位工作人员确认。"),
    PollEvent.CERTIFY: Button(
        Permission.VOTES_COUNT, "certify", "确认结果", "核对计票后点确认，结果就公布。计票的人不能自己确认。"
    ),
}
"""The events that a person starts; the clock opens and closes."""


async def votes(visit: Visit) -> Response:
    before = page_after(visit.request) or None
    found = await polls_of(visit.viewer, before=before, limit=PAGE + 1)
    turnouts = await turnouts_of(visit.viewer, [poll.id for poll in found])
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show("votes/list.html", polls=found[:PAGE], turnouts=turnouts, more=more)


async def vote(visit: Visit) -> Response:
    poll = await _poll(visit)
    objections = await objections_to(visit.viewer, poll.id)
    standing = await _standing(visit, poll)
    return await visit.show("votes/vote.html", **standing, buttons=_buttons(visit, poll), objections=objections)


async def turnout(visit: Visit) -> Response:
    """The turnout alone, fetched by the page every quarter of a minute; once voting is over the page is loaded anew."""
    poll = await _poll(visit)
    if poll.state is not PollState.OPEN:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return show_part(visit.request, "votes/_turnout.html", **await _standing(visit, poll))


async def _standing(visit: Visit, poll: Poll) -> dict[str, Any]:
    """A vote as it stands now. Nothing of its ballots is known before the count, so nothing can be shown."""
    turnouts = await turnouts_of(visit.viewer, [poll.id])
    outcome = outcomes.outcome(poll) if poll.result else ""
    overdue = poll.state is PollState.OPEN and poll.closes_at <= clock.now()
    return {"poll": poll, "turnout": turnouts.get(poll.id), "outcome": outcome, "overdue": overdue}


def _buttons(visit: Visit, poll: Poll) -> list[Button]:
    events = possible(poll.state) - {PollEvent.CERTIFY if poll.result is None else PollEvent.COUNT}
    return [button for event, button in BUTTONS.items() if event in events and visit.viewer.may(button.permission)]


async def publish(visit: Visit) -> Response:
    try:
        poll = await publish_poll(visit.viewer, _id(visit), clock.now())
    except Conflict:
        return await _too_late(visit)
    state = "现在就可以投票了" if poll.state is PollState.OPEN else f"{texts.local(poll.opens_at)}自动开始投票"
    return await visit.go(f"{VOTES}/{poll.id}", f"已发布，{state}。")


async def count(visit: Visit) -> Response:
    try:
        poll = await count_poll(visit.viewer, _id(visit), clock.now())
    except Conflict:
        return await _too_late(visit)
    return await visit.go(f"{VOTES}/{poll.id}", f"已计票。{outcomes.outcome(poll)}请另一位工作人员确认。")


async def certify(visit: Visit) -> Response:
    try:
        poll = await certify_poll(visit.viewer, _id(visit), clock.now())
    except Conflict as refusal:
        return await visit.go(f"{VOTES}/{_id(visit)}", refusal.message, bad=True)
    return await visit.go(f"{VOTES}/{poll.id}", f"结果已公布。{outcomes.outcome(poll)}")


async def _too_late(visit: Visit) -> Response:
    """Pressed twice, or after someone else: say how the vote stands, change nothing."""
    poll = await _poll(visit)
    return await visit.go(f"{VOTES}/{poll.id}", f"这个投票已是「{poll.state.label}」，刚才没有改动。", bad=True)


async def roll(visit: Visit) -> Response:
    """Who is on the roll and has voted; what they voted is not known here."""
    poll = await _poll(visit)
    search, which = search_words(visit.request), visit.request.query_params.get("which", "")
    lines = await roll_lines(
        visit.viewer,
        poll.id,
        search=search,
        voted={"yes": True, "no": False}.get(which),
        after=page_after(visit.request),
        limit=LINES + 1,
    )
    more = lines[LINES - 1].dwelling_id if len(lines) > LINES else None
    return await visit.show("votes/roll.html", poll=poll, lines=lines[:LINES], search=search, which=which, more=more)


async def ballots(visit: Visit) -> Response:
    """The seals of all ballots, so that anyone can see later that none was changed."""
    poll = await _poll(visit)
    after = page_after(visit.request)
    sealed = await sealed_receipts(visit.viewer, poll.id, after=after, limit=LINES + 1)
    more = sealed[LINES - 1].number if len(sealed) > LINES else None
    return await visit.show("votes/ballots.html", poll=poll, ballots=sealed[:LINES], more=more)


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, _id(visit))


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["poll_id"])


ROUTES = (
    require(Permission.VOTES_VIEW, "/votes", votes),
    require(Permission.VOTES_EDIT, "/votes/new", new),
    require_post(Permission.VOTES_EDIT, "/votes", draft),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}", vote),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/turnout", turnout, renew=False),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/roll", roll),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/ballots", ballots),
    require_post(Permission.VOTES_PUBLISH, "/votes/{poll_id}/publish", publish),
    require_post(Permission.VOTES_COUNT, "/votes/{poll_id}/count", count),
    require_post(Permission.VOTES_COUNT, "/votes/{poll_id}/certify", certify),
)
