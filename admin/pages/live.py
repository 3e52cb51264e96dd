"""The stream by which open pages learn that something changed: server-sent events, cut to what the viewer sees."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import Response, StreamingResponse

from admin.access import ANY_STAFF, Visit, require
from admin.layout import panel_of
from announcements import Announcement, Board
from handlers.staff.rules import Viewer

LIVES = 240
"""Seconds until the browser has to ask again, and the guard looks again who it is."""
BEAT = 15
"""Seconds of silence after which a line goes out, so that proxies keep the connection."""


async def live(visit: Visit) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(panel_of(visit.request).board, visit.viewer)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(board: Board, viewer: Viewer) -> AsyncGenerator[str]:
    ends = asyncio.get_running_loop().time() + LIVES
    yield "retry: 1000\n\n"
    async with board.waiting() as queue:
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            try:
                heard = await asyncio.wait_for(queue.get(), min(BEAT, left))
            except TimeoutError:
                yield ": \n\n"
                continue
            if heard is None:
                yield "event: missed\ndata: \n\n"
            elif concerns(viewer, heard):
                yield f"event: {heard.topic}\ndata: {heard.number}\n\n"


def concerns(viewer: Viewer, heard: Announcement) -> bool:
    """Whether a viewer may know of this: the number of a thing in the own branch."""
    return any(viewer.answers_for(place) for place in heard.places)


ROUTES = (require(ANY_STAFF, "/live", live, renew=False),)
