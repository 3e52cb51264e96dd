"""Casting: one mark on the roll and one paper in the box, in one transaction, whatever the channel."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import NotFound
from handlers.audit.actions import record
from handlers.residency.people import masked_name
from handlers.residency.visitors import Home, Visitor
from handlers.votes import rules
from handlers.votes.actions.polls import VOTING_LOCK
from handlers.votes.answers import Answer, check_answer, shape_of, stored
from handlers.votes.receipts import receipt_index
from models.ballots import Ballot
from models.database import rows
from models.residency import Binding
from models.sealed import seal, unseal
from models.states import BindingState, CastChannel
from models.votes import Poll, RollObjection

VOTER = "roll_mark:voter"
ANSWERED_WITHIN = timedelta(days=3)
"""Replies to objections come within three days (domain.md §2.4)."""
_MARK = """
INSERT INTO roll_mark (entry_id, channel, voter, cast_at)
SELECT id, $3, $4, $5 FROM roll_entry WHERE poll_id = $1 AND dwelling_id = $2
ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id
"""
_STANDING = """
SELECT m.voter, m.cast_at FROM roll_entry e LEFT JOIN roll_mark m ON m.entry_id = e.id
WHERE e.poll_id = $1 AND e.dwelling_id = $2
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the voter keeps; nothing that is stored leads from it to them."""

    number: str


async def cast_ballot(poll_id: int, home: Home, answer: Answer, now: datetime) -> Receipt:
    """Cast a household's ballot: final, secret, one for each roll entry.

    Args:
        home: the dwelling voted for, to which the account is bound.
        answer: as the poll's shape has it.

    Raises:
        PollClosed, MinorMayNotVote, NotRepresentative, NotOnRoll, AlreadyCast: the rules say no; nothing changed.
    """
    async with in_transaction():
        # Shared with other ballots, but closing waits for it and lets none in after.
        await rows("SELECT pg_advisory_xact_lock_shared($1, $2)", VOTING_LOCK, poll_id)
        poll = await Poll.get_or_none(id=poll_id)
        if poll is None:
            raise NotFound
        rules.check_may_cast(poll.state, poll.closes_at, now, adult=home.adult)
        shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
        check_answer(answer, shape)
        await check_represents(home)
        voter = masked_name((await Binding.get(id=home.binding_id)).name)
        sealed = seal(voter, VOTER)
        if not await rows(_MARK, poll.id, home.dwelling_id, CastChannel.CHAT.value, sealed, now):
            await check_standing(poll.id, home.dwelling_id)
        number = rules.receipt_number([secrets.randbelow(32) for _ in range(rules.RECEIPT_LENGTH)])
        await Ballot.create(
            id=uuid4(), poll_id=poll.id, answer=stored(answer), receipt=number, receipt_index=receipt_index(number)
        )
    return Receipt(number)


async def check_standing(poll_id: int, dwelling_id: int) -> None:
    """Refuse a dwelling that is not on the roll or has voted.

    Raises:
        NotOnRoll, AlreadyCast.
    """
    found = await rows(_STANDING, poll_id, dwelling_id)
    if not found:
        raise rules.NotOnRoll
    if found[0]["cast_at"] is not None:
        raise rules.AlreadyCast(unseal(found[0]["voter"], VOTER), found[0]["cast_at"])


async def check_represents(home: Home) -> None:
    """Refuse whoever is not the 户代表 of a household that has named one (conversations.md, 登记住址).

    Raises:
        NotRepresentative.
    """
    named = await Binding.get_or_none(dwelling_id=home.dwelling_id, represents=True, state=BindingState.ACTIVE)
    if named and named.id != home.binding_id:
        raise rules.NotRepresentative(masked_name(named.name))


async def object_to_roll(visitor: Visitor, home: Home, poll_id: int, now: datetime) -> int:
    """Record a resident's objection to the roll or to a ballot cast for their household; its number."""
    async with in_transaction():
        objection = await RollObjection.create(
            poll_id=poll_id,
            dwelling_id=home.dwelling_id,
            account_id=visitor.account_id,
            made_at=now,
            due_on=now.astimezone(BEIJING).date() + ANSWERED_WITHIN,
        )
        await record(
            f"account:{visitor.account_id}",
            "poll.object",
            f"poll:{poll_id}",
            place=home.community_code,
            detail={"dwelling": home.dwelling_id, "objection": objection.id},
        )
    return objection.id
