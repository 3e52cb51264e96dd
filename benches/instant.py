"""A platform and an SMS gateway that take everything at once: one answer to whatever is asked."""

import json

from starlette.types import Receive, Scope, Send

ANSWER = json.dumps({"errcode": 0, "msgid": 1, "id": "1", "access_token": "instant", "expires_in": 7200}).encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and says yes."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})
