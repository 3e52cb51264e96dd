"""On which terms ledgers are taken in: rehearsed, bad rows passed over, people's corrections kept, bounds respected."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from clock import clock
from errors import Conflict
from handlers.residency.actions.load import load_ledgers
from handlers.residency.actions.taking import FOREIGN, Taking, Terms
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS, OWNERS, RESIDENTS, read_ledgers
from handlers.residency.ledgers.registers import HALF
from handlers.residency.ledgers.sheets import Flaw, FlawedSheets
from models.audit import AuditEntry
from models.database import rows
from models.residency import Dwelling, Membership, Ownership, Resident
from tests.residency.districts import write_district
from tests.residency.test_load import FIRST, SECOND, edit

TABLES = (
    "organisation",
    "grid",
    "estate",
    "building",
    "dwelling",
    "resident",
    "membership",
    "ownership",
    "audit_entry",
)
NEIGHBOUR = "990205001002"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=2, buildings=1, floors=1)
    return tmp_path


async def take(folder: Path, **terms: bool | str) -> tuple[dict[str, Counts], Taking]:
    asked = Terms(**terms)  # pyright: ignore[reportArgumentType]
    ledgers = await asyncio.to_thread(read_ledgers, folder, collecting=asked.collecting)
    taking = Taking(asked, ledgers.names, ledgers.flaws)
    return await load_ledgers(ledgers, clock.now(), taking=taking), taking


async def checksum() -> str:
    """Of all rows of all tables that an import writes."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(repr(await rows(f"SELECT * FROM {table} ORDER BY id")).encode())
    return digest.hexdigest()


def break_rows(folder: Path) -> list[tuple[str, int]]:
    """Every kind of fault at once; which file and line each is in, those that follow from another included."""
    edit(folder, DWELLINGS, lambda table: table[0].update(area="约90"))
    edit(folder, DWELLINGS, lambda table: table[1].update(building="9"))
    edit(folder, RESIDENTS, lambda table: table[9].update(birth="去年"))
    edit(folder, RESIDENTS, lambda table: table[10].update(dwelling="990205001001001-99"))
    edit(folder, OWNERS, lambda table: table[4].update(share="一半"))
    edit(folder, OWNERS, lambda table: table[6].update(pid="R-99"))
    bad = {DWELLINGS: (2, 3), RESIDENTS: (2, 3, 4, 5, 11, 12), OWNERS: (2, 3, 6, 7, 8)}
    return [(file, line) for file, lines in bad.items() for line in lines]


async def test_a_rehearsal_tells_every_bad_row_and_changes_nothing(database: str, folder: Path) -> None:
    await take(folder)
    before = await checksum()
    edit(folder, RESIDENTS, lambda table: table[0].update(name="周安平"))
    edit(folder, RESIDENTS, lambda table: table.append(table[0] | {"pid": "R9", "id_no": ""}))
    edit(folder, OWNERS, lambda table: table[0].update(share="一半"))
    counts, taking = await take(folder, dry_run=True)
    assert counts[RESIDENTS] == Counts(new=1, updated=1, unchanged=15)
    assert taking.flaws == [Flaw(OWNERS, 2, "share 应为分数，例如 1/2")]
    assert await checksum() == before


async def test_a_rehearsal_says_what_then_happens(database: str, folder: Path) -> None:
    rehearsed, _ = await take(folder, dry_run=True)
    assert await Dwelling.all().count() == 0
    assert (await take(folder))[0] == rehearsed


async def test_a_broken_folder_is_refused_with_every_row_and_writes_nothing(database: str, folder: Path) -> None:
    bad = break_rows(folder)
    before = await checksum()
    with pytest.raises(FlawedSheets):
        await take(folder)
    _, taking = await take(folder, dry_run=True)
    assert sorted({(flaw.file, flaw.line) for flaw in taking.flaws}) == sorted(bad)
    assert await checksum() == before


