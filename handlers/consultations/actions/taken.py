"""That somebody took a table of a topic out of the house."""

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.consultations.actions.consultations import locked, subject
from handlers.staff.rules import Permission, Viewer


async def note_taken(viewer: Viewer, consultation_id: int, what: str) -> None:
    """Write down who saved which table.

    Raises:
        Forbidden, NotFound: not allowed, not in scope.
    """
    viewer.require(Permission.CONSULTATIONS_VIEW)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        place, detail = consultation.organisation.code, {"what": what}
        await record(viewer.actor, "consultation.take", subject(consultation), place=place, detail=detail)
