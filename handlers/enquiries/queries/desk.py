"""The desk: which conversations wait for whom, how long, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from handlers.enquiries import rules
from handlers.enquiries.askers import askers
from handlers.staff.queries import names
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.desk import EnquiryChannel, LineKind
from models.enquiries import Enquiry
from models.sealed import unseal
from models.states import EnquiryState

TEXT, CALLER = "enquiry_line:text", "enquiry:caller"


class Which(StrEnum):
    """The piles of the desk."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    HELD = "held"
    SNOOZED = "snoozed"
    CLOSED = "closed"


# Enquiries of nobody's community are the districts'; those that were passed up are still seen where the resident lives.
_SCOPE = """
FROM enquiry e LEFT JOIN organisation c ON c.id = e.community_id
WHERE (CASE WHEN e.place = '' THEN $2 ELSE starts_with(e.place, $1) END OR starts_with(c.code, $1))
"""
_PILES = {
    Which.OPEN: "e.state IN ('waiting', 'held', 'snoozed')",
    Which.MINE: "e.state IN ('waiting', 'held', 'snoozed') AND (e.assigned_to = $6 OR e.held_by = $6)",
    Which.WAITING: "e.state = 'waiting'",
    Which.HELD: "e.state = 'held'",
    Which.SNOOZED: "e.state = 'snoozed'",
    Which.CLOSED: "e.state = 'closed'",
}
_ORDER = "e.state = 'snoozed', e.waiting_since NULLS LAST, e.last_at DESC, e.id"
_LAST = "e.id DESC"
_LATEST = "e.closed_at DESC, e.id DESC"
# What is looked up for each line comes after the page is cut.
_SHOWN = """
SELECT e.*, o.name AS branch, first.text, last.kind AS last_kind FROM (
  SELECT e.id, e.account_id, e.delegation_id, e.resident_id, e.caller, e.channel, e.state, e.opened_at, e.last_at,
         e.waiting_since, e.held_by, e.assigned_to, e.place, e.closed_at, e.snoozed_until,
         row_number() OVER (ORDER BY {order}) AS nth
  {scope} {wanted} ORDER BY {order} LIMIT $4 OFFSET $5
) e
LEFT JOIN organisation o ON o.code = e.place
LEFT JOIN LATERAL (SELECT text FROM enquiry_line WHERE enquiry_id = e.id ORDER BY id LIMIT 1) first ON true
LEFT JOIN LATERAL (
  SELECT kind FROM enquiry_line WHERE enquiry_id = e.id AND kind IN ('said', 'answer') ORDER BY id DESC LIMIT 1
) last ON true
ORDER BY e.nth
"""
_PAGE = "AND {pile} AND starts_with(e.place, $3)"
_EARLIER = _SHOWN.format(
    scope=_SCOPE, order=_LAST, wanted="AND (e.account_id = $3 OR e.resident_id = $6) AND e.id <> $7"
)
_COUNTS = f"""
SELECT e.state, count(*) AS many, min(e.waiting_since) AS longest,
       count(*) FILTER (WHERE e.assigned_to = $3 OR e.held_by = $3) AS mine
{_SCOPE} AND e.state <> 'closed' GROUP BY e.state
"""
_BRANCHES = f"""
SELECT e.place AS code, o.name, count(*) AS many
FROM (SELECT e.place {_SCOPE} AND e.state <> 'closed') e LEFT JOIN organisation o ON o.code = e.place
GROUP BY e.place, o.name ORDER BY e.place
"""
_SILENT = "SELECT id FROM enquiry WHERE state = 'held' AND held_at <= $1 AND last_at <= $1"
_PUT_OFF = "SELECT id FROM enquiry WHERE state = 'snoozed' AND snoozed_until <= $1"


