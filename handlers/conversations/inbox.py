"""The inbox on PostgreSQL: the unique key of `message` decides whether a message is new.

One of the four named writers beside the actions (design.md §1, rule 1).
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from announcements import telling
from batches import Batch
from bot.inbox import Earlier, Record
from clock import clock
from models.database import rows
from models.sealed import seal, seal_bytes, unseal, unseal_bytes

CONTENT = "message:content"
ANSWER = "message:answer"
AFTER = "message:after"

_INSERT = """
INSERT INTO message (key, app_id, sender, kind, secret, content, answer, after, received_at, answer_until)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::bytea[], $7::bytea[], $8::bytea[],
                     $9::timestamptz[], $10::timestamptz[])
ON CONFLICT (key) DO NOTHING RETURNING key
"""
_EARLIER = "SELECT key, answer, after FROM message WHERE key = ANY($1::uuid[])"
_FILL = "UPDATE message SET answer = $2, after = $3, answer_until = $4 WHERE key = $1 RETURNING key"
_FORGET = "UPDATE message SET answer = NULL, after = NULL, answer_until = NULL WHERE answer_until <= $1 RETURNING key"
_AGAIN = """
SELECT m.answer FROM account a JOIN message m ON m.app_id = a.app_id AND m.sender = a.openid
WHERE a.id = $1 AND m.answer_until > $2 AND m.answer_until > m.received_at + $3::interval
ORDER BY m.received_at DESC LIMIT 1
"""
SECRET_ANSWER_LIVES = timedelta(minutes=1)
FETCHABLE_FOR = timedelta(minutes=15)


class PostgresInbox:
    """Messages that change nothing are stored together with those that arrive beside them, in one statement."""

    def __init__(self) -> None:
        self._kept: Batch[Record, Earlier | None] = Batch(_keep_many)

    async def keep(self, record: Record) -> Earlier | None:
        return await self._kept(record)

    @asynccontextmanager
    async def act(self, record: Record) -> AsyncGenerator[Earlier | None]:
        async with telling():
            # A second delivery waits here until the first is committed or undone.
            if not await rows(_INSERT, *_columns([record])):
                yield (await _earlier([record]))[record.key]
                return
            yield None
            sealed = _sealed(record.answer), seal_bytes(record.after, AFTER)
            await rows(_FILL, record.key, *sealed, _until(record, clock.now()))


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
        [_until(record, now) for record in records],
    ]


def _until(record: Record, now: datetime) -> datetime | None:
    """When an answer is to be forgotten: that to a secret step, once a repeated delivery can't ask for it any more."""
    if not record.secret or record.answer is None:
        return None
    return now + (FETCHABLE_FOR if record.fetchable else SECRET_ANSWER_LIVES)


def _sealed(answer: str | None) -> bytes | None:
    return None if answer is None else seal(answer, ANSWER)


async def _earlier(records: Sequence[Record]) -> dict[Any, Earlier]:
    found = await rows(_EARLIER, [record.key for record in records])
    return {row["key"]: _read(row) for row in found}


def _read(row: dict[str, Any]) -> Earlier:
    answer = None if row["answer"] is None else unseal(row["answer"], ANSWER)
    after = b"" if row["after"] is None else unseal_bytes(row["after"], AFTER)
    return Earlier(answer, after)


async def answer_again(account_id: int, now: datetime) -> str | None:
    """The latest answer that this account may ask for again, as its receipt of a vote; None after a quarter of an hour.

    It is asked for by the account that it was given to, and found by nothing else.
    """
    found = await rows(_AGAIN, account_id, now, SECRET_ANSWER_LIVES + timedelta(minutes=1))
    return unseal(found[0]["answer"], ANSWER) if found else None


async def forget_secret_answers(now: datetime) -> int:
    """Empty the answers to secret steps whose time is up."""
    return len(await rows(_FORGET, now))
