"""Forgetting what has been kept long enough, and sealing everything anew after a change of key."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from tortoise.transactions import in_transaction

from errors import ConfigurationError
from handlers.audit.actions import record
from handlers.files import storage
from handlers.files.actions import forget
from handlers.files.rules import context
from models.database import columns_of, rows
from models.files import StoredFile
from models.sealed import SealedField, current_key_id, seal_bytes, unseal_bytes
from models.states import FilePurpose

BATCH = 2_000
SEALED_MESSAGE = ("content", "answer", "after")
"""Columns that the inbox seals itself, for speed."""
_FORGET_MESSAGES = """
DELETE FROM message WHERE key IN (SELECT key FROM message WHERE received_at < $1 ORDER BY received_at LIMIT $2)
RETURNING key
"""
_OLD_ENQUIRIES = """
SELECT id FROM enquiry WHERE state = 'closed' AND closed_at < $1 ORDER BY closed_at LIMIT $2 FOR UPDATE
"""
_FILES = "SELECT file FROM enquiry_line WHERE enquiry_id = ANY($1) AND file IS NOT NULL"
_FORGET_ENQUIRIES = "DELETE FROM enquiry WHERE id = ANY($1) RETURNING id"
_FORGET_ALARMS = """
DELETE FROM alarm WHERE id IN (
    SELECT id FROM alarm WHERE state = 'closed' AND closed_at < $1 ORDER BY closed_at LIMIT $2
) RETURNING id
"""
_FORGET_QUESTIONS = """
DELETE FROM missed_question WHERE id IN (
    SELECT id FROM missed_question WHERE asked_at < $1 ORDER BY asked_at LIMIT $2
) RETURNING id
"""
Report = Callable[[str, int, int], None]


async def forget_messages(before: datetime) -> int:
    """Delete what was pushed and answered before then; how many."""
    return await _forget(_FORGET_MESSAGES, before)


async def forget_enquiries(before: datetime) -> int:
    """Delete conversations with a worker that ended before then, with all their lines and files; how many."""
    forgotten = 0
    while gone := await _forget_some_enquiries(before):
        forgotten += gone
    return forgotten


async def _forget_some_enquiries(before: datetime) -> int:
    async with in_transaction():
        old = [row["id"] for row in await rows(_OLD_ENQUIRIES, before, BATCH)]
        for row in await rows(_FILES, old):
            await forget(row["file"], "clock")
        await rows(_FORGET_ENQUIRIES, old)
    return len(old)


async def forget_alarms(before: datetime) -> int:
    """Delete what was told of danger and ended before then, with its calls; how many."""
    return await _forget(_FORGET_ALARMS, before)


async def forget_questions(before: datetime) -> int:
    """Delete what was asked in vain before then, settled or not: it is what people wrote in chat; how many."""
    return await _forget(_FORGET_QUESTIONS, before)


async def _forget(statement: str, before: datetime) -> int:
    forgotten = 0
    while gone := len(await rows(statement, before, BATCH)):
        forgotten += gone
    return forgotten


async def reseal(report: Report, *, actor: str = "cli") -> int:
    """Seal every encrypted value under the newest key; what is sealed under it already is left alone.

    The service may run meanwhile, with the new key; broken off, it goes on where it was. Returns how many values.

    Args:
        report: is told table and column, how many are done, and how many there were to do.

    Raises:
        ConfigurationError: a value opens under none of the keys.
    """
    done = 0
    for table, key, column in sealed_columns():
        done += await _reseal_column(table, key, column, report)
    done += await _reseal_files(report)
    await record(actor, "privacy.reseal", "keys", detail={"values": done})
    return done


def sealed_columns() -> list[tuple[str, str, str]]:
    """(table, primary key, column) of everything that is encrypted in the database."""
    return [*columns_of(SealedField), *(("message", "key", column) for column in SEALED_MESSAGE)]


async def _reseal_column(table: str, key: str, column: str, report: Report) -> int:
    stale = f"{column} IS NOT NULL AND get_byte({column}, 0) <> $1"
    [counted] = await rows(f"SELECT count(*) AS todo FROM {table} WHERE {stale}", current_key_id())
    page = f"SELECT {key} AS key, {column} AS value FROM {table} WHERE {stale} ORDER BY {key} LIMIT {BATCH}"
    # A value that was changed meanwhile has been sealed under the newest key by whoever changed it.
    change = (
        f"UPDATE {table} SET {column} = fresh.value FROM unnest($1::{_key_type(key)}[], $2::bytea[], $3::bytea[])"
        f" AS fresh (key, old, value) WHERE {table}.{key} = fresh.key AND {table}.{column} = fresh.old RETURNING 1"
    )
    done = 0
    while found := await rows(page, current_key_id()):
        old = [row["value"] for row in found]
        fresh = [_fresh(value, f"{table}:{column}") for value in old]
        await rows(change, [row["key"] for row in found], old, fresh)
        done += len(found)
        report(f"{table}.{column}", done, counted["todo"])
    return done


async def _reseal_files(report: Report) -> int:
    """The bytes of uploads; one that is gone or forgotten meanwhile is passed over."""
    files = await StoredFile.all().order_by("created_at", "key").values_list("key", "purpose")
    done = 0
    for key, purpose in files:
        with suppress(storage.Lost):
            held = await storage.storage().get(key)
            if held[0] != current_key_id():
                await storage.storage().put(key, await asyncio.to_thread(_fresh, held, context(FilePurpose(purpose))))
                done += 1
        report("stored_file", done, len(files))
    return done


def _key_type(key: str) -> str:
    return "uuid" if key == "key" else "bigint"


def _fresh(value: Any, context: str) -> bytes:
    try:
        return seal_bytes(unseal_bytes(value, context), context)
    except InvalidTag as error:
        raise ConfigurationError(f"{context} 有内容用现有的密钥都打不开：请把旧密钥补回 LINLI_FIELD_KEY。") from error
