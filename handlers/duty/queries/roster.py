"""The roster as the panel shows it: the shifts of a week, and who may be put on it."""

from dataclasses import dataclass
from datetime import datetime

from handlers.duty.rules import ANSWERING
from handlers.residency.people import masked_phone
from handlers.staff.rules import Permission, Viewer
from models.duty import DutyShift
from models.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it stands on the roster; the phone is masked, empty where none is known."""

    id: int
    login: str
    name: str
    phone: str
    organisation: str
    rank: int
    starts_at: datetime
    ends_at: datetime
    begun_at: datetime | None


async def shifts(viewer: Viewer, begins: datetime, ends: datetime) -> list[Shift]:
    """The shifts of the viewer's organisations that lie in this time, in order."""
    viewer.require(Permission.INBOX_VIEW)
    within = DutyShift.filter(organisation__code__startswith=viewer.code, starts_at__lt=ends, ends_at__gt=begins)
    found = await within.order_by("starts_at", "organisation__code", "rank", "id").select_related("organisation")
    members = {member.login: member for member in await StaffMember.filter(login__in=[one.login for one in found])}
    return [_shift(one, members.get(one.login)) for one in found]


async def colleagues(viewer: Viewer) -> list[StaffMember]:
    """Who may be put on the roster: active logins of the viewer's organisations that may take an alarm."""
    found = StaffMember.filter(active=True, role__in=ANSWERING, organisation__code__startswith=viewer.code)
    return await found.order_by("organisation__code", "login").select_related("organisation")


def _shift(shift: DutyShift, member: StaffMember | None) -> Shift:
    return Shift(
        id=shift.id,
        login=shift.login,
        name=str(member) if member else shift.login,
        phone=masked_phone(member.phone) if member and member.active and member.phone else "",
        organisation=shift.organisation.name,
        rank=shift.rank,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        begun_at=shift.begun_at,
    )
