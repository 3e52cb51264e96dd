"""Loading people: who is registered in which dwelling, and who holds it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from clock import BEIJING
from handlers.residency.actions.clashes import IdNumbers, check_bounds, dwellings_within, living
from handlers.residency.actions.tables import OWNERSHIP, RESIDENT
from handlers.residency.actions.taking import FOREIGN, Taking
from handlers.residency.actions.upsert import Counts, Values, batches, ids, upsert
from handlers.residency.ledgers import OWNERS, RESIDENTS
from handlers.residency.ledgers.records import OwnerRecord, ResidentRecord
from handlers.residency.ledgers.registers import HALF
from handlers.residency.ledgers.sheets import BadCell
from handlers.residency.people import dwelling_code, id_key, name_key, phone_key, surname
from models.database import rows
from models.sealed import blind_index

# Merged twice over, a row leads on to whom its keeper was merged into. A keeper without a key took the other's.
_MERGED = """
WITH RECURSIVE chain AS (
    SELECT key, merged_into_id FROM resident WHERE key = ANY($1::text[]) AND merged_into_id IS NOT NULL
    UNION ALL
    SELECT chain.key, kept.merged_into_id FROM chain JOIN resident kept ON kept.id = chain.merged_into_id
    WHERE kept.merged_into_id IS NOT NULL
)
SELECT chain.key, kept.key AS kept_key
FROM chain JOIN resident kept ON kept.id = chain.merged_into_id AND kept.merged_into_id IS NULL
WHERE kept.key IS NOT NULL
"""
_CURRENT = """
SELECT id, resident_id, dwelling_id, role, relation FROM membership
WHERE resident_id = ANY($1::bigint[]) AND until IS NULL
"""
# Who was moved by hand stays where they are, until the ledger has caught up.
_SETTLED_HERE = "SELECT id FROM resident WHERE id = ANY($1::bigint[]) AND corrected ? 'dwelling'"
_CAUGHT_UP = "UPDATE resident SET corrected = corrected - 'dwelling' WHERE id = ANY($1::bigint[])"
_LEAVE = "UPDATE membership SET until = $2 WHERE id = ANY($1::bigint[])"
_ALTER = """
UPDATE membership SET role = altered.role, relation = altered.relation
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS altered (id, role, relation) WHERE membership.id = altered.id
"""
_ENTER = """
INSERT INTO membership (resident_id, dwelling_id, role, relation)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
"""
_SELL = "DELETE FROM ownership WHERE dwelling_id = ANY($1::bigint[]) AND key <> ALL($2::text[]) RETURNING id"


async def load_residents(taking: Taking, district: str, records: Sequence[ResidentRecord], now: datetime) -> Counts:
    """Write the register of residents; whoever it puts elsewhere now has left the old dwelling today.

    Raises:
        FlawedSheets: rows of dwellings that do not exist, or that would make one person two.
    """
    people = await _people(district, records)
    total, numbers = Counts(), IdNumbers(district, (person.key for person in people))
    for part in batches(people):
        homes = await _homes(taking, district, part, numbers)
        if not taking.refused:
            good = [person for person in part if person.key in homes]
            total += await _load_residents(taking, good, homes, now.astimezone(BEIJING).date())
        await taking.advance(RESIDENTS, sum(len(person.records) for person in part))
    taking.settle()
    return total


async def load_owners(taking: Taking, district: str, records: Sequence[OwnerRecord]) -> Counts:
    """Write the owners of every dwelling named; whoever the file no longer names holds it no longer.

    Raises:
        FlawedSheets: rows of dwellings or residents that do not exist.
    """
    holders: dict[str, list[OwnerRecord]] = defaultdict(list)
    for record in records:
        holders[dwelling_code(district, record.dwelling)].append(record)
    total = Counts()
    for part in batches(holders):
        total += await _load_owners(taking, district, {code: holders[code] for code in part})
        await taking.advance(OWNERS, sum(len(holders[code]) for code in part))
    taking.settle()
    return total


@dataclass(frozen=True, slots=True)
class _Person:
    """A row of ours by its key with the lines of the file that are about it; the first says who the person is."""

    key: str
    records: tuple[ResidentRecord, ...]


async def _people(district: str, records: Sequence[ResidentRecord]) -> list[_Person]:
    """The lines of the file by person: a duplicate's line belongs to whom it was merged into, whose own one leads."""
    keys = [_key(district, record.pid) for record in records]
    merged = {row["key"]: row["kept_key"] for part in batches(keys) for row in await rows(_MERGED, part)}
    lines: dict[str, list[ResidentRecord]] = defaultdict(list)
    for key, record in zip(keys, records, strict=True):
        known = lines[merged.get(key, key)]
        known.insert(0 if key not in merged else len(known), record)
    return [_Person(key, tuple(known)) for key, known in lines.items()]


