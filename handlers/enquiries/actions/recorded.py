"""代录: a call or a walk-in written down in the resident's name, answered at once or left for somebody; and what was
answered by phone or at the counter later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from announcements import telling
from clock import clock
from errors import NotFound
from handlers.conversations.actions import notify
from handlers.enquiries import rules, texts
from handlers.enquiries.actions.answering import write_answer
from handlers.enquiries.actions.assigning import assign
from handlers.enquiries.actions.steps import audit, hold, keep, own_enquiry, own_open, say
from handlers.enquiries.rules import Said
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.desk import EnquiryChannel, EnquiryOutcome, LineKind
from models.enquiries import Enquiry, EnquiryLine
from models.events import Event
from models.residency import Account
from models.states import EnquiryState

_ONE_FORM = "SELECT pg_advisory_xact_lock(hashtextextended('record:' || $1, 0))"
# Where somebody lives now, or owns, or is bound; a former home only where there is no other.
_HOME = """
SELECT d.grid_id, d.community_id, o.code AS place FROM (
  SELECT dwelling_id, until IS NOT NULL AS past, 0 AS rank FROM membership WHERE resident_id = $1
  UNION ALL SELECT dwelling_id, false, 1 FROM ownership WHERE resident_id = $1
  UNION ALL SELECT dwelling_id, state <> 'active', 2 FROM binding WHERE resident_id = $1
) home JOIN dwelling d ON d.id = home.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE starts_with(o.code, $2) ORDER BY past, rank, d.id LIMIT 1
"""
_ACCOUNT = """
SELECT a.id FROM binding b JOIN account a ON a.id = b.account_id AND a.following
WHERE b.resident_id = $1 AND b.state = 'active' ORDER BY b.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody said on the phone or at the counter, and what they were answered, if they were.

    A person on the register, or a name with a telephone; `mine` keeps what is left open for who wrote it down.
    """

    channel: EnquiryChannel
    text: str
    answer: str = ""
    resident_id: int | None = None
    caller: str = ""
    caller_phone: str = ""
    mine: bool = False


async def record_enquiry(viewer: Viewer, recorded: Recorded, key: UUID, now: datetime) -> Enquiry:
    """Write it down; who is on WeChat is told the number there, and later answers reach their chat.

    What is left open joins the conversation that this person has open already.

    Args:
        key: of the form; the same form again gives the enquiry of the first time.

    Raises:
        Forbidden: the role does not answer residents.
        NotFound: no such person in the viewer's part of the tree.
        Invalid: with what to put right.
    """
    viewer.require(Permission.INBOX_ANSWER)
    rules.check_recorded(recorded.text, recorded.answer, recorded.caller, known=recorded.resident_id is not None)
    async with telling():
        await rows(_ONE_FORM, str(key))
        if earlier := await EnquiryLine.get_or_none(key=key).select_related("enquiry"):
            return earlier.enquiry
        where, account_id = await _who(viewer, recorded)
        known = await own_open(account_id) if account_id and not recorded.answer else None
        if known and (known.delegation_id or not viewer.answers_for(known.place)):
            # What the caller says is neither of the person they act for, nor of a branch that the worker answers for.
            known, where = None, where | {"account_id": None}
        elif account_id:
            where |= {"account_id": account_id}
        if known is None:
            known = await _create(viewer, recorded, where, now)
        await _write(viewer, known, recorded, key, now)
        if account_id:
            done = bool(recorded.answer)
            await notify(account_id, texts.recorded(recorded.channel, known.id, answered=done))
    return known


async def _who(viewer: Viewer, recorded: Recorded) -> tuple[dict[str, Any], int | None]:
    """Where the matter belongs with whose it is, and the account by which the person can be written to."""
    if recorded.resident_id is None:
        strange = {"caller": recorded.caller, "caller_phone": recorded.caller_phone or None}
        return {"community_id": await _own_community(viewer), "place": viewer.code, **strange}, None
    home = await rows(_HOME, recorded.resident_id, viewer.code)
    if not home:
        raise NotFound
    bound = await rows(_ACCOUNT, recorded.resident_id)
    account_id = bound[0]["id"] if bound else None
    if account_id:
        await Account.select_for_update(no_key=True).get(id=account_id)
    return home[0] | {"resident_id": recorded.resident_id}, account_id


async def _own_community(viewer: Viewer) -> int | None:
    found = await rows("SELECT id FROM organisation WHERE code = $1 AND level = 'community'", viewer.code)
    return found[0]["id"] if found else None


async def _create(viewer: Viewer, recorded: Recorded, columns: dict[str, Any], now: datetime) -> Enquiry:
    if recorded.answer:
        ended = {"answered_at": now, "answered_by": viewer.login, "closed_at": now, "closed_by": viewer.login}
        columns |= ended | {"state": EnquiryState.CLOSED, "outcome": EnquiryOutcome.ANSWERED}
    else:
        columns |= {"state": EnquiryState.WAITING, "assigned_to": viewer.login if recorded.mine else ""}
    enquiry = await Enquiry.create(channel=recorded.channel, opened_at=now, last_at=now, **columns)
    if not recorded.answer and not recorded.mine:
        await assign(enquiry, now)
    name = "EnquiryClosed" if recorded.answer else "EnquiryOpened"
    await Event.create(name=name, payload={"enquiry": enquiry.id}, created_at=now)
    return enquiry


async def _write(viewer: Viewer, enquiry: Enquiry, recorded: Recorded, key: UUID, now: datetime) -> None:
    """What was said, by the form's key, and what was answered."""
    if recorded.answer:
        await EnquiryLine.create(enquiry=enquiry, text=recorded.text, key=key, at=now)
        told = EnquiryLine(enquiry=enquiry, kind=LineKind.ANSWER, author=viewer.login, text=recorded.answer, at=now)
        await told.save()
        await keep(enquiry, "last_at")
    else:
        said = recorded.text if enquiry.channel is recorded.channel else texts.called(recorded.channel, recorded.text)
        line = await say(enquiry, Said(said), now)
        line.key = key
        await line.save(update_fields=("key",))
    await audit(viewer.actor, "enquiry.record", enquiry)


async def tell_answer(viewer: Viewer, enquiry_id: int, text: str, key: UUID) -> EnquiryLine:
    """Write down what was answered by phone or at the counter: nothing is sent, and nobody waits any more.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Invalid: nothing written, or too much.
        AlreadyClosed, HeldByAnother: as the enquiry stands, this worker does not answer.
    """
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        rules.check_answer(text)
        if earlier := await EnquiryLine.get_or_none(key=key, enquiry_id=enquiry.id):
            return earlier
        rules.check_holder(enquiry.held_by, viewer.login)
        if enquiry.state is not EnquiryState.HELD:
            await hold(enquiry, viewer)
        line = await write_answer(enquiry, viewer, text, key, clock.now())
        await EnquiryLine.filter(id=line.id).update(delivered=None)
    return line
