"""Where the bytes of files lie, sealed before they come here: a folder of DATA_DIR, or a bucket that speaks S3."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.store import MemoryStore, S3Store

from errors import ConfigurationError, NotFound
from settings import Settings, get_settings

PATIENCE = timedelta(seconds=10)
FOLDER = "files"
_PARTIAL = ".part"


class Storage(Protocol):
    """Keeps bytes by key; removing what is not there is no error."""

    async def put(self, key: UUID, content: bytes) -> None: ...

    async def get(self, key: UUID) -> bytes:
        """The bytes. Raises NotFound where there are none."""
        ...

    async def remove(self, key: UUID) -> None: ...

    def older(self, before: datetime) -> AsyncIterator[list[UUID]]:
        """All keys that were written before this moment, half-written ones too, in batches."""
        ...


class Lost(NotFound):
    code = "file_lost"
    message = "文件的内容找不到了，请联系管理员从备份恢复。"


class Folder:
    """`files/ab/ab12….`: a file is there whole or not at all, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, key: UUID, content: bytes) -> None:
        await asyncio.to_thread(self._write, key, content)

    async def get(self, key: UUID) -> bytes:
        try:
            return await asyncio.to_thread(self.path(key).read_bytes)
        except FileNotFoundError as error:
            raise Lost from error

    async def remove(self, key: UUID) -> None:
        for path in (self.path(key), self._partial(key)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def older(self, before: datetime) -> AsyncIterator[list[UUID]]:
        for folder in await asyncio.to_thread(lambda: sorted(self.root.glob("[0-9a-f][0-9a-f]"))):
            if keys := await asyncio.to_thread(_older_in, folder, before):
                yield keys

    def path(self, key: UUID) -> Path:
        return self.root / key.hex[:2] / str(key)

    def _partial(self, key: UUID) -> Path:
        return self.path(key).with_suffix(_PARTIAL)

    def _write(self, key: UUID, content: bytes) -> None:
        path, partial = self.path(key), self._partial(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _older_in(folder: Path, before: datetime) -> list[UUID]:
    old = (path.name for path in folder.iterdir() if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before)
    return [key for name in old if (key := key_of(name.removesuffix(_PARTIAL)))]


class Bucket:
    """Objects of a store that speaks S3, named as the files of a folder are."""

    def __init__(self, store: S3Store | MemoryStore) -> None:
        self.store = store

    async def put(self, key: UUID, content: bytes) -> None:
        await obstore.put_async(self.store, _object(key), content)

    async def get(self, key: UUID) -> bytes:
        try:
            found = await obstore.get_async(self.store, _object(key))
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise Lost from error

    async def remove(self, key: UUID) -> None:
        try:
            await obstore.delete_async(self.store, _object(key))
        except FileNotFoundError:
            return

    async def older(self, before: datetime) -> AsyncIterator[list[UUID]]:
        async for found in self.store.list(FOLDER):  # pyright: ignore[reportUnknownMemberType]
            old = (one["path"] for one in found if one["last_modified"] < before)
            if keys := [key for path in old if (key := key_of(path))]:
                yield keys


def _object(key: UUID) -> str:
    return f"{FOLDER}/{key.hex[:2]}/{key}"


def key_of(path: str) -> UUID | None:
    """The key of a file by the end of its path (`files/ab/ab12…`); None for what is none, or half-written."""
    try:
        return UUID(path.rpartition("/")[2])
    except ValueError:
        return None


def bucket(settings: Settings) -> Bucket:
    """The bucket that the settings name.

    An endpoint whose host begins with the bucket's name is taken as it stands; else the name goes into the path.
    """
    missing = [name for name in ("s3_bucket", "s3_key", "s3_secret") if not getattr(settings, name)]
    if missing:
        raise ConfigurationError(
            f"填了 LINLI_S3_ENDPOINT，还要填{'、'.join(f'LINLI_{name.upper()}' for name in missing)}"
        )
    host = urlsplit(settings.s3_endpoint)
    store = S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint.rstrip("/"),
        region=settings.s3_region,
        access_key_id=settings.s3_key,
        secret_access_key=settings.s3_secret,
        virtual_hosted_style_request=(host.hostname or "").startswith(f"{settings.s3_bucket}."),
        client_options={"timeout": PATIENCE, "connect_timeout": PATIENCE, "allow_http": host.scheme == "http"},
        retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
    )
    return Bucket(store)


def open_storage(settings: Settings) -> Storage:
    """Where an installation with these settings keeps its files.

    Raises:
        ConfigurationError: a part of the settings is missing.
    """
    return bucket(settings) if settings.s3_endpoint else Folder(settings.data_dir / FOLDER)


@lru_cache
def storage() -> Storage:
    """Where this installation keeps its files."""
    return open_storage(get_settings())
