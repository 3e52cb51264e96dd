"""The database holds what the models declare: the ORM's migrations leave some of it out without a word."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.models import Model
from tortoise.transactions import in_transaction

from engines import Engines
from models.database import rows
from scripts.schema import applied, dumped

ROOT = Path(__file__).parents[2]
MIGRATE = "import asyncio, sys; from models.database import migrate; asyncio.run(migrate(sys.argv[1]))"


def tables() -> list[type[Model]]:
    return list((Tortoise.apps or {})["models"].values())


def declared(model: type[Model]) -> Iterator[str]:
    """What an index of the table must be, as the end of CREATE INDEX: `UNIQUE … (columns) WHERE condition`."""
    meta = model._meta

    def columns(fields: tuple[str, ...]) -> str:
        return ", ".join(meta.fields_db_projection.get(name) or f"{name}_id" for name in fields)

    for name in meta.fields_db_projection:
        if meta.fields_map[name].unique and not meta.fields_map[name].pk:
            yield f"UNIQUE ({columns((name,))})"
    for fields in meta.unique_together:
        yield f"UNIQUE ({columns(tuple(fields))})"
    for constraint in getattr(model.Meta, "constraints", ()):
        condition = f" WHERE {constraint.condition}" if constraint.condition else ""
        yield f"UNIQUE ({columns(constraint.fields)}){condition}"
    for index in meta.indexes:
        yield f"({columns(tuple(getattr(index, 'fields', index)))})"


@asynccontextmanager
async def undone() -> AsyncGenerator[None]:
    """A transaction that leaves nothing behind: other tests use this database too."""
    async with in_transaction() as transaction:
        yield
        await transaction.rollback()


async def missing(model: type[Model]) -> list[str]:
    """What is declared and not there. Each is made once more, so that PostgreSQL itself says how it reads."""
    table, lacking = model._meta.db_table, []
    there = await definitions(table)
    for wanted in declared(model):
        unique, rest = ("UNIQUE ", wanted.removeprefix("UNIQUE ")) if wanted.startswith("UNIQUE") else ("", wanted)
        await rows(f"CREATE {unique}INDEX index_to_compare ON {table} {rest}")
        made = (await definitions(table))["index_to_compare"]
        await rows("DROP INDEX index_to_compare")
        if made not in there.values():
            lacking.append(wanted)
    return lacking


async def definitions(table: str) -> dict[str, str]:
    """Every index of the table as PostgreSQL writes it, without its name."""
    found = await rows("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1", table)
    return {row["indexname"]: row["indexdef"].replace(f" {row['indexname']} ", " ") for row in found}


@pytest.mark.usefixtures("database")
async def test_everything_declared_unique_or_indexed_is_in_the_database() -> None:
    async with undone():
        assert {model.__name__: lacking for model in tables() if (lacking := await missing(model))} == {}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("index", "table"),
    [
        ("uq_named_ballot_stands", "named_ballot"),
        ("uq_binding_live", "binding"),
        ("uq_enquiry_open", "enquiry"),
        ("uq_membership_current", "membership"),
    ],
)
async def test_a_constraint_that_no_migration_made_is_seen(index: str, table: str) -> None:
    [model] = [model for model in tables() if model._meta.db_table == table]
    async with undone():
        await rows(f"DROP INDEX {index}")
        assert len(await missing(model)) == 1


@pytest.mark.usefixtures("database")
async def test_a_constraint_with_another_condition_is_seen() -> None:
    [binding] = [model for model in tables() if model.__name__ == "Binding"]
    async with undone():
        await rows("DROP INDEX uq_binding_live")
        await rows("CREATE UNIQUE INDEX uq_binding_live ON binding (account_id, dwelling_id) WHERE state = 'active'")
        assert len(await missing(binding)) == 1


@pytest.mark.usefixtures("database")
async def test_names_phones_and_codes_are_bytes_in_the_database() -> None:
    found = await rows(
        """SELECT table_name || '.' || column_name AS place FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type <> 'bytea'
             AND (column_name IN ('phone', 'id_no', 'code', 'content', 'answer', 'voter') OR column_name LIKE '%_index')
             AND table_name NOT IN ('organisation', 'grid', 'estate', 'building', 'dwelling', 'grid_assignment',
                                  'article', 'article_version', 'ballot', 'campaign', 'notice', 'sealed_choice',
                                  'sealed_receipt', 'roll_objection', 'consultation', 'question')"""
    )
    assert found == []
    people = await rows(
        "SELECT data_type FROM information_schema.columns WHERE column_name = 'name'"
        " AND table_name IN ('resident', 'ownership', 'binding')"
    )
    assert [column["data_type"] for column in people] == ["bytea"] * 3


async def empty(engines: Engines, name: str) -> str:
    """The address of a new database without any table."""
    connection = await asyncpg.connect(engines.database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return engines.database_url.replace("/linli?", f"/{name}?")


async def test_the_script_for_an_empty_database_makes_what_the_migrations_make(engines: Engines) -> None:
    at_once, by_steps = [await empty(engines, name) for name in ("made_at_once", "made_by_steps")]
    for url, command in ((at_once, MIGRATE), (by_steps, MIGRATE.replace("migrate", "migrate_by_steps"))):
        made = await asyncio.create_subprocess_exec(sys.executable, "-c", command, url, cwd=ROOT)
        assert await made.wait() == 0
    assert dumped(at_once) == dumped(by_steps)
    assert await applied(at_once) == await applied(by_steps)


async def test_two_processes_may_migrate_at_once(engines: Engines) -> None:
    url = await empty(engines, "migrated_twice")
    command = (sys.executable, "-c", MIGRATE, url)
    processes = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
