"""Office hours as preset (domain.md §2.9); holidays are not known here, so only weekends are free."""

from datetime import datetime, timedelta

Span = tuple[tuple[int, int], tuple[int, int]]
"""From and until, each as (hour, minute)."""
WEEKDAY: tuple[Span, ...] = (((8, 30), (12, 0)), ((14, 0), (17, 30)))
SATURDAY: tuple[Span, ...] = (((9, 0), (16, 0)),)
HOURS = (WEEKDAY,) * 5 + (SATURDAY, ())


def is_open(moment: datetime) -> bool:
    """Whether somebody is there; `moment` is told as the office's own clock shows it."""
    return any(begins <= (moment.hour, moment.minute) < ends for begins, ends in HOURS[moment.weekday()])


def next_opening(moment: datetime) -> datetime:
    """When the office opens next after `moment`, by its own clock."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + timedelta(days=number) for number in range(8))
    openings = (
        day + timedelta(hours=hour, minutes=minute) for day in days for (hour, minute), _ in HOURS[day.weekday()]
    )
    return next(opening for opening in openings if opening > moment)
