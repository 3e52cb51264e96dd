"""Closes or counts a vote in processes that kill themselves after their first statement, their second, and so on.

Started by test_killed: a line is written after each death, and the next process begins when a line is read.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

from asyncpg.connection import Connection

from clock import clock
from handlers.staff.rules import Viewer
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import count_poll
from models.database import connect
from models.states import Level, StaffRole


async def main(url: str, deed: str, poll_id: int, code: str, at: int) -> None:
    await connect(url, connections=1)
    die_after(at)
    now = clock.now() + timedelta(days=8)
    if deed == "close":
        await close_poll(poll_id, now)
    else:
        await count_poll(Viewer("tester", "", StaffRole.ADMIN, code, Level.COMMUNITY), poll_id, now)


def die_after(at: int) -> None:
    """Be killed when the database has answered so many statements from now on, `BEGIN` and `COMMIT` among them."""
    answered = count(1)

    def mortal(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            answer = await method(*arguments, **named)
            if next(answered) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call

    for name in ("execute", "_execute"):
        setattr(Connection, name, mortal(getattr(Connection, name)))


if __name__ == "__main__":
    _, url, deed, poll_id, code = sys.argv
    for at in count(1):
        if (child := os.fork()) == 0:
            asyncio.run(main(url, deed, int(poll_id), code, at))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        sys.stdout.write("died\n" if killed else "done\n")
        sys.stdout.flush()
        if not killed or not sys.stdin.readline():
            break
