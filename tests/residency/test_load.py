"""Ledgers in the database: the demonstration's figures, the same folder twice, what changes, and what is refused."""

import asyncio
import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tortoise.transactions import in_transaction

from clock import BEIJING, clock
from errors import Conflict, Invalid
from handlers.residency.actions.load import LOAD_LOCK, load_ledgers
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS, OWNERS, RESIDENTS, read_ledgers
from handlers.residency.ledgers.sheets import Flaw, FlawedSheets
from handlers.residency.people import name_key, phone_key
from handlers.residency.queries.coverage import coverage
from models.audit import AuditEntry
from models.database import rows
from models.organisations import Building, Estate, Grid, Organisation
from models.residency import Dwelling, Membership, Ownership, Resident
from models.sealed import blind_index
from models.states import Level
from tests.residency.districts import write_district

EXPECTED: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "demo" / "expect.yaml").read_text("utf-8"))
FIRST = "990205001001001-01010101"
SECOND = "990205001001001-01010102"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=1, buildings=1, floors=2)
    return tmp_path


async def load(folder: Path, now: datetime | None = None) -> dict[str, Counts]:
    return await load_ledgers(read_ledgers(folder), now or clock.now())


def edit(folder: Path, file: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    """Let `change` alter the rows of a CSV file."""
    with (folder / file).open(encoding="utf-8", newline="") as source:
        table = list(csv.DictReader(source))
    change(table)
    with (folder / file).open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(table[0]))
        writer.writeheader()
        writer.writerows(table)


async def count(sql: str, *values: object) -> int:
    return (await rows(f"SELECT count(*) AS n FROM {sql}", *values))[0]["n"]


class TestDemonstration:
    async def test_places_and_people_are_all_there(self, demo: str) -> None:
        assert await Dwelling.all().count() == EXPECTED["dwellings"]
        assert await Dwelling.filter(occupancy="空置").count() == EXPECTED["vacant"]
        assert await Dwelling.filter(occupancy="出租").count() == EXPECTED["rented"]
        assert await Resident.all().count() == EXPECTED["residents"]
        assert await Membership.filter(until__isnull=True).count() == EXPECTED["residents"]
        assert await Grid.all().count() == EXPECTED["grids"]
        assert (await Building.all().count(), await Estate.all().count()) == (54, 8)

    async def test_every_community_has_its_dwellings(self, demo: str) -> None:
        for name, figures in EXPECTED["by_community"].items():
            community = await Organisation.get(name=name, level=Level.COMMUNITY)
            assert await coverage(community.code) == (0, figures["dwellings"])

    @pytest.mark.parametrize(("figure", "years"), [("age60", 60), ("age80", 80)])
    async def test_ages_are_right(self, demo: str, figure: str, years: int) -> None:
        day = date.fromisoformat(EXPECTED["age_on"])
        assert await Resident.filter(birth_on__lte=day.replace(year=day.year - years)).count() == EXPECTED[figure]

    @pytest.mark.parametrize(
        ("figure", "tag"), [("alone", "独居老人"), ("dibao", "低保"), ("disabled", "残疾"), ("party", "党员")]
    )
    async def test_tags_are_right(self, demo: str, figure: str, tag: str) -> None:
        assert await count("resident WHERE tags ? $1", tag) == EXPECTED[figure]

    async def test_owners_are_all_there(self, demo: str) -> None:
        joint = "(SELECT dwelling_id FROM ownership GROUP BY dwelling_id HAVING count(*) > 1) AS joint"
        assert await Ownership.all().count() == EXPECTED["owner_rows"]
        assert await count(joint) == EXPECTED["joint_owned"]

    @pytest.mark.parametrize(("vote", "place"), [("V1", "990103002001E1"), ("V5", "990103001002001-0302")])
    async def test_heads_and_areas_of_owners_votes_are_right(self, demo: str, vote: str, place: str) -> None:
        where = """dwelling JOIN estate ON estate.id = dwelling.estate_id
                   WHERE estate.code = $1 OR starts_with(dwelling.code, $1)"""
        held = f"(SELECT DISTINCT head FROM ownership WHERE dwelling_id IN (SELECT dwelling.id FROM {where})) AS heads"
        area = (await rows(f"SELECT sum(area) AS area FROM {where}", place))[0]["area"]
        assert await count(where, place) == EXPECTED[vote]["dwellings"]
        assert await count(held, place) == EXPECTED[vote]["heads_total"]
        assert area == Decimal(EXPECTED[vote]["area_total"])

    async def test_the_register_is_searched_by_whole_name_and_phone(self, demo: str) -> None:
        name = blind_index(name_key(" 金 德国"), "name")
        phone = blind_index(phone_key("+86 154 0000 0001"), "phone")
        assert [one.key for one in await Resident.filter(name_index=name, phone_index=phone)] == ["990103:P00001"]
        assert (await Ownership.get(name_index=name, dwelling__code="990103001001001-01010101")).share == "1/1"

    async def test_no_name_phone_or_id_number_lies_in_clear(self, demo: str) -> None:
        resident = await Resident.get(key="990103:P00001")
        assert (resident.name, resident.phone, resident.id_no) == ("金德国", "15400000001", "990103199612180036")
        stored = b"".join(
            [
                cell if isinstance(cell, bytes) else str(cell).encode()
                for table in ("resident", "ownership")
                for row in await rows(f"SELECT * FROM {table}")
                for cell in row.values()
            ]
        )
        assert not any(word in stored for word in ("金德国".encode(), b"15400000001", b"990103199612180036"))


