"""Dwellings are found by their address: entries for those a ledger brings, and for those that have none yet."""

from collections.abc import Callable, Mapping, Sequence

from tortoise.transactions import in_transaction

from handlers.residency.actions.upsert import BATCH, Values, Written
from handlers.search.actions import index_many
from models.database import rows

KIND = "dwelling"
_WITHOUT = """
SELECT dwelling.id, organisation.code, dwelling.address
FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id
WHERE dwelling.id > $1 AND NOT EXISTS (SELECT FROM search_entry e WHERE e.kind = $2 AND e.subject_id = dwelling.id)
ORDER BY dwelling.id LIMIT $3
"""


async def index_written(communities: Mapping[int, str], written: Written, values: Sequence[Values]) -> None:
    """Index the dwellings of a batch that are new or changed; communities are codes by id."""
    touched = written.new | written.changed
    await index_many(
        KIND,
        [
            (written.ids[row["code"]], communities[row["community_id"]], row["address"])
            for row in values
            if row["code"] in touched
        ],
    )


async def index_missing(report: Callable[[int], None] = lambda _: None) -> int:
    """Index the dwellings that nobody has indexed, as after an upgrade; how many. `report` is told on the way."""
    indexed = last = 0
    while True:
        async with in_transaction():
            found = await rows(_WITHOUT, last, KIND, BATCH)
            await index_many(KIND, [(row["id"], row["code"], row["address"]) for row in found])
        if not found:
            return indexed
        indexed, last = indexed + len(found), found[-1]["id"]
        report(indexed)
