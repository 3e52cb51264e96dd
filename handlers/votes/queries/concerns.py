"""What concerns a visitor: polls that wait for their ballot, and those that are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batches import Batch
from clock import clock
from handlers.residency.visitors import Visitor
from models.database import rows
from models.states import PollState
from models.votes import Poll

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