class TestAgain:
    async def test_the_same_folder_changes_nothing(self, database: str, folder: Path) -> None:
        first, second = await load(folder), await load(folder)
        assert first == {
            ORGANISATIONS: Counts(new=6),
            DWELLINGS: Counts(new=8),
            RESIDENTS: Counts(new=16),
            OWNERS: Counts(new=8),
        }
        assert second == {file: Counts(unchanged=counts.new) for file, counts in first.items()}
        assert await Membership.all().count() == 16

    async def test_changed_rows_are_updated(self, database: str, folder: Path) -> None:
        await load(folder)
        edit(folder, DWELLINGS, lambda table: table[0].update(area="90.01", state="空置"))
        edit(folder, RESIDENTS, lambda table: table[0].update(name="周 安", phone="", tags="低保"))
        edit(folder, OWNERS, lambda table: table[0].update(phone="15499999999"))
        text = (folder / ORGANISATIONS).read_text("utf-8").replace("一网格", "第一网格")
        (folder / ORGANISATIONS).write_text(text, "utf-8")
        counts = await load(folder)
        assert {file: count.updated for file, count in counts.items()} == dict.fromkeys(counts, 1)
        assert sum(count.new for count in counts.values()) == 0
        dwelling = await Dwelling.get(code=FIRST).prefetch_related("grid")
        assert (dwelling.area, dwelling.occupancy, dwelling.grid.name) == (Decimal("90.01"), "空置", "第一网格")
        resident = await Resident.get(key="990205:R0-0")
        assert (resident.name, resident.phone, resident.phone_index, resident.tags) == ("周 安", None, None, ["低保"])
        assert resident.name_index == blind_index("周安", "name")
        assert (await Ownership.get(dwelling__code=FIRST)).phone == "15499999999"

    async def test_who_moves_leaves_the_old_dwelling_that_day(self, database: str, folder: Path) -> None:
        await load(folder)
        edit(folder, RESIDENTS, lambda table: table[0].update(dwelling=SECOND))
        late = datetime(2026, 3, 1, 0, 30, tzinfo=BEIJING)
        assert (await load(folder, late))[RESIDENTS] == Counts(updated=1, unchanged=15)
        homes = (
            await Membership.filter(resident__key="990205:R0-0").order_by("id").values_list("dwelling__code", "until")
        )
        assert homes == [(FIRST, date(2026, 3, 1)), (SECOND, None)]

    async def test_who_is_registered_nowhere_any_more_has_left(self, database: str, folder: Path) -> None:
        await load(folder)
        edit(folder, RESIDENTS, lambda table: table[0].update(dwelling=""))
        assert (await load(folder))[RESIDENTS] == Counts(updated=1, unchanged=15)
        assert not await Membership.exists(resident__key="990205:R0-0", until__isnull=True)

    async def test_another_part_in_the_household_is_updated(self, database: str, folder: Path) -> None:
        await load(folder)
        edit(folder, RESIDENTS, lambda table: table[0].update(role="租户"))
        assert (await load(folder))[RESIDENTS] == Counts(updated=1, unchanged=15)
        assert [one.role for one in await Membership.filter(resident__key="990205:R0-0")] == ["租户"]

    async def test_a_sold_dwelling_belongs_to_the_buyers_only(self, database: str, folder: Path) -> None:
        edit(folder, OWNERS, lambda table: table.insert(1, table[0] | {"pid": "", "name": "周安平"}))
        await load(folder)
        edit(folder, OWNERS, lambda table: table.__delitem__(slice(0, 1)))
        assert (await load(folder))[OWNERS] == Counts(updated=2, unchanged=7)
        assert [(one.name, one.resident_id) for one in await Ownership.filter(dwelling__code=FIRST)] == [
            ("周安平", None)
        ]

    async def test_rows_that_a_file_leaves_out_stay(self, database: str, folder: Path) -> None:
        await load(folder)
        edit(folder, RESIDENTS, lambda table: table.__delitem__(slice(1, None)))
        edit(folder, OWNERS, lambda table: table.__delitem__(slice(1, None)))
        await load(folder)
        assert (await Membership.filter(until__isnull=True).count(), await Ownership.all().count()) == (16, 8)

    async def test_registers_alone_belong_to_the_only_district(self, database: str, folder: Path) -> None:
        await load(folder)
        (folder / ORGANISATIONS).unlink()
        assert (await load(folder))[RESIDENTS] == Counts(unchanged=16)


