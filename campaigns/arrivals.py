"""What became of messages: how far one has come by building and path, whom nobody reached, one person's."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from campaigns.delivery import PUSHES, Obstacle, bits_of
from campaigns.ladder import OPENING
from models.database import rows
from models.reach import DeliveryState, Path

NOBODY = "SELECT NULL::bigint AS dwelling_id, NULL::bigint AS resident_id, NULL::timestamptz AS at WHERE FALSE"
"""What a message asks for nobody has done, where it asks for nothing."""
# Who has done what they were asked since; and the other homes of who has read it: their reading counts there too.
_KNOWN = """
acted AS MATERIALIZED (
  SELECT done.dwelling_id, done.resident_id FROM ({acted}) done
  WHERE done.at >= (SELECT launched_at FROM campaign WHERE id = $1)
), elsewhere AS MATERIALIZED (
  SELECT DISTINCT dwelling_id FROM (
    SELECT account_id, resident_id, dwelling_id, count(*) OVER (PARTITION BY account_id) AS homes
    FROM binding WHERE state = 'active'
  ) b WHERE homes > 1 AND (
    EXISTS (SELECT FROM delivery d WHERE d.campaign_id = $1 AND d.account_id = b.account_id AND d.state = 'read')
    OR EXISTS (SELECT FROM delivery d WHERE d.campaign_id = $1 AND d.resident_id = b.resident_id AND d.state = 'read'))
)"""
# One member's reading counts the home, and so does a word at its door, or what one does for all.
_BY_BUILDING = f"""
WITH {_KNOWN}, person AS (
  SELECT dwelling_id, count(*)::int AS people,
    count(*) FILTER (WHERE state IN ('sent', 'delivered', 'read'))::int AS sent,
    count(*) FILTER (WHERE state IN ('delivered', 'read'))::int AS delivered,
    count(*) FILTER (WHERE state = 'read')::int AS read,
    count(*) FILTER (WHERE resident_id IN (SELECT resident_id FROM acted WHERE resident_id IS NOT NULL))::int AS did,
    count(reached_at)::int AS told,
    count(*) FILTER (WHERE state IN ('created', 'temporary', 'sending'))::int AS waiting,
    count(*) FILTER (WHERE state = 'cancelled')::int AS cancelled,
    count(*) FILTER (WHERE state IN ('permanent', 'technical', 'uncertain'))::int AS missed
  FROM delivery WHERE campaign_id = $1 GROUP BY dwelling_id
), home AS (
  SELECT people, sent, delivered, read, told, waiting, cancelled, missed, w.building_id,
    CASE WHEN whole.dwelling_id IS NULL THEN did ELSE people END AS acted,
    read > 0 OR elsewhere.dwelling_id IS NOT NULL AS knows
  FROM person LEFT JOIN dwelling w ON w.id = person.dwelling_id
  LEFT JOIN elsewhere ON elsewhere.dwelling_id = person.dwelling_id
  LEFT JOIN (SELECT DISTINCT dwelling_id FROM acted WHERE dwelling_id IS NOT NULL) whole
    ON whole.dwelling_id = person.dwelling_id
  WHERE w.id IS NULL OR starts_with(w.code, $2) AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3))
)
SELECT building_id, sum(people)::int AS people, count(*) AS homes,
  sum(sent)::int AS sent, count(*) FILTER (WHERE sent > 0) AS sent_homes,
  sum(delivered)::int AS delivered, count(*) FILTER (WHERE delivered > 0) AS delivered_homes,
  sum(read)::int AS read, count(*) FILTER (WHERE knows) AS read_homes,
  sum(acted)::int AS acted, count(*) FILTER (WHERE acted > 0) AS acted_homes,
  sum(told)::int AS told, count(*) FILTER (WHERE told > 0) AS told_homes,
  sum(waiting)::int AS waiting, sum(cancelled)::int AS cancelled,
  coalesce(sum(missed) FILTER (WHERE NOT knows AND told = 0 AND acted = 0), 0)::int AS unreached,
  count(*) FILTER (WHERE missed > 0 AND NOT knows AND told = 0 AND acted = 0) AS unreached_homes