async def _homes(
    taking: Taking, district: str, people: Sequence[_Person], numbers: IdNumbers
) -> dict[str, list[int | None]]:
    """Where each person's lines put them, by key; people of whom one line is refused are not among them."""
    place = taking.terms.place
    codes = (dwelling_code(district, record.dwelling) for person in people for record in person.records)
    own, elsewhere = await dwellings_within(codes, place)
    living_now = await living([person.key for person in people], place)
    indexes = {person.key: _id_index(person.records[0]) for person in people}
    held = await numbers.look_up(indexes.values())

    def home(record: ResidentRecord) -> int | None:
        return _home(dwelling_code(district, record.dwelling), own, elsewhere) if record.dwelling else None

    homes: dict[str, list[int | None]] = {}
    for person in people:
        found, line = taking.convert(RESIDENTS, person.records, home), person.records[0].line
        if len(found) < len(person.records):
            continue
        try:
            check_bounds(person.key, any(at for _, at in found), living_now, place)
            numbers.check(person.key, indexes[person.key], held)
        except BadCell as error:
            taking.refuse(RESIDENTS, line, error)
            continue
        homes[person.key] = [at for _, at in found]
    return homes


def _home(code: str, own: Mapping[str, int], elsewhere: Container[str]) -> int:
    if code in elsewhere:
        raise BadCell(FOREIGN)
    if code not in own:
        raise BadCell("dwelling 所指的户室不存在")
    return own[code]


async def _load_residents(
    taking: Taking, people: Sequence[_Person], homes: Mapping[str, Sequence[int | None]], today: date
) -> Counts:
    records = [record for person in people for record in person.records]
    values = await asyncio.to_thread(lambda: [_resident(person.key, person.records[0]) for person in people])
    written = await upsert(RESIDENT, values, overwrite=taking.terms.overwrite)
    residents = [written.ids[person.key] for person in people for _ in person.records]
    places = [at for person in people for at in homes[person.key]]
    moved, stayed = await _settle(residents, places, records, today, overwrite=taking.terms.overwrite)
    for person in people:
        by_hand = written.by_hand.get(person.key, []) + (["dwelling"] if written.ids[person.key] in stayed else [])
        if by_hand:
            taking.keep(RESIDENTS, person.records[0].line, by_hand)
    changed = written.changed | {key for key, resident in written.ids.items() if resident in moved} - written.new
    return Counts(len(written.new), len(changed), len(records) - len(written.new) - len(changed))


async def _settle(
    residents: Sequence[int],
    homes: Sequence[int | None],
    records: Sequence[ResidentRecord],
    today: date,
    *,
    overwrite: bool,
) -> tuple[set[int], set[int]]:
    """Give each resident the homes of the register.

    Returns:
        the residents for whom that was news, and those whom people here had settled otherwise.
    """
    wanted: dict[int, dict[int, Values]] = defaultdict(dict)
    for resident, home, record in zip(residents, homes, records, strict=True):
        place = {"resident_id": resident, "dwelling_id": home, "role": record.role, "relation": record.relation}
        wanted[resident] |= {} if home is None or home in wanted[resident] else {home: place}
    altered, left = list[Values](), list[Values]()
    current = await rows(_CURRENT, list(set(residents)))
    settled_here = await _settled_here(wanted, current, overwrite=overwrite)
    for membership in current:
        if membership["resident_id"] not in wanted:
            continue
        place = wanted[membership["resident_id"]].pop(membership["dwelling_id"], None)
        if place is None:
            left.append(membership)
        elif membership | place != membership:
            altered.append(membership | place)
    entered = [place for places in wanted.values() for place in places.values()]
    await rows(_LEAVE, [one["id"] for one in left], today)
    await rows(_ALTER, *_columns(altered, "id", "role", "relation"))
    await rows(_ENTER, *_columns(entered, "resident_id", "dwelling_id", "role", "relation"))
    return {membership["resident_id"] for membership in chain(entered, altered, left)}, settled_here


