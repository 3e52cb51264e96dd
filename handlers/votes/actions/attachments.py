"""Files that explain a vote, put with its draft; once it is announced they stay as they are."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.files.actions import forget, store
from handlers.staff.rules import Permission, Viewer
from handlers.votes import rules
from handlers.votes.actions.polls import locked
from handlers.votes.rules import PollEvent
from models.states import FilePurpose, PollPaper
from models.votes import Poll, PollFile

MOST_ATTACHMENTS = 10


async def attach_file(viewer: Viewer, poll_id: int, content: bytes, name: str, now: datetime) -> PollFile:
    """Put a file with a draft.

    Raises:
        NotFound: the poll is not the viewer's.
        Conflict: it is no draft any more, or has ten files.
        Invalid: no picture, PDF, DOCX or XLSX, or over 10 MB.
    """
    viewer.require(Permission.VOTES_EDIT)
    async with in_transaction():
        poll = await _draft(viewer, poll_id)
    file = await store(content, name, FilePurpose.VOTE, poll.organisation.code, viewer.actor)
    async with in_transaction():
        poll = await _draft(viewer, poll_id)
        kept = await PollFile.create(
            poll_id=poll.id, file_id=file.key, kind=PollPaper.ATTACHMENT, added_by=viewer.login, added_at=now
        )
        place = poll.organisation.code
        await record(viewer.actor, "poll.file", f"poll:{poll.id}", place=place, detail={"kind": kept.kind})
    return kept


async def detach_file(viewer: Viewer, poll_id: int, key: UUID) -> None:
    """Take a file away from a draft, for good.

    Raises:
        NotFound: the poll is not the viewer's, or has no such attachment.
        Conflict: it is no draft any more.
    """
    viewer.require(Permission.VOTES_EDIT)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        kept = await PollFile.get_or_none(poll_id=poll.id, file_id=key, kind=PollPaper.ATTACHMENT)
        if kept is None:
            raise NotFound
        rules.move(poll.state, PollEvent.EDIT)
        await kept.delete()
        place = poll.organisation.code
        await record(viewer.actor, "poll.unfile", f"poll:{poll.id}", place=place, detail={"kind": kept.kind})
        await forget(key, viewer.actor)


async def _draft(viewer: Viewer, poll_id: int) -> Poll:
    poll = await locked(poll_id, viewer)
    rules.move(poll.state, PollEvent.EDIT)
    if await PollFile.filter(poll_id=poll.id, kind=PollPaper.ATTACHMENT).count() >= MOST_ATTACHMENTS:
        raise Conflict(f"附件最多{MOST_ATTACHMENTS}个。")
    return poll
