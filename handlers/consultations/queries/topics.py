"""What is deliberated where a visitor lives: public topics by their homes, what is open in each and what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from clock import BEIJING
from errors import NotFound
from handlers.consultations.addressees import IS_PUBLIC
from handlers.consultations.rules import ENDED, ROAD, Verb, open_verbs
from handlers.residency.visitors import Home, Visitor
from models.consultations import Consultation
from models.database import rows

LATEST_ENDED = 20
# A topic concerns a home when one of its places is the dwelling's estate or begins its code.
_CONCERNING = f"""
SELECT home.at, c.id AS consultation_id, mine.id IS NOT NULL AS endorsed,
       c.endorsed_before + (SELECT count(*) FROM endorsement e WHERE e.consultation_id = c.id) AS backed
FROM unnest($1::int[], $2::bigint[]) AS home (at, dwelling_id)
JOIN dwelling d ON d.id = home.dwelling_id JOIN estate ON estate.id = d.estate_id
JOIN consultation c ON EXISTS (SELECT FROM jsonb_array_elements_text(c.places) place
                               WHERE estate.code = place OR starts_with(d.code, place))
LEFT JOIN post ON post.id = c.post_id
LEFT JOIN endorsement mine ON mine.consultation_id = c.id AND mine.dwelling_id = d.id
WHERE {IS_PUBLIC} AND ($3::bigint IS NULL OR c.id = $3)
ORDER BY c.id, home.at
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A consultation as it stands to a visitor, by the first of their homes that it is about.

    `endorsed` says whether that home's household backs it already, `backed` how many do of those it needs.
    `verbs` is what is open at the moment asked, `days_left` until the stage is planned to end; None where it has none.
    """

    consultation: Consultation
    home: Home
    endorsed: bool
    backed: int
    verbs: frozenset[Verb]
    days_left: int | None

    @property
    def ended(self) -> bool:
        return self.consultation.stage in ENDED


async def topics_for(visitor: Visitor, now: datetime) -> list[Topic]:
    """Public topics that concern the visitor's homes: the open ones first, furthest on first, then the latest ended."""
    found = await _topics(visitor, now)
    under_way = sorted((one for one in found if not one.ended), key=_turn)
    over = sorted((one for one in found if one.ended), key=lambda one: one.consultation.stage_since, reverse=True)
    return under_way + over[:LATEST_ENDED]


async def topic_for(visitor: Visitor, consultation_id: int, now: datetime) -> Topic:
    """One public topic that concerns one of the visitor's homes.

    Raises:
        NotFound: there is none, it is not public, or it is of another place.
    """
    found = await _topics(visitor, now, consultation_id)
    if not found:
        raise NotFound
    return found[0]


def _turn(topic: Topic) -> tuple[bool, int, int]:
    """What asks something of residents first, then what is furthest on the road, then the latest."""
    stage = topic.consultation.stage
    return not topic.verbs, -ROAD.index(stage), -topic.consultation.id


async def _topics(visitor: Visitor, now: datetime, consultation_id: int | None = None) -> list[Topic]:
    homes = visitor.homes
    if not homes:
        return []
    dwellings = [home.dwelling_id for home in homes]
    found = await rows(_CONCERNING, list(range(len(homes))), dwellings, consultation_id)
    known = await Consultation.in_bulk({row["consultation_id"] for row in found}, "id")
    grouped = groupby(found, lambda row: row["consultation_id"])
    return [_topic(known[number], homes, list(lines), now) for number, lines in grouped]


def _topic(consultation: Consultation, homes: Sequence[Home], lines: Sequence[dict[str, Any]], now: datetime) -> Topic:
    """By the home whose household has not spoken yet, if the visitor has several."""
    line = next((one for one in lines if not one["endorsed"]), lines[0])
    at: int = line["at"]
    return Topic(
        consultation,
        homes[at],
        line["endorsed"],
        line["backed"],
        open_verbs(consultation.stage, consultation.ends_at, now),
        days_left(consultation.ends_at, now),
    )


def days_left(ends_at: datetime | None, now: datetime) -> int | None:
    """Calendar days in Beijing until a moment, 0 on its day and after it; None where there is none."""
    if ends_at is None:
        return None
    return max(0, (ends_at.astimezone(BEIJING).date() - now.astimezone(BEIJING).date()).days)
