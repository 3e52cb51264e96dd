"""Adding staff and taking them away, their passwords, and the note of each sign-in."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff import rules
from handlers.staff.passwords import hashed, matches
from models.organisations import Organisation
from models.staff import StaffMember
from models.states import StaffRole


async def add_staff(
    login: str, password: str, role: StaffRole, organisation_code: str, name: str = "", *, actor: str = "cli"
) -> None:
    """Let someone sign in; the same login again gets the new password, role and organisation (and is active again).

    Raises:
        Invalid: login or password not acceptable.
        NotFound: no organisation of this code.
    """
    rules.check_login(login)
    rules.check_password(password, login)
    organisation = await Organisation.get_or_none(code=organisation_code)
    if organisation is None:
        raise NotFound("没有这个机构编码，请先装载 org.yaml。")
    password_hash = await hashed(password)
    async with in_transaction():
        known = await StaffMember.get_or_none(login=login)
        member = known or StaffMember(login=login, created_at=clock.now())
        verb, before = ("staff.update", str(known.role)) if known else ("staff.add", "")
        member.password_hash, member.role, member.organisation, member.active = password_hash, role, organisation, True
        member.name = name or member.name
        await member.save()
        await record(actor, verb, f"staff:{login}", place=organisation_code, before=before, after=role)


async def record_login(login: str, now: datetime) -> None:
    async with in_transaction():
        member = await _member(login)
        member.last_login_at = now
        await member.save(update_fields=("last_login_at",))
        await record(f"staff:{login}", "staff.login", f"staff:{login}", place=member.organisation.code)


async def refuse_login(login: str) -> None:
    """Note a sign-in that failed; an unknown login is not written down, it may be a password in the wrong field."""
    member = await StaffMember.get_or_none(login=login).select_related("organisation")
    subject, place = (f"staff:{login}", member.organisation.code) if member else ("staff:?", "")
    async with in_transaction():
        await record("panel", "staff.refuse_login", subject, place=place)


async def change_password(login: str, current: str, new: str) -> None:
    """Replace one's own password.

    Raises:
        Invalid: `current` is wrong, or `new` is not acceptable.
    """
    rules.check_password(new, login)
    member = await _member(login)
    if not await matches(current, member.password_hash):
        raise Invalid("原密码不对，请重新填写。")
    password_hash = await hashed(new)
    async with in_transaction():
        member.password_hash = password_hash
        await member.save(update_fields=("password_hash",))
        await record(f"staff:{login}", "staff.password", f"staff:{login}", place=member.organisation.code)


async def deactivate_staff(login: str, *, actor: str = "cli", reason: str = "") -> None:
    """Stop a login at once; the row stays, since the audit trail names it."""
    async with in_transaction():
        member = await _member(login)
        member.active = False
        await member.save(update_fields=("active",))
        await record(actor, "staff.deactivate", f"staff:{login}", place=member.organisation.code, reason=reason)


async def _member(login: str) -> StaffMember:
    member = await StaffMember.get_or_none(login=login, active=True).prefetch_related("organisation")
    if member is None:
        raise NotFound("没有这个账号，或已停用。")
    return member
