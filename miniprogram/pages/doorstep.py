"""楼栋名单: rooms of one building that a message did not reach, for a grid worker or 楼长 with a link and no login.

There are no names on it; a room is ticked once somebody there has been told.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clock import clock
from errors import NotFound
from handlers.reach.actions import tell_by_link
from handlers.reach.queries import linked_list
from miniprogram.access import TooOften, own_form
from miniprogram.layout import ROOT, show, surface_of
from web.forms import clean, row_id
from web.headers import client_address

MOST_LOOKS, LOOKS_SECONDS = 120, 600
LONGEST_TOKEN = 64


async def doorstep(request: Request) -> Response:
    found = await linked_list(await _token(request), clock.now())
    return await show(request, "doorstep.html", found=found)


async def tick(request: Request) -> Response:
    """One room was told."""
    token = await _token(request)
    await tell_by_link(token, row_id(clean((await own_form(request)).get("dwelling", ""))), clock.now())
    return RedirectResponse(f"{ROOT}/doorstep/{token}", 303)


async def _token(request: Request) -> str:
    """The token of the address, asked for by whoever it was, not too often."""
    surface = surface_of(request)
    address = client_address(request, surface.settings.trusted_proxies)
    if not await surface.limits.within("doorstep", address, MOST_LOOKS, LOOKS_SECONDS):
        raise TooOften
    token: str = request.path_params["token"]
    if len(token) > LONGEST_TOKEN:
        raise NotFound
    return token


ROUTES = (
    Route("/doorstep/{token}", doorstep),
    Route("/doorstep/{token}", tick, methods=["POST"]),
)
