"""Casting: one mark on the roll and one ballot, in one statement, whatever the channel and the electorate."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, DomainError, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.people import masked_name
from handlers.residency.visitors import Home, Visitor
from handlers.votes import rules
from handlers.votes.answers import Answer, Shape, check_answer, ordered, shape_of, stored
from handlers.votes.receipts import receipt_index
from handlers.votes.voices import SAME_PERSON, STILL_HELD
from models.database import rows
from models.sealed import seal, unseal
from models.states import CastChannel, Electorate, MemberRole
from models.votes import Poll, RollObjection

VOTER = "roll_mark:voter"
ANSWERED_WITHIN = timedelta(days=3)
"""Replies to objections come within three days (domain.md §2.4)."""
ATTEMPTS = 3
"""How often a ballot is tried that another of the same voter, at the same moment, has crossed."""
MOST_PAPERS = 500

# The binding by which a voter speaks, at the moment of casting: $2 now, $3 binding, $4 its dwelling.
_BOUND = """
binding b ON b.id = $3 AND b.dwelling_id = $4 AND b.state = 'active' AND NOT (
    b.role = 'tenant' AND coalesce(b.lease_ends_on < ($2 AT TIME ZONE 'Asia/Shanghai')::date, false))
"""
_PERSON = f"e.resident_id IN ({SAME_PERSON})"
_ENTRY = {
    Electorate.HOUSEHOLD: "e.dwelling_id = b.dwelling_id",
    Electorate.OWNER: "e.id IN (SELECT entry_id FROM roll_part WHERE dwelling_id = b.dwelling_id) AND "
    + STILL_HELD.format(home="b", entry="e"),
    Electorate.RESIDENT: _PERSON,
    Electorate.LISTED: _PERSON,
}
"""By which entry of the roll a home has its voice."""
_ENTITLED = {
    Electorate.HOUSEHOLD: """NOT EXISTS (SELECT FROM binding other WHERE other.dwelling_id = b.dwelling_id
        AND other.represents AND other.state = 'active' AND other.id <> b.id)""",
    Electorate.OWNER: "b.role = 'owner' AND b.verified",
    Electorate.RESIDENT: "true",
    Electorate.LISTED: "true",
}
# Who closes a poll holds it FOR UPDATE: a ballot that comes meanwhile waits, finds it closed, and does nothing.
# Only of two entries, of one who was twice on the register, is the marked one looked for: a plan that was made while no
# mark was there would read all of them.
_MARK = """
WITH poll_open AS (
    SELECT id, changeable FROM poll
    WHERE id = $1 AND state = 'open' AND closes_at > $2 AND opened_at IS NOT DISTINCT FROM $5 FOR SHARE
), voice AS (
    SELECT e.id, b.account_id FROM poll_open p JOIN {bound} AND b.adult
    JOIN roll_entry e ON e.poll_id = p.id AND {entry} WHERE {entitled}
    ORDER BY CASE WHEN count(*) OVER () > 1 THEN EXISTS (SELECT FROM roll_mark WHERE entry_id = e.id) END DESC, e.id
    LIMIT 1
), mark AS (
    INSERT INTO roll_mark (entry_id, channel, voter, cast_at) SELECT id, $6, $7, $2 FROM voice
    ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id
)"""
_SECRET = """
INSERT INTO ballot (id, poll_id, answer, receipt, receipt_index) SELECT gen_random_uuid(), $1, $8, $9, $10 FROM mark
RETURNING poll_id
"""
# The same account's earlier ballot gives way; of two at the same moment the second finds the first one standing.
_NAMED = """, changed AS (
    UPDATE named_ballot n SET stands = false, flaw = 'changed' FROM voice v, poll_open p
    WHERE n.entry_id = v.id AND n.stands AND n.account_id = v.account_id AND n.serial IS NULL AND p.changeable
    RETURNING n.entry_id
)
INSERT INTO named_ballot (poll_id, entry_id, account_id, channel, cast_at, answer, receipt, receipt_index, stands,
                          flaw, recorded_by)
SELECT $1, v.id, v.account_id, $6, $2, $8, $9, $10, true, '', '' FROM voice v
WHERE v.id IN (SELECT entry_id FROM mark UNION ALL SELECT entry_id FROM changed)
RETURNING poll_id
"""
_STANDING = """
SELECT b.adult, b.role, b.verified, e.id AS entry_id, m.voter, m.cast_at, m.channel, other.name AS representative,
       n.account_id = b.account_id AND n.serial IS NULL AS own
FROM (SELECT $1::bigint AS id, $2::timestamptz AS now) p JOIN {bound}
LEFT JOIN roll_entry e ON e.poll_id = p.id AND {entry}
LEFT JOIN roll_mark m ON m.entry_id = e.id
LEFT JOIN named_ballot n ON n.entry_id = e.id AND n.stands
LEFT JOIN binding other ON other.dwelling_id = b.dwelling_id AND other.represents AND other.state = 'active'
                           AND other.id <> b.id
ORDER BY m.id, e.id LIMIT 1
"""
_HELD = """
SELECT FROM ballot WHERE poll_id = $1 AND receipt_index = $2 UNION ALL
SELECT FROM named_ballot WHERE poll_id = $1 AND receipt_index = $2 UNION ALL
SELECT FROM sealed_receipt WHERE poll_id = $1 AND receipt = $3
"""
_CAST = {
    (electorate, secret): _MARK.format(bound=_BOUND, entry=_ENTRY[electorate], entitled=_ENTITLED[electorate])
    + (_SECRET if secret else _NAMED)
    for electorate in Electorate
    for secret in (True, False)
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the voter keeps; of a secret vote nothing that is stored leads from it to them."""

    number: str


