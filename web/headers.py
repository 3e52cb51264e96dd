"""What every answer of a surface carries to keep it out of frames, caches and other sites' reach; and who asks."""

from ipaddress import ip_address, ip_network

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "Content-Security-Policy"
# No script or style stands in a page itself; icons are data addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; {frames}form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    POLICY: _POLICY.format(scripts="", frames=""),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def policy_with(scripts: str, frames: str) -> str:
    """The policy of one page that also runs the scripts of a host, which show parts of their own in these frames."""
    return _POLICY.format(scripts=f" {scripts}", frames=f"frame-src {frames}; ")


class Protected:
    """A surface behind its headers; a page may answer with another policy of its own.

    Args:
        static: where its files begin, which may be kept but are asked about each time; pages show people, and are
            not kept at all.
    """

    def __init__(self, app: ASGIApp, static: str) -> None:
        self._app = app
        self._static = static

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cached = "no-cache" if scope["path"].startswith(self._static) else "no-store"
        headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
        headers.append((b"cache-control", cached.encode()))

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                named = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in headers if header[0] not in named)]
            await send(message)

        await self._app(scope, receive, send_protected)


def client_address(request: Request, trusted_proxies: tuple[str, ...]) -> str:
    """Where a request comes from; a proxy's word counts only when LINLI_TRUSTED_PROXIES names the proxy.

    Of X-Forwarded-For the last entry that is not itself a trusted proxy is taken: those before it can be made up.
    """
    address = request.client.host if request.client else ""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _trusted(address, trusted_proxies):
        address = hops.pop()
    return address


def _trusted(address: str, proxies: tuple[str, ...]) -> bool:
    try:
        return any(ip_address(address) in ip_network(proxy, strict=False) for proxy in proxies)
    except ValueError:
        return address in proxies
