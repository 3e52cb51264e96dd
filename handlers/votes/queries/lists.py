"""What was cast, without whom: a ballot by its receipt, and the sealed lists of closed boxes."""

from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from handlers.votes.receipts import receipt_index, written
from models.ballots import SealedReceipt
from models.database import rows
from models.votes import Poll

_OF_RECEIPT = """
SELECT poll_id FROM ballot WHERE receipt_index = $1 UNION ALL
SELECT poll_id FROM named_ballot WHERE receipt_index = $1 UNION ALL
SELECT poll_id FROM sealed_receipt WHERE receipt = $2
"""


async def ballot_of(number: str) -> Poll | None:
    """The poll in whose box, or on whose sealed list, the ballot with this receipt is."""
    found = await rows(_OF_RECEIPT, receipt_index(number), written(number))
    return await Poll.get(id=found[0]["poll_id"]) if found else None


async def sealed_receipts(viewer: Viewer, poll_id: int, *, after: int = 0, limit: int = 100) -> list[SealedReceipt]:
    """The public list of a poll by number, as it was sealed."""
    await poll_of(viewer, poll_id)
    return await SealedReceipt.filter(poll_id=poll_id, number__gt=after).order_by("number").limit(limit)
