"""Working days and office hours by tables: holidays, weekends worked in their place, and time reckoned in them.

Every moment is told as the office's own clock shows it; Beijing has no summer time, so that its days are all alike.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from errors import Invalid

Span = tuple[time, time]
"""From and until."""
WEEKDAY: tuple[Span, ...] = ((time(8, 30), time(12)), (time(14), time(17, 30)))
SATURDAY: tuple[Span, ...] = ((time(9), time(16)),)
"""Hours as preset (domain.md §2.9)."""
EARLIEST_YEAR, LATEST_YEAR = 2004, 2099
MOST_FREE, MOST_WORKED = 60, 20
MOST_DAYS_AHEAD = 366
LONGEST_RANGE = 30
SATURDAY_NUMBER = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Year:
    """The days off of a year that are announced, and the weekend days that are worked in their place."""

    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the rules go by; of a year that is not in `years` only the weekends are known."""

    years: Mapping[int, Year]
    weekday: tuple[Span, ...] = WEEKDAY
    saturday: tuple[Span, ...] = SATURDAY

    def knows(self, year: int) -> bool:
        return year in self.years


def is_workday(calendar: Calendar, day: date) -> bool:
    """Whether the office works: Monday to Friday, but for days off and the weekends worked in their place."""
    year = calendar.years.get(day.year, Year())
    return day in year.worked or (day.weekday() < SATURDAY_NUMBER and day not in year.free)


