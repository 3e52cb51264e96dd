"""The one clock: every process reads the time here, and outside production `linli clock +3d` moves it for all."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


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
