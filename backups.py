"""Backing the database up and restoring it, with PostgreSQL's own tools."""

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from clock import BEIJING
from engines import pg_bin
from errors import ConfigurationError
from settings import Settings

TOO_OLD = timedelta(days=2)


def write_backup(settings: Settings, file: Path | None, now: datetime) -> Path:
    """Dump the whole database to `file`, compressed; it appears under its name only when it is complete.

    Raises:
        ConfigurationError: the dump failed, with what the tool said.
    """
    target = file or settings.data_dir / "backups" / f"linli-{now.astimezone(BEIJING):%Y%m%d-%H%M%S}.dump"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        _run([pg_bin("pg_dump"), "--format=custom", "--no-owner", "--dbname", settings.database_url], output)
    partial.replace(target)
    return target


def restore_backup(settings: Settings, file: Path, *, replace: bool) -> None:
    """Read a backup back in one transaction: all of it or nothing.

    Raises:
        ConfigurationError: there is data already and `replace` is not set, or the tool failed.
    """
    if _has_data(settings) and not replace:
        raise ConfigurationError("数据库里已有数据。确定要覆盖，请先停掉服务，再加 --replace。")
    command = [pg_bin("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    _run([*command, "--dbname", settings.database_url, file])


def latest_backup(settings: Settings) -> Path | None:
    found = (settings.data_dir / "backups").glob("*.dump")
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


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
