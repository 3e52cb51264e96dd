"""What concerns a visitor: polls that wait for their ballot, are announced, or are over, and the voices they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from batches import Batch
from clock import clock
from handlers.residency.visitors import Home, Visitor
from handlers.votes.voices import VOICES, columns
from models.database import rows
from models.states import PollState
from models.votes import Poll

LATEST = 50
"""So many finished polls are looked at, the latest first."""
_OVER = (PollState.OPEN, PollState.COUNTING, PollState.PUBLISHED, PollState.ARCHIVED, PollState.SUSPENDED)
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
# A poll concerns a home by its voice, or when one of its places is the dwelling's estate or begins its code.
_CONCERNING = f"""
{VOICES}
SELECT home.at, poll.id AS poll_id, voice.id AS entry_id, coalesce(voice.voted, FALSE) AS voted
FROM home JOIN dwelling ON dwelling.id = home.dwelling_id JOIN estate ON estate.id = dwelling.estate_id
CROSS JOIN asked JOIN poll ON poll.id = asked.id
LEFT JOIN voice ON voice.at = home.at AND voice.poll_id = asked.id
WHERE voice.id IS NOT NULL
   OR EXISTS (SELECT FROM jsonb_array_elements_text(poll.places) place
              WHERE estate.code = place OR starts_with(dwelling.code, place))
"""
# A household that has named a 户代表 waits for nobody else's ballot; 法定 votes take none here.
_WAITING = f"""
{VOICES}
SELECT voice.at, voice.id AS entry_id FROM voice JOIN home USING (at) JOIN asked ON asked.id = voice.poll_id
WHERE NOT voice.voted AND asked.legal_effect <> 'statutory'
  AND NOT (asked.electorate = 'household' AND EXISTS (
      SELECT FROM binding other WHERE other.dwelling_id = home.dwelling_id AND other.represents
      AND other.state = 'active' AND other.id <> ($7::bigint[])[home.at + 1]))
"""


@dataclass(frozen=True, slots=True)
class Voice:
    """An entry of the roll that speaks for the visitor, and the home by which it does."""

    entry_id: int
    home: Home
    voted: bool


@dataclass(frozen=True, slots=True)
class Concern:
    """A poll that concerns a visitor by these homes; without `voices` by their place alone, not on its roll.

    `listed` are the dwellings among those homes that have a voice, be it one and the same.
    """

    poll: Poll
    voices: tuple[Voice, ...]
    homes: tuple[Home, ...]
    listed: frozenset[int]

    @property
    def done(self) -> bool:
        return bool(self.voices) and all(voice.voted for voice in self.voices)


async def open_polls(visitor: Visitor, now: datetime) -> list[Concern]:
    """Polls that take ballots and concern one of the visitor's homes, the soonest to close first."""
    concerns = await _concerns_of(visitor, [PollState.OPEN], now)
    return sorted(concerns, key=lambda concern: (concern.poll.closes_at, concern.poll.id))


async def announced_polls(visitor: Visitor, now: datetime) -> list[Concern]:
    """Polls whose roll is posted for checking and that concern the visitor's homes, the soonest to open first."""
    concerns = await _concerns_of(visitor, [PollState.ANNOUNCED], now)
    return sorted(concerns, key=lambda concern: (concern.poll.opens_at, concern.poll.id))


async def finished_polls(visitor: Visitor, now: datetime) -> list[Concern]:
    """Polls that concerned the visitor's homes and are over, the latest first."""
    concerns = await _concerns_of(visitor, _OVER, _EVER)
    over = [one for one in concerns if one.poll.closes_at <= now or one.poll.state is not PollState.OPEN]
    return sorted(over, key=lambda one: (one.poll.closes_at, one.poll.id), reverse=True)[:LATEST]


async def _concerns_of(visitor: Visitor, states: Sequence[PollState], closing_after: datetime) -> list[Concern]:
    homes = visitor.homes
    if not homes:
        return []
    found = await rows(_CONCERNING, *columns(homes), [state.value for state in states], closing_after)
    polls = await Poll.in_bulk({row["poll_id"] for row in found}, "id")
    ordered = groupby(sorted(found, key=lambda row: (row["poll_id"], row["at"])), lambda row: row["poll_id"])
    return [_concern(polls[poll_id], homes, list(lines)) for poll_id, lines in ordered]


def _concern(poll: Poll, homes: Sequence[Home], lines: Sequence[dict[str, Any]]) -> Concern:
    """One voice for each entry: who owns three flats, or is registered at two, speaks once."""
    voices: dict[int, Voice] = {}
    places: list[int] = [line["at"] for line in lines]
    for at, line in zip(places, lines, strict=True):
        if line["entry_id"] is not None:
            voices.setdefault(line["entry_id"], Voice(line["entry_id"], homes[at], line["voted"]))
    listed = {homes[at].dwelling_id for at, line in zip(places, lines, strict=True) if line["entry_id"] is not None}
    return Concern(poll, tuple(voices.values()), tuple(homes[at] for at in places), frozenset(listed))


async def _count_waiting(people: Sequence[tuple[Home, ...]]) -> list[int]:
    """The bindings may lie in a transaction under way, so they are handed over, not looked up."""
    homes = [home for of_one in people for home in of_one]
    whose = [number for number, of_one in enumerate(people) for _ in of_one]
    bindings = [home.binding_id for home in homes]
    found = await rows(_WAITING, *columns(homes), [PollState.OPEN.value], clock.now(), bindings)
    entries: list[set[int]] = [set() for _ in people]
    for row in found:
        at: int = row["at"]
        entries[whose[at]].add(row["entry_id"])
    return [len(of_one) for of_one in entries]


_waiting: Batch[tuple[Home, ...], int] = Batch(_count_waiting)


async def waiting_polls(visitor: Visitor) -> int:
    """How many ballots this visitor may still cast here."""
    adult = tuple(home for home in visitor.homes if home.adult)
    return await _waiting(adult) if adult else 0
