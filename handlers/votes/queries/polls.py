"""Polls in the viewer's scope: the list, one of them, how many have voted, and where one may be held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from errors import NotFound
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.states import CastChannel, PollState
from models.votes import Poll

_TURNOUTS = """
SELECT r.poll_id, count(m.id) AS voted, count(*) AS roll
FROM roll_entry r JOIN poll p ON p.id = r.poll_id JOIN organisation o ON o.id = p.organisation_id
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = ANY($1::bigint[]) AND starts_with(o.code, $2) GROUP BY r.poll_id
"""
_HOUSEHOLD = """
SELECT p.id AS poll_id, p.title, m.cast_at, m.channel
FROM roll_mark m JOIN roll_entry r ON r.id = m.entry_id JOIN poll p ON p.id = r.poll_id
JOIN organisation o ON o.id = p.organisation_id
WHERE r.dwelling_id = $1 AND starts_with(o.code, $2) ORDER BY m.id
"""


@dataclass(frozen=True, slots=True)
class Turnout:
    """Households that have voted, of the households on the roll."""

    voted: int
    roll: int


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A poll in which a household has voted; what it voted nobody knows."""

    poll_id: int
    title: str
    cast_at: datetime
    channel: CastChannel


async def poll_of(viewer: Viewer, poll_id: int) -> Poll:
    """One poll of the viewer's scope with its organisation.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.VOTES_VIEW)
    found = await Poll.get_or_none(id=poll_id).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def polls_of(
    viewer: Viewer, *, states: Sequence[PollState] = tuple(PollState), before: int | None = None, limit: int = 50
) -> list[Poll]:
    """The viewer's polls in some states, newest first, in pages by id."""
    viewer.require(Permission.VOTES_VIEW)
    found = Poll.filter(organisation__code__startswith=viewer.code, state__in=list(states))
    if before is not None:
        found = found.filter(id__lt=before)
    return await found.order_by("-id").limit(limit).select_related("organisation")


async def polls_between(viewer: Viewer, begin: datetime, end: datetime, limit: int = 500) -> list[Poll]:
    """The viewer's polls that open or close from `begin` on and before `end`, once residents know of them."""
    viewer.require(Permission.VOTES_VIEW)
    known = Poll.filter(organisation__code__startswith=viewer.code)
    known = known.exclude(state__in=[PollState.DRAFT, PollState.REVIEW, PollState.SUSPENDED])
    when = Q(opens_at__gte=begin, opens_at__lt=end) | Q(closes_at__gte=begin, closes_at__lt=end)
    return await known.filter(when).order_by("opens_at", "id").limit(limit)


async def turnouts_of(viewer: Viewer, poll_ids: Sequence[int]) -> dict[int, Turnout]:
    """Turnout by poll for those of the viewer's that have a roll."""
    viewer.require(Permission.VOTES_VIEW)
    found = await rows(_TURNOUTS, list(poll_ids), viewer.code)
    return {row["poll_id"]: Turnout(row["voted"], row["roll"]) for row in found}


async def places(viewer: Viewer) -> list[dict[str, Any]]:
    """Where this viewer may hold a vote: their communities and the estates in them, with code and name."""
    return await rows(
        """SELECT o.code, o.name, o.name AS community, 0 AS rank FROM organisation o
           WHERE o.level = 'community' AND starts_with(o.code, $1)
           UNION ALL SELECT e.code, e.name, o.name, 1 FROM estate e JOIN organisation o ON o.id = e.community_id
           WHERE starts_with(o.code, $1) ORDER BY community, rank, code""",
        viewer.code,
    )


async def taken_part(viewer: Viewer, dwelling_id: int) -> list[TakenPart]:
    """In which of the viewer's polls a household has voted."""
    viewer.require(Permission.VOTES_VIEW)
    found = await rows(_HOUSEHOLD, dwelling_id, viewer.code)
    return [TakenPart(line["poll_id"], line["title"], line["cast_at"], CastChannel(line["channel"])) for line in found]
