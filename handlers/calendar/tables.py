"""The calendar of this installation: uploaded tables before those of the library, weekends alone where neither knows.

It is read at most once a minute in each process, so that an upload is known everywhere within that time.
"""

import time
from datetime import date
from typing import Any

from chinese_calendar.constants import holidays as announced_free
from chinese_calendar.constants import workdays as announced_worked

from handlers.calendar.rules import SATURDAY, WEEKDAY, Calendar, Year, spans
from models.calendar import HolidayTable
from models.running import Shared

HOURS = "office_hours"
SECONDS_KEPT = 60


class Kept:
    """The calendar as this process knows it, until it is read again."""

    calendar: Calendar | None = None
    until: float = 0


def forget() -> None:
    """Read the tables again when next asked, as after an upload."""
    Kept.calendar = None


async def calendar() -> Calendar:
    if Kept.calendar is None or time.monotonic() > Kept.until:
        Kept.calendar, Kept.until = await _read(), time.monotonic() + SECONDS_KEPT
    return Kept.calendar


async def _read() -> Calendar:
    uploaded = {table.year: year_of(table) for table in await HolidayTable.all()}
    hours = await Shared.get_or_none(name=HOURS)
    told: dict[str, Any] = hours.value if hours else {}
    return Calendar(
        announced() | uploaded,
        spans(told["weekday"]) if "weekday" in told else WEEKDAY,
        spans(told["saturday"]) if "saturday" in told else SATURDAY,
    )


def year_of(table: HolidayTable) -> Year:
    return Year(frozenset(map(date.fromisoformat, table.free)), frozenset(map(date.fromisoformat, table.worked)))


def announced() -> dict[int, Year]:
    """What the library knows, by year."""
    return {
        year: Year(
            frozenset(day for day in announced_free if day.year == year),
            frozenset(day for day in announced_worked if day.year == year),
        )
        for year in {day.year for day in announced_free}
    }
