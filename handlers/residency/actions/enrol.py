"""Loading people: who is registered in which dwelling, and who holds it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from clock import BEIJING
from handlers.residency.actions.tables import DWELLING, OWNERSHIP, RESIDENT
from handlers.residency.actions.upsert import Counts, Values, batches, ids, upsert
from handlers.residency.ledgers import OWNERS, RESIDENTS
from handlers.residency.ledgers.records import OwnerRecord, ResidentRecord
from handlers.residency.ledgers.sheets import BadCell, Flaw, FlawedSheets, convert
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


async def load_residents(district: str, records: Sequence[ResidentRecord], now: datetime) -> Counts:
    """Write the register of residents; whoever it puts elsewhere now has left the old dwelling today.

    Raises:
        FlawedSheets: rows of dwellings that do not exist.
    """
    total, flaws = Counts(), list[Flaw]()
    for part in batches(await _people(district, records)):
        total += await _load_residents(district, part, now.astimezone(BEIJING).date(), flaws)
    if flaws:
        raise FlawedSheets(flaws)
    return total


async def load_owners(district: str, records: Sequence[OwnerRecord]) -> Counts:
    """Write the owners of every dwelling named; whoever the file no longer names holds it no longer.

    Raises:
        FlawedSheets: rows of dwellings or residents that do not exist.
    """
    holders: dict[str, list[OwnerRecord]] = defaultdict(list)
    for record in records:
        holders[dwelling_code(district, record.dwelling)].append(record)
    total, flaws = Counts(), list[Flaw]()
    for part in batches(holders):
        total += await _load_owners(district, {code: holders[code] for code in part}, flaws)
    if flaws:
        raise FlawedSheets(flaws)
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


async def _load_residents(district: str, people: Sequence[_Person], today: date, flaws: list[Flaw]) -> Counts:
    records = [record for person in people for record in person.records]
    dwellings = await ids(DWELLING, (dwelling_code(district, record.dwelling) for record in records))

    def home(record: ResidentRecord) -> int | None:
        known = dwellings.get(dwelling_code(district, record.dwelling))
        if record.dwelling and known is None:
            raise BadCell("dwelling 所指的户室不存在")
        return known

    homes = convert(RESIDENTS, records, home, flaws)
    if flaws:
        return Counts()
    written = await upsert(RESIDENT, [_resident(person.key, person.records[0]) for person in people])
    residents = [written.ids[person.key] for person in people for _ in person.records]
    moved = await _settle(residents, homes, records, today)
    changed = written.changed | {key for key, resident in written.ids.items() if resident in moved} - written.new
    return Counts(len(written.new), len(changed), len(records) - len(written.new) - len(changed))


async def _settle(
    residents: Sequence[int], homes: Sequence[int | None], records: Sequence[ResidentRecord], today: date
) -> set[int]:
    """Give each resident the homes of the register. Returns the residents for whom that was news."""
    wanted: dict[int, dict[int, Values]] = defaultdict(dict)
    for resident, home, record in zip(residents, homes, records, strict=True):
        place = {"resident_id": resident, "dwelling_id": home, "role": record.role, "relation": record.relation}
        wanted[resident] |= {} if home is None or home in wanted[resident] else {home: place}
    altered, left = list[Values](), list[Values]()
    current = await rows(_CURRENT, list(set(residents)))
    await _leave_alone(wanted, current)
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
    return {membership["resident_id"] for membership in chain(entered, altered, left)}


async def _leave_alone(wanted: dict[int, dict[int, Values]], current: Sequence[Values]) -> None:
    """Take out those who were moved by hand; where the ledger says the same by now, it counts again from here on."""
    for resident in [row["id"] for row in await rows(_SETTLED_HERE, list(wanted))]:
        homes = {membership["dwelling_id"] for membership in current if membership["resident_id"] == resident}
        if homes == wanted.pop(resident).keys():
            await rows(_CAUGHT_UP, [resident])


def _columns(values: Sequence[Values], *names: str) -> list[list[object]]:
    return [[row[name] for row in values] for name in names]


async def _load_owners(district: str, holders: Mapping[str, Sequence[OwnerRecord]], flaws: list[Flaw]) -> Counts:
    """Load all holders of some dwellings, which are named by code."""
    records = [record for held in holders.values() for record in held]
    dwellings = await ids(DWELLING, holders)
    residents = await ids(RESIDENT, (_key(district, record.pid) for record in records if record.pid))
    counted: Counter[str] = Counter()

    def ownership(record: OwnerRecord) -> Values:
        code, pid = dwelling_code(district, record.dwelling), _key(district, record.pid)
        if code not in dwellings:
            raise BadCell("dwelling 所指的户室不存在")
        if record.pid and pid not in residents:
            raise BadCell("pid 所指的居民不存在")
        counted[code] += 1
        # The register of owners has no numbers: a row is known by its dwelling and its place among the holders.
        return _ownership(district, record, f"{code}:{counted[code]}", dwellings[code], residents.get(pid))

    values = convert(OWNERS, records, ownership, flaws)
    if flaws:
        return Counts()
    written = await upsert(OWNERSHIP, values)
    sold = await rows(_SELL, list(dwellings.values()), list(written.ids))
    return written.counts + Counts(updated=len(sold))


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


def _resident(key: str, record: ResidentRecord) -> Values:
    return {
        "key": key,
        "name": record.name,
        "name_index": blind_index(name_key(record.name), "name"),
        "surname_index": blind_index(surname(record.name), "surname"),
        "phone": record.phone or None,
        "phone_index": blind_index(phone_key(record.phone), "phone") if record.phone else None,
        "id_no": record.id_no or None,
        "id_no_index": blind_index(id_key(record.id_no), "id_no") if record.id_no else None,
        "sex": record.sex,
        "birth_on": record.birth_on,
        "huji": record.huji,
        "tags": list(record.tags),
    }


def _key(district: str, identifier: str) -> str:
    return f"{district}:{identifier}"
