"""Taking the ledger out of the panel, noted with its period."""

from datetime import date

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer


async def take_ledger(viewer: Viewer, since: date, until: date, kind: str, lines: int) -> None:
    """Note that so many lines are downloaded or printed now.

    Raises:
        Forbidden: the role may not look at conversations.
    """
    viewer.require(Permission.INBOX_VIEW)
    detail = {"kind": kind, "since": f"{since}", "until": f"{until}", "lines": lines}
    async with in_transaction():
        await record(viewer.actor, "enquiry.ledger", "enquiries", place=viewer.code, detail=detail)
