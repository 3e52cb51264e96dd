"""Letters for the panel: which codes are out, used or about to end, by entrance, and what is printed on each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clock import BEIJING
from errors import NotFound
from handlers.residency.codes import SCENE, Letter, Part, format_code
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Building, Estate, Organisation
from models.sealed import unseal
from models.states import Level

SOON = timedelta(days=7)
_PART = """
dwelling.community_id = $1
  AND ($2::bigint IS NULL OR dwelling.estate_id = $2) AND ($3::bigint IS NULL OR dwelling.building_id = $3)
  AND ($4::text IS NULL OR dwelling.entrance = $4) AND ($5::bigint IS NULL OR dwelling.id = $5)
"""
_ENTRANCES = f"""
SELECT estate.name AS estate, building.id AS building_id, building.number AS building, dwelling.entrance,
       count(*) AS dwellings, count(code.id) AS issued, count(*) FILTER (WHERE code.uses > 0) AS used,
       count(*) FILTER (WHERE code.expires_at <= $7) AS expiring
FROM dwelling JOIN building ON building.id = dwelling.building_id JOIN estate ON estate.id = dwelling.estate_id
LEFT JOIN door_code code ON code.dwelling_id = dwelling.id AND code.replaced_at IS NULL AND code.expires_at > $6
WHERE {_PART}
GROUP BY estate.id, estate.name, building.id, building.number, dwelling.entrance
ORDER BY min(dwelling.id)
"""
_LETTERS = f"""
SELECT dwelling.id, dwelling.address, code.code, code.uses, code.expires_at
FROM dwelling
LEFT JOIN door_code code ON code.dwelling_id = dwelling.id AND code.replaced_at IS NULL AND code.expires_at > $6
WHERE {_PART} ORDER BY dwelling.id
"""


@dataclass(frozen=True, slots=True)
class EntranceLetters:
    """How the letters of one entrance stand; `expiring` ones end within seven days."""

    estate: str
    building_id: int
    building: str
    entrance: str
    dwellings: int
    issued: int
    used: int
    expiring: int

    @property
    def name(self) -> str:
        entrance = f"{self.entrance}单元" if self.entrance else ""
        return f"{self.estate}{self.building}号楼{entrance}"


@dataclass(frozen=True, slots=True)
class DwellingLetter:
    """A dwelling and its letter, None while no code is in use there."""

    dwelling_id: int
    address: str
    uses: int
    expires_at: datetime | None
    letter: Letter | None
    scene: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the page offers to choose from: estates of the community, and buildings of the estate that was chosen."""

    estates: list[Estate]
    buildings: list[Building]


async def letter_communities(viewer: Viewer) -> list[Organisation]:
    """The communities whose letters the viewer may print."""
    return await Organisation.filter(level=Level.COMMUNITY, code__startswith=viewer.code).order_by("code")


async def letter_community(viewer: Viewer, code: str) -> Organisation:
    """One of them.

    Raises:
        Forbidden, NotFound: not theirs to print.
    """
    viewer.require(Permission.LETTERS_PRINT)
    community = await Organisation.get_or_none(code=code, level=Level.COMMUNITY)
    if community is None or not viewer.sees(code):
        raise NotFound
    return community


async def whereabouts(community: Organisation, part: Part) -> Whereabouts:
    estates = await Estate.filter(community_id=community.id).order_by("id")
    wanted = part.estate_id if any(estate.id == part.estate_id for estate in estates) else None
    return Whereabouts(estates, await Building.filter(estate_id=wanted).order_by("id") if wanted else [])


async def entrances(community: Organisation, part: Part, now: datetime) -> list[EntranceLetters]:
    """The entrances of a part of the community, in the order of the ledger."""
    found = await rows(_ENTRANCES, community.id, *part.narrowing, now, now + SOON)
    return [EntranceLetters(**entrance) for entrance in found]


async def dwelling_letters(community: Organisation, part: Part, now: datetime) -> list[DwellingLetter]:
    """The dwellings of a part with their letters, in the order of the ledger.

    Raises:
        NotFound: a part that is not one of this community.
    """
    found = await rows(_LETTERS, community.id, *part.narrowing, now)
    if not found:
        raise NotFound
    return [
        _dwelling_letter(row["id"], row["address"], row["uses"] or 0, row["expires_at"], row["code"]) for row in found
    ]


def _dwelling_letter(
    dwelling_id: int, address: str, uses: int, expires_at: datetime | None, sealed: bytes | None
) -> DwellingLetter:
    if sealed is None or expires_at is None:
        return DwellingLetter(dwelling_id, address, 0, None, None, "")
    code = unseal(sealed, "door_code:code")
    letter = Letter(address, format_code(code), expires_at.astimezone(BEIJING).date())
    return DwellingLetter(dwelling_id, address, uses, expires_at, letter, f"{SCENE}{code}")
