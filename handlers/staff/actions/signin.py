"""The note of each sign-in and of each refused one, and one's own password."""

from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff import rules
from handlers.staff.passwords import hashed, matches
from models.staff import StaffMember


async def record_login(login: str, now: datetime) -> None:
    async with in_transaction():
        member = await active_member(login)
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
        Invalid: `current` is wrong, or `new` is not acceptable or the same.
    """
    rules.check_password(new, login)
    member = await active_member(login)
    if not await matches(current, member.password_hash):
        raise Invalid("原密码不对，请重新填写。")
    if new == current:
        raise Invalid("新密码和原密码一样，请换一个。")
    password_hash = await hashed(new)
    async with in_transaction():
        member.password_hash, member.must_change_password = password_hash, False
        await member.save(update_fields=("password_hash", "must_change_password"))
        await record(f"staff:{login}", "staff.password", f"staff:{login}", place=member.organisation.code)


async def active_member(login: str) -> StaffMember:
    """The row of a login that may sign in.

    Raises:
        NotFound: no such login, or it was deactivated.
    """
    member = await StaffMember.get_or_none(login=login, active=True).prefetch_related("organisation")
    if member is None:
        raise NotFound("没有这个账号，或已停用。")
    return member