class TestRefused:
    @pytest.mark.parametrize(
        ("file", "cells", "reason"),
        [
            (DWELLINGS, {"community": "990205001009"}, "compound 所指的不在 org.yaml 中"),
            (DWELLINGS, {"compound": "幸福外"}, "compound 所指的不在 org.yaml 中"),
            (DWELLINGS, {"building": "9"}, "building 所指的不在 org.yaml 中"),
            (DWELLINGS, {"grid": "990205001001009"}, "grid 所指的不在 org.yaml 中"),
            (DWELLINGS, {"grid": "990205001002001"}, "grid 不属于这个社区"),
            (RESIDENTS, {"dwelling": "990205001001001-99"}, "dwelling 所指的户室不存在"),
            (OWNERS, {"dwelling": "990205001001001-99"}, "dwelling 所指的户室不存在"),
            (OWNERS, {"pid": "R99"}, "pid 所指的居民不存在"),
        ],
    )
    async def test_a_row_that_names_what_is_not_there_stops_everything(
        self, database: str, folder: Path, file: str, cells: dict[str, str], reason: str
    ) -> None:
        edit(folder, file, lambda table: table[1].update(cells))
        with pytest.raises(FlawedSheets) as refusal:
            await load(folder)
        assert refusal.value.flaws == [Flaw(file, 3, reason)]
        for table in (Organisation, Dwelling, Resident, Ownership, AuditEntry):
            assert await table.all().count() == 0

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("street: 990205001", "street: 990205002", "code 应以上一级的编码开头"),
            ("code: 990205001001001-01", "code: 990205001001002-01", "code 所指的不在 org.yaml 中"),
            ("compound: 幸福里", "compound: 幸福外", "compound 所指的不在 org.yaml 中"),
        ],
    )
    async def test_a_tree_that_does_not_hang_together_is_refused(
        self, database: str, folder: Path, old: str, new: str, reason: str
    ) -> None:
        text = (folder / ORGANISATIONS).read_text("utf-8")
        assert old in text
        (folder / ORGANISATIONS).write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(FlawedSheets) as refusal:
            await load(folder)
        assert [flaw.reason for flaw in refusal.value.flaws] == [reason]
        assert await Organisation.all().count() == 0

    async def test_registers_without_a_district_are_refused(self, database: str, folder: Path) -> None:
        (folder / ORGANISATIONS).unlink()
        with pytest.raises(Invalid, match="无法判断属于哪个区"):
            await load(folder)

    async def test_a_second_import_at_the_same_time_is_refused(self, database: str, folder: Path) -> None:
        locked, finished = asyncio.Event(), asyncio.Event()

        async def other_import() -> None:
            async with in_transaction():
                await rows("SELECT pg_advisory_xact_lock($1)", LOAD_LOCK)
                locked.set()
                await finished.wait()

        other = asyncio.create_task(other_import())
        await locked.wait()
        with pytest.raises(Conflict, match="另一个导入正在进行"):
            await load(folder)
        finished.set()
        await other


async def test_districts_with_the_same_ids_stay_apart(database: str, tmp_path: Path) -> None:
    for district in ("990205", "990206"):
        (tmp_path / district).mkdir()
        write_district(tmp_path / district, district=district, communities=1, buildings=1, floors=2)
        assert (await load(tmp_path / district))[RESIDENTS] == Counts(new=16)
    assert await Resident.all().count() == 32
    homes = await Membership.filter(resident__key="990206:R0-0").values_list("dwelling__code", flat=True)
    assert homes == ["990206001001001-01010101"]


async def test_a_blank_grid_is_that_of_the_building(database: str, folder: Path) -> None:
    edit(folder, DWELLINGS, lambda table: table[0].update(grid=""))
    await load(folder)
    assert (await Dwelling.get(code=FIRST).prefetch_related("grid")).grid.code == "990205001001001"


async def test_building_numbers_are_compared_as_people_write_them(database: str, folder: Path) -> None:
    edit(folder, DWELLINGS, lambda table: table[0].update(building="01号楼"))
    await load(folder)
    assert (await Dwelling.get(code=FIRST).prefetch_related("building")).building.number == "1"


async def test_an_import_is_noted_with_its_figures(database: str, folder: Path) -> None:
    await load(folder)
    entry = await AuditEntry.get(action="residency.load")
    assert (entry.actor, entry.place, entry.detail[RESIDENTS]) == ("cli", "990205", [16, 0, 0])


async def test_tables_larger_than_a_batch_are_loaded_whole(database: str, tmp_path: Path) -> None:
    dwellings = write_district(tmp_path, communities=3, buildings=25, floors=20)
    assert dwellings == 6000
    counts = await load(tmp_path)
    assert (counts[DWELLINGS].new, counts[RESIDENTS].new, counts[OWNERS].new) == (6000, 12000, 6000)
    assert {one.unchanged for one in (await load(tmp_path)).values()} == {1 + 1 + 3 * 3 + 75, 6000, 12000}
