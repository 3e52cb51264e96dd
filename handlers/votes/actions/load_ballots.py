"""Taking over the ballots of an owners' vote that was held before: each owner's choice, by the head of the register."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from errors import Invalid
from handlers.residency.people import masked_name
from handlers.votes.receipts import receipt_index
from handlers.votes.rules import RECEIPT_LENGTH, receipt_number
from models.ballots import NamedBallot, RollMark
from models.database import rows
from models.sealed import unseal
from models.states import CastChannel, Electorate
from models.votes import Poll

_OWNERS = """
SELECT DISTINCT ON (e.id) e.id AS entry_id, e.voice, o.name, o.resident_id IS NOT NULL AS lives_there
FROM roll_entry e JOIN roll_part p ON p.entry_id = e.id JOIN ownership o ON o.dwelling_id = p.dwelling_id
WHERE e.poll_id = $1 ORDER BY e.id, o.resident_id IS NULL, o.id
"""


async def load_ballots(poll: Poll, district: str, chosen: Mapping[str, str], login: str) -> int:
    """Record ballots of a named owners' vote that is open, evenly over its days; how many.

    Whoever lives there is taken to have voted in chat and has a receipt; companies and who lives elsewhere, on paper.

    Args:
        chosen: the words chosen by the head of the owners' register, as `ballots_278.yaml` has them.

    Raises:
        Invalid: the vote is no named owners' vote, or a head or choice is not in it.
    """
    if poll.electorate is not Electorate.OWNER or poll.secret:
        raise Invalid("选票只能随记名的业主表决装载。")
    owners = {owner["voice"]: owner for owner in await rows(_OWNERS, poll.id)}
    cast = [(f"owner:{district}:{head}", choice) for head, choice in chosen.items()]
    if strange := [voice for voice, choice in cast if voice not in owners or choice not in poll.choices]:
        raise Invalid(f"有{len(strange)}张选票的业主不在名册，或选项不对。")
    step = (poll.closes_at - poll.opens_at) / (len(cast) + 1)
    papers = [
        _paper(poll, owners[voice], poll.choices.index(choice), number, poll.opens_at + step * number, login)
        for number, (voice, choice) in enumerate(cast, 1)
    ]
    await _mark(papers, owners.values())
    await NamedBallot.bulk_create(papers)
    return len(papers)


def _paper(
    poll: Poll, owner: Mapping[str, Any], choice: int, number: int, cast_at: datetime, login: str
) -> NamedBallot:
    ballot = NamedBallot(
        poll_id=poll.id, entry_id=owner["entry_id"], answer=str(choice), cast_at=cast_at, recorded_by=login
    )
    if owner["lives_there"]:
        receipt = receipt_number([secrets.randbelow(32) for _ in range(RECEIPT_LENGTH)])
        ballot.channel, ballot.receipt, ballot.receipt_index = CastChannel.CHAT, receipt, receipt_index(receipt)
    else:
        ballot.channel, ballot.serial = CastChannel.PAPER, f"{poll.id}-{number}"
    return ballot


async def _mark(papers: Sequence[NamedBallot], owners: Iterable[Mapping[str, Any]]) -> None:
    names = {owner["entry_id"]: masked_name(unseal(owner["name"], "ownership:name")) for owner in owners}
    await RollMark.bulk_create(
        RollMark(
            entry_id=paper.entry_id,
            channel=paper.channel,
            voter=names[paper.entry_id],
            cast_at=paper.cast_at,
            recorded_by=paper.recorded_by,
        )
        for paper in papers
    )
