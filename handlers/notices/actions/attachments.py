"""Files that go with a notice, put with its draft; once it is sent they stay as they are."""

from uuid import UUID

from tortoise.transactions import in_transaction

from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.files.actions import forget, store
from handlers.notices import rules
from handlers.notices.actions.notices import locked
from handlers.notices.rules import NoticeEvent
from handlers.staff.rules import Permission, Viewer
from models.notices import Notice, NoticeFile
from models.states import FilePurpose

MOST_FILES = 5


async def attach_file(viewer: Viewer, notice_id: int, content: bytes, name: str) -> NoticeFile:
    """Put a file with a draft.

    Raises:
        NotFound: the notice is not the viewer's.
        Conflict: it is no draft any more, or has five files.
        Invalid: no picture, PDF, DOCX or XLSX, or over 10 MB.
    """
    viewer.require(Permission.NOTICES_EDIT)
    async with in_transaction():
        notice = await _draft(viewer, notice_id)
    file = await store(content, name, FilePurpose.NOTICE, notice.organisation.code, viewer.actor)
    async with in_transaction():
        notice = await _draft(viewer, notice_id)
        kept = await NoticeFile.create(notice_id=notice.id, file_id=file.key, added_by=viewer.login)
        await record(viewer.actor, "notice.file", f"notice:{notice.id}", place=notice.organisation.code)
    return kept


async def detach_file(viewer: Viewer, notice_id: int, key: UUID) -> None:
    """Take a file away from a draft, for good.

    Raises:
        NotFound: the notice is not the viewer's, or has no such file.
        Conflict: it is no draft any more.
    """
    viewer.require(Permission.NOTICES_EDIT)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        kept = await NoticeFile.get_or_none(notice_id=notice.id, file_id=key)
        if kept is None:
            raise NotFound
        rules.move(notice.state, NoticeEvent.EDIT)
        await kept.delete()
        await record(viewer.actor, "notice.unfile", f"notice:{notice.id}", place=notice.organisation.code)
        await forget(key, viewer.actor)


async def _draft(viewer: Viewer, notice_id: int) -> Notice:
    notice = await locked(viewer, notice_id)
    rules.move(notice.state, NoticeEvent.EDIT)
    if await NoticeFile.filter(notice_id=notice.id).count() >= MOST_FILES:
        raise Conflict(f"附件最多{MOST_FILES}个。")
    return notice