async def test_good_rows_are_written_when_bad_ones_may_be_passed_over(database: str, folder: Path) -> None:
    bad = break_rows(folder)
    counts, taking = await take(folder, skip_bad=True)
    assert sorted({(flaw.file, flaw.line) for flaw in taking.flaws}) == sorted(bad)
    assert {file: count.new for file, count in counts.items()} == {
        ORGANISATIONS: 10,
        DWELLINGS: 6,
        RESIDENTS: 10,
        OWNERS: 3,
    }
    assert (await Dwelling.all().count(), await Resident.all().count(), await Ownership.all().count()) == (6, 10, 3)
    assert (await AuditEntry.get(action="residency.load")).detail["skipped"] == len(bad)
    again, _ = await take(folder, skip_bad=True)
    assert {(count.new, count.updated) for count in again.values()} == {(0, 0)}


async def test_one_bad_holder_does_not_sell_a_dwelling_to_the_others(database: str, folder: Path) -> None:
    edit(folder, OWNERS, lambda table: table.insert(1, table[0] | {"pid": "", "name": "周安平"}))
    await take(folder)
    edit(folder, OWNERS, lambda table: table[1].update(share="2"))
    _, taking = await take(folder, skip_bad=True)
    assert taking.flaws == [Flaw(OWNERS, 3, "share 应大于0、不超过1"), Flaw(OWNERS, 2, HALF)]
    assert await Ownership.filter(dwelling__code=FIRST).count() == 2


class TestConflicts:
    async def corrected(self) -> Resident:
        resident = await Resident.get(key="990205:R0-0")
        resident.phone, resident.corrected = "15411111111", ["phone"]
        await resident.save()
        return resident

    async def test_what_people_put_right_stays_and_is_told(self, database: str, folder: Path) -> None:
        await take(folder)
        resident = await self.corrected()
        counts, taking = await take(folder)
        assert counts[RESIDENTS] == Counts(unchanged=16, conflicts=1)
        assert [str(flaw) for flaw in taking.kept] == [
            "residents.csv 第2行：phone 在后台改过，与文件不同，保留后台的值"
        ]
        await resident.refresh_from_db()
        assert resident.phone == "15411111111"

    async def test_the_file_counts_when_told_so(self, database: str, folder: Path) -> None:
        await take(folder)
        resident = await self.corrected()
        counts, taking = await take(folder, overwrite=True)
        assert counts[RESIDENTS] == Counts(updated=1, unchanged=15, conflicts=1)
        assert len(taking.kept) == 1
        await resident.refresh_from_db()
        assert (resident.phone, resident.corrected) == ("15400000000", [])
        assert (await take(folder))[0][RESIDENTS] == Counts(unchanged=16)

    @pytest.mark.parametrize(("overwrite", "home"), [(False, SECOND), (True, FIRST)])
    async def test_who_was_moved_by_hand_lives_there_unless_the_file_counts(
        self, database: str, folder: Path, overwrite: bool, home: str
    ) -> None:
        await take(folder)
        resident, second = await Resident.get(key="990205:R0-0"), await Dwelling.get(code=SECOND)
        await Membership.filter(resident=resident).update(dwelling_id=second.id)
        await Resident.filter(id=resident.id).update(corrected=["dwelling"])
        _, taking = await take(folder, overwrite=overwrite)
        assert taking.kept[0].reason.startswith("dwelling 在后台改过")
        assert await Membership.filter(resident=resident, until__isnull=True).values_list(
            "dwelling__code", flat=True
        ) == [home]

    async def test_a_person_under_a_second_number_is_not_doubled(self, database: str, folder: Path) -> None:
        await take(folder)
        edit(folder, RESIDENTS, lambda table: table[0].update(pid="R77"))
        edit(folder, OWNERS, lambda table: table[0].update(pid=""))
        counts, taking = await take(folder, skip_bad=True)
        assert taking.flaws == [
            Flaw(RESIDENTS, 2, "id_no 已登记在另一个人名下，请先核对，或在【居民】页合并", clash=True)
        ]
        assert counts[RESIDENTS] == Counts(unchanged=15, conflicts=1)
        assert await Resident.all().count() == 16

    async def test_a_room_under_a_second_code_is_not_doubled(self, database: str, folder: Path) -> None:
        await take(folder)
        edit(folder, DWELLINGS, lambda table: table[0].update(code="990205001001001-77"))
        counts, taking = await take(folder, skip_bad=True, dry_run=True)
        assert taking.flaws[0] == Flaw(DWELLINGS, 2, "这个房号已登记在另一个户室编码下", clash=True)
        assert counts[DWELLINGS] == Counts(unchanged=7, conflicts=1)


