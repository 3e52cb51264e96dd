"""Steps that the actions on a conversation share: finding it, writing a line, moving it, and telling who looks on."""

from datetime import datetime

from announcements import announce
from clock import clock
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.enquiries import rules, texts
from handlers.enquiries.askers import open_of
from handlers.enquiries.rules import EnquiryEvent, Said
from handlers.staff.rules import Permission, Viewer
from models.desk import EnquiryOutcome, Fetched, LineKind
from models.enquiries import Enquiry, EnquiryLine
from models.events import Event
from models.organisations import Organisation
from models.states import EnquiryState

TOPIC = "enquiry"
CLOCK = "clock"


async def own_enquiry(viewer: Viewer, enquiry_id: int) -> Enquiry:
    """An enquiry that this viewer's branch answers, held until the transaction ends.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Conflict: the viewer may look on, since a resident of theirs asks, but another branch answers now.
    """
    viewer.require(Permission.INBOX_ANSWER)
    enquiry = await Enquiry.filter(id=enquiry_id).select_for_update().first()
    if enquiry is None:
        raise NotFound
    if viewer.answers_for(enquiry.place):
        return enquiry
    if await _looks_on(viewer, enquiry):
        raise Conflict(texts.ELSEWHERE)
    raise NotFound


async def _looks_on(viewer: Viewer, enquiry: Enquiry) -> bool:
    community = await Organisation.get_or_none(id=enquiry.community_id)
    return community is not None and viewer.sees(community.code)


async def own_open(account_id: int) -> Enquiry | None:
    """The open enquiry in which an account speaks, held until the transaction ends."""
    found = await open_of(account_id)
    if found is None:
        return None
    return await Enquiry.filter(id=found.id).exclude(state=EnquiryState.CLOSED).select_for_update().first()


async def say(enquiry: Enquiry, said: Said, now: datetime, account_id: int | None = None) -> EnquiryLine:
    """Write what the resident says; whoever put it off has it back, and who waits is counted from the first word.

    Args:
        account_id: whose chat it came in by; none where it was said otherwise.
    """
    line = await EnquiryLine.create(
        enquiry=enquiry,
        account_id=account_id,
        text=said.text,
        media=said.media,
        fetched=Fetched.WAITING if said.media else None,
        fetch_at=now if said.media else None,
        at=now,
    )
    enquiry.waiting_since = enquiry.waiting_since or now
    await touch(enquiry, now, "waiting_since")
    if enquiry.state is EnquiryState.SNOOZED:
        await wake(enquiry, f"account:{enquiry.account_id}")
    return line


async def note_deed(enquiry: Enquiry, author: str, words: str, now: datetime) -> None:
    """Write into the thread what was done, for colleagues alone."""
    await EnquiryLine.create(enquiry=enquiry, kind=LineKind.DEED, author=author, text=words, at=now)


async def touch(enquiry: Enquiry, now: datetime, *columns: str) -> None:
    """Keep what was set, and tell open pages."""
    enquiry.last_at = now
    await keep(enquiry, "last_at", *columns)


async def keep(enquiry: Enquiry, *columns: str) -> None:
    """Keep what was set without anything having been said, and tell open pages."""
    await enquiry.save(update_fields=columns)
    announce(TOPIC, enquiry.id, *await places(enquiry))


async def places(enquiry: Enquiry) -> tuple[str, ...]:
    """Codes of the branch that answers and of the community where the resident lives."""
    community = await Organisation.get_or_none(id=enquiry.community_id)
    elsewhere = community is not None and community.code != enquiry.place
    return (enquiry.place, community.code) if community and elsewhere else (enquiry.place,)


async def hold(enquiry: Enquiry, viewer: Viewer) -> None:
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.TAKE)
    enquiry.held_by, enquiry.assigned_to, enquiry.held_at = viewer.login, viewer.login, clock.now()
    enquiry.snoozed_until = None
    await keep(enquiry, "state", "held_by", "held_at", "assigned_to", "snoozed_until")
    await audit(viewer.actor, "enquiry.take", enquiry, before)


async def free(enquiry: Enquiry, actor: str, verb: str) -> None:
    """Let it wait again for whoever is there."""
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.GIVE_BACK)
    enquiry.held_by, enquiry.held_at, enquiry.snoozed_until = "", None, None
    await keep(enquiry, "state", "held_by", "held_at", "snoozed_until")
    await audit(actor, verb, enquiry, before)


async def wake(enquiry: Enquiry, actor: str) -> None:
    """Put it back where it was before it was put off: with its holder, or among those that wait."""
    event = EnquiryEvent.WAKE if enquiry.held_by else EnquiryEvent.GIVE_BACK
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, event)
    enquiry.snoozed_until = None
    # What was promised for later is owed from now on: silence must not end it.
    enquiry.waiting_since = enquiry.waiting_since or clock.now()
    if enquiry.held_by:
        enquiry.held_at = clock.now()
    await keep(enquiry, "state", "snoozed_until", "held_at", "waiting_since")
    await audit(actor, "enquiry.wake", enquiry, before)


async def close(enquiry: Enquiry, actor: str, now: datetime, outcome: EnquiryOutcome, by: str = "") -> None:
    """End it; `by` is the login of staff."""
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.CLOSE)
    enquiry.closed_at, enquiry.closed_by, enquiry.outcome = now, by, outcome
    enquiry.waiting_since, enquiry.snoozed_until = None, None
    await keep(
        enquiry, "state", "closed_at", "closed_by", "outcome", "waiting_since", "snoozed_until", "merged_into_id"
    )
    await audit(actor, "enquiry.close", enquiry, before)
    await Event.create(name="EnquiryClosed", payload={"enquiry": enquiry.id}, created_at=now)


async def audit(actor: str, verb: str, enquiry: Enquiry, before: str = "", reason: str = "") -> None:
    await record(
        actor, verb, f"enquiry:{enquiry.id}", place=enquiry.place, before=before, after=enquiry.state, reason=reason
    )
