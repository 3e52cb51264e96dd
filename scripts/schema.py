"""Write migrations/schema.sql anew: what all migrations together make of an empty database, in one script.

An empty database takes the script and then whatever migrations are newer; one with data takes the migrations only.
`tests/models/test_schema.py` compares the two ways.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from engines import pg_bin, start_engines  # noqa: E402
from models.database import SNAPSHOT, migrate_by_steps  # noqa: E402

NOT_NEEDED = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")
# As pg_dump writes a list of words, it would be read as something else, though it means the same.
LISTS = re.compile(r"\((\w+)\)::text = ANY \(\(ARRAY\[([^\]]*)\]\)::text\[\]\)")
DUMP = ("--schema-only", "--no-owner", "--no-privileges", "--no-comments", "--dbname")


def dumped(url: str) -> str:
    """A database's schema as SQL, without what only psql understands or only this version of the server."""
    dump = subprocess.run([pg_bin("pg_dump"), *DUMP, url], capture_output=True, text=True, check=True).stdout
    kept = "".join(f"{line}\n" for line in dump.splitlines() if line and not line.startswith(NOT_NEEDED))
    return LISTS.sub(lambda found: f"{found[1]} IN ({found[2].replace('::character varying', '')})", kept)


async def applied(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations ORDER BY name")]
    finally:
        await connection.close()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="linli-schema-", ignore_cleanup_errors=True) as folder:
        engines = start_engines(Path(folder), postgres=True, redis=False)
        asyncio.run(migrate_by_steps(engines.database_url))
        names = ", ".join(f"'{name}'" for name in asyncio.run(applied(engines.database_url)))
        recorded = (
            "INSERT INTO public.tortoise_migrations (app, name, applied_at)\n"
            f"SELECT 'models', name, now() FROM unnest(ARRAY[{names}]) AS name;\n"
        )
        SNAPSHOT.write_text(dumped(engines.database_url) + recorded, "utf-8")
        engines.release()


if __name__ == "__main__":
    main()