@dataclass(frozen=True, slots=True)
class _Paper:
    """What of a poll can't change any more once it is open: what is asked, who answers, whether they are named."""

    shape: Shape
    electorate: Electorate
    secret: bool
    opened_at: datetime | None


_papers: dict[int, _Paper] = {}
"""As this process has read them; casting finds by the moment of opening whether one is true."""


async def cast_ballot(
    poll_id: int,
    home: Home,
    answer: Answer,
    now: datetime,
    channel: CastChannel = CastChannel.CHAT,
    number: str | None = None,
) -> Receipt:
    """Cast the ballot that a home gives its account: one for each entry of the roll.

    Of a secret poll it is final. Where a named poll is changeable, the same account's later ballot takes the place of
    its earlier one, which is kept.

    Args:
        home: by which the account speaks; in an owners' vote it stands for all that its owner has on the roll.
        answer: as the poll's shape has it.
        channel: CHAT or PAGE.
        number: of the receipt, as `new_number` drew it beforehand; else one is drawn.

    Raises:
        Invalid: not on the paper.
        PollClosed, OnlyOnPaper, MinorMayNotVote, NotBound, NotOwner, NotVerifiedOwner, NotOnRoll, NotRepresentative,
        AlreadyCast: the rules say no; nothing changed.
    """
    for _ in range(ATTEMPTS):
        paper = await _paper(poll_id, home, answer, now)
        receipt = Receipt(number or new_number())
        values = _values(poll_id, home, answer, now, channel, paper, receipt.number)
        if await rows(_CAST[paper.electorate, paper.secret], *values):
            return receipt
        _papers.pop(poll_id, None)
        await check_standing(await _poll(poll_id), home, now)
    raise Conflict


def new_number() -> str:
    """A receipt number that nobody can guess."""
    return rules.receipt_number([byte % 32 for byte in secrets.token_bytes(rules.RECEIPT_LENGTH)])


async def cast_once(
    poll_id: int, home: Home, answer: Answer, now: datetime, channel: CastChannel, number: str
) -> Receipt:
    """Cast a ballot whose receipt was drawn beforehand: sent again, or twice at once, it is cast a single time.

    Whoever lost the answer, as a process or a phone died, gets the same receipt by sending the same again.

    Raises:
        As `cast_ballot`; nothing, once a ballot has this number.
    """
    if not await is_cast(poll_id, number):
        try:
            return await cast_ballot(poll_id, home, answer, now, channel, number)
        except (DomainError, IntegrityError):
            if not await is_cast(poll_id, number):
                raise
    return Receipt(number)


async def is_cast(poll_id: int, number: str) -> bool:
    """Whether a ballot of the poll has this receipt, in the box or on the sealed list."""
    return bool(await rows(_HELD, poll_id, receipt_index(number), number))


def _values(
    poll_id: int, home: Home, answer: Answer, now: datetime, channel: CastChannel, paper: _Paper, number: str
) -> tuple[object, ...]:
    table = "ballot" if paper.secret else "named_ballot"
    kept = stored(ordered(answer, paper.shape))
    return (
        *(poll_id, now, home.binding_id, home.dwelling_id, paper.opened_at, channel.value, seal(home.masked, VOTER)),
        kept if paper.secret else seal(kept, f"{table}:answer"),
        *(seal(number, f"{table}:receipt"), receipt_index(number)),
    )


async def _paper(poll_id: int, home: Home, answer: Answer, now: datetime) -> _Paper:
    """The paper of an open poll, on which the answer is possible; one that is known is not read again."""
    if known := _papers.get(poll_id):
        with suppress(Invalid):
            check_answer(answer, known.shape)
            return known
    poll = await _poll(poll_id)
    rules.check_may_cast(poll.state, poll.closes_at, now, poll.legal_effect, adult=home.adult)
    shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
    check_answer(answer, shape)
    if len(_papers) >= MOST_PAPERS:
        _papers.clear()
    _papers[poll_id] = _Paper(shape, poll.electorate, poll.secret, poll.opened_at)
    return _papers[poll_id]


async def _poll(poll_id: int) -> Poll:
    poll = await Poll.get_or_none(id=poll_id)
    if poll is None:
        raise NotFound
    return poll


async def check_standing(poll: Poll, home: Home, now: datetime) -> None:
    """Refuse whoever may not cast a ballot, or not another: what casting itself would refuse, said beforehand.

    Raises:
        PollClosed, OnlyOnPaper, MinorMayNotVote, NotBound, NotOwner, NotVerifiedOwner, NotOnRoll, NotRepresentative,
        AlreadyCast.
    """
    rules.check_may_cast(poll.state, poll.closes_at, now, poll.legal_effect, adult=home.adult)
    found = await rows(
        _STANDING.format(bound=_BOUND, entry=_ENTRY[poll.electorate]), poll.id, now, home.binding_id, home.dwelling_id
    )
    if not found:
        raise rules.NotBound
    [line] = found
    owner = MemberRole(line["role"]) is MemberRole.OWNER
    rules.check_entitled(
        poll.electorate,
        on_roll=line["entry_id"] is not None,
        adult=line["adult"],
        owner=owner,
        verified=line["verified"],
    )
    if poll.electorate is Electorate.HOUSEHOLD and line["representative"]:
        raise rules.NotRepresentative(masked_name(unseal(line["representative"], "binding:name")))
    if line["cast_at"] is not None and not (poll.changeable and line["own"]):
        raise rules.AlreadyCast(unseal(line["voter"], VOTER), line["cast_at"], CastChannel(line["channel"]))


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