FROM home GROUP BY building_id
"""
_BUILDINGS = """
SELECT b.id, e.name || b.number || '号楼' AS name FROM building b JOIN estate e ON e.id = b.estate_id
WHERE b.id = ANY($1::bigint[]) ORDER BY e.id, length(b.number), b.number
"""
_BY_PATH = """
SELECT path, count(*) AS people, count(*) FILTER (WHERE state IN ('delivered', 'read')) AS delivered,
  count(*) FILTER (WHERE state = 'uncertain') AS uncertain
FROM delivery WHERE campaign_id = $1 AND path IS NOT NULL GROUP BY path
"""
_WITHIN = {"building": "w.building_id = ANY($4)", "dwellings": "w.id = ANY($4)", "": "cardinality($4::bigint[]) = 0"}
_UNREACHED = f"""
WITH {_KNOWN}, missed AS (
  SELECT d.id, d.dwelling_id, d.account_id, d.resident_id, d.state, d.errcode, d.tried, d.next_at,
    w.address, w.building_id, w.estate_id, w.entrance, w.room
  FROM dwelling w JOIN delivery d ON d.campaign_id = $1 AND d.dwelling_id = w.id
  WHERE {{within}} AND starts_with(w.code, $2) AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3))
    AND d.state IN ('permanent', 'technical', 'uncertain') AND w.id NOT IN (SELECT dwelling_id FROM elsewhere)
    AND w.id NOT IN (SELECT dwelling_id FROM acted WHERE dwelling_id IS NOT NULL)
    AND NOT EXISTS (
      SELECT FROM delivery h WHERE h.campaign_id = $1 AND h.dwelling_id = w.id AND (h.state = 'read'
        OR h.reached_at IS NOT NULL OR h.resident_id IN (SELECT resident_id FROM acted WHERE resident_id IS NOT NULL)))
), explained AS (
  SELECT missed.*, b.number, resident.name, resident.phone IS NOT NULL AS phone,
    CASE
      WHEN missed.state IN ('uncertain', 'technical') THEN missed.state
      WHEN account.id IS NULL AND resident.phone IS NULL THEN 'stranger'
      WHEN tried & {Path.SMS.bit} > 0 THEN 'sms'
      WHEN account.id IS NULL THEN 'not_following'
      WHEN NOT account.following OR errcode IN (40003, 43004) THEN 'left'
      WHEN errcode IN (43019, 43101, 48002) THEN 'refused'
      WHEN errcode = 45047 OR tried & {Path.CUSTOMER.bit} = 0 AND c.paths & {Path.CUSTOMER.bit} > 0 AND EXISTS (
        SELECT FROM message m WHERE m.sender = account.openid AND m.app_id = account.app_id AND m.kind = ANY($7::text[])
          AND m.received_at <= missed.next_at AND m.received_at > missed.next_at - interval '47 hours 55 minutes'
      ) THEN 'kept'
      WHEN c.paths & {Path.MASS.bit} > 0 AND tried & {Path.MASS.bit} = 0 THEN 'mass_spent'
      WHEN errcode IN (40130, 45015) OR tried & {bits_of(PUSHES)} = 0 THEN 'no_window'
      ELSE 'declined'
    END AS why
  FROM missed JOIN campaign c ON c.id = $1 JOIN building b ON b.id = missed.building_id
  LEFT JOIN account ON account.id = missed.account_id LEFT JOIN resident ON resident.id = missed.resident_id
)
SELECT explained.*, bound.name AS bound_name FROM explained
LEFT JOIN LATERAL (
  SELECT name FROM binding WHERE binding.account_id = explained.account_id
    AND binding.dwelling_id = explained.dwelling_id ORDER BY binding.id DESC LIMIT 1
) bound ON explained.name IS NULL
WHERE $5 = '' OR why = $5
ORDER BY estate_id, length(number), number, length(entrance), entrance, length(room), room, explained.id
LIMIT $6
"""
_HISTORY = """
SELECT c.subject, c.title, d.state, d.path, coalesce(d.reached_at, d.sent_at, c.launched_at, c.launch_at) AS at
FROM delivery d JOIN campaign c ON c.id = d.campaign_id
WHERE d.resident_id = $1 AND (starts_with(c.place, $2) OR starts_with($2, c.place)) ORDER BY d.id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a message has come, in people and in homes; each step holds those who came further too.

    `acted` have done since what they were asked, as to vote; `told` were found by a person; `unreached` are those for
    whom no path is left and in whose home nobody has read it, been told, or done it.
    """

    people: int = 0
    homes: int = 0
    sent: int = 0
    sent_homes: int = 0
    delivered: int = 0
    delivered_homes: int = 0
    read: int = 0
    read_homes: int = 0
    acted: int = 0
    acted_homes: int = 0
    told: int = 0
    told_homes: int = 0
    waiting: int = 0
    cancelled: int = 0
    unreached: int = 0
    unreached_homes: int = 0


@dataclass(frozen=True, slots=True)
class BuildingReach:
    """The same for one building; `building_id` is 0 for homes that are no longer on the register."""

    building_id: int
    name: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class PathUse:
    """How many people a path was the last for, how many of them it is known to have reached, or may have."""

    path: Path
    people: int
    delivered: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody whom nobody has reached; `name` is sealed, `bound_name` what they called themselves when they bound."""

    delivery_id: int
    dwelling_id: int
    building_id: int
    address: str
    name: bytes | None
    bound_name: bytes | None
    has_phone: bool
    why: Obstacle


