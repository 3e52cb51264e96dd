"""A process that casts the same ballots 1,000 times, as residents who press twice (started by test_races)."""

import asyncio
import json
import sys
from collections.abc import Iterator

from clock import clock
from handlers.residency.visitors import Home, visitor
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.rules import AlreadyCast
from models.database import connect, disconnect

TIMES = 1_000
TASKS = 8


async def main(url: str, app_id: str, poll_id: int, openids: list[str]) -> None:
    await connect(url, connections=TASKS)
    homes = [(await visitor(app_id, openid)).homes[0] for openid in openids]
    tell("ready")
    sys.stdin.readline()
    waiting = iter(homes * (TIMES // len(homes)))
    cast = await asyncio.gather(*(cast_all(poll_id, waiting) for _ in range(TASKS)))
    await disconnect()
    tell(json.dumps([receipt for receipts in cast for receipt in receipts]))


async def cast_all(poll_id: int, waiting: Iterator[Home]) -> list[str]:
    receipts = list[str]()
    for home in waiting:
        try:
            receipts.append((await cast_ballot(poll_id, home, (0,), clock.now())).number)
        except AlreadyCast:
            continue
    return receipts


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].split(",")))
