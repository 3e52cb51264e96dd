"""Files that were uploaded, for those who may read them: pictures are shown, all else is saved."""

from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from admin.access import ANY_STAFF, Visit, require
from errors import NotFound
from handlers.files.actions import note_opened
from handlers.files.queries import read
from handlers.files.rules import PICTURES


async def file(visit: Visit) -> Response:
    """The file as it was kept; its purpose says who may have it."""
    found, content = await read(_key(visit.request.path_params["key"]), visit.viewer)
    await note_opened(found, visit.viewer.actor)
    shown = "inline" if found.content_type in PICTURES else "attachment"
    headers = {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(content, headers=headers, media_type=found.content_type)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


ROUTES = (require(ANY_STAFF, "/files/{key}", file),)
