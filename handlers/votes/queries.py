"""Reads of voting for every surface, already cut to who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batches import Batch
from clock import clock
from errors import NotFound
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Permission, Viewer
from handlers.votes.receipts import receipt_index
from models.database import rows
from models.states import CastChannel, PollState
from models.votes import Ballot, Poll

# A poll concerns a dwelling when one of its places is the dwelling's estate or begins its code.
_CONCERNING = """
SELECT p.id, array_agg(d.id ORDER BY d.id) AS dwellings, array_agg(m.id IS NOT NULL ORDER BY d.id) AS voted
FROM poll p
JOIN dwelling d ON d.id = ANY($1::bigint[])
JOIN estate e ON e.id = d.estate_id
LEFT JOIN roll_entry r ON r.poll_id = p.id AND r.dwelling_id = d.id
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE p.state = ANY($2::text[])
  AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(p.places) place
              WHERE e.code = place OR starts_with(d.code, place))
GROUP BY p.id ORDER BY p.closes_at, p.id
"""
# Where a household has named a 户代表, its ballot waits for nobody else.
_WAITING = """
SELECT home.binding_id, count(*) AS polls
FROM unnest($1::bigint[], $3::bigint[]) AS home (dwelling_id, binding_id)
JOIN roll_entry r ON r.dwelling_id = home.dwelling_id
JOIN poll p ON p.id = r.poll_id AND p.state = 'open' AND p.closes_at > $2
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE m.id IS NULL
  AND NOT EXISTS (SELECT FROM binding other WHERE other.dwelling_id = home.dwelling_id AND other.represents
                  AND other.state = 'active' AND other.id <> home.binding_id)
GROUP BY home.binding_id
"""

_TURNOUTS = """
SELECT r.poll_id, count(m.id) AS voted, count(*) AS roll
FROM roll_entry r JOIN poll p ON p.id = r.poll_id JOIN organisation o ON o.id = p.organisation_id
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = ANY($1::bigint[]) AND starts_with(o.code, $2) GROUP BY r.poll_id
"""
_ROLL = """
SELECT d.id, d.address, m.cast_at, m.channel
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 AND r.dwelling_id > $2
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) word WHERE strpos(d.address, word) = 0)
  AND ($4::boolean IS NULL OR (m.id IS NOT NULL) = $4)
ORDER BY r.dwelling_id LIMIT $5
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
class RollLine:
    """A household on the roll; `cast_at` and `channel` are None until it has voted."""

    dwelling_id: int
    address: str
    cast_at: datetime | None
    channel: CastChannel | None


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A poll in which a household has voted; what it voted nobody knows."""

    poll_id: int
    title: str
    cast_at: datetime
    channel: CastChannel


@dataclass(frozen=True, slots=True)
class Concern:
    """A poll that concerns a visitor, the dwellings it concerns them by, and those already voted for."""

    poll: Poll
    dwellings: tuple[int, ...]
    voted: frozenset[int]

    @property
    def done(self) -> bool:
        return len(self.voted) == len(self.dwellings)


async def open_polls(visitor: Visitor, now: datetime) -> list[Concern]:
    """Polls that take ballots and concern one of the visitor's homes, the soonest to close first."""
    concerns = await _concerning(visitor, [PollState.OPEN])
    return [concern for concern in concerns if concern.poll.closes_at > now]


async def finished_polls(visitor: Visitor, now: datetime) -> list[Concern]:
    """Polls that concerned the visitor's homes and are over, the latest first."""
    over = [PollState.OPEN, PollState.COUNTING, PollState.PUBLISHED, PollState.ARCHIVED]
    concerns = await _concerning(visitor, over)
    return [concern for concern in reversed(concerns) if concern.poll.closes_at <= now or _ended(concern.poll)]


def _ended(poll: Poll) -> bool:
    return poll.state is not PollState.OPEN


async def _concerning(visitor: Visitor, states: Sequence[PollState]) -> list[Concern]:
    homes = [home.dwelling_id for home in visitor.homes]
    found = await rows(_CONCERNING, homes, [state.value for state in states]) if homes else []
    polls = await Poll.in_bulk([row["id"] for row in found], "id")
    return [
        Concern(
            polls[row["id"]],
            tuple(row["dwellings"]),
            frozenset(dwelling for dwelling, voted in zip(row["dwellings"], row["voted"], strict=True) if voted),
        )
        for row in found
    ]


