"""Who is at the panel: a login and password checked, or a login looked up again."""

import asyncio

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


async def _active(login: str) -> StaffMember | None:
    return await StaffMember.get_or_none(login=login, active=True).select_related("organisation")


def _viewer(member: StaffMember) -> Viewer:
    organisation = member.organisation
    return Viewer(member.login, member.name or member.login, member.role, organisation.code, organisation.level)
