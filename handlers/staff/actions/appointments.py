"""Logins as administrators handle them on the panel: given, changed, reset, stopped; never their own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Forbidden, NotFound
from handlers.audit.actions import record
from handlers.staff import rules
from handlers.staff.actions.second_factor import forget_second_factor
from handlers.staff.passwords import first_password, hashed
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Organisation
from models.staff import StaffMember
from models.states import StaffRole

APPOINTMENT_LOCK = 0x7374616666


async def appoint(viewer: Viewer, login: str, name: str, role: StaffRole, organisation_code: str) -> tuple[int, str]:
    """Give somebody a login. Returns its number and its first password, which must be replaced at the first sign-in.

    Raises:
        Invalid: login or name not acceptable.
        Conflict: there is this login already.
        NotFound: no such organisation in the viewer's scope.
    """
    viewer.require(Permission.STAFF_EDIT)
    rules.check_login(login)
    rules.check_name(name)
    organisation = await _organisation(viewer, organisation_code)
    password = first_password()
    password_hash = await hashed(password)
    async with _one_at_a_time():
        if await StaffMember.exists(login=login):
            raise Conflict("这个账号已经有人用了，请换一个。")
        member = await StaffMember.create(
            login=login,
            name=name,
            role=role,
            organisation=organisation,
            password_hash=password_hash,
            must_change_password=True,
            created_at=clock.now(),
        )
        await record(viewer.actor, "staff.add", f"staff:{login}", place=organisation.code, after=role)
    return member.id, password


async def change_appointment(viewer: Viewer, staff_id: int, name: str, role: StaffRole, organisation_code: str) -> str:
    """Another name, role or organisation. Returns the login.

    Raises:
        Conflict: nothing is different, or the top organisation would be left without an administrator.
        NotFound: login or organisation outside the viewer's scope.
    """
    rules.check_name(name)
    organisation = await _organisation(viewer, organisation_code)
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        before = (member.name, member.role, member.organisation.code)
        if before == (name, role, organisation.code):
            raise Conflict("没有改动。")
        if (role, organisation.code) != before[1:]:
            await _keep_an_administrator(member)
        left = member.organisation.code
        member.name, member.role, member.organisation = name, role, organisation
        await member.save(update_fields=("name", "role", "organisation_id"))
        await record(viewer.actor, "staff.update", f"staff:{member.login}", place=left, before=before[1], after=role)
        if left != organisation.code:
            moved = {"from": left}
            await record(viewer.actor, "staff.move", f"staff:{member.login}", place=organisation.code, detail=moved)
    return member.login


async def reset_password(viewer: Viewer, staff_id: int) -> tuple[str, str]:
    """A new first password for somebody who forgot theirs. Returns login and password."""
    password = first_password()
    password_hash = await hashed(password)
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        member.password_hash, member.must_change_password = password_hash, True
        await member.save(update_fields=("password_hash", "must_change_password"))
        await _note(viewer, "staff.reset_password", member)
    return member.login, password


async def reset_second_factor(viewer: Viewer, staff_id: int, reason: str) -> str:
    """Take off the second factor of somebody who lost phone and recovery codes. Returns the login.

    Raises:
        Invalid: no reason.
        Conflict: none is set up.
    """
    rules.check_reason(reason)
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        if member.totp_confirmed_at is None:
            raise Conflict("这个账号还没有设置验证码。")
        await forget_second_factor(member)
        await _note(viewer, "staff.reset_second_factor", member, reason)
    return member.login


async def deactivate(viewer: Viewer, staff_id: int, reason: str) -> str:
    """Stop a login at once; the row stays, since the audit trail names it. Returns the login.

    Raises:
        Invalid: no reason.
        Conflict: stopped already, or the top organisation would be left without an administrator.
    """
    rules.check_reason(reason)
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        if not member.active:
            raise Conflict("这个账号已经停用了。")
        await _keep_an_administrator(member)
        member.active = False
        await member.save(update_fields=("active",))
        await _note(viewer, "staff.deactivate", member, reason)
    return member.login


async def reactivate(viewer: Viewer, staff_id: int) -> str:
    """Let a stopped login sign in again. Returns it.

    Raises:
        Conflict: it was not stopped.
    """
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        if member.active:
            raise Conflict("这个账号没有停用。")
        member.active = True
        await member.save(update_fields=("active",))
        await _note(viewer, "staff.reactivate", member)
    return member.login


async def note_unlock(viewer: Viewer, staff_id: int) -> str:
    """Note that the wait after wrong passwords is lifted for a login. Returns it."""
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        await _note(viewer, "staff.unlock", member)
    return member.login


async def note_sessions_ended(viewer: Viewer, staff_id: int) -> str:
    """Note that a login is signed out everywhere. Returns it."""
    async with _one_at_a_time():
        member = await _colleague(viewer, staff_id)
        await _note(viewer, "staff.end_sessions", member)
    return member.login


@asynccontextmanager
async def _one_at_a_time() -> AsyncGenerator[None]:
    """A transaction that no other change of logins runs beside: two administrators can't stop each other at once."""
    async with in_transaction():
        await rows("SELECT pg_advisory_xact_lock($1)", APPOINTMENT_LOCK)
        yield


async def _organisation(viewer: Viewer, code: str) -> Organisation:
    organisation = await Organisation.get_or_none(code=code)
    if organisation is None or not viewer.sees(code):
        raise NotFound("没有这个单位，或不在您的管理范围。")
    return organisation


async def _colleague(viewer: Viewer, staff_id: int) -> StaffMember:
    viewer.require(Permission.STAFF_EDIT)
    member = await StaffMember.get_or_none(id=staff_id).prefetch_related("organisation")
    if member is None or not viewer.sees(member.organisation.code):
        raise NotFound
    if member.login == viewer.login:
        raise Forbidden("不能改自己的账号，请别的管理员来改。")
    return member


async def _keep_an_administrator(member: StaffMember) -> None:
    """Somebody at the top must be left who can let others in."""
    at_the_top = StaffMember.filter(role=StaffRole.ADMIN, active=True, organisation__parent_id=None)
    if await at_the_top.filter(id=member.id).exists() and not await at_the_top.exclude(id=member.id).exists():
        raise Conflict("这是最上级单位最后一个管理员，请先添加另一个。")


async def _note(viewer: Viewer, deed: str, member: StaffMember, reason: str = "") -> None:
    await record(viewer.actor, deed, f"staff:{member.login}", place=member.organisation.code, reason=reason)
