"""Votes: the list, and the seals of one."""

from starlette.responses import Response

from admin.access import Visit, require
from handlers.staff.rules import Permission
from handlers.votes import outcomes
from handlers.votes.queries.lists import sealed_receipts
from handlers.votes.queries.polls import poll_of, polls_of, turnouts_of
from models.votes import Poll
from web.forms import page_after, row_id

VOTES = "/admin/votes"
PAGE = 30
LINES = 100


async def votes(visit: Visit) -> Response:
    before = page_after(visit.request) or None
    found = await polls_of(visit.viewer, before=before, limit=PAGE + 1)
    turnouts = await turnouts_of(visit.viewer, [poll.id for poll in found])
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show("votes/list.html", polls=found[:PAGE], turnouts=turnouts, more=more, unit=outcomes.unit)


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
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/ballots", ballots),
)