@dataclass(frozen=True, slots=True)
class EnquiryEntry:
    """One line of the desk: how it began, who asks, whose turn it is, and since when the resident waits."""

    id: int
    state: EnquiryState
    channel: EnquiryChannel
    opened_at: datetime
    last_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    branch: str
    who: str
    begins: str
    holder: str
    assigned: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """How many lie on each pile, and since when the longest waiting waits."""

    piles: dict[Which, int]
    longest: datetime | None


async def desk(viewer: Viewer) -> Desk:
    viewer.require(Permission.INBOX_VIEW)
    found = await rows(_COUNTS, viewer.code, viewer.level.sees_all, viewer.login)
    many = {EnquiryState(row["state"]): row["many"] for row in found}
    piles = {Which.OPEN: sum(many.values()), Which.MINE: sum(row["mine"] for row in found)}
    piles |= {Which(state.value): many.get(state, 0) for state in rules.OPEN}
    return Desk(piles, min((row["longest"] for row in found if row["longest"]), default=None))


async def count_waiting(viewer: Viewer) -> int:
    """How many enquiries of the viewer nobody has taken yet."""
    return (await desk(viewer)).piles[Which.WAITING]


async def branches(viewer: Viewer) -> list[tuple[str, str, int]]:
    """(code, name, how many open) of every branch with open enquiries that the viewer sees."""
    found = await rows(_BRANCHES, viewer.code, viewer.level.sees_all)
    return [(row["code"], row["name"] or "", row["many"]) for row in found]


async def enquiries(
    viewer: Viewer, which: Which = Which.OPEN, place: str = "", *, limit: int = 50, skip: int = 0
) -> list[EnquiryEntry]:
    """A pile of the viewer's, whoever has waited longest first, what is closed by its end.

    Args:
        place: code of a branch; only what it and those below it answer.
    """
    viewer.require(Permission.INBOX_VIEW)
    order = _LATEST if which is Which.CLOSED else _ORDER
    sql = _SHOWN.format(scope=_SCOPE, wanted=_PAGE.format(pile=_PILES[which]), order=order)
    mine = (viewer.login,) if which is Which.MINE else ()
    return await _entries(viewer, await rows(sql, viewer.code, viewer.level.sees_all, place, limit, skip, *mine))


async def earlier(viewer: Viewer, enquiry: Enquiry, limit: int = 3) -> list[EnquiryEntry]:
    """What the same account or person asked before, as far as the viewer sees it."""
    values = (viewer.code, viewer.level.sees_all, enquiry.account_id, limit, 0, enquiry.resident_id, enquiry.id)
    return await _entries(viewer, await rows(_EARLIER, *values))


async def _entries(viewer: Viewer, found: Sequence[dict[str, Any]]) -> list[EnquiryEntry]:
    for row in found:
        row["caller"] = unseal(row["caller"], CALLER) if row["caller"] else ""
    who = await askers(viewer, found)
    staff = await names([login for row in found for login in (row["held_by"], row["assigned_to"])])
    return [_entry(row, who[row["id"]], staff) for row in found]


async def silent(now: datetime) -> list[int]:
    """Held enquiries in which nobody has said anything for two hours."""
    return [row["id"] for row in await rows(_SILENT, now - rules.SILENCE)]


async def put_off_until(now: datetime) -> list[int]:
    """Enquiries whose time to be looked at again has come."""
    return [row["id"] for row in await rows(_PUT_OFF, now)]


def _entry(row: dict[str, Any], who: str, staff: dict[str, str]) -> EnquiryEntry:
    holder: str = row["held_by"]
    assigned: str = row["assigned_to"]
    return EnquiryEntry(
        id=row["id"],
        state=EnquiryState(row["state"]),
        channel=EnquiryChannel(row["channel"]),
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        waiting_since=row["waiting_since"],
        snoozed_until=row["snoozed_until"],
        branch=row["branch"] or "",
        who=who,
        begins=unseal(row["text"], TEXT) if row["text"] else "",
        holder=staff.get(holder, holder),
        assigned=staff.get(assigned, assigned),
        asks=row["last_kind"] == LineKind.SAID,
    )
