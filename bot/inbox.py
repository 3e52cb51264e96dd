"""One act per message: the Inbox protocol, and the record of what was said and answered.

PostgreSQL stands behind it, handed over by the composition root. Its unique key decides whether a message is new;
what happens inside `act` is committed together with the message and its answer, or not at all.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(slots=True)
class Record:
    """A message as it is kept. `content` is masked; of a secret step it is a placeholder.

    `answer` None means that nothing was said; `after` is the dialogue state that a repeated delivery restores.
    `fetchable` is an answer to a secret step that its account may ask for again for a while.
    """

    key: UUID
    app_id: str
    sender: str = field(repr=False)
    kind: str
    content: str = field(repr=False)
    secret: bool = False
    fetchable: bool = False
    answer: str | None = field(default=None, repr=False)
    after: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was answered when this message came first."""

    answer: str | None = field(repr=False)
    after: bytes = field(repr=False)


class Inbox(Protocol):
    async def keep(self, record: Record) -> Earlier | None:
        """Store a message that changes nothing, with its answer; what was answered earlier if it came before."""
        ...

    def act(self, record: Record) -> AbstractAsyncContextManager[Earlier | None]:
        """A transaction around an act.

        Gives what was answered earlier (then nothing may be done), else None; on leaving, the record's `answer` and
        `after` are stored and everything is committed. An exception rolls everything back, the message included.
        """
        ...