class TestBounds:
    """What a community's own administrator may import."""

    PLACE = "990205001001"

    async def test_rows_of_the_neighbours_are_bad_rows(self, database: str, folder: Path) -> None:
        await take(folder)
        before = await checksum()
        edit(folder, DWELLINGS, lambda table: [row.update(area="12") for row in table])
        edit(folder, RESIDENTS, lambda table: [row.update(phone="") for row in table])
        edit(folder, OWNERS, lambda table: [row.update(phone="15499999999") for row in table])
        (folder / ORGANISATIONS).unlink()
        with pytest.raises(FlawedSheets):
            await take(folder, place=self.PLACE)
        assert await checksum() == before
        counts, taking = await take(folder, place=self.PLACE, skip_bad=True)
        assert {count.updated for count in counts.values()} == {4, 8}
        assert {flaw.reason for flaw in taking.flaws} == {FOREIGN}
        assert len(taking.flaws) == 4 + 8 + 4
        assert await Dwelling.filter(community__code=NEIGHBOUR, area="12").count() == 0

    async def test_the_tree_above_and_beside_is_out_of_bounds(self, database: str, folder: Path) -> None:
        await take(folder)
        text = (folder / ORGANISATIONS).read_text("utf-8").replace("第990205001", "新990205001").replace("河东", "河西")
        (folder / ORGANISATIONS).write_text(text, "utf-8")
        counts, _ = await take(folder, place=self.PLACE, skip_bad=True)
        assert counts[ORGANISATIONS] == Counts(updated=1, unchanged=3)

    async def test_a_neighbours_dwelling_or_person_is_not_taken_over(self, database: str, folder: Path) -> None:
        await take(folder)
        edit(folder, DWELLINGS, lambda table: table[-1].update(community=self.PLACE, grid="", room="999"))
        edit(folder, RESIDENTS, lambda table: table[-1].update(dwelling=FIRST, name="新邻居"))
        edit(folder, RESIDENTS, lambda table: table[-2].update(dwelling=""))
        _, taking = await take(folder, place=self.PLACE, skip_bad=True)
        reasons = {(flaw.file, flaw.line): flaw.reason for flaw in taking.flaws}
        assert reasons[(DWELLINGS, 9)] == FOREIGN
        elsewhere = "这个人现在登记在别的社区，请由上级单位导入"
        assert (reasons[(RESIDENTS, 17)], reasons[(RESIDENTS, 16)]) == (elsewhere, elsewhere)
        assert not await Resident.exists(key="990205:R7-1", name_index=b"")
        assert await Dwelling.filter(community__code=self.PLACE).count() == 4

    async def test_a_person_without_a_home_is_nobodys(self, database: str, folder: Path) -> None:
        await take(folder)
        edit(folder, RESIDENTS, lambda table: table.append(table[0] | {"pid": "R99", "dwelling": "", "id_no": ""}))
        _, taking = await take(folder, place=self.PLACE, skip_bad=True)
        flaw = next(flaw for flaw in taking.flaws if flaw.line == 18)
        assert "看不出是不是您管理范围里的人" in flaw.reason


async def test_two_at_once_never_write_twice(database: str, folder: Path) -> None:
    results = await asyncio.gather(take(folder), take(folder), return_exceptions=True)
    assert all(isinstance(result, Conflict | tuple) for result in results)
    assert (await Dwelling.all().count(), await Resident.all().count(), await Ownership.all().count()) == (8, 16, 8)
    assert {(count.new, count.updated) for count in (await take(folder))[0].values()} == {(0, 0)}


async def test_progress_counts_every_row_of_every_file(database: str, folder: Path) -> None:
    told: dict[str, tuple[int, int]] = {}

    async def progress(name: str, done: int, of: int) -> None:
        told[name] = (done, of)

    ledgers = read_ledgers(folder)
    await load_ledgers(ledgers, clock.now(), taking=Taking(names=ledgers.names, progress=progress))
    assert told == {ORGANISATIONS: (10, 10), DWELLINGS: (8, 8), RESIDENTS: (16, 16), OWNERS: (8, 8)}
