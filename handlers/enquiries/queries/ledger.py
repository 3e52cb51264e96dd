"""咨询台账: every consultation that was answered or ended, one line each, written by nobody (domain.md row 10)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from clock import BEIJING
from errors import Invalid
from handlers.enquiries.queries.desk import CALLER, TEXT
from handlers.residency.people import masked_name
from handlers.staff.queries import names
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.desk import EnquiryChannel, EnquiryOutcome
from models.sealed import unseal

LONGEST_PERIOD = timedelta(days=366)
PAGE = 50
CHUNK = 500
# What was merged into another is told there. What is looked up for each line comes after the page is cut.
_SCOPE = """
FROM enquiry e LEFT JOIN organisation c ON c.id = e.community_id
WHERE (CASE WHEN e.place = '' THEN $2 ELSE starts_with(e.place, $1) END OR starts_with(c.code, $1))
  AND e.opened_at >= $3 AND e.opened_at < $4 AND (e.answered_at IS NOT NULL OR e.state = 'closed')
  AND e.merged_into_id IS NULL
"""
_COUNT = f"SELECT count(*)::int AS many {_SCOPE}"
_LINES = f"""
SELECT e.id, e.channel, e.opened_at, e.answered_at, e.closed_at, e.outcome, e.department, e.act, e.caller, e.who,
       elder.name AS elder, person.name AS person, bound.name AS bound,
       coalesce(spoken.address, bound.address, lives.address, '') AS address, said.text AS said, answer.text AS answer
FROM (
  SELECT e.*, coalesce(nullif(e.answered_by, ''), nullif(e.closed_by, ''), e.held_by) AS who
  {_SCOPE} AND e.id > $5 ORDER BY e.id LIMIT $6
) e
LEFT JOIN delegation g ON g.id = e.delegation_id
LEFT JOIN resident elder ON elder.id = g.elder_id
LEFT JOIN dwelling spoken ON spoken.id = g.dwelling_id
LEFT JOIN resident person ON person.id = e.resident_id
LEFT JOIN LATERAL (
  SELECT b.name, d.address FROM binding b JOIN dwelling d ON d.id = b.dwelling_id
  JOIN organisation o ON o.id = d.community_id AND starts_with(o.code, $1)
  WHERE b.account_id = e.account_id AND b.state IN ('active', 'pending') ORDER BY b.state, b.id LIMIT 1
) bound ON true
LEFT JOIN LATERAL (
  SELECT d.address FROM membership m JOIN dwelling d ON d.id = m.dwelling_id
  JOIN organisation o ON o.id = d.community_id AND starts_with(o.code, $1)
  WHERE m.resident_id = e.resident_id AND m.until IS NULL ORDER BY m.id LIMIT 1
) lives ON true
LEFT JOIN LATERAL (
  SELECT text FROM enquiry_line WHERE enquiry_id = e.id AND kind = 'said' ORDER BY id LIMIT 1
) said ON true
LEFT JOIN LATERAL (
  SELECT text FROM enquiry_line WHERE enquiry_id = e.id AND kind = 'answer' ORDER BY id LIMIT 1
) answer ON true
ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by Beijing's calendar, first and last included."""

    since: date
    until: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        first, after = (datetime.combine(day, time(), BEIJING) for day in (self.since, self.until + timedelta(days=1)))
        return first, after


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One consultation; the person is masked, `by` the name of who answered first, or else ended it."""

    id: int
    at: datetime
    channel: EnquiryChannel
    person: str
    address: str
    department: str
    act: str
    asked: str
    answered: str
    by: str
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: EnquiryOutcome | None


def period(since: date, until: date) -> Period:
    """A period of a year at most.

    Raises:
        Invalid: it ends before it begins, or is longer.
    """
    if not since <= until <= since + LONGEST_PERIOD:
        raise Invalid("日期不对：先从后到，最多一年。")
    return Period(since, until)


async def count_lines(viewer: Viewer, of: Period) -> int:
    viewer.require(Permission.INBOX_VIEW)
    return (await rows(_COUNT, viewer.code, viewer.level.sees_all, *of.bounds))[0]["many"]


async def ledger_lines(viewer: Viewer, of: Period, after: int = 0, limit: int = PAGE) -> list[LedgerLine]:
    """The lines of a period that the viewer's branch answered, or whose residents live there, the earliest first.

    Args:
        after: the number of the last line already shown.
    """
    viewer.require(Permission.INBOX_VIEW)
    found = await rows(_LINES, viewer.code, viewer.level.sees_all, *of.bounds, after, limit)
    staff = await names([row["who"] for row in found])
    return [_line(row, staff) for row in found]


async def all_lines(viewer: Viewer, of: Period) -> AsyncIterator[LedgerLine]:
    """All of them, looked up part by part, however many."""
    after = 0
    while found := await ledger_lines(viewer, of, after, CHUNK):
        for line in found:
            yield line
        after = found[-1].id


def _line(row: dict[str, Any], staff: dict[str, str]) -> LedgerLine:
    return LedgerLine(
        id=row["id"],
        at=row["opened_at"],
        channel=EnquiryChannel(row["channel"]),
        person=_person(row),
        address=row["address"],
        department=row["department"],
        act=row["act"],
        asked=unseal(row["said"], TEXT) if row["said"] else "",
        answered=unseal(row["answer"], TEXT) if row["answer"] else "",
        by=staff.get(row["who"]) or row["who"],
        answered_at=row["answered_at"],
        closed_at=row["closed_at"],
        outcome=EnquiryOutcome(row["outcome"]) if row["outcome"] else None,
    )


def _person(row: dict[str, Any]) -> str:
    """Whose matter it was, masked; empty for who is not known."""
    columns = {"elder": "resident:name", "person": "resident:name", "bound": "binding:name", "caller": CALLER}
    sealed = next(((row[name], context) for name, context in columns.items() if row[name]), None)
    return masked_name(unseal(*sealed)) if sealed else ""
