"""Keeping a file, noting who opened it, and forgetting it.

The bytes are written before the row and removed after it: what a crash leaves behind is bytes without a row, which
nobody can ask for, and which `sweep` removes a day later.
"""

import asyncio
import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.actions import record
from handlers.files import storage
from handlers.files.contents import examine
from handlers.files.rules import context
from models.events import Event
from models.files import StoredFile
from models.sealed import seal_bytes
from models.states import FilePurpose

FORGOTTEN = "FileForgotten"
ORPHANED_AFTER = timedelta(days=1)
BATCH = 200


async def store(
    content: bytes, name: str, purpose: FilePurpose, place: str, owner: str, *, expires_at: datetime | None = None
) -> StoredFile:
    """Keep an upload, encrypted; a picture without what its camera wrote into it.

    Args:
        name: as the uploader's machine calls it; it is cleaned, and its ending made that of the content.
        place: code of the place it concerns, which the caller has found to be the uploader's.
        owner: who uploads, as the audit trail names them: `staff:zhang`, `account:12`.
        expires_at: from when on it can't be read and is removed.

    Raises:
        Invalid: too large, of a kind the purpose does not take, or not what it seems to be.
    """
    upload = await asyncio.to_thread(examine, content, name, purpose)
    key = uuid4()
    await storage.storage().put(key, await asyncio.to_thread(seal_bytes, upload.content, context(purpose)))
    async with in_transaction():
        file = await StoredFile.create(
            key=key,
            purpose=purpose,
            place=place,
            owner=owner,
            name=upload.name,
            content_type=upload.kind,
            size=len(upload.content),
            digest=hashlib.sha256(upload.content).digest(),
            created_at=clock.now(),
            expires_at=expires_at,
        )
        await record(owner, "file.store", f"file:{key}", place=place, detail={"purpose": purpose, "size": file.size})
    return file


async def note_opened(file: StoredFile, actor: str) -> None:
    """Write into the audit trail who has opened a file."""
    async with in_transaction():
        await record(actor, "file.open", f"file:{file.key}", place=file.place, detail={"purpose": file.purpose})


async def forget(key: UUID, actor: str) -> None:
    """Remove a file for good; once that is committed the bytes follow. Forgetting twice does nothing.

    Args:
        actor: who, as the audit trail names them; that they may is for the caller to know.
    """
    async with in_transaction():
        file = await StoredFile.select_for_update().get_or_none(key=key)
        if file is None:
            return
        await file.delete()
        await Event.create(name=FORGOTTEN, payload={"key": str(key)}, created_at=clock.now())
        await record(actor, "file.forget", f"file:{key}", place=file.place, detail={"purpose": file.purpose})


async def shred(payload: dict[str, Any]) -> None:
    """Remove the bytes of a forgotten file; where they can't be reached now, `sweep` tries again."""
    with suppress(Exception):
        await storage.storage().remove(UUID(payload["key"]))


async def sweep(now: datetime) -> int:
    """Remove bytes that no row speaks of and that are older than a day. Returns how many."""
    swept = 0
    async for keys in storage.storage().older(now - ORPHANED_AFTER):
        known = set(await StoredFile.filter(key__in=keys).values_list("key", flat=True))
        for key in set(keys) - known:
            await storage.storage().remove(key)
            swept += 1
    return swept
