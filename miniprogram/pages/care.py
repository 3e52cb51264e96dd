"""关怀模式: large type and strong contrast on this device, remembered for a year."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from miniprogram.access import own_form
from miniprogram.layout import CARE_COOKIE, CARE_SECONDS, HOME, set_cookie


async def switch(request: Request) -> Response:
    """On or off; nothing of a person is changed, so anybody may press it, from our own page."""
    form = await own_form(request)
    response = RedirectResponse(_own(form.get("next", HOME)), 303)
    set_cookie(request, response, CARE_COOKIE, "on" if form.get("care") == "on" else "off", CARE_SECONDS)
    return response


def _own(path: str) -> str:
    """A page of ours to go on to; anything else becomes the first."""
    plain = path.isprintable() and path.isascii() and not any(part in path for part in ("\\", " ", ".."))
    return path if plain and path.startswith(HOME) and not path.startswith(("/m/back", "/m/care")) else HOME


ROUTES = (Route("/care", switch, methods=["POST"]),)
