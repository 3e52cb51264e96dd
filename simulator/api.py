"""How every call of the platform's server API is answered: fault, method, token, then the call itself."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.config import SimulatorConfig, config_of
from simulator.errcodes import PlatformError
from simulator.store import Record, key
from simulator.tokens import check_access_token

Call = Callable[[SimulatorConfig, Request], Awaitable[Record | Response]]


def api_route(method: str, path: str, call: Call, *, needs_token: bool = True) -> Route:
    """A route under `/api` that answers HTTP 200 whatever happens, as the platform does (wechat-platform §3)."""

    async def respond(request: Request) -> Response:
        config = config_of(request)
        try:
            await _strike_fault(config, path)
            if request.method != method:
                raise PlatformError(43001 if method == "GET" else 43002)
            if needs_token:
                await check_access_token(config, request.query_params.get("access_token", ""))
            answer = await call(config, request)
        except PlatformError as refusal:
            answer = refusal.body()
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return Route("/api" + path, respond, methods=["GET", "POST"])


async def _strike_fault(config: SimulatorConfig, path: str) -> None:
    errcode = await config.redis.lpop(key("fault", path))
    if isinstance(errcode, bytes | str):
        raise PlatformError(int(errcode))
