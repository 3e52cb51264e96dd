"""A district as large as those the product is designed for, drawn up by chance of a fixed seed and copied in."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The database driver ships without types.

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from typing import Any

import asyncpg

from handlers.residency.people import name_key, phone_key, surname
from models.sealed import blind_index, seal

DISTRICT = "990901"
STREETS = 10
GRIDS, ESTATES, BUILDINGS, FLATS = 10, 3, 20, 50
"""Grids and estates of a community, buildings of an estate, flats of a building."""
PER_COMMUNITY = ESTATES * BUILDINGS * FLATS
FLOORS, ENTRANCES = 13, 2
PEOPLE = ((0, 1, 2, 3, 4, 5, 6), (10, 15, 25, 27, 15, 6, 2))
"""How many live in a flat, and how often: 2.5 on average, one in ten stands empty."""
BOUND = 0.45
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
_NAMES = (
    "松涛",
    "梧桐",
    "幸福",
    "阳光",
    "翠湖",
    "金桂",
    "银杏",
    "紫荆",
    "丽景",
    "和平",
    "春晓",
    "滨河",
    "云山",
    "锦绣",
    "海棠",
)
_SORTS = ("苑", "小区", "花园", "家园", "新村")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_FREQUENT = [72, 70, 68, 54, 45, 31, 29, 28, 25, 24, 20, 19, 19, 18, 17, 17, 16, 16, 15, 14]
_GIVEN = "秀英伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国玉红志梅"
Row = tuple[Any, ...]
Say = Callable[[str], None]


def estate_name(number: int) -> str:
    """Estates far apart in the district may share a name, as they do."""
    name, sort = _NAMES[number % len(_NAMES)], _SORTS[number // len(_NAMES) % len(_SORTS)]
    phase = number // (len(_NAMES) * len(_SORTS))
    return f"{name}{sort}{f'{phase}期' if phase else ''}"


def address(estate: int, building: int, entrance: int, room: str) -> str:
    return f"{estate_name(estate)}{building}号楼{entrance}单元{room}"


def phone(resident: int) -> str:
    return f"154{resident:08d}"


class District:
    """So many communities; ids are running numbers, so that whoever measures knows what there is."""

    def __init__(self, dwellings: int) -> None:
        self.communities = max(1, round(dwellings / PER_COMMUNITY))
        self.dwellings = self.communities * PER_COMMUNITY
        self.chance = random.Random(20260302)
        self.people = self.chance.choices(*PEOPLE, k=self.dwellings)
        self.luck = [self.chance.random() for _ in range(self.dwellings)]
        self.residents = sum(self.people)
        self.entries = self.dwellings * 2 // 3

    def community_code(self, number: int) -> str:
        return f"{DISTRICT}{number % STREETS + 1:03d}{number // STREETS + 1:03d}"

    def tables(self) -> Iterator[tuple[str, Sequence[str], Iterable[Row]]]:
        """Name, columns and rows of each table, in an order in which they may be written."""
        places = ("id", "code", "name")
        yield "organisation", (*places, "level", "parent_id", "phone", "hall"), self._organisations()
        yield "grid", (*places, "community_id"), self._grids()
        yield "estate", (*places, "aliases", "kind", "community_id"), self._estates()
        yield "building", ("id", "code", "number", "estate_id", "grid_id"), self._buildings()
        yield "dwelling", DWELLING, self._dwellings()
        yield "resident", RESIDENT, self._residents()
        yield "membership", MEMBERSHIP, self._memberships()
        yield "account", ("id", "app_id", "openid", "following", "created_at"), self._accounts()
        yield "binding", BINDING, self._bindings()
        yield "audit_entry", AUDIT, self._entries()

    def _organisations(self) -> Iterator[Row]:
        yield 1, DISTRICT, "测速区", "district", None, "", ""
        for street in range(STREETS):
            yield 2 + street, f"{DISTRICT}{street + 1:03d}", f"第{street + 1}街道", "subdistrict", 1, "", ""
        for number in range(self.communities):
            code = self.community_code(number)
            yield 100 + number, code, f"第{number + 1}社区", "community", 2 + number % STREETS, "", ""

    def _grids(self) -> Iterator[Row]:
        for number, grid in product(range(self.communities), range(GRIDS)):
            key = number * GRIDS + grid + 1
            yield key, f"{self.community_code(number)}{grid + 1:03d}", f"第{grid + 1}网格", 100 + number

    def _estates(self) -> Iterator[Row]:
        for number in range(self.communities * ESTATES):
            community = number // ESTATES
            code = f"{self.community_code(community)}E{number % ESTATES + 1}"
            yield number + 1, code, estate_name(number), "[]", "商品房", 100 + community

    def _buildings(self) -> Iterator[Row]:
        for number in range(self.communities * ESTATES * BUILDINGS):
            estate, building = divmod(number, BUILDINGS)
            community = estate // ESTATES
            grid = (number % (ESTATES * BUILDINGS)) * GRIDS // (ESTATES * BUILDINGS)
            code = f"{self.community_code(community)}{grid + 1:03d}-{number + 1}"
            yield number + 1, code, str(building + 1), estate + 1, community * GRIDS + grid + 1

    def _dwellings(self) -> Iterator[Row]:
        places = list(islice(product(range(1, ENTRANCES + 1), range(1, FLOORS + 1), (1, 2)), FLATS))
        buildings = (building for building in self._buildings() for _ in range(FLATS))
        for key, building in enumerate(buildings, 1):
            entrance, floor, side = places[(key - 1) % FLATS]
            estate, room = building[3] - 1, f"{floor}{side:02d}"
            yield (
                *(
                    key,
                    f"{building[1]}-{entrance}-{room}",
                    100 + estate // ESTATES,
                    building[4],
                    estate + 1,
                    building[0],
                ),
                *(str(entrance), floor, room, address(estate, int(building[2]), entrance, room), "商品房"),
                "空置" if not self.people[key - 1] else "自住",
            )

    def _residents(self) -> Iterator[Row]:
        return (self._resident(key) for key in range(1, self.residents + 1))

    def _resident(self, key: int) -> Row:
        first = self.chance.choices(_SURNAMES, _FREQUENT)[0]
        name = first + "".join(self.chance.choices(_GIVEN, k=2))
        return (
            *(key, f"{DISTRICT}:{key}", seal(name, "resident:name"), blind_index(name_key(name), "name")),
            *(blind_index(surname(name), "surname"), seal(phone(key), "resident:phone")),
            *(blind_index(phone_key(phone(key)), "phone"), self.chance.choice("男女")),
            *(date(1940, 1, 1) + timedelta(days=self.chance.randrange(29_000)), "[]"),
        )

    def _memberships(self) -> Iterator[Row]:
        homes = ((dwelling, number) for dwelling, people in enumerate(self.people, 1) for number in range(people))
        for key, (dwelling, number) in enumerate(homes, 1):
            yield key, key, dwelling, "家属" if number else "户主", ""

    def _bound(self) -> Iterator[tuple[int, int]]:
        """(resident, dwelling) of those who are registered: the first of a household, at times the second."""
        key = 0
        for dwelling, (people, luck) in enumerate(zip(self.people, self.luck, strict=True), 1):
            wanted = min(people, 2 if luck < BOUND / 3 else 1 if luck < BOUND else 0)
            yield from ((key + number + 1, dwelling) for number in range(wanted))
            key += people

    def _accounts(self) -> Iterator[Row]:
        return ((key, "wxBench", f"oBench{key:022d}", True, NOW) for key, _ in enumerate(self._bound(), 1))

    def _bindings(self) -> Iterator[Row]:
        name = seal("王秀英", "binding:name")
        for key, (resident, dwelling) in enumerate(self._bound(), 1):
            state = "pending" if key % 500 == 0 else "active"
            yield key, key, dwelling, resident, "family", name, True, False, True, state, "", NOW, ""

    def _entries(self) -> Iterator[Row]:
        for key in range(1, self.entries + 1):
            place = self.community_code(self.chance.randrange(self.communities))
            action = self.chance.choice(("binding.bind", "binding.approve", "enquiry.answer", "resident.reveal"))
            actor = f"staff:worker-{self.chance.randrange(400)}"
            seal_bytes = self.chance.randbytes(32)
            at = NOW - timedelta(seconds=60 * (self.entries - key))
            yield key, at, actor, action, f"binding:{key}", place, "", "active", "", "{}", key, seal_bytes


DWELLING = (
    *("id", "code", "community_id", "grid_id", "estate_id", "building_id", "entrance", "floor", "room", "address"),
    *("kind", "occupancy"),
)
RESIDENT = (*("id", "key", "name", "name_index", "surname_index", "phone", "phone_index", "sex", "birth_on", "tags"),)
MEMBERSHIP = ("id", "resident_id", "dwelling_id", "role", "relation")
BINDING = (
    *("id", "account_id", "dwelling_id", "resident_id", "role", "name", "verified", "represents", "adult", "state"),
    *("reason", "created_at", "decided_by"),
)
AUDIT = (*("id", "at", "actor", "action", "subject", "place", "before", "after", "reason", "detail", "number", "seal"),)


async def settle(url: str, district: District, say: Say) -> None:
    """Copy every table of the district into an empty database, and have its figures taken."""
    connection = await asyncpg.connect(url)
    try:
        # What is made here fits together; without looking each reference up it goes in three times as fast.
        await connection.execute("SET session_replication_role = replica")
        for table, columns, lines in district.tables():
            await connection.copy_records_to_table(table, records=lines, columns=columns, timeout=900)
            [counted] = await connection.fetch(f"SELECT count(*) AS rows FROM {table}", timeout=60)
            say(f"  {table}：{counted['rows']:,} 行")
    finally:
        await connection.close()


async def take_figures(url: str) -> None:
    """What the planner goes by, as autovacuum would do it within the hour."""
    await _execute(url, "VACUUM ANALYZE")


async def explain_from_now_on(url: str) -> None:
    """Let every connection that comes write the plan of each statement into the server's log."""
    await _execute(url, "ALTER DATABASE linli SET session_preload_libraries = 'auto_explain'")
    for setting in ("log_min_duration = 0", "log_analyze = on", "log_buffers = on"):
        await _execute(url, f"ALTER DATABASE linli SET auto_explain.{setting}")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement, timeout=900)
    finally:
        await connection.close()
