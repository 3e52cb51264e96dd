"""A month at a glance: what is to be sent, was sent or ends, votes that open or close, holidays."""

import re
from calendar import Calendar as Months
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from starlette.responses import Response

from admin.access import Visit, require
from clock import BEIJING, clock
from handlers.calendar.queries import kept_year
from handlers.calendar.rules import EARLIEST_YEAR, LATEST_YEAR, Year
from handlers.notices.queries.calendar import entries
from handlers.staff.rules import Permission, Viewer
from handlers.votes.queries.polls import polls_between

SHOWN = 4
"""So many entries of a day are seen at once; the rest unfolds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a day: the time in Beijing, how it is drawn, what happens to what, and where that is looked at."""

    at: datetime
    kind: str
    word: str
    title: str
    page: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month with its lines in order; of a day of another month only the date is known."""

    date: date
    here: bool
    mark: str
    lines: list[Line] = field(default_factory=list[Line])


async def calendar(visit: Visit) -> Response:
    month = _month(visit.request.query_params.get("month", ""))
    following = (month + timedelta(days=31)).replace(day=1)
    lines = await _lines(visit.viewer, _midnight(month), _midnight(following))
    return await visit.show(
        "notices/calendar.html",
        month=month,
        weeks=_weeks(month, lines, await kept_year(month.year) or Year()),
        count=len(lines),
        shown=SHOWN,
        today=clock.today(),
        before=_address(month - timedelta(days=1)),
        after=_address(following),
    )


def _month(text: str) -> date:
    """The first day of the month that is asked for; of the present one where none is, or none that can be."""
    asked = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if asked and EARLIEST_YEAR <= int(asked[1]) <= LATEST_YEAR:
        return date(int(asked[1]), int(asked[2]), 1)
    return clock.today().replace(day=1)


def _address(month: date) -> str:
    """Of the calendar of a day's month; empty where there is none."""
    known = EARLIEST_YEAR <= month.year <= LATEST_YEAR
    return f"/admin/notices/calendar?month={month:%Y-%m}" if known else ""


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


async def _lines(viewer: Viewer, begin: datetime, end: datetime) -> list[Line]:
    found = [
        Line(one.at.astimezone(BEIJING), one.kind, one.word, one.title, f"/admin/notices/{one.notice_id}")
        for one in await entries(viewer, begin, end)
    ]
    polls = await polls_between(viewer, begin, end) if viewer.may(Permission.VOTES_VIEW) else []
    found += [
        Line(at.astimezone(BEIJING), "vote", word, poll.title, f"/admin/votes/{poll.id}")
        for poll in polls
        for word, at in (("投票开始", poll.opens_at), ("投票截止", poll.closes_at))
        if begin <= at < end
    ]
    return sorted(found, key=lambda line: (line.at, line.title))


def _weeks(month: date, lines: list[Line], year: Year) -> list[list[Day]]:
    marks = dict.fromkeys(year.free, "休") | dict.fromkeys(year.worked, "班")
    return [
        [
            Day(day, day.month == month.month, marks.get(day, ""), [line for line in lines if line.at.date() == day])
            for day in week
        ]
        for week in Months().monthdatescalendar(month.year, month.month)
    ]


ROUTES = (require(Permission.NOTICES_VIEW, "/notices/calendar", calendar),)
