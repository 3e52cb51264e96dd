"""The one clock: every process reads the time here, and outside production `linli clock +3d` moves it for all."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
_SHIFT = re.compile(r"([+-]?\d{1,4})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Clock:
    """UTC now, plus a shift that only a demonstration or a test may set."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def today(self) -> date:
        """The calendar day in Beijing, where every deadline of the product is set."""
        return self.now().astimezone(BEIJING).date()


clock = Clock()


def read_shift(words: str) -> timedelta | None:
    """What `+3d`, `-2h`, `30m` or `reset` (zero) means; None for anything else."""
    if words == "reset":
        return timedelta()
    read = _SHIFT.fullmatch(words)
    return timedelta(**{_UNITS[read[2]]: int(read[1])}) if read else None