async def _settled_here(
    wanted: dict[int, dict[int, Values]], current: Sequence[Values], *, overwrite: bool
) -> set[int]:
    """Take out those who were moved by hand; where the ledger says the same by now, it counts again from here on.

    Returns the residents whom the ledger puts elsewhere; with `overwrite` they are not taken out.
    """
    homes: dict[int, set[int]] = defaultdict(set)
    for membership in current:
        homes[membership["resident_id"]].add(membership["dwelling_id"])
    by_hand = {row["id"] for row in await rows(_SETTLED_HERE, list(wanted))}
    differing = {resident for resident in by_hand if homes[resident] != wanted[resident].keys()}
    await rows(_CAUGHT_UP, list(by_hand if overwrite else by_hand - differing))
    for resident in by_hand - differing if overwrite else by_hand:
        del wanted[resident]
    return differing


def _columns(values: Sequence[Values], *names: str) -> list[list[object]]:
    return [[row[name] for row in values] for name in names]


async def _load_owners(taking: Taking, district: str, holders: Mapping[str, Sequence[OwnerRecord]]) -> Counts:
    """Load all holders of some dwellings, which are named by code."""
    records = [record for held in holders.values() for record in held]
    dwellings, elsewhere = await dwellings_within(holders, taking.terms.place)
    residents = await ids(RESIDENT, (_key(district, record.pid) for record in records if record.pid))
    counted: Counter[str] = Counter()

    def ownership(record: OwnerRecord) -> Values:
        code, pid = dwelling_code(district, record.dwelling), _key(district, record.pid)
        dwelling = _home(code, dwellings, elsewhere)
        if record.pid and pid not in residents:
            raise BadCell("pid 所指的居民不存在")
        counted[code] += 1
        # The register of owners has no numbers: a row is known by its dwelling and its place among the holders.
        return _ownership(district, record, f"{code}:{counted[code]}", dwelling, residents.get(pid))

    values = await asyncio.to_thread(_whole_dwellings, taking, holders, ownership)
    if taking.refused:
        return Counts()
    written = await upsert(OWNERSHIP, values)
    sold = await rows(_SELL, list({value["dwelling_id"] for value in values}), list(written.ids))
    return written.counts + Counts(updated=len(sold))


def _whole_dwellings(
    taking: Taking, holders: Mapping[str, Sequence[OwnerRecord]], make: Callable[[OwnerRecord], Values]
) -> list[Values]:
    """The holders of each dwelling of which no holder is refused: half a dwelling would sell the other half."""
    values: list[Values] = []
    for held in holders.values():
        made = taking.convert(OWNERS, held, make)
        if len(made) == len(held):
            values += [value for _, value in made]
        else:
            for record, _ in made:
                taking.refuse(OWNERS, record.line, BadCell(HALF))
    return values


def _ownership(district: str, record: OwnerRecord, key: str, dwelling_id: int, resident_id: int | None) -> Values:
    return {
        "key": key,
        "head": _key(district, record.head),
        "dwelling_id": dwelling_id,
        "resident_id": resident_id,
        "holder": record.holder,
        "name": record.name,
        "name_index": blind_index(name_key(record.name), "name"),
        "id_no": record.id_no or None,
        "phone": record.phone or None,
        "share": record.share,
    }


def _id_index(record: ResidentRecord) -> bytes | None:
    return blind_index(id_key(record.id_no), "id_no") if record.id_no else None


def _resident(key: str, record: ResidentRecord) -> Values:
    return {
        "key": key,
        "name": record.name,
        "name_index": blind_index(name_key(record.name), "name"),
        "surname_index": blind_index(surname(record.name), "surname"),
        "phone": record.phone or None,
        "phone_index": blind_index(phone_key(record.phone), "phone") if record.phone else None,
        "id_no": record.id_no or None,
        "id_no_index": _id_index(record),
        "sex": record.sex,
        "birth_on": record.birth_on,
        "huji": record.huji,
        "tags": list(record.tags),
    }


def _key(district: str, identifier: str) -> str:
    return f"{district}:{identifier}"
