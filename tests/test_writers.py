"""The guard of tests that refuses writes from outside the actions: that it refuses, and what it lets pass."""

from pathlib import Path

import pytest

from models.database import rows
from tests.writers import WriteOutsideActions

ROOT = Path(__file__).parent.parent
SQL = 'await rows("INSERT INTO shared (name, value) VALUES ($1, $2)", "tested", "1")'
ORM = 'await Shared.create(name="tested", value=1)'
IN_TRANSACTION = f"async with in_transaction():\n        {ORM}"
MANY = 'await Shared.bulk_create([Shared(name="tested", value=1)])'
SAVED = 'await Shared(name="tested", value=1).save()'
PRELUDE = """
from tortoise.transactions import in_transaction
from models.database import rows
from models.running import Shared

async def write():
    {}
"""


async def write_from(file: str, statement: str) -> None:
    """Run a write as if it stood in a file of ours."""
    namespace: dict[str, object] = {}
    exec(compile(PRELUDE.format(statement), ROOT / file, "exec"), namespace)
    await namespace["write"]()  # type: ignore[operator]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("statement", [SQL, ORM, IN_TRANSACTION, MANY, SAVED])
@pytest.mark.parametrize(
    "surface", ["handlers/votes/chat.py", "handlers/votes/queries.py", "admin/pages/votes.py", "doctor.py"]
)
async def test_a_write_from_a_surface_is_refused(surface: str, statement: str) -> None:
    with pytest.raises(WriteOutsideActions, match=surface):
        await write_from(surface, statement)
    assert await rows("SELECT name FROM shared") == []


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("statement", [SQL, ORM, IN_TRANSACTION, MANY, SAVED])
@pytest.mark.parametrize(
    "writer", ["handlers/votes/actions/cast.py", "handlers/conversations/inbox.py", "scheduling.py"]
)
async def test_a_write_from_an_action_or_a_named_writer_passes(writer: str, statement: str) -> None:
    await write_from(writer, statement)
    assert await rows("SELECT name FROM shared") == [{"name": "tested"}]
