"""How far a message has come, for staff: by building, who said 已阅, and whom nobody has reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from campaigns import arrivals
from campaigns.arrivals import BuildingReach, Missed
from campaigns.delivery import Obstacle
from clock import clock
from handlers.reach.registers import MOST, Subject, acted, linked, subject_sent
from handlers.residency.people import masked_name
from handlers.staff.queries import own_part
from handlers.staff.rules import Viewer
from models.campaigns import Campaign
from models.database import rows
from models.notices import Notice
from models.reach import Path
from models.sealed import unseal

_ACKNOWLEDGED = """
SELECT w.building_id, count(*)::int AS people, count(DISTINCT r.dwelling_id)::int AS homes
FROM notice_reading r LEFT JOIN dwelling w ON w.id = r.dwelling_id
WHERE r.notice_id = $1 AND r.version = $4 AND r.acknowledged_at IS NOT NULL
  AND (w.id IS NULL OR starts_with(w.code, $2) AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3)))
GROUP BY w.building_id
"""
_TOLD = """
SELECT d.dwelling_id, w.address, max(d.path) AS path, max(d.reached_at) AS at, max(d.reached_by) AS by
FROM delivery d JOIN dwelling w ON w.id = d.dwelling_id
WHERE d.campaign_id = $1 AND d.reached_at IS NOT NULL AND starts_with(w.code, $2)
  AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3)) AND ($4::bigint IS NULL OR w.building_id = $4)
GROUP BY d.dwelling_id, w.address ORDER BY at DESC, d.dwelling_id LIMIT $5
"""
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who said 已阅, in people and in homes."""

    people: int = 0
    homes: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list, by their masked name."""

    name: str
    has_phone: bool
    why: Obstacle


@dataclass(frozen=True, slots=True)
class Home:
    """A home in which nobody has read the notice or been told, with those whom it was meant for."""

    dwelling_id: int
    building_id: int
    address: str
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class ToldHome:
    """A home that somebody told by phone or at the door; `by` is a login, or `link` of a building's list."""

    dwelling_id: int
    address: str
    path: Path
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LinkedList:
    """What somebody with a link sees of a building: which rooms are left, and what to say there."""

    place: str
    title: str
    text: str
    homes: Sequence[Home]
    ends: datetime


async def reach_by_building(viewer: Viewer, subject: Subject, campaign: Campaign) -> list[BuildingReach]:
    """How far a sending has come in the buildings that the viewer answers for."""
    own = await own_part(viewer, clock.today())
    return await arrivals.by_building(campaign.id, *own, acted=acted(subject, campaign))


async def acknowledged_by_building(viewer: Viewer, notice: Notice) -> dict[int, Acknowledged]:
    """Who said 已阅 to the text in force, by building; 0 stands for homes that are no longer on the register."""
    found = await rows(_ACKNOWLEDGED, notice.id, *await own_part(viewer, clock.today()), notice.version)
    return {row["building_id"] or 0: Acknowledged(row["people"], row["homes"]) for row in found}


async def unreached_homes(
    viewer: Viewer,
    subject: Subject,
    campaign: Campaign,
    *,
    building: int | None = None,
    why: Obstacle | None = None,
) -> list[Home]:
    """The homes of the viewer's part where nobody has been reached, in walking order; 300 people at most."""
    own, done = await own_part(viewer, clock.today()), acted(subject, campaign)
    return homes(await arrivals.unreached(campaign.id, *own, building=building, why=why, acted=done, limit=MOST))


async def told_homes(viewer: Viewer, campaign: Campaign, *, building: int | None = None) -> list[ToldHome]:
    """The homes of the viewer's part that were told by people, the latest first; 50 at most."""
    found = await rows(_TOLD, campaign.id, *await own_part(viewer, clock.today()), building, MOST_TOLD)
    return [ToldHome(row["dwelling_id"], row["address"], Path(row["path"]), row["at"], row["by"]) for row in found]


async def linked_list(token: str, now: datetime) -> LinkedList:
    """The rooms that a link's building has left.

    Raises:
        NotFound: there is no such link, or it has ended.
    """
    link, building = await linked(token, now)
    campaign = link.campaign
    subject = await subject_sent(campaign)
    done = acted(subject, campaign)
    left = await arrivals.unreached(campaign.id, "", building=building.id, acted=done, limit=MOST)
    place, text = f"{building.estate.name}{building}", subject.words or campaign.text
    return LinkedList(place, subject.title, text, homes(left), link.expires_at)


def homes(found: Sequence[Missed]) -> list[Home]:
    """People who live together, together; the last home of a list that was cut off is left out."""
    grouped = [list(people) for _, people in groupby(found, key=lambda one: one.dwelling_id)]
    if len(found) == MOST and len(grouped) > 1:
        grouped.pop()
    return [
        Home(people[0].dwelling_id, people[0].building_id, people[0].address, [_person(one) for one in people])
        for people in grouped
    ]


def _person(missed: Missed) -> Person:
    sealed = ((missed.name, "resident:name"), (missed.bound_name, "binding:name"))
    name = next((unseal(value, column) for value, column in sealed if value), "")
    return Person(masked_name(name) if name else "住户", missed.has_phone, missed.why)
