"""Pictures and recordings of a conversation: as they were kept, and until then as the platform has them."""

import re

from starlette.responses import Response

from admin.access import Visit, require
from admin.layout import panel_of
from admin.pages.inbox import enquiry_id
from errors import NotFound
from handlers.enquiries.queries import thread
from handlers.files.queries import content_of
from handlers.files.rules import PICTURES, Kind
from handlers.staff.rules import Permission
from models.files import StoredFile
from web.forms import row_id

SHOWN = frozenset({*PICTURES, Kind.MP3})
"""What a browser shows or plays; anything else is saved."""
LOCKED = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def media(visit: Visit) -> Response:
    """A picture to look at, a recording to listen to, anything else to save."""
    line_id = row_id(visit.request.path_params["line_id"])
    app_id, line = await thread.media(visit.viewer, enquiry_id(visit), line_id)
    if line.file and (file := await StoredFile.get_or_none(key=line.file)):
        content, kind, name = await content_of(file), file.content_type, file.name
    else:
        found = await panel_of(visit.request).platform.media(app_id, line.media)
        if found is None:
            raise NotFound("微信平台只保存三天，现在取不到了。")
        content, kind, name = found.content, found.content_type.split(";")[0].strip().lower(), f"{line_id}"
    if kind not in SHOWN:
        return _part(
            visit, content, "application/octet-stream", {"Content-Disposition": f'attachment; filename="{name}"'}
        )
    return _part(visit, content, kind, {})


def _part(visit: Visit, content: bytes, kind: str, headers: dict[str, str]) -> Response:
    """All of it, or the one part that was asked for: Safari plays nothing that does not come in parts."""
    headers |= LOCKED | {"Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(visit.request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return Response(content, headers=headers, media_type=kind)
    begin, end = wanted(asked[1], asked[2], len(content))
    if begin >= end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(content)}"
    return Response(content[begin:end], 206, headers, kind)


def wanted(first: str, last: str, size: int) -> tuple[int, int]:
    """Where a part begins and before which byte it ends; without a `first` the `last` so many are meant (RFC 9110)."""
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size


ROUTES = (require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/media/{line_id}", media),)
