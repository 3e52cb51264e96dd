"""The holidays of a year: what the calendar goes by, month by month; an announcement read, looked at, and kept."""

import re
from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import BEIJING, clock
from errors import Invalid
from handlers.calendar.actions import LONGEST_SOURCE, save_holidays
from handlers.calendar.queries import kept_year, table, unknown_years
from handlers.calendar.rules import EARLIEST_YEAR, LATEST_YEAR, Year, check_table, read_days
from handlers.staff.rules import Permission
from models.states import Level
from web.forms import one_line

PAGE = "/admin/calendar"
LONGEST_TEXT = 5_000
_DAY = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Month:
    """One month as it is drawn: weeks of (day, mark), where days of other months are empty."""

    number: int
    weeks: list[list[tuple[int, str]]]


async def calendar(visit: Visit) -> Response:
    """The year as it stands, or as the announcement just read would make it."""
    query = visit.request.query_params
    year = _year(query.get("year", ""))
    read = _unpacked(year, query.get("free", ""), query.get("worked", ""))
    source = one_line(query.get("source", ""))[:LONGEST_SOURCE]
    return await _show(visit, year, read=read, values={"source": source})


async def check(visit: Visit) -> Response:
    """Read an announcement; nothing is kept before it has been looked at."""
    year, text = _year(visit.field("year")), visit.field("days")[:LONGEST_TEXT]
    try:
        read, passed_over = read_days(text, year)
    except Invalid as refusal:
        values = {"days": text, "source": visit.field("source")}
        return await _show(visit, year, 422, values=values, problem=refusal.message)
    told = f"读到放假{len(read.free)}天，调休上班{len(read.worked)}天。请对照月历，再点保存。"
    if passed_over:
        told += f"不是{year}年的日期没有记入：{'、'.join(map(str, passed_over[:5]))}。"
    return await visit.go(f"{PAGE}?{_packed(year, read, one_line(visit.field('source')))}", told)


async def save(visit: Visit) -> Response:
    year, source = _year(visit.field("year")), one_line(visit.field("source"))
    read = _unpacked(year, visit.field("free"), visit.field("worked"))
    if read is None:
        raise Invalid("没有读到放假的日期，请先检查。")
    try:
        await save_holidays(visit.viewer, year, read, source, clock.now())
    except Invalid as refusal:
        return await _show(visit, year, 422, read=read, values={"source": source}, problem=refusal.message)
    return await visit.go(f"{PAGE}?year={year}", f"{year}年的节假日已保存，一分钟内处处生效。")


async def _show(
    visit: Visit,
    year: int,
    status: int = 200,
    *,
    read: Year | None = None,
    values: dict[str, str] | None = None,
    problem: str = "",
) -> Response:
    known = await kept_year(year)
    return await visit.show(
        "calendar.html",
        status,
        year=year,
        years=[one for one in (year - 1, year + 1) if EARLIEST_YEAR <= one <= LATEST_YEAR],
        months=_months(year, read or known or Year()),
        known=known is not None,
        kept=await table(year),
        unknown=await unknown_years(clock.now()),
        read=read,
        packed=_pack(read) if read else ("", ""),
        values={"days": "", "source": ""} | (values or {}),
        problem=problem,
        may_save=visit.viewer.level in {Level.DISTRICT, Level.CITY},
    )


def _months(year: int, days: Year) -> list[Month]:
    marks = dict.fromkeys(days.free, "休") | dict.fromkeys(days.worked, "班")
    return [
        Month(
            number,
            [
                [(day.day, marks.get(day, "")) if day.month == number else (0, "") for day in week]
                for week in Months().monthdatescalendar(year, number)
            ],
        )
        for number in range(1, 13)
    ]


def _year(text: str) -> int:
    """A year for which there may be a table; the present one where none is named."""
    year = int(text) if re.fullmatch(r"[0-9]{4}", text) else clock.now().astimezone(BEIJING).year
    return min(max(year, EARLIEST_YEAR), LATEST_YEAR)


def _pack(days: Year) -> tuple[str, str]:
    """Days off and worked as an address carries them: `01010102`."""
    free, worked = ("".join(f"{day:%m%d}" for day in sorted(side)) for side in (days.free, days.worked))
    return free, worked


def _packed(year: int, days: Year, source: str) -> str:
    free, worked = _pack(days)
    return urlencode({"year": year, "free": free, "worked": worked, "source": source})


def _unpacked(year: int, free: str, worked: str) -> Year | None:
    """What `_pack` packed; None where it packed nothing, or something that can't be."""
    try:
        read = Year(*(frozenset(_day(year, day) for day in _DAY.findall(side)) for side in (free, worked)))
        check_table(year, read)
    except (Invalid, ValueError):
        return None
    return read


def _day(year: int, packed: str) -> date:
    return date(year, int(packed[:2]), int(packed[2:]))


ROUTES = (
    require(Permission.SETTINGS_EDIT, "/calendar", calendar),
    require_post(Permission.SETTINGS_EDIT, "/calendar/check", check),
    require_post(Permission.SETTINGS_EDIT, "/calendar", save),
)