def hours(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """When somebody is there; on Saturdays that are no holiday the station is staffed too."""
    if is_workday(calendar, day):
        return calendar.weekday
    off = day in calendar.years.get(day.year, Year()).free
    return () if off or day.weekday() != SATURDAY_NUMBER else calendar.saturday


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether somebody is there."""
    now = time(moment.hour, moment.minute)
    return any(begins <= now < ends for begins, ends in hours(calendar, moment.date()))


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """When the office opens next after `moment`.

    Raises:
        Invalid: not within a year, so that the tables must be wrong.
    """
    days = (moment.date() + DAY * number for number in range(MOST_DAYS_AHEAD))
    openings = (
        datetime.combine(day, begins, moment.tzinfo) for day in days for begins, _ in sorted(hours(calendar, day))
    )
    found = next((opening for opening in openings if opening > moment), None)
    if found is None:
        raise Invalid("节假日表有误：一年里没有上班的日子。")
    return found


def add_working_days(calendar: Calendar, day: date, count: int) -> date:
    """The last of so many working days after `day`, which itself does not count (《民法典》第二百零一条).

    Of no working days it is the day itself, or the next that is worked (第二百零三条).
    """
    if not count:
        return day if is_workday(calendar, day) else add_working_days(calendar, day, 1)
    while count:
        day += DAY
        count -= is_workday(calendar, day)
    return day


def working_seconds_between(calendar: Calendar, begin: datetime, end: datetime) -> int:
    """Whole seconds of office hours on working days from `begin` until `end`; the Saturday station counts no time."""
    return sum(
        _overlap(begin, end, datetime.combine(day, opens, begin.tzinfo), datetime.combine(day, closes, begin.tzinfo))
        for day in _days(begin.date(), end.date())
        if is_workday(calendar, day)
        for opens, closes in calendar.weekday
    )


def _overlap(begin: datetime, end: datetime, opens: datetime, closes: datetime) -> int:
    return max(min(end, closes) - max(begin, opens), timedelta()) // timedelta(seconds=1)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


_DATE = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2}))|(?:(?:(\d{4})年)?(?:(\d{1,2})月))?(\d{1,2})日")
_JOINS = re.compile(r"\s*(?:/|至|到|~|～|—+|–|-)\s*")
_ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")
_WORKED = re.compile(r"上班|补班|\bwork\b")
_FREE = re.compile(r"放假|休息|休假|\boff\b")


def read_days(text: str, year: int) -> tuple[Year, list[date]]:
    """The days off and weekends worked that a text names, and dates of other years, which are passed over.

    It reads the State Council's notice as it stands, a CSV of `2026-01-01,off` and `2026-01-04,work`, the lists `off:`
    and `work:` of a settings file, and days written one under another, which are days off.

    Raises:
        Invalid: a day that does not exist, one that is both off and worked, none at all, or too many.
    """
    sides: dict[bool, set[date]] = {True: set(), False: set()}
    under_worked = False
    for clause in _clauses(text):
        says = True if _WORKED.search(clause) else False if _FREE.search(clause) else None
        days = _dates(clause, year)
        if not days and says is not None:
            under_worked = says
        sides[under_worked if says is None else says].update(days)
    other = sorted(day for side in sides.values() for day in side if day.year != year)
    free, worked = ({day for day in sides[side] if day.year == year} for side in (False, True))
    read = Year(frozenset(free), frozenset(worked))
    check_table(year, read)
    return read, other


def _clauses(text: str) -> Iterator[str]:
    """Sentences and lines without what stands in brackets; one that says both 放假 and 上班 is parted at its commas."""
    for clause in re.split(r"[\n。；;]", _ASIDE.sub("", text)):
        both = _WORKED.search(clause) and _FREE.search(clause)
        yield from re.split("[,，]", clause) if both else (clause,)


def _dates(clause: str, year: int) -> list[date]:
    """The days of a clause, all those between two that 至 joins; a month or year left out is that of the day before."""
    found: list[date] = []
    month, end = 0, -1
    for match in _DATE.finditer(clause):
        iso_year, iso_month, iso_day, told_year, told_month, told_day = match.groups()
        month = int(iso_month or told_month or month)
        day = _day(int(iso_year or told_year or (found[-1].year if found else year)), month, int(iso_day or told_day))
        joined = found and _JOINS.fullmatch(clause[end : match.start()])
        found += _between(found[-1], day) if joined else [day]
        end = match.end()
    return found


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Invalid(f"没有{month}月{day}日这一天。" if month else f"{day}日前面要写月份。") from error


def _between(first: date, last: date) -> list[date]:
    """The days after the first one, to the last."""
    if not first < last <= first + DAY * LONGEST_RANGE:
        raise Invalid(f"{first}至{last}写得不对：结束要在开始之后，最多{LONGEST_RANGE}天。")
    return list(_days(first + DAY, last))


def check_table(year: int, days: Year) -> None:
    """Raise Invalid unless these can be the days off and weekends worked of this year."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Invalid(f"年份要在{EARLIEST_YEAR}到{LATEST_YEAR}之间。")
    if other := sorted(day for day in days.free | days.worked if day.year != year):
        raise Invalid(f"{other[0]}不在{year}年，请核对。")
    if both := sorted(days.free & days.worked):
        raise Invalid(f"{both[0]}又放假又上班，请核对。")
    if weekdays := sorted(day for day in days.worked if day.weekday() < SATURDAY_NUMBER):
        raise Invalid(f"{weekdays[0]}不是周末，本来就上班，请核对。")
    if not days.free:
        raise Invalid("没有读到放假的日期，请照例子写。")
    if len(days.free) > MOST_FREE or len(days.worked) > MOST_WORKED:
        raise Invalid(f"放假最多{MOST_FREE}天，调休上班最多{MOST_WORKED}天，请核对。")


def spans(told: Any) -> tuple[Span, ...]:
    """Hours as a settings file tells them: `[['08:30', '12:00'], …]`.

    Raises:
        Invalid: not hours of one day, in order and apart.
    """
    try:
        read = tuple((time.fromisoformat(str(begins)), time.fromisoformat(str(ends))) for begins, ends in told)
    except (TypeError, ValueError) as error:
        raise Invalid("上班时间要写成 08:30 这样，每段有开始和结束。") from error
    moments = [moment for span in read for moment in span]
    if not read or moments != sorted(set(moments)) or any(moment.tzinfo for moment in moments):
        raise Invalid("上班时间的各段要从早到晚，互不重叠。")
    return read
