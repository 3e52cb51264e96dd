"""Rule 1 at run time: the database client of tests refuses a write that comes from anywhere but an action.

The four named writers beside the actions are the inbox, the claim of a clock firing, the marking of dispatched
events, and (with the outreach to come) the claim of deliveries.
"""

import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper

ROOT = Path(__file__).parent.parent
WRITERS = re.compile(
    r"(handlers/\w+|campaigns)/actions(\.py|/\w+\.py)|handlers/conversations/inbox\.py|scheduling\.py|migrations/.*|tests/.*"
)
PASSED_OVER = re.compile(r"models/.*|batches\.py|tests/writers\.py")
_WRITE = re.compile(r"\s*(WITH\b.*\b)?(INSERT|UPDATE|DELETE|TRUNCATE|ALTER|DROP|CREATE)\b", re.IGNORECASE | re.DOTALL)
_METHODS = ("execute_query", "execute_insert", "execute_many", "execute_query_dict", "execute_script")


class WriteOutsideActions(AssertionError):
    """A surface, query, rule or job wrote a table itself."""


def writer_of(depth: int) -> str:
    """The file of ours that is nearest to the database client on the stack."""
    frame = sys._getframe(depth)
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            name = path.relative_to(ROOT).as_posix()
            if not PASSED_OVER.fullmatch(name):
                return name
        frame = frame.f_back
    return ""


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    async def check(self: Any, query: str, *values: Any) -> Any:
        if _WRITE.match(query):
            writer = writer_of(2)
            if writer and not WRITERS.fullmatch(writer):
                raise WriteOutsideActions(f"{writer} writes: {query[:80]}")
        return await method(self, query, *values)

    return check


@contextmanager
def guard_writes() -> Generator[None]:
    """Refuse writes from outside the actions while this is open."""
    kept = [
        (client, name, client.__dict__[name])
        for client in (AsyncpgDBClient, TransactionWrapper)
        for name in _METHODS
        if name in client.__dict__
    ]
    for client, name, method in kept:
        setattr(client, name, _guarded(method))
    try:
        yield
    finally:
        for client, name, method in kept:
            setattr(client, name, method)
