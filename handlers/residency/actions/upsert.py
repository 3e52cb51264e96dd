"""Writing many rows of a ledger at once: what is new is inserted, what differs is updated, the rest is left alone.

The ORM makes an object of every row, which takes minutes for a district; here a batch is one statement.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from handlers.residency.ledgers.sheets import Flaw, FlawedSheets, Numbered, convert
from models.database import rows
from models.sealed import seal, unseal

BATCH = 5_000
Item = TypeVar("Item")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a file were new, changed, or already as the file says."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that ledgers fill: its unique key, and the SQL types of the columns they fill.

    Of type `sealed` are encrypted columns, compared in clear, since their ciphertext differs each time. A table that
    `remembers` names in its column `corrected` what people here have put right: that stays, whatever a file says, and
    with it what is made of it: `follows` names for an index the column it is of.
    """

    name: str
    key: str
    columns: Mapping[str, str]
    remembers: bool = False
    follows: Mapping[str, str] = field(default_factory=dict[str, str])

    def sql_type(self, column: str) -> str:
        kind = self.columns.get(column, "text")
        return "bytea" if kind == "sealed" else kind

    def encoded(self, column: str, value: Any) -> Any:
        """A value as the database takes it."""
        match self.columns.get(column):
            case "sealed":
                return None if value is None else seal(value, f"{self.name}:{column}")
            case "jsonb":
                return json.dumps(value, ensure_ascii=False)
            case _:
                return value

    def decoded(self, column: str, value: Any) -> Any:
        """A value as the database gives it back, in clear."""
        match self.columns.get(column):
            case "sealed":
                return None if value is None else unseal(value, f"{self.name}:{column}")
            case "jsonb":
                return json.loads(value)
            case _:
                return value


@dataclass(frozen=True, slots=True)
class Written:
    """The ids of all rows by key, and the keys of those that were written."""

    ids: dict[str, int]
    new: set[str]
    changed: set[str]

    @property
    def counts(self) -> Counts:
        return Counts(len(self.new), len(self.changed), len(self.ids) - len(self.new) - len(self.changed))


async def upsert(table: Table, values: Sequence[Values]) -> Written:
    """Make the rows of `table` with the keys of `values` equal to them; at most a batch."""
    wanted = {row[table.key]: row for row in values}
    names = ", ".join((table.key, *table.columns, *(("corrected",) if table.remembers else ())))
    held = await rows(f"SELECT id, {names} FROM {table.name} WHERE {table.key} = ANY($1::text[])", list(wanted))
    found = {row[table.key]: row for row in held}
    wanted |= {key: wanted[key] | _corrected(table, row) for key, row in found.items() if table.remembers}
    new = wanted.keys() - found.keys()
    changed = {key for key, row in found.items() if _differs(table, row, wanted[key])}
    written = await insert(table, [row for key, row in wanted.items() if key in new or key in changed])
    return Written({key: row["id"] for key, row in found.items()} | written, new, changed)


async def insert(table: Table, values: Sequence[Values]) -> dict[str, int]:
    """Insert rows, or update those that have their key. Returns the ids by key."""
    if not values:
        return {}
    columns = (table.key, *table.columns)
    arrays = ", ".join(f"${place}::{table.sql_type(column)}[]" for place, column in enumerate(columns, 1))
    changes = ", ".join(f"{column} = excluded.{column}" for column in table.columns)
    written = await rows(
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"
        f" ON CONFLICT ({table.key}) DO UPDATE SET {changes} RETURNING id, {table.key} AS key",
        *([table.encoded(column, row[column]) for row in values] for column in columns),
    )
    return {row["key"]: row["id"] for row in written}


async def write_records(
    file: str,
    table: Table,
    records: Sequence[Numbered],
    make: Callable[[Numbered], Values],
    then: Callable[[Written, Sequence[Values]], Awaitable[None]] | None = None,
) -> Counts:
    """Upsert what `make` makes of the records of a file; each batch that was written is handed to `then`.

    Raises:
        FlawedSheets: with every record that `make` refused.
    """
    total, flaws = Counts(), list[Flaw]()
    for part in batches(records):
        values = convert(file, part, make, flaws)
        if not flaws:
            written = await upsert(table, values)
            total += written.counts
            if then:
                await then(written, values)
    if flaws:
        raise FlawedSheets(flaws)
    return total


async def ids(table: Table, keys: Iterable[str]) -> dict[str, int]:
    """The ids of the rows that have one of `keys`."""
    found = await rows(
        f"SELECT id, {table.key} AS key FROM {table.name} WHERE {table.key} = ANY($1::text[])", list(set(keys))
    )
    return {row["key"]: row["id"] for row in found}


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists small enough for one statement."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _corrected(table: Table, row: Values) -> Values:
    """What of a row people here have put right."""
    corrected: list[str] = json.loads(row["corrected"])
    kept = [column for column in table.columns if table.follows.get(column, column) in corrected]
    return {column: table.decoded(column, row[column]) for column in kept}


def _differs(table: Table, row: Values, wanted: Values) -> bool:
    return any(table.decoded(column, row[column]) != wanted[column] for column in table.columns)
