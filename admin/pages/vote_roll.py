"""The roll of a vote: posted for checking, amended until it opens; and what residents object to, answered."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Conflict, Invalid
from handlers.residency.places import Outcome, explained, find
from handlers.staff.rules import Permission
from handlers.votes import outcomes
from handlers.votes.actions.objections import answer_objection
from handlers.votes.actions.roll import add_voice, strike_voice
from handlers.votes.queries.polls import poll_of
from handlers.votes.queries.roll import roll_lines
from handlers.votes.registers import elector_of
from models.states import Electorate, PollState
from models.votes import Poll
from web.forms import one_line, page_after, row_id, search_words

LINES = 100


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
    return await visit.show(
        "votes/roll.html",
        poll=poll,
        unit=outcomes.unit(poll),
        lines=lines[:LINES],
        search=search,
        which=which,
        more=lines[LINES - 1].entry_id if len(lines) > LINES else None,
        amending=poll.state is PollState.ANNOUNCED and visit.viewer.may(Permission.VOTES_EDIT),
        persons=poll.electorate in {Electorate.RESIDENT, Electorate.LISTED},
        owners=poll.electorate is Electorate.OWNER,
    )


async def add(visit: Visit) -> Response:
    """Put somebody on the roll who was left out."""
    poll = await _poll(visit)
    here = f"/admin/votes/{poll.id}/roll"
    try:
        who = await _meant(poll, one_line(visit.field("name")), one_line(visit.field("address")))
        await add_voice(visit.viewer, poll.id, who, one_line(visit.field("reason")), clock.now())
    except (Conflict, Invalid) as refusal:
        return await visit.go(here, refusal.message, bad=True)
    return await visit.go(here, "已加到名册，居民看得到这次更正。")


async def _meant(poll: Poll, name: str, address: str) -> int:
    """The dwelling, or where persons vote the person, that was written.

    Raises:
        Invalid: nobody, or nothing, that is known.
    """
    if poll.electorate in {Electorate.RESIDENT, Electorate.LISTED}:
        who = await elector_of(poll.organisation.code, f"{name} {address}")
        if who is None:
            raise Invalid("没有对上登记的居民，请核对姓名和地址。")
        return who
    found = await find(address)
    if found.outcome is not Outcome.FOUND:
        raise Invalid(explained(found).split("\n")[0])
    return found.dwelling_id


async def strike(visit: Visit) -> Response:
    """Take somebody off the roll who should not be on it."""
    poll = await _poll(visit)
    entry, reason = row_id(visit.field("entry") or "-"), one_line(visit.field("reason"))
    struck = strike_voice(visit.viewer, poll.id, entry, reason, clock.now())
    return await visit.attempt(f"/admin/votes/{poll.id}/roll", struck, "已从名册划去，居民看得到这次更正。")


async def answer(visit: Visit) -> Response:
    """Answer an objection; the resident is told."""
    poll = await _poll(visit)
    number = row_id(visit.request.path_params["objection_id"])
    answered = answer_objection(visit.viewer, poll.id, number, one_line(visit.field("answer")), clock.now())
    return await visit.attempt(f"/admin/votes/{poll.id}#objections", answered, "已答复，居民会收到。")


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, row_id(visit.request.path_params["poll_id"]))


ROUTES = (
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/roll", roll),
    require_post(Permission.VOTES_EDIT, "/votes/{poll_id}/roll/add", add),
    require_post(Permission.VOTES_EDIT, "/votes/{poll_id}/roll/strike", strike),
    require_post(Permission.VOTES_ROLL, "/votes/{poll_id}/objections/{objection_id}", answer),
)
