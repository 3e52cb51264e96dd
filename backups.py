"""Backing up and restoring: the database with PostgreSQL's own tools, and the files that were uploaded."""

import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from clock import BEIJING
from engines import pg_bin
from errors import ConfigurationError
from handlers.files.storage import FOLDER, Storage, key_of, open_storage
from settings import Settings

DUMP = "database.dump"
TOO_OLD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written; `files` is None where they lie in a bucket, which has backups of its own."""

    path: Path
    files: int | None


def write_backup(settings: Settings, file: Path | None, now: datetime) -> Backup:
    """Write the whole database and the uploaded files into one archive, which appears only when it is complete.

    The database comes first: what is uploaded meanwhile is then missing as a whole and not by half.

    Raises:
        ConfigurationError: the dump failed, with what the tool said.
    """
    target = file or settings.data_dir / "backups" / f"linli-{now.astimezone(BEIJING):%Y%m%d-%H%M%S}.tar"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as output, tarfile.open(fileobj=output, mode="w") as archive:
        with tempfile.NamedTemporaryFile(dir=target.parent) as dump:
            _run([pg_bin("pg_dump"), "--format=custom", "--no-owner", "--dbname", settings.database_url], dump.file)
            archive.add(dump.name, DUMP)
        files = None if settings.s3_endpoint else _add_files(archive, settings.data_dir)
    partial.replace(target)
    return Backup(target, files)


def _add_files(archive: tarfile.TarFile, data_dir: Path) -> int:
    added = 0
    for path in sorted((data_dir / FOLDER).glob("*/*")):
        name = str(path.relative_to(data_dir))
        # What is forgotten meanwhile is gone.
        with suppress(FileNotFoundError):
            if key_of(name):
                archive.add(path, name)
                added += 1
    return added


def restore_backup(settings: Settings, file: Path, *, replace: bool) -> int:
    """Read a backup back: the database in one transaction, all of it or nothing, then the files; how many.

    A backup of the database alone, as earlier versions wrote it, is read too.

    Raises:
        ConfigurationError: there is data already and `replace` is not set, or the tool failed.
    """
    if _has_data(settings) and not replace:
        raise ConfigurationError("数据库里已有数据。确定要覆盖，请先停掉服务，再加 --replace。")
    if not tarfile.is_tarfile(file):
        _restore_database(settings, file)
        return 0
    with tarfile.open(file) as archive, tempfile.NamedTemporaryFile(dir=settings.data_dir) as dump:
        if not (packed := _content(archive, DUMP)):
            raise ConfigurationError("这个文件不是邻里的备份。")
        shutil.copyfileobj(packed, dump)
        dump.flush()
        _restore_database(settings, Path(dump.name))
        return asyncio.run(_restore_files(open_storage(settings), archive))


def _restore_database(settings: Settings, dump: Path) -> None:
    command = [pg_bin("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    _run([*command, "--dbname", settings.database_url, dump])


async def _restore_files(store: Storage, archive: tarfile.TarFile) -> int:
    """Put the files where they are kept now; names that are none of ours are passed over."""
    restored = 0
    for member in archive:
        key, packed = key_of(member.name), archive.extractfile(member) if member.isreg() else None
        if key and packed:
            await store.put(key, packed.read())
            restored += 1
    return restored


def _content(archive: tarfile.TarFile, name: str) -> IO[bytes] | None:
    try:
        return archive.extractfile(name)
    except KeyError:
        return None


def latest_backup(settings: Settings) -> Path | None:
    folder = settings.data_dir / "backups"
    return max([*folder.glob("*.tar"), *folder.glob("*.dump")], key=lambda path: path.stat().st_mtime, default=None)


def _has_data(settings: Settings) -> bool:
    query = "SELECT CASE WHEN to_regclass('organisation') IS NULL THEN 0 ELSE 1 END"
    if _ask(settings, query) == "0":
        return False
    return _ask(settings, "SELECT count(*) FROM organisation") != "0"


def _ask(settings: Settings, query: str) -> str:
    return _run([pg_bin("psql"), "-XAtq", "-c", query, settings.database_url])


def _run(command: list[str | Path], output: IO[bytes] | int = subprocess.PIPE) -> str:
    done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise ConfigurationError(
            f"{Path(command[0]).name} 没有完成：{done.stderr.decode(errors='replace').strip()[-400:]}"
        )
    return (done.stdout or b"").decode().strip()
