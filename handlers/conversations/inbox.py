"""The inbox on PostgreSQL: the unique key of `message` decides whether a message is new.

One of the four named writers beside the actions (design.md §1, rule 1).
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.transactions import in_transaction

from batches import Batch
from bot.inbox import Earlier, Record
from clock import clock
from models.database import rows
from models.sealed import seal, seal_bytes, unseal, unseal_bytes

CONTENT = "message:content"
ANSWER = "message:answer"
AFTER = "message:after"

_INSERT = """
INSERT INTO message (key, app_id, sender, kind, secret, content, answer, after, received_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::bytea[], $7::bytea[], $8::bytea[],
                     $9::timestamptz[])
ON CONFLICT (key) DO NOTHING RETURNING key
"""
_EARLIER = "SELECT key, answer, after FROM message WHERE key = ANY($1::uuid[])"
_FILL = "UPDATE message SET answer = $2, after = $3 WHERE key = $1 RETURNING key"
_FORGET = """
UPDATE message SET answer = NULL, after = NULL
WHERE secret AND answer IS NOT NULL AND received_at < $1 RETURNING key
"""


class PostgresInbox:
    """Messages that change nothing are stored together with those that arrive beside them, in one statement."""

    def __init__(self) -> None:
        self._kept: Batch[Record, Earlier | None] = Batch(_keep_many)

    async def keep(self, record: Record) -> Earlier | None:
        return await self._kept(record)

    @asynccontextmanager
    async def act(self, record: Record) -> AsyncGenerator[Earlier | None]:
        async with in_transaction():
            # A second delivery waits here until the first is committed or undone.
            if not await rows(_INSERT, *_columns([record])):
                yield (await _earlier([record]))[record.key]
                return
            yield None
            await rows(_FILL, record.key, _sealed(record.answer), seal_bytes(record.after, AFTER))


async def _keep_many(records: Sequence[Record]) -> list[Earlier | None]:
    stored = {row["key"] for row in await rows(_INSERT, *_columns(records))}
    known = [record for record in records if record.key not in stored]
    earlier = await _earlier(known) if known else {}
    return [earlier.get(record.key) for record in records]


def _columns(records: Sequence[Record]) -> list[list[Any]]:
    now = clock.now()
    return [
        [record.key for record in records],
        [record.app_id for record in records],
        [record.sender[:64] for record in records],
        [record.kind[:40] for record in records],
        [record.secret for record in records],
        [seal(record.content, CONTENT) for record in records],
        [_sealed(record.answer) for record in records],
        [seal_bytes(record.after, AFTER) for record in records],
        [now] * len(records),
    ]


def _sealed(answer: str | None) -> bytes | None:
    return None if answer is None else seal(answer, ANSWER)


async def _earlier(records: Sequence[Record]) -> dict[Any, Earlier]:
    found = await rows(_EARLIER, [record.key for record in records])
    return {row["key"]: _read(row) for row in found}


def _read(row: dict[str, Any]) -> Earlier:
    answer = None if row["answer"] is None else unseal(row["answer"], ANSWER)
    after = b"" if row["after"] is None else unseal_bytes(row["after"], AFTER)
    return Earlier(answer, after)


async def forget_secret_answers(before: Any) -> int:
    """Empty the answers to secret steps received before then; a repeated delivery needs them for seconds only."""
    return len(await rows(_FORGET, before))
