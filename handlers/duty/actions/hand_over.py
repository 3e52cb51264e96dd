"""The hand-over note: written by itself when a shift ends, taken by whoever comes next."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.duty.figures import Ended, figures
from handlers.staff.rules import Permission, Viewer
from models.duty import HandOver
from models.organisations import Organisation


async def write_hand_over(ended: Ended, now: datetime) -> None:
    """Write down what a shift leaves; where another process has done so, nothing."""
    async with in_transaction():
        organisation = await Organisation.select_for_update(no_key=True).get(id=ended.organisation_id)
        if await HandOver.exists(organisation=organisation, ends_at=ended.ends_at):
            return
        note = await HandOver.create(
            organisation=organisation,
            begins_at=ended.begins_at,
            ends_at=ended.ends_at,
            figures=await figures(organisation, ended.begins_at, ended.ends_at),
            written_at=now,
        )
        await record("clock", "duty.hand_over", f"hand_over:{note.id}", place=organisation.code)


async def take_over(viewer: Viewer, number: int) -> None:
    """「已接班」; pressed twice it is once.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Conflict: a colleague took it.
    """
    viewer.require(Permission.INBOX_ANSWER)
    async with in_transaction():
        note = await HandOver.filter(id=number).select_for_update().first()
        place = (await note.organisation).code if note else ""
        if note is None or not viewer.sees(place):
            raise NotFound
        if note.taken_by == viewer.login:
            return
        if note.taken_by:
            raise Conflict("同事已经接班了。")
        note.taken_by, note.taken_at = viewer.login, clock.now()
        await note.save(update_fields=("taken_by", "taken_at"))
        await record(viewer.actor, "duty.take_over", f"hand_over:{note.id}", place=place)
