"""Places and people for tests, in a district that is not the demonstration's."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from clock import clock
from handlers.residency.people import name_key, surname
from handlers.search.actions import index_many
from models.organisations import Building, Estate, Grid, GridAssignment, Organisation
from models.residency import DoorCode, Dwelling, Membership, Ownership, Resident
from models.sealed import blind_index
from models.states import Level

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class District:
    """A district with one street; `make_community` adds what lies in it."""

    district: Organisation
    street: Organisation


@dataclass(frozen=True, slots=True)
class Community:
    """A residents' committee with one grid."""

    organisation: Organisation
    grid: Grid

    @property
    def code(self) -> str:
        return self.organisation.code


async def make_district(code: str = "880412", name: str = "临水区") -> District:
    district = await Organisation.create(code=code, name=name, level=Level.DISTRICT)
    street = await Organisation.create(
        code=f"{code}001", name=f"{name}一街道", level=Level.SUBDISTRICT, parent_id=district.id
    )
    return District(district, street)


async def make_community(
    district: District, name: str = "河东社区", *, phone: str = "0XXX-7000-0001", worker: str = "何立春"
) -> Community:
    beside = await Organisation.filter(parent_id=district.street.id).count()
    code = f"{district.street.code}{beside + 1:03d}"
    organisation = await Organisation.create(
        code=code, name=name, level=Level.COMMUNITY, parent_id=district.street.id, phone=phone
    )
    grid = await Grid.create(code=f"{code}001", name=f"{name}第1网格", community=organisation)
    if worker:
        await GridAssignment.create(grid=grid, worker=worker, since=date(2026, 1, 1))
    return Community(organisation, grid)


async def make_estate(community: Community, name: str = "幸福里", *aliases: str) -> Estate:
    return await Estate.create(
        code=f"{community.code}E{next(_numbers)}",
        name=name,
        aliases=list(aliases),
        community=community.organisation,
    )


async def make_dwelling(
    estate: Estate, building: str = "3", entrance: str = "2", room: str = "501", *, kind: str = "商品房"
) -> Dwelling:
    grid = await Grid.get(community_id=estate.community_id)
    house = await Building.get_or_none(estate_id=estate.id, number=building)
    if house is None:
        code = f"{grid.code}-{next(_numbers)}"
        house = await Building.create(code=code, number=building, estate=estate, grid=grid)
    dwelling = await Dwelling.create(
        code=f"{grid.code}-{next(_numbers)}",
        community_id=estate.community_id,
        grid=grid,
        estate=estate,
        building=house,
        entrance=entrance,
        room=room,
        address=f"{estate.name}{building}号楼{entrance and f'{entrance}单元'}{room}",
        kind=kind,
    )
    await index_many("dwelling", [(dwelling.id, grid.code, dwelling.address)])
    return dwelling


async def make_home(district: str = "880412", estate: str = "幸福里") -> Dwelling:
    """A whole district for one dwelling: 3号楼2单元501."""
    return await make_dwelling(await make_estate(await make_community(await make_district(district)), estate))


async def make_resident(
    name: str, dwelling: Dwelling | None = None, *, role: str = "家属", birth_on: date | None = date(1980, 5, 20)
) -> Resident:
    """Someone on the residents' register, at the dwelling if one is given."""
    resident = await Resident.create(
        name=name,
        name_index=blind_index(name_key(name), "name"),
        surname_index=blind_index(surname(name), "surname"),
        birth_on=birth_on,
    )
    if dwelling:
        await Membership.create(resident=resident, dwelling=dwelling, role=role)
    return resident


async def make_owner(name: str, dwelling: Dwelling, resident: Resident | None = None) -> Ownership:
    number = next(_numbers)
    return await Ownership.create(
        key=f"{dwelling.id}:{number}",
        head=f"业主-{number}",
        dwelling=dwelling,
        resident=resident,
        name=name,
        name_index=blind_index(name_key(name), "name"),
    )


async def make_code(dwelling: Dwelling, code: str = "7KQ2M9XD", *, days: int = 30) -> str:
    """A code on a letter to the dwelling, valid for so many days from now; as it is compared, folded."""
    now = clock.now()
    await DoorCode.create(
        dwelling=dwelling,
        code=code,
        code_index=blind_index(code, "door_code"),
        issued_at=now,
        expires_at=now + timedelta(days=days),
    )
    return code
