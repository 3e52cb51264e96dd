"""Office hours: weekdays with a break at noon, Saturday, never on Sunday."""

from datetime import datetime

import pytest

from clock import BEIJING
from handlers.calendar.rules import is_open, next_opening


def at(text: str) -> datetime:
    """A time of the week that begins on Monday, 4 May 2026, as 「1 08:30」."""
    day, hours = text.split()
    return datetime.fromisoformat(f"2026-05-{3 + int(day):02} {hours}").replace(tzinfo=BEIJING)


@pytest.mark.parametrize("moment", ["1 08:30", "1 11:59", "3 14:00", "5 17:29", "6 09:00", "6 12:30", "6 15:59"])
def test_somebody_is_there(moment: str) -> None:
    assert is_open(at(moment))


@pytest.mark.parametrize("moment", ["1 08:29", "1 12:00", "2 13:59", "5 17:30", "6 08:59", "6 16:00", "7 10:00"])
def test_nobody_is_there(moment: str) -> None:
    assert not is_open(at(moment))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("1 00:10", "1 08:30"),
        ("1 08:30", "1 14:00"),
        ("1 12:00", "1 14:00"),
        ("4 22:00", "5 08:30"),
        ("5 17:30", "6 09:00"),
        ("6 16:00", "8 08:30"),
        ("7 12:00", "8 08:30"),
    ],
)
def test_the_next_opening_passes_over_nights_and_sundays(moment: str, opening: str) -> None:
    assert next_opening(at(moment)) == at(opening)
