"""A building as one stands before it: floors above each other, entrances side by side, the state of each dwelling."""

from collections import defaultdict
from dataclasses import dataclass

from errors import NotFound
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Building

_DWELLINGS = """
SELECT dwelling.id, dwelling.entrance, dwelling.floor, dwelling.room, dwelling.occupancy,
       EXISTS (SELECT FROM binding WHERE dwelling_id = dwelling.id AND state = 'active') AS bound,
       EXISTS (SELECT FROM binding WHERE dwelling_id = dwelling.id AND state = 'pending') AS pending
FROM dwelling WHERE dwelling.building_id = $1 ORDER BY length(dwelling.room), dwelling.room, dwelling.id
"""
BOUND, UNBOUND, PENDING, RENTED, VACANT = "已绑定", "未绑定", "待审核", "出租", "空置"
LEGEND = (BOUND, UNBOUND, PENDING, RENTED, VACANT)


@dataclass(frozen=True, slots=True)
class Door:
    """One dwelling in the elevation: whether somebody is bound, asks to be, and how it is lived in."""

    id: int
    entrance: str
    floor: int | None
    room: str
    occupancy: str
    bound: bool
    pending: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Its states as the legend names them: bound or not, and what else is so."""
        more = (
            *((PENDING,) if self.pending else ()),
            *((self.occupancy,) if self.occupancy in (RENTED, VACANT) else ()),
        )
        return (BOUND if self.bound else UNBOUND, *more)

    @property
    def place(self) -> str:
        """Where on its floor a dwelling lies: 501 and 601 are above each other, as -101 is below them."""
        room, floor = self.room.removeprefix("-"), "" if self.floor is None else str(abs(self.floor))
        return room.removeprefix(floor) if len(room) > len(floor) else room


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance and its columns from left to right."""

    name: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """One row: the dwellings at each place of each entrance, mostly one, none where there is a gap."""

    number: int | None
    cells: tuple[tuple[Door, ...], ...]

    @property
    def name(self) -> str:
        if self.number is None:
            return "楼层未登记"
        return f"地下{-self.number}层" if self.number < 0 else f"{self.number}层"


@dataclass(frozen=True, slots=True)
class Elevation:
    entrances: tuple[Entrance, ...]
    floors: tuple[Floor, ...]
    counts: dict[str, int]
    dwellings: int


async def own_building(viewer: Viewer, building_id: int) -> Building:
    """One building of the viewer's with estate, community and grid.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.DWELLINGS_VIEW)
    found = await Building.get_or_none(id=building_id).select_related("estate__community", "grid")
    if found is None or not viewer.sees(found.estate.community.code):
        raise NotFound
    return found


async def elevation(building_id: int) -> Elevation:
    """A building's dwellings floor by floor from the top down; every one stands in exactly one cell."""
    doors = [Door(**line) for line in await rows(_DWELLINGS, building_id)]
    entrances = tuple(
        Entrance(name, tuple(sorted({door.place for door in doors if door.entrance == name}, key=_by_number)))
        for name in sorted({door.entrance for door in doors}, key=_by_number)
    )
    cells: dict[tuple[int | None, str, str], list[Door]] = defaultdict(list)
    for door in doors:
        cells[door.floor, door.entrance, door.place].append(door)
    numbers = sorted({door.floor for door in doors}, key=lambda floor: (floor is None, -(floor or 0)))
    floors = tuple(
        Floor(number, tuple(tuple(cells[number, one.name, place]) for one in entrances for place in one.places))
        for number in numbers
    )
    counts = {word: sum(word in door.words for door in doors) for word in LEGEND}
    return Elevation(entrances, floors, counts, len(doors))


def _by_number(words: str) -> tuple[int, str]:
    return len(words), words
