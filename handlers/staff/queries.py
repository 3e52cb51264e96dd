"""Who is at the panel: a login and password checked, or a login looked up again; their phone; their colleagues."""

import asyncio
from collections.abc import Iterable
from datetime import date

from tortoise.expressions import Q

from errors import NotFound
from handlers.staff.factors import SecondFactor
from handlers.staff.passwords import matches, nobodys_hash
from handlers.staff.rules import Viewer
from models.organisations import GridAssignment, Organisation
from models.staff import StaffMember
from models.states import StaffRole


async def authenticate(login: str, password: str) -> Viewer | None:
    """The viewer behind a login, None when login or password is wrong; both take the same work."""
    member = await _active(login)
    password_hash = member.password_hash if member else await asyncio.to_thread(nobodys_hash)
    right = await matches(password, password_hash)
    return _viewer(member) if member and right else None


async def viewer(login: str) -> Viewer | None:
    """The viewer of a session's login; None once it has been deactivated."""
    member = await _active(login)
    return _viewer(member) if member else None


async def colleagues(viewer: Viewer, search: str, offset: int, limit: int) -> list[StaffMember]:
    """The logins of the viewer's organisations, from the top down; those that were stopped come last.

    Args:
        search: words of login, name or organisation.
    """
    found = StaffMember.filter(organisation__code__startswith=viewer.code)
    for word in search.split():
        found = found.filter(Q(login__icontains=word) | Q(name__icontains=word) | Q(organisation__name__icontains=word))
    ordered = found.order_by("-active", "organisation__code", "login").select_related("organisation")
    return await ordered.offset(offset).limit(limit)


async def colleague(viewer: Viewer, staff_id: int) -> StaffMember:
    """One login of the viewer's organisations.

    Raises:
        NotFound: none of this number there.
    """
    member = await StaffMember.get_or_none(id=staff_id).select_related("organisation")
    if member is None or not viewer.sees(member.organisation.code):
        raise NotFound
    return member


async def own_part(viewer: Viewer, day: date) -> tuple[str, list[int]]:
    """The code that dwellings begin with, and the grids they lie in, where only those are the viewer's.

    A grid worker answers for grids; where none are known, and for every other role, it is the whole.
    """
    if viewer.role is not StaffRole.GRID_WORKER:
        return viewer.code, []
    now = GridAssignment.filter(Q(until__isnull=True) | Q(until__gt=day), login=viewer.login, since__lte=day)
    return viewer.code, [assignment.grid_id for assignment in await now]


async def names(logins: Iterable[str]) -> dict[str, str]:
    """What the people behind these logins are called; a login without a name is left out."""
    known = await StaffMember.filter(login__in=list(set(logins))).values_list("login", "name")
    return {str(login): str(name) for login, name in known if name}


async def logins_named(name: str) -> list[str]:
    """The logins of people whose name contains this."""
    found = await StaffMember.filter(name__icontains=name).values_list("login", flat=True)
    return [str(login) for login in found]


async def organisations(viewer: Viewer) -> list[Organisation]:
    """The viewer's organisation and all below it, from the top down."""
    return await Organisation.filter(code__startswith=viewer.code).order_by("code")


async def second_factor(viewer: Viewer) -> SecondFactor | None:
    """What the viewer's own phone was given or is being given, None before that."""
    member = await StaffMember.get(login=viewer.login)
    if not member.totp_secret:
        return None
    return SecondFactor(member.login, member.totp_secret, bool(member.totp_confirmed_at), member.totp_step)


async def recovery_codes_left(viewer: Viewer) -> int:
    return len((await StaffMember.get(login=viewer.login)).recovery_hashes)


async def _active(login: str) -> StaffMember | None:
    return await StaffMember.get_or_none(login=login, active=True).select_related("organisation")


def _viewer(member: StaffMember) -> Viewer:
    organisation = member.organisation
    return Viewer(
        member.login,
        member.name or member.login,
        member.role,
        organisation.code,
        organisation.level,
        organisation.name,
        second_factor=member.totp_confirmed_at is not None,
        must_change_password=member.must_change_password,
    )
