"""Which tables there are, how to connect to them, and how the schema is brought up to date."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The database driver ships without types; this is the one module that touches it raw.

from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.fields.base import Field
from tortoise.migrations.api import migrate as run_migrations
from tortoise.transactions import in_transaction

MODULES = [
    "models.organisations",
    "models.residency",
    "models.households",
    "models.votes",
    "models.ballots",
    "models.staff",
    "models.audit",
    "models.events",
    "models.enquiries",
    "models.duty",
    "models.alarms",
    "models.articles",
    "models.conversations",
    "models.running",
    "models.accounts",
    "models.files",
    "models.calendar",
    "models.facts",
    "models.search",
    "models.notices",
    "models.campaigns",
    "models.participation",
    "models.consultations",
    "models.statements",
    "models.interviews",
]
MIGRATION_LOCK = 0x6C696E6C69
SNAPSHOT = Path(__file__).parent.parent / "migrations" / "schema.sql"
"""Written by scripts/schema.py."""


def tortoise_config(database_url: str, *, connections: int = 10) -> dict[str, Any]:
    """The ORM's configuration; `connections` is the pool's upper bound for this process."""
    separator = "&" if "?" in database_url else "?"
    url = f"{database_url}{separator}maxsize={connections}&minsize=1&timeout=3&command_timeout=20"
    default = expand_db_url(url.replace("postgresql://", "asyncpg://").replace("postgres://", "asyncpg://"))
    default["credentials"]["reset"] = _as_it_is
    return {
        "connections": {"default": default},
        "apps": {"models": {"models": MODULES, "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def _as_it_is(_: Any) -> None:
    """Nothing here leaves session state behind, so a connection goes back to the pool without another round trip."""


async def connect(database_url: str, *, connections: int = 10) -> None:
    """Open this process's pool of connections."""
    await Tortoise.init(config=tortoise_config(database_url, connections=connections), _enable_global_fallback=True)


async def disconnect() -> None:
    await Tortoise.close_connections()


async def migrate(database_url: str) -> None:
    """Bring the schema up to date, one process at a time (the ORM takes no lock of its own).

    An empty database takes what the migrations come to in one script, a second instead of a quarter of a minute.
    """
    holder = await asyncpg.connect(database_url, timeout=10)
    try:
        await holder.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        if not await holder.fetchval("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"):
            async with holder.transaction():
                await holder.execute(SNAPSHOT.read_text("utf-8"))
        await migrate_by_steps(database_url)
    finally:
        await holder.close()


async def migrate_by_steps(database_url: str) -> None:
    """Apply the migrations that a database has not seen; nothing else may do the same at the same time."""
    try:
        await run_migrations(config=tortoise_config(database_url, connections=2))
    finally:
        await Tortoise.close_connections()


def columns_of(kind: type[Field[Any]]) -> list[tuple[str, str, str]]:
    """(table, primary key, column) of every column of a kind."""
    metas = [model._meta for model in (Tortoise.apps or {})["models"].values()]  # pyright: ignore[reportPrivateUsage]
    return [
        (meta.db_table, meta.db_pk_column, column)
        for meta in metas
        for name, column in meta.fields_db_projection.items()
        if isinstance(meta.fields_map[name], kind)
    ]


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """What a statement returns, inside the transaction under way if there is one; values bind to $1, $2 …"""
    return await get_connection("default").execute_query_dict(sql, list(values))


async def rows_planned_anew(sql: str, *values: Any) -> list[dict[str, Any]]:
    """As `rows`, with a plan made for these very values: where a rare word and a frequent one want different ways."""
    async with in_transaction():
        await rows("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
        return await rows(sql, *values)