@dataclass(frozen=True, slots=True)
class Told:
    """One message that was meant for somebody: what about, what became of it by which path, and when."""

    subject: str
    title: str
    state: DeliveryState
    path: Path | None
    at: datetime


_figures = attrgetter(*(one.name for one in fields(Reach)))


def total_of(lines: Sequence[BuildingReach]) -> Reach:
    """All buildings together: the funnel."""
    return Reach(*map(sum, zip(*(_figures(line.reach) for line in lines), strict=True)))


async def by_building(
    campaign_id: int, scope: str, grid_ids: Sequence[int] = (), *, acted: str = NOBODY
) -> list[BuildingReach]:
    """How far a campaign has come in each building, in the order people walk them; added up it is the funnel.

    Args:
        scope: code that the dwellings begin with; `grid_ids` narrow it to grids where there are any.
        acted: the statement of (dwelling_id, resident_id, at) that says who has done what it asks; a row gives a whole
            home or a person.
    """
    found = await rows(_BY_BUILDING.format(acted=acted), campaign_id, scope, grid_ids)
    reaches = {row.pop("building_id"): Reach(**row) for row in found}
    known = await rows(_BUILDINGS, [building for building in reaches if building])
    lines = [BuildingReach(row["id"], row["name"], reaches[row["id"]]) for row in known]
    return lines + ([BuildingReach(0, "已不在册的户", reaches[None])] if None in reaches else [])


async def by_path(campaign_id: int) -> list[PathUse]:
    """What each path has come to, in the order in which they are tried."""
    found = {Path(row["path"]): row for row in await rows(_BY_PATH, campaign_id)}
    return [
        PathUse(path, found[path]["people"], found[path]["delivered"], found[path]["uncertain"])
        for path in Path
        if path in found
    ]


async def unreached(
    campaign_id: int,
    scope: str,
    grid_ids: Sequence[int] = (),
    *,
    building: int | None = None,
    dwellings: Sequence[int] = (),
    why: Obstacle | None = None,
    acted: str = NOBODY,
    limit: int,
) -> list[Missed]:
    """Whom no path is left for, who has not done what was asked, and nobody has told, by building, entrance and room.

    Args:
        scope, grid_ids, acted: as for `by_building`.
        building, dwellings: narrow it, one or the other.
        why: narrows it too.
    """
    narrowed = "building" if building else "dwellings" if dwellings else ""
    statement = _UNREACHED.format(acted=acted, within=_WITHIN[narrowed])
    ids = [building] if building else list(dwellings)
    found = await rows(statement, campaign_id, scope, grid_ids, ids, why.value if why else "", limit, list(OPENING))
    return [_missed(row) for row in found]


def _missed(row: dict[str, Any]) -> Missed:
    return Missed(
        row["id"],
        row["dwelling_id"],
        row["building_id"],
        row["address"],
        row["name"],
        row["bound_name"],
        row["phone"],
        Obstacle(row["why"]),
    )


async def history(resident_id: int, scope: str, limit: int) -> list[Told]:
    """The latest messages that were meant for a resident, of bodies within a scope or above it."""
    found = await rows(_HISTORY, resident_id, scope, limit)
    return [
        Told(
            row["subject"],
            row["title"],
            DeliveryState(row["state"]),
            Path(row["path"]) if row["path"] else None,
            row["at"],
        )
        for row in found
    ]
