"""A second factor set up, used and taken off again; each code opens once."""

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid
from handlers.audit.actions import record
from handlers.staff.factors import matching_step, new_recovery_codes, new_secret, recovery_hash
from handlers.staff.rules import Viewer
from models.staff import StaffMember

WRONG_CODE = "验证码不对或已经用过，请看手机上的新码。"


async def begin_second_factor(viewer: Viewer) -> None:
    """Make the secret that the phone is to be given; it counts for nothing until a code of it has come back.

    Raises:
        Conflict: one is set up already.
    """
    async with in_transaction():
        member = await _held(viewer.login)
        if member.totp_confirmed_at:
            raise Conflict("您已经设置过验证码了。")
        member.totp_secret, member.totp_step = new_secret(), 0
        await member.save(update_fields=("totp_secret", "totp_step"))


async def confirm_second_factor(viewer: Viewer, code: str, now: int) -> list[str]:
    """Take the secret into use, now that the phone shows the right code. Returns the recovery codes, shown once.

    Args:
        now: seconds since 1970 by the machine's clock.

    Raises:
        Invalid: not the code of now.
        Conflict: set up already, or never begun.
    """
    async with in_transaction():
        member = await _held(viewer.login)
        if member.totp_confirmed_at or not member.totp_secret:
            raise Conflict("设置已经变了，请从「我的账号」重新开始。")
        step = matching_step(member.totp_secret, code, now)
        if step is None:
            raise Invalid("验证码不对，请看手机上的新码再填。")
        codes = new_recovery_codes()
        member.totp_confirmed_at, member.totp_step = clock.now(), step
        member.recovery_hashes = [recovery_hash(viewer.login, each) for each in codes]
        await member.save(update_fields=("totp_confirmed_at", "totp_step", "recovery_hashes"))
        await record(viewer.actor, "staff.second_factor", f"staff:{viewer.login}", place=viewer.code)
    return codes


async def spend_code(viewer: Viewer, code: str, now: int) -> bool:
    """Use up a code of the phone, or a recovery code; False when it is wrong or was used before.

    Args:
        now: seconds since 1970 by the machine's clock.
    """
    member = await StaffMember.get(login=viewer.login)
    step = matching_step(member.totp_secret or "", code, now) if member.totp_confirmed_at else None
    if step is not None:
        unused = StaffMember.filter(id=member.id, totp_step__lt=step, totp_confirmed_at__not_isnull=True)
        spent = await unused.update(totp_step=step) == 1
    else:
        spent = await _spend_recovery_code(viewer, code)
    if not spent:
        await record(viewer.actor, "staff.refuse_code", f"staff:{viewer.login}", place=viewer.code)
    return spent


async def _spend_recovery_code(viewer: Viewer, code: str) -> bool:
    given = recovery_hash(viewer.login, code)
    async with in_transaction():
        member = await _held(viewer.login)
        if given not in member.recovery_hashes or not member.totp_confirmed_at:
            return False
        member.recovery_hashes = [kept for kept in member.recovery_hashes if kept != given]
        await member.save(update_fields=("recovery_hashes",))
        left = {"left": len(member.recovery_hashes)}
        await record(viewer.actor, "staff.recovery_code", f"staff:{viewer.login}", place=viewer.code, detail=left)
    return True


async def renew_recovery_codes(viewer: Viewer) -> list[str]:
    """Ten new recovery codes, shown once; the old ones are void.

    Raises:
        Conflict: no second factor is set up.
    """
    codes = new_recovery_codes()
    async with in_transaction():
        member = await _held(viewer.login)
        if not member.totp_confirmed_at:
            raise Conflict("请先设置验证码。")
        member.recovery_hashes = [recovery_hash(viewer.login, each) for each in codes]
        await member.save(update_fields=("recovery_hashes",))
        await record(viewer.actor, "staff.recovery_codes", f"staff:{viewer.login}", place=viewer.code)
    return codes


async def drop_second_factor(viewer: Viewer) -> None:
    """Take one's own second factor off, to set it up on another phone; nothing happens where there is none."""
    async with in_transaction():
        member = await _held(viewer.login)
        if not member.totp_confirmed_at:
            return
        await forget_second_factor(member)
        await record(viewer.actor, "staff.drop_second_factor", f"staff:{viewer.login}", place=viewer.code)


async def forget_second_factor(member: StaffMember) -> None:
    """Within a transaction: secret and recovery codes of a login are gone."""
    none: list[str] = []
    await StaffMember.filter(id=member.id).update(totp_secret=None, totp_confirmed_at=None, recovery_hashes=none)


async def _held(login: str) -> StaffMember:
    """The row, locked until the transaction ends."""
    return await StaffMember.select_for_update().get(login=login, active=True)
