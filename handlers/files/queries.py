"""Reading a file again, for those who may: everybody else is told that there is none."""

import asyncio
import hashlib
from uuid import UUID

from cryptography.exceptions import InvalidTag

from clock import clock
from errors import NotFound
from handlers.files import storage
from handlers.files.rules import context, may_read
from handlers.staff.rules import Viewer
from models.files import StoredFile
from models.sealed import unseal_bytes
from models.states import FilePurpose


async def file_of(key: UUID, reader: Viewer | str) -> StoredFile:
    """What is known of a file.

    Args:
        reader: someone at the panel, or a resident as the audit trail names them (`account:12`).

    Raises:
        NotFound: there is none, it has expired, or it is none of the reader's.
    """
    file = await StoredFile.get_or_none(key=key)
    if file is None or not may_read(FilePurpose(file.purpose), file.place, file.owner, reader):
        raise NotFound
    if file.expires_at and file.expires_at <= clock.now():
        raise NotFound
    return file


async def read(key: UUID, reader: Viewer | str) -> tuple[StoredFile, bytes]:
    """A file with its bytes in clear; the arguments are those of `file_of`.

    Raises:
        NotFound: as `file_of`, or the bytes are gone or not those that were kept.
    """
    file = await file_of(key, reader)
    return file, await content_of(file)


async def content_of(file: StoredFile) -> bytes:
    """The bytes of a file in clear, for whoever another capability has shown it to.

    Raises:
        NotFound: the bytes are gone or not those that were kept.
    """
    sealed = await storage.storage().get(file.key)
    try:
        content = await asyncio.to_thread(unseal_bytes, sealed, context(FilePurpose(file.purpose)))
    except (InvalidTag, IndexError, ValueError) as error:
        raise storage.Lost from error
    if hashlib.sha256(content).digest() != file.digest:
        raise storage.Lost
    return content
