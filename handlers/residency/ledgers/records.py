"""What the ledgers say, as records: codes and ids are words as they stand in the files."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.residency.ledgers.sheets import Flaw, Row
from models.states import Level


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """`parent` is the code of the organisation above, empty where the file names none."""

    line: int
    code: str
    name: str
    level: Level
    parent: str
    phone: str
    hall: str


@dataclass(frozen=True, slots=True)
class GridRecord:
    line: int
    code: str
    name: str
    community: str
    worker: str


@dataclass(frozen=True, slots=True)
class EstateRecord:
    line: int
    code: str
    name: str
    community: str
    kind: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildingRecord:
    """`estate` is the estate's name; the community and the grid are those whose codes `code` begins with."""

    line: int
    code: str
    number: str
    estate: str


@dataclass(frozen=True, slots=True)
class Tree:
    """One district with everything under it, each list in an order in which it can be written."""

    district: str
    organisations: list[OrganisationRecord]
    grids: list[GridRecord]
    estates: list[EstateRecord]
    buildings: list[BuildingRecord]


@dataclass(frozen=True, slots=True)
class DwellingRecord:
    """`linked` counts only in a demonstration: somebody of the dwelling uses WeChat already."""

    line: int
    code: str
    grid: str
    community: str
    estate: str
    building: str
    entrance: str
    floor: int | None
    room: str
    address: str
    area: Decimal | None
    kind: str
    occupancy: str
    linked: bool


@dataclass(frozen=True, slots=True)
class ResidentRecord:
    line: int
    pid: str
    name: str
    sex: str
    birth_on: date | None
    id_no: str
    phone: str
    dwelling: str
    role: str
    relation: str
    huji: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """A holder of a dwelling: `head` is what counts as one owner, `pid` names the resident if they live there."""

    line: int
    head: str
    dwelling: str
    holder: str
    pid: str
    name: str
    id_no: str
    phone: str
    share: str


@dataclass(frozen=True, slots=True)
class Ledgers:
    """All known files of a folder; what is None was not there.

    `names` says by which name each register came, `flaws` what was wrong with the rows that are not here.
    """

    tree: Tree | None
    dwellings: list[DwellingRecord] | None
    residents: list[ResidentRecord] | None
    owners: list[OwnerRecord] | None
    votes: list[dict[str, Any]] | None
    notices: list[Row] | None
    articles: list[Row] | None
    consultations: list[Row] | None = None
    interview: Row | None = None
    names: dict[str, str] = field(default_factory=dict[str, str])
    flaws: list[Flaw] = field(default_factory=list[Flaw])