async def _count_waiting(homes: Sequence[tuple[int, int]]) -> list[int]:
    """By dwelling and binding; the binding may lie in a transaction under way, so it is not looked up."""
    dwellings, bindings = [dwelling for dwelling, _ in homes], [binding for _, binding in homes]
    found = {row["binding_id"]: row["polls"] for row in await rows(_WAITING, dwellings, clock.now(), bindings)}
    return [found.get(binding, 0) for binding in bindings]


_waiting: Batch[tuple[int, int], int] = Batch(_count_waiting)


async def waiting_polls(visitor: Visitor) -> int:
    """How many ballots this visitor may still cast."""
    return sum([await _waiting((home.dwelling_id, home.binding_id)) for home in visitor.homes if home.adult])


async def ballot_of(number: str) -> Poll | None:
    """The poll in whose box the ballot with this receipt lies."""
    found = await rows("SELECT poll_id FROM ballot WHERE receipt_index = $1", receipt_index(number))
    return await Poll.get(id=found[0]["poll_id"]) if found else None


async def poll(viewer: Viewer, poll_id: int) -> Poll:
    """One poll of the viewer's scope with its organisation.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.VOTES_VIEW)
    found = await Poll.get_or_none(id=poll_id).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def polls(
    viewer: Viewer, *, states: Sequence[PollState] = tuple(PollState), before: int | None = None, limit: int = 50
) -> list[Poll]:
    """The viewer's polls in some states, newest first, in pages by id."""
    viewer.require(Permission.VOTES_VIEW)
    found = Poll.filter(organisation__code__startswith=viewer.code, state__in=list(states))
    if before is not None:
        found = found.filter(id__lt=before)
    return await found.order_by("-id").limit(limit).select_related("organisation")


async def turnouts(viewer: Viewer, poll_ids: Sequence[int]) -> dict[int, Turnout]:
    """Turnout by poll for those of the viewer's that have a roll."""
    viewer.require(Permission.VOTES_VIEW)
    found = await rows(_TURNOUTS, list(poll_ids), viewer.code)
    return {row["poll_id"]: Turnout(row["voted"], row["roll"]) for row in found}


async def roll(
    viewer: Viewer, poll_id: int, *, search: str = "", voted: bool | None = None, after: int = 0, limit: int = 50
) -> list[RollLine]:
    """The roll of a poll in the order of the ledger: who has voted, never what.

    Args:
        search: words that all stand in the address.
        voted: only those who have, or have not; None gives all.
        after: dwelling id of the last line already shown.
    """
    await poll(viewer, poll_id)
    found = await rows(_ROLL, poll_id, after, search.split(), voted, limit)
    return [
        RollLine(row["id"], row["address"], row["cast_at"], CastChannel(row["channel"]) if row["channel"] else None)
        for row in found
    ]


async def sealed_ballots(viewer: Viewer, poll_id: int, *, after: int = 0, limit: int = 100) -> list[Ballot]:
    """The sealed ballots of a poll by number; only number and seal are filled in, choices stay in the box."""
    await poll(viewer, poll_id)
    sealed = Ballot.filter(poll_id=poll_id, number__gt=after)
    return await sealed.order_by("number").limit(limit).only("id", "number", "seal")


async def places(viewer: Viewer) -> list[dict[str, Any]]:
    """Where this viewer may hold a vote: their communities and the estates in them, with code and name."""
    return await rows(
        """SELECT o.code, o.name, o.name AS community, 0 AS rank FROM organisation o
           WHERE o.level = 'community' AND starts_with(o.code, $1)
           UNION ALL SELECT e.code, e.name, o.name, 1 FROM estate e JOIN organisation o ON o.id = e.community_id
           WHERE starts_with(o.code, $1) ORDER BY community, rank, code""",
        viewer.code,
    )


async def objections(viewer: Viewer, poll_id: int) -> list[dict[str, Any]]:
    """What residents objected to in a poll's roll or ballots: number, address and time, the latest first."""
    await poll(viewer, poll_id)
    return await rows(
        """SELECT (a.detail->>'objection')::bigint AS number, d.address, a.at
           FROM audit_entry a JOIN dwelling d ON d.id = (a.detail->>'dwelling')::bigint
           WHERE a.subject = $1 AND a.action = 'poll.object' ORDER BY a.id DESC LIMIT 100""",
        f"poll:{poll_id}",
    )


async def taken_part(viewer: Viewer, dwelling_id: int) -> list[TakenPart]:
    """In which of the viewer's polls a household has voted."""
    viewer.require(Permission.VOTES_VIEW)
    found = await rows(_HOUSEHOLD, dwelling_id, viewer.code)
    return [TakenPart(line["poll_id"], line["title"], line["cast_at"], CastChannel(line["channel"])) for line in found]
