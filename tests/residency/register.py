"""A community with staff and people, for tests of what a worker does to the residents' register."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from clock import clock
from handlers.residency.actions.residents import fill
from handlers.staff.rules import Viewer
from models.organisations import Estate
from models.residency import Account, Binding, Dwelling, Membership, Resident
from models.states import BindingState, Level, MemberRole, StaffRole
from tests.factories import Community, District, make_community, make_district, make_dwelling, make_estate


@dataclass(frozen=True, slots=True)
class Register:
    """Two communities of one street; `worker` answers for the first, `stranger` for the second."""

    district: District
    community: Community
    elsewhere: Community
    estate: Estate
    worker: Viewer
    stranger: Viewer
    street: Viewer

    async def home(self, room: str = "501", *, away: bool = False) -> Dwelling:
        estate = await Estate.get_or_none(name="彼岸苑") if away else self.estate
        return await make_dwelling(estate or await make_estate(self.elsewhere, "彼岸苑"), room=room)


async def make_register() -> Register:
    district = await make_district()
    community = await make_community(district)
    elsewhere = await make_community(district, "河西社区")
    return Register(
        district,
        community,
        elsewhere,
        await make_estate(community),
        viewer(community.code),
        viewer(elsewhere.code),
        viewer(district.street.code, Level.SUBDISTRICT),
    )


def viewer(code: str, level: Level = Level.COMMUNITY, role: StaffRole = StaffRole.WORKER) -> Viewer:
    return Viewer(f"{role}-{code}", "何立春", role, code, level)


async def make_person(name: str, *homes: Dwelling, key: str | None = None, **particulars: Any) -> Resident:
    """Somebody who lives at these dwellings."""
    resident = fill(Resident(key=key, tags=[], corrected=[]), {"name": name} | particulars)
    await resident.save()
    for home in homes:
        await Membership.create(resident=resident, dwelling=home, role="家属", since=date(2026, 1, 1))
    return resident


async def make_binding(dwelling: Dwelling, name: str, resident: Resident | None = None, **more: Any) -> Binding:
    """An account that is bound to a dwelling."""
    now = clock.now()
    account = await Account.create(app_id="wx-test", openid=f"p{await Account.all().count()}", created_at=now)
    state = {"role": MemberRole.FAMILY, "state": BindingState.ACTIVE, "created_at": now} | more
    return await Binding.create(account=account, dwelling=dwelling, name=name, resident=resident, **state)
