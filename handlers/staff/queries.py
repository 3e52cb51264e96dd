"""Who is at the panel: a login and password checked, or a login looked up again; and what their phone was given."""

import asyncio

from handlers.staff.factors import SecondFactor
from handlers.staff.passwords import matches, nobodys_hash
from handlers.staff.rules import Viewer
from models.staff import StaffMember


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
