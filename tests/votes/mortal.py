"""The web process, mortally wounded: it kills itself beside the commit of the first act (never imported by tests)."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import main
from bot.inbox import Earlier, Record
from handlers.conversations.inbox import PostgresInbox

MOMENT = os.environ["MORTAL_MOMENT"]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class MortalInbox(PostgresInbox):
    @asynccontextmanager
    async def act(self, record: Record) -> AsyncGenerator[Earlier | None]:
        async with super().act(record) as earlier:
            yield earlier
            if MOMENT == "before the commit":
                die()
        die()


def create_app() -> main.Front:
    main.PostgresInbox = MortalInbox
    return main.create_app()
