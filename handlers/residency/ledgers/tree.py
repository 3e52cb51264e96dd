"""Reading org.yaml: a district and the city above it, its streets, communities, grids, estates and buildings."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from handlers.residency.ledgers.reading import LINE, LinedLoader, Reading
from handlers.residency.ledgers.records import BuildingRecord, EstateRecord, GridRecord, OrganisationRecord, Tree
from handlers.residency.ledgers.sheets import BadCell, Row, items, mapping
from models.states import Level

FILE = "org.yaml"
_DIGITS = {Level.CITY: 4, Level.DISTRICT: 6, Level.SUBDISTRICT: 9, Level.COMMUNITY: 12}  # domain.md §2.1
_GRID_DIGITS = 15
Record = TypeVar("Record")


def read_tree(reading: Reading) -> Tree:
    content = reading.document(FILE, LinedLoader)
    if not content:
        return Tree("", [], [], [], [])

    def records(section: str, parse: Callable[[Row], Record]) -> list[Record]:
        return reading.records(FILE, _mappings(content.get(section)), parse)

    # A city that is a mere name stands on no register.
    cities = records("city", _city) if mapping(content.get("city")) else []
    city = cities[0].code if cities else ""
    districts = records("district", lambda row: _organisation(row, Level.DISTRICT, city))
    if len(districts) != 1:
        reading.unreadable(FILE, 1, "应有一个 district（区），写明编码和名称")
        return Tree("", [], [], [], [])
    district = districts[0]
    tree = Tree(
        district=district.code,
        organisations=[
            *cities,
            district,
            *records("streets", lambda row: _street(row, district.code)),
            *records("communities", _community),
        ],
        grids=records("grids", _grid),
        estates=_numbered(records("estates", _estate) or records("compounds", _estate)),
        buildings=records("buildings", _building),
    )
    return _without_repeats(reading, tree)


def _without_repeats(reading: Reading, tree: Tree) -> Tree:
    estates = reading.without_repeats(FILE, tree.estates, lambda row: row.code, "code")
    return replace(
        tree,
        organisations=reading.without_repeats(FILE, tree.organisations, lambda row: row.code, "code"),
        grids=reading.without_repeats(FILE, tree.grids, lambda row: row.code, "code"),
        estates=reading.without_repeats(FILE, estates, lambda row: (row.community, row.name), "name"),
        buildings=reading.without_repeats(FILE, tree.buildings, lambda row: row.code, "code"),
    )


def _mappings(section: Any) -> Iterator[Row]:
    """The mappings of a YAML list, or the one mapping that stands in its place."""
    for item in items(section):
        cells = mapping(item)
        yield Row(cells[LINE], cells) if cells else Row(1, {})


def _city(row: Row) -> OrganisationRecord:
    return _organisation(row, Level.CITY, "")


def _street(row: Row, district: str) -> OrganisationRecord:
    return _organisation(row, Level.SUBDISTRICT, district)


def _community(row: Row) -> OrganisationRecord:
    return _organisation(row, Level.COMMUNITY, row.text("street", 9, needed=True))


def _organisation(row: Row, level: Level, parent: str) -> OrganisationRecord:
    return OrganisationRecord(
        line=row.line,
        code=_code(row, _DIGITS[level], parent),
        name=row.text("name", 60, needed=True),
        level=level,
        parent=parent,
        phone=row.text("duty_phone", 40) or row.text("phone", 40),
        hall=row.text("hall", 120) or row.text("address", 120),
    )


def _code(row: Row, digits: int, parent: str) -> str:
    code = row.text("code", 40, needed=True)
    if not re.fullmatch(rf"[0-9]{{{digits}}}", code):
        raise BadCell(f"code 应为{digits}位数字")
    if not code.startswith(parent):
        raise BadCell("code 应以上一级的编码开头")
    return code


def _grid(row: Row) -> GridRecord:
    community = row.text("community", 12, needed=True)
    code = _code(row, _GRID_DIGITS, community)
    return GridRecord(row.line, code, row.text("name", 60, needed=True), community, row.text("worker", 40))


def _estate(row: Row) -> EstateRecord:
    community, code = row.text("community", 12, needed=True), row.text("code", 20)
    if code and not code.startswith(community):
        raise BadCell("code 应以社区的编码开头")
    return EstateRecord(
        line=row.line,
        code=code,
        name=row.text("name", 60, needed=True),
        community=community,
        kind=row.text("kind", 20),
        aliases=row.words("aliases", 20),
    )


def _numbered(estates: list[EstateRecord]) -> list[EstateRecord]:
    """Estates without a code get their community's and a running number: `990103002001E1`."""
    seen: Counter[str] = Counter()
    numbered: list[EstateRecord] = []
    for estate in estates:
        seen[estate.community] += 1
        numbered.append(replace(estate, code=estate.code or f"{estate.community}E{seen[estate.community]}"))
    return numbered


def _building(row: Row) -> BuildingRecord:
    number = row.text("no", 10, needed=True)
    return BuildingRecord(row.line, row.text("code", 30, needed=True), number, row.text("compound", 60, needed=True))
