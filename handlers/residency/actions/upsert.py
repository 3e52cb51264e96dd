"""Writing many rows of a ledger at once: what is new is inserted, what differs is updated, the rest is left alone.

The ORM makes an object of every row, which takes minutes for a district; here a batch is one statement.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from handlers.residency.actions.taking import Taking
from handlers.residency.ledgers.sheets import BadCell, Numbered
from models.database import rows
from models.sealed import seal, unseal

BATCH = 5_000
Item = TypeVar("Item")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a file were new, changed, already as the file says, or in conflict with what is registered."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.conflicts + other.conflicts,
        )


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
    """The ids of all rows by key, the keys of those that were written, and what of which was put right by hand."""

    ids: dict[str, int]
    new: set[str]
    changed: set[str]
    by_hand: dict[str, list[str]]

    @property
    def counts(self) -> Counts:
        return Counts(len(self.new), len(self.changed), len(self.ids) - len(self.new) - len(self.changed))


async def upsert(table: Table, values: Sequence[Values], *, overwrite: bool = False) -> Written:
    """Make the rows of `table` with the keys of `values` equal to them; at most a batch.

    Args:
        overwrite: also what people here have put right, which then counts as put right no more.
    """
    wanted = {row[table.key]: row for row in values}
    names = ", ".join((table.key, *table.columns, *(("corrected",) if table.remembers else ())))
    held = await rows(f"SELECT id, {names} FROM {table.name} WHERE {table.key} = ANY($1::text[])", list(wanted))
    found = {row[table.key]: row for row in held}
    by_hand = await asyncio.to_thread(_keep_corrected, table, found, wanted, overwrite) if table.remembers else {}
    if overwrite and by_hand:
        gone = sorted({column for columns in by_hand.values() for column in columns})
        await rows(
            f"UPDATE {table.name} SET corrected = corrected - $2::text[] WHERE {table.key} = ANY($1::text[])",
            list(by_hand),
            gone,
        )
    new = wanted.keys() - found.keys()
    changed = await asyncio.to_thread(_changed, table, found, wanted)
    written = await insert(table, [row for key, row in wanted.items() if key in new or key in changed])
    return Written({key: row["id"] for key, row in found.items()} | written, new, changed, by_hand)


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
        *await asyncio.to_thread(_encoded, table, columns, values),
    )
    return {row["key"]: row["id"] for row in written}


async def _nothing_in_the_way(_: list[Values]) -> Mapping[str, BadCell]:
    return {}


async def _nothing_else(_: Written, __: Sequence[Values]) -> None: ...


async def write_records(
    taking: Taking,
    register: str,
    table: Table,
    records: Sequence[Numbered],
    make: Callable[[Numbered], Values],
    check: Callable[[list[Values]], Awaitable[Mapping[str, BadCell]]] = _nothing_in_the_way,
    then: Callable[[Written, Sequence[Values]], Awaitable[None]] = _nothing_else,
) -> Counts:
    """Upsert what `make` makes of the records of a register.

    Args:
        check: finds rows, by key, that what is there does not let in.
        then: is handed each batch that was written.

    Raises:
        FlawedSheets: a record was refused, and that refuses everything.
    """
    total = Counts()
    for part in batches(records):
        made = await asyncio.to_thread(taking.convert, register, part, make)
        in_the_way = await check([values for _, values in made])
        for record, values in made:
            if error := in_the_way.get(values[table.key]):
                taking.refuse(register, record.line, error)
        if not taking.refused:
            lines = {values[table.key]: record.line for record, values in made if values[table.key] not in in_the_way}
            good = [values for _, values in made if values[table.key] in lines]
            written = await upsert(table, good, overwrite=taking.terms.overwrite)
            for key, columns in written.by_hand.items():
                taking.keep(register, lines[key], columns)
            await then(written, good)
            total += written.counts
        await taking.advance(register, len(part))
    taking.settle()
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


def _keep_corrected(
    table: Table, found: Mapping[str, Values], wanted: dict[str, Values], overwrite: bool
) -> dict[str, list[str]]:
    """Let what people put right stand, unless told otherwise. Returns by key which of it differs from the ledger."""
    by_hand: dict[str, list[str]] = {}
    for key, row in found.items():
        corrected: list[str] = json.loads(row["corrected"])
        if not corrected:
            continue
        names = [column for column in table.columns if table.follows.get(column, column) in corrected]
        stays = {column: table.decoded(column, row[column]) for column in names}
        if differing := sorted({table.follows.get(name, name) for name in names if wanted[key][name] != stays[name]}):
            by_hand[key] = differing
        wanted[key] = wanted[key] if overwrite else wanted[key] | stays
    return by_hand


def _changed(table: Table, found: Mapping[str, Values], wanted: Mapping[str, Values]) -> set[str]:
    return {
        key
        for key, row in found.items()
        if any(table.decoded(column, row[column]) != wanted[key][column] for column in table.columns)
    }


def _encoded(table: Table, columns: Sequence[str], values: Sequence[Values]) -> list[list[Any]]:
    """Sealing is work for a processor: it is done in a thread, or whoever else is served would wait."""
    return [[table.encoded(column, row[column]) for row in values] for column in columns]
