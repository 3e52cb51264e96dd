"""Pictures and recordings, fetched while the platform keeps them (three days) and kept with the conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from tortoise.transactions import in_transaction

from announcements import announce, telling
from errors import Invalid
from handlers.conversations.rules import FetchMedia, Found, Unfetched
from handlers.enquiries import rules
from handlers.enquiries.actions.steps import TOPIC, places
from handlers.files.actions import forget, store
from handlers.files.rules import RECORDINGS, kind_of
from handlers.files.sounds import playable
from models.database import rows
from models.desk import Fetched
from models.enquiries import EnquiryLine
from models.files import StoredFile
from models.states import FilePurpose

log = structlog.get_logger("enquiries")
AT_ONCE = 4
UNDER_WAY = timedelta(minutes=2)
"""For so long nobody else fetches the same; a process that died leaves it to the next after that."""
UNCLAIMED = timedelta(days=1)
"""A file that no line took, because a process died in between, is forgotten then."""

# The line pushed forward is nobody else's until its time comes again.
_CLAIM = """
UPDATE enquiry_line SET fetch_at = $2, tries = tries + 1 FROM (
  SELECT l.id, e.place, a.id AS account_id, a.app_id FROM enquiry_line l
  JOIN enquiry e ON e.id = l.enquiry_id JOIN account a ON a.id = coalesce(l.account_id, e.account_id)
  WHERE l.fetched = 'waiting' AND l.fetch_at <= $1 ORDER BY l.fetch_at, l.id LIMIT $3 FOR UPDATE OF l SKIP LOCKED
) due WHERE enquiry_line.id = due.id
RETURNING enquiry_line.id, enquiry_line.media, enquiry_line.at, enquiry_line.tries,
          due.place, due.account_id, due.app_id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A picture or recording whose turn it is; `place` is the code of the branch that answers."""

    id: int
    media: str
    at: datetime
    tries: int
    place: str
    account_id: int
    app_id: str


async def claim_due(now: datetime) -> list[Due]:
    """What is to be fetched now and nobody else is fetching, a few at a time."""
    return [Due(**row) for row in await rows(_CLAIM, now, now + UNDER_WAY, AT_ONCE)]


async def fetch_line(due: Due, fetch: FetchMedia, now: datetime) -> None:
    """Fetch one and keep it, a recording as browsers play it; what did not come is tried again until it can't."""
    found = await fetch(due.app_id, due.media, rules.MOST_MEDIA)
    if isinstance(found, Found):
        found = await _stored(due, found, now)
    match found:
        case StoredFile():
            await _settle(due, Fetched.KEPT, found.key)
        case Unfetched.TOO_LARGE:
            await _settle(due, Fetched.REFUSED)
        case Unfetched.GONE:
            await _settle(due, Fetched.GONE)
        case Unfetched.LATER if due.at + rules.MEDIA_LIVES <= now:
            await _settle(due, Fetched.GONE)
        case _:
            await _put_off(due, now)


async def _stored(due: Due, found: Found, now: datetime) -> StoredFile | Unfetched:
    """Kept for a day, until a line says that it is its own."""
    if kind_of(found.content, "") in RECORDINGS and len(found.content) > rules.MOST_VOICE:
        return Unfetched.TOO_LARGE
    try:
        content = await playable(found.content)
        owner, until = f"account:{due.account_id}", now + UNCLAIMED
        return await store(content, f"{due.id}", FilePurpose.CONVERSATION, due.place, owner, expires_at=until)
    except Invalid:
        return Unfetched.TOO_LARGE
    except Exception as error:
        # What a bucket that is away raises has no end; nothing of the file is told.
        log.warning("media not kept", line=due.id, failure=type(error).__name__)
        return Unfetched.LATER


async def _settle(due: Due, fetched: Fetched, file: UUID | None = None) -> None:
    """Say what became of it; where the words were forgotten meanwhile, the file is too."""
    async with telling():
        line = await EnquiryLine.filter(id=due.id).select_for_update().first()
        if line is None or line.fetched is not Fetched.WAITING:
            kept = False
        else:
            kept = True
            line.fetched, line.file, line.fetch_at = fetched, file, None
            await line.save(update_fields=("fetched", "file", "fetch_at"))
            if file:
                await StoredFile.filter(key=file).update(expires_at=None)
            enquiry = await line.enquiry
            announce(TOPIC, enquiry.id, *await places(enquiry))
    if file and not kept:
        await forget(file, "clock")


async def _put_off(due: Due, now: datetime) -> None:
    async with in_transaction():
        again = EnquiryLine.filter(id=due.id, fetched=Fetched.WAITING)
        await again.update(fetch_at=now + rules.pause(due.tries))
