"""Papers of a vote filed with it, and what was taken out of it written down."""

from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict
from handlers.audit.actions import record
from handlers.files.actions import store
from handlers.staff.rules import Permission, Viewer
from handlers.votes.actions.polls import locked
from models.states import FilePurpose, PollPaper, PollState
from models.votes import Poll, PollFile

MOST_POSTED = 20
_SEEN = frozenset({PollState.ANNOUNCED, PollState.OPEN, PollState.COUNTING, PollState.PUBLISHED, PollState.SUSPENDED})


async def file_posted(viewer: Viewer, poll_id: int, content: bytes, name: str, now: datetime) -> PollFile:
    """File a photo of a notice as it hangs; of an announcement or of a result.

    Raises:
        NotFound: the poll is not the viewer's.
        Conflict: nothing has been posted yet, it is archived, or there are many photos already.
        Invalid: no picture.
    """
    viewer.require(Permission.VOTES_RECORD)
    async with in_transaction():
        poll = await _may_be_posted(viewer, poll_id)
    file = await store(content, name, FilePurpose.VOTE, poll.organisation.code, viewer.actor)
    async with in_transaction():
        poll = await _may_be_posted(viewer, poll_id)
        filed = await PollFile.create(
            poll_id=poll.id, file_id=file.key, kind=PollPaper.POSTED, added_by=viewer.login, added_at=now
        )
        place = poll.organisation.code
        await record(viewer.actor, "poll.file", f"poll:{poll.id}", place=place, detail={"kind": filed.kind})
    return filed


async def _may_be_posted(viewer: Viewer, poll_id: int) -> Poll:
    poll = await locked(poll_id, viewer)
    if poll.state not in _SEEN:
        raise Conflict(f"「{poll.state.label}」的投票不能再加张贴照片。")
    if await PollFile.filter(poll_id=poll.id, kind=PollPaper.POSTED).count() >= MOST_POSTED:
        raise Conflict(f"张贴照片最多{MOST_POSTED}张。")
    return poll


async def note_taken(viewer: Viewer, poll_id: int, what: str, **facts: Any) -> Poll:
    """Write down that something of a poll is taken out or printed, before it is; the poll with its organisation.

    Args:
        what: which sheet or file, as `result.xlsx`.
        facts: further numbers, never personal data.

    Raises:
        NotFound: the poll is not the viewer's.
    """
    viewer.require(Permission.VOTES_VIEW)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        detail = {"what": what, **facts}
        await record(viewer.actor, "poll.take", f"poll:{poll.id}", place=poll.organisation.code, detail=detail)
    return poll
