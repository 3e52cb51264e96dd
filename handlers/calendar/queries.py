"""What is asked of the calendar: is a day worked, is somebody there and when next, which years are unknown."""

from datetime import date, datetime

import handlers.calendar.rules as rules
from clock import BEIJING
from handlers.calendar.rules import Year
from handlers.calendar.tables import calendar
from models.calendar import HolidayTable

NEXT_YEAR_FROM_MONTH = 11
"""The State Council announces the next year's holidays about then."""


async def table(year: int) -> HolidayTable | None:
    """The uploaded table of a year."""
    return await HolidayTable.get_or_none(year=year)


async def kept_year(year: int) -> Year | None:
    """What the calendar goes by in a year, None where only weekends are known."""
    return (await calendar()).years.get(year)


async def unknown_years(now: datetime) -> list[int]:
    """Years that matter by now and of which only weekends are known: this one, and from November on the next."""
    local = now.astimezone(BEIJING)
    wanted = [local.year] + [local.year + 1] * (local.month >= NEXT_YEAR_FROM_MONTH)
    known = await calendar()
    return [year for year in wanted if not known.knows(year)]


async def is_workday(day: date) -> bool:
    return rules.is_workday(await calendar(), day)


async def is_open(moment: datetime) -> bool:
    """Whether somebody is at the office."""
    return rules.is_open(await calendar(), moment.astimezone(BEIJING))


async def next_opening(moment: datetime) -> datetime:
    """When the office opens next, in Beijing."""
    return rules.next_opening(await calendar(), moment.astimezone(BEIJING))


async def add_working_days(day: date, count: int) -> date:
    return rules.add_working_days(await calendar(), day, count)


async def working_seconds_between(begin: datetime, end: datetime) -> int:
    return rules.working_seconds_between(await calendar(), begin.astimezone(BEIJING), end.astimezone(BEIJING))
