"""When figures are counted: today so far, and yesterday until it is surely complete."""

from datetime import datetime, timedelta

from clock import BEIJING
from handlers.facts.actions import count_day


async def count_days(now: datetime) -> None:
    today = now.astimezone(BEIJING).date()
    await count_day(today - timedelta(days=1))
    await count_day(today)
