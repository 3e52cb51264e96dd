"""The files by which the platform sees that a domain is ours, served at its root (wechat-platform §3.11)."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from handlers.official_accounts.queries import verification_files
from handlers.official_accounts.rules import is_file_name
from held import Held

HELD_SECONDS = 10


def verification_route() -> Route:
    """`GET /MP_verify_….txt`: exactly what was uploaded; anything else is not there."""
    files: Held[dict[str, str]] = Held(verification_files, HELD_SECONDS)

    async def serve(request: Request) -> Response:
        name = f"MP_verify_{request.path_params['key']}.txt"
        body = (await files.get() or {}).get(name) if is_file_name(name) else None
        return PlainTextResponse("not found", 404) if body is None else PlainTextResponse(body)

    return Route("/MP_verify_{key}.txt", serve)
