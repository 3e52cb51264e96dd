"""一键归档: a finished vote put away, and all that is kept of it in one file."""

from collections.abc import AsyncIterator, Sequence

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.archives import Content, zip_stream
from admin.layout import local
from admin.minutes import minutes
from admin.pages.vote_results import HEADER, PUBLIC_LIST, public_members, result_lines
from admin.sheets import watermark, xlsx_bytes
from clock import clock
from errors import NotFound
from handlers.files.queries import read
from handlers.staff.rules import Permission, Viewer
from handlers.votes import card
from handlers.votes.actions.conduct import archive_poll
from handlers.votes.actions.filing import note_taken
from handlers.votes.queries.archive import Archive, Filed, archive_of
from handlers.votes.queries.exports import public_list
from web.forms import row_id
from web.tables import csv_bytes

FILES = ("结果.xlsx", PUBLIC_LIST, "recount.py", "怎样核对.txt", "更正记录.csv", "纸票清单.csv")
_COUNTS = {True: "有效", False: "后到，不计", None: "无记名，票在票箱里"}


async def archive(visit: Visit) -> Response:
    """Put it away; the minutes are written first, so that nothing is put away that can't be taken out."""
    poll_id = _id(visit)
    await minutes(await archive_of(visit.viewer, poll_id), FILES, "")
    putting = archive_poll(visit.viewer, poll_id, clock.now())
    return await visit.attempt(f"/admin/votes/{poll_id}/result", putting, "已归档。请下载归档包，另存一份。")


async def archive_zip(visit: Visit) -> Response:
    kept = await archive_of(visit.viewer, _id(visit))
    poll, now = await note_taken(visit.viewer, kept.poll.id, "archive.zip", files=len(kept.filed)), clock.now()
    mark = watermark(visit.viewer, poll.scope, now)
    return zip_stream(f"{poll.title}-归档", _members(visit.viewer, kept, mark), now)


async def _members(viewer: Viewer, kept: Archive, mark: str) -> AsyncIterator[tuple[str, Content]]:
    names = [f"照片/{at:02d}-{one.word}-{one.file.name}" for at, one in enumerate(kept.filed, 1)]
    yield "纪要.docx", await minutes(kept, [*FILES, *names], mark)
    yield "结果.xlsx", await xlsx_bytes(HEADER, await result_lines(viewer, kept.poll), mark)
    async for member in public_members(await public_list(kept.poll.id)):
        yield member
    yield "更正记录.csv", csv_bytes(_changes(kept), mark)
    yield "纸票清单.csv", csv_bytes(_papers(kept), mark)
    for name, one in zip(names, kept.filed, strict=True):
        yield await _photo(viewer, name, one)


async def _photo(viewer: Viewer, name: str, filed: Filed) -> tuple[str, bytes]:
    """The file; where its bytes are gone, a note in its place that says so."""
    try:
        _, content = await read(filed.file.key, viewer)
    except NotFound as gone:
        return f"{name}-缺失.txt", gone.message.encode("utf-8-sig")
    return name, content


def _changes(kept: Archive) -> list[Sequence[object]]:
    lines = [
        (
            local(one.made_at),
            card.CHANGED.get(one.field, "更正"),
            one.before,
            one.after,
            one.reason,
            kept.name(one.made_by),
        )
        for one in kept.changes
    ]
    return [("时间", "事项", "改前", "改后", "原因", "谁"), *lines]


def _papers(kept: Archive) -> list[Sequence[object]]:
    lines = [
        (
            one.serial,
            one.address,
            one.channel.label,
            local(one.recorded_at),
            kept.name(one.recorded_by),
            _COUNTS[one.counts],
        )
        for one in kept.papers
    ]
    return [("编号", "户室", "方式", "录入时间", "录入人", "结果"), *lines]


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["poll_id"])


ROUTES = (
    require_post(Permission.VOTES_PUBLISH, "/votes/{poll_id}/archive", archive),
    require(Permission.VOTES_COUNT, "/votes/{poll_id}/archive.zip", archive_zip),
)
