"""A day replayed in full: two thousand residents, six thousand messages, one process killed in the middle."""

import os
import sys
from pathlib import Path

from redis.asyncio import Redis

from clock import clock
from demonstration import FOLDER
from engines import Engines
from handlers.articles.actions.load import load_articles
from handlers.residency.ledgers import read_ledgers
from tests.enquiries.day import replay
from tests.enquiries.judging import judge, settle

PEOPLE = int(os.environ.get("LINLI_SOAK_RESIDENTS", "2000"))


async def test_nothing_is_lost_or_doubled_in_a_day(
    database: str, engines: Engines, redis: Redis, tmp_path: Path
) -> None:
    openids, logins = await settle(PEOPLE)
    await load_articles("880412", read_ledgers(FOLDER / "faq.yaml").articles, clock.now())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    environment |= {
        "LINLI_ENV": "test",
        "LINLI_DATA_DIR": str(tmp_path),
        "LINLI_DATABASE_URL": database,
        "LINLI_REDIS_URL": engines.redis_url,
    }
    day = await replay(environment, redis, openids, logins)
    arrived = len(day.standing.arrived)
    figures = f"{day.messages} messages, {day.pressed} forms, {arrived} answers, {day.seconds:.0f} s"
    sys.stdout.write(f"{len(openids)} residents, {figures}\n")
    await judge(day)
