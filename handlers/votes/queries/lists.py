"""What was cast, without whom: a ballot by its receipt, and the sealed lists of closed boxes."""

from dataclasses import dataclass

from errors import NotFound
from handlers.staff.rules import Viewer
from handlers.votes.finished import PUBLIC
from handlers.votes.queries.polls import poll_of
from handlers.votes.receipts import receipt_index, written
from models.ballots import SealedReceipt
from models.database import rows
from models.votes import Poll

_OF_RECEIPT = """
SELECT poll_id, TRUE AS stands FROM sealed_receipt WHERE receipt = $2 UNION ALL
SELECT poll_id, TRUE FROM ballot WHERE receipt_index = $1 UNION ALL
SELECT poll_id, stands FROM named_ballot WHERE receipt_index = $1 ORDER BY stands DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """The poll that holds the ballot of a receipt, and whether that ballot stands or a later one took its place."""

    poll: Poll
    stands: bool


async def ballot_of(number: str) -> Held | None:
    """Where the ballot with this receipt is: in a box, or on a sealed list."""
    found = await rows(_OF_RECEIPT, receipt_index(number), written(number))
    return Held(await Poll.get(id=found[0]["poll_id"]), found[0]["stands"]) if found else None


async def sealed_receipts(viewer: Viewer, poll_id: int, *, after: int = 0, limit: int = 100) -> list[SealedReceipt]:
    """The public list of a poll by number, as it was sealed."""
    await poll_of(viewer, poll_id)
    return await SealedReceipt.filter(poll_id=poll_id, number__gt=after).order_by("number").limit(limit)


async def posted(poll_id: int) -> Poll:
    """A vote whose result anybody may see, with its organisation.

    Raises:
        NotFound: there is none, or its result has not been posted.
    """
    poll = await Poll.get_or_none(id=poll_id, state__in=list(PUBLIC)).select_related("organisation")
    if poll is None:
        raise NotFound("还没有公布结果，或者没有这个投票。")
    return poll


async def posted_receipts(poll_id: int, *, after: int = 0, limit: int = 100) -> list[SealedReceipt]:
    """The public list of a posted vote by number, for anybody."""
    await posted(poll_id)
    return await SealedReceipt.filter(poll_id=poll_id, number__gt=after).order_by("number").limit(limit)


async def posted_receipt(poll_id: int, number: str) -> SealedReceipt | None:
    """The line of a receipt on the public list of a posted vote."""
    await posted(poll_id)
    return await SealedReceipt.get_or_none(poll_id=poll_id, receipt=written(number))
