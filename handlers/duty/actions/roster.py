"""The roster: shifts put on and taken off, a week copied, the phone that is rung, and 开始值班."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.duty import rules
from handlers.staff.rules import Permission, Viewer
from models.duty import DutyShift
from models.organisations import Organisation
from models.staff import StaffMember


async def add_shift(
    viewer: Viewer, place: str, login: str, rank: int, times: tuple[datetime | None, datetime | None], phone: str
) -> DutyShift:
    """Put somebody on the roster of a community, street or district.

    Args:
        place: code of the organisation.
        rank: 1 is called first.
        times: from when until when.
        phone: rung in an emergency; empty leaves the one that is known.

    Raises:
        NotFound: place or login outside the viewer's scope.
        Invalid: times, rank or phone that can't be, or somebody who could not see or take this place's alarms.
        Conflict: this person is on duty there at that time already.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    starts_at, ends_at = rules.check_shift(*times, rank)
    organisation = await _organisation(viewer, place)
    async with in_transaction():
        member = await _colleague(viewer, login)
        if not rules.may_stand_by(member.role, (await member.organisation).code, organisation.code):
            raise Invalid("这位同事处理不了这里的危险消息。\n请换一位。")
        if phone:
            await _keep_phone(viewer, member, phone)
        beside = DutyShift.filter(organisation=organisation, login=login, starts_at__lt=ends_at, ends_at__gt=starts_at)
        if await beside.exists():
            raise Conflict("这个人在这段时间已经排了班。")
        shift = await DutyShift.create(
            organisation=organisation,
            login=login,
            rank=rank,
            starts_at=starts_at,
            ends_at=ends_at,
            written_by=viewer.login,
            written_at=clock.now(),
        )
        await _audit(viewer, "duty.add", shift, organisation.code)
    return shift


async def remove_shift(viewer: Viewer, shift_id: int) -> None:
    """Take a shift off the roster.

    Raises:
        NotFound: none of this number in the viewer's scope.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    async with in_transaction():
        shift = await DutyShift.filter(id=shift_id).select_for_update().first()
        if shift is None:
            raise NotFound
        place = (await shift.organisation).code
        if not viewer.sees(place):
            raise NotFound
        await _audit(viewer, "duty.remove", shift, place)
        await shift.delete()


async def copy_week(viewer: Viewer, begins: datetime) -> int:
    """Repeat the shifts of the week before in the week that begins then; how many were new.

    Whoever has left meanwhile or could not see to an alarm there, or is on duty at that time already, is passed over.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    async with in_transaction():
        before = await DutyShift.filter(
            organisation__code__startswith=viewer.code, starts_at__gte=begins - rules.A_WEEK, starts_at__lt=begins
        ).select_related("organisation")
        active = StaffMember.filter(login__in=[one.login for one in before], active=True).order_by("login")
        # Held as by add_shift, so that nobody gets two shifts at one time.
        held = {member.login: member for member in await active.select_for_update()}
        own = {one.id: one.code for one in await Organisation.filter(id__in=[m.organisation_id for m in held.values()])}
        copied = [
            await _copy(viewer, one)
            for one in before
            if (member := held.get(one.login))
            and rules.may_stand_by(member.role, own[member.organisation_id], one.organisation.code)
        ]
    return sum(copied)


async def _copy(viewer: Viewer, shift: DutyShift) -> bool:
    starts_at, ends_at = shift.starts_at + rules.A_WEEK, shift.ends_at + rules.A_WEEK
    beside = DutyShift.filter(organisation_id=shift.organisation_id, login=shift.login)
    if await beside.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        return False
    fresh = await DutyShift.create(
        organisation_id=shift.organisation_id,
        login=shift.login,
        rank=shift.rank,
        starts_at=starts_at,
        ends_at=ends_at,
        written_by=viewer.login,
        written_at=clock.now(),
    )
    await _audit(viewer, "duty.add", fresh, shift.organisation.code)
    return True


async def begin_duty(viewer: Viewer) -> bool:
    """「开始值班」: note it with the viewer's shifts that run now; whether there is one. Pressed again it is once."""
    now = clock.now()
    async with in_transaction():
        running = await DutyShift.filter(login=viewer.login, starts_at__lte=now, ends_at__gt=now).select_for_update()
        for shift in running:
            if shift.begun_at is None:
                shift.begun_at = now
                await shift.save(update_fields=("begun_at",))
                await _audit(viewer, "duty.begin", shift, (await shift.organisation).code)
    return bool(running)


async def _organisation(viewer: Viewer, code: str) -> Organisation:
    organisation = await Organisation.get_or_none(code=code)
    if organisation is None or not viewer.sees(organisation.code):
        raise NotFound
    return organisation


async def _colleague(viewer: Viewer, login: str) -> StaffMember:
    member = await StaffMember.filter(login=login, active=True).select_for_update().first()
    if member is None or not viewer.sees((await member.organisation).code):
        raise NotFound
    return member


async def _keep_phone(viewer: Viewer, member: StaffMember, phone: str) -> None:
    rules.check_phone(phone)
    if member.phone == phone:
        return
    member.phone = phone
    await member.save(update_fields=("phone",))
    await record(viewer.actor, "staff.phone", f"staff:{member.login}", place=(await member.organisation).code)


async def _audit(viewer: Viewer, verb: str, shift: DutyShift, place: str) -> None:
    detail = {"login": shift.login, "rank": shift.rank}
    await record(viewer.actor, verb, f"duty_shift:{shift.id}", place=place, detail=detail)
