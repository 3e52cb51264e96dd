"""Logins given on the command line, by whoever runs the server."""

from tortoise.transactions import in_transaction

from clock import clock
from errors import NotFound
from handlers.audit.actions import record
from handlers.staff import rules
from handlers.staff.actions.second_factor import forget_second_factor
from handlers.staff.passwords import hashed
from models.organisations import Organisation
from models.staff import StaffMember
from models.states import StaffRole


async def add_staff(
    login: str, password: str, role: StaffRole, organisation_code: str, name: str = "", *, actor: str = "cli"
) -> None:
    """Let someone sign in; the same login again gets the new password, role and organisation.

    It is then active again and sets up its phone anew: the way in for whoever lost password, phone and recovery codes.

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
        await forget_second_factor(member)
        await record(actor, verb, f"staff:{login}", place=organisation_code, before=before, after=role)
