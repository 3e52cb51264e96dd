"""Pictures and recordings of a conversation, as long as the platform keeps them."""

from starlette.responses import Response

from admin.access import Visit, require
from admin.layout import panel_of
from admin.pages.inbox import enquiry_id
from errors import NotFound
from handlers.enquiries.queries import thread
from handlers.staff.rules import Permission
from web.forms import row_id

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
"""What a browser may show; anything else is saved."""


async def media(visit: Visit) -> Response:
    """A picture to look at, or a recording to save, as long as the platform keeps it."""
    line_id = row_id(visit.request.path_params["line_id"])
    app_id, line = await thread.media(visit.viewer, enquiry_id(visit), line_id)
    found = await panel_of(visit.request).platform.media(app_id, line.media)
    if found is None:
        raise NotFound("微信平台只保存三天，现在取不到了。")
    kind = found.content_type.split(";")[0].strip().lower()
    if kind in PICTURES:
        return Response(found.content, media_type=kind)
    saved = {"Content-Disposition": f'attachment; filename="{enquiry_id(visit)}-{line_id}.amr"'}
    return Response(found.content, headers=saved, media_type="application/octet-stream")


ROUTES = (require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/media/{line_id}", media),)
