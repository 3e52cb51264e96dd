"""Figures of the last days, summed over the viewer's part of the tree."""

from dataclasses import dataclass
from datetime import date, timedelta

from handlers.staff.rules import Viewer
from models.database import rows

_TREND = """
SELECT day::date AS day, coalesce((
    SELECT sum(value) FROM daily_fact JOIN organisation ON organisation.id = daily_fact.community_id
    WHERE measure = $2 AND daily_fact.day = series.day::date AND starts_with(organisation.code, $1)
), 0)::bigint AS value
FROM generate_series($3::date, $4::date, interval '1 day') AS series (day) ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class DayFigure:
    day: date
    value: int


async def trend(viewer: Viewer, measure: str, last: date, days: int) -> list[DayFigure]:
    """One figure for each of the days up to `last`, 0 where nothing was counted."""
    found = await rows(_TREND, viewer.code, measure, last - timedelta(days=days - 1), last)
    return [DayFigure(**row) for row in found]
