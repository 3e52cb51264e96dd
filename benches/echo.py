"""The floors: an echo bot of wechatpy and FastAPI that stores nothing, and a bare ASGI application."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# The library that is measured against has no types.

from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from settings import get_settings

settings = get_settings()
crypto: Any = WeChatCrypto(settings.wechat_token, settings.wechat_aes_key, settings.wechat_app_id)
app = FastAPI()


@app.post("/wechat")
async def echo(request: Request, msg_signature: str, timestamp: str, nonce: str) -> Response:
    body = crypto.decrypt_message(await request.body(), msg_signature, timestamp, nonce)
    message: Any = parse_message(body)
    reply: Any = create_reply(message.content, message)
    return Response(crypto.encrypt_message(reply.render(), nonce, timestamp), media_type="application/xml")


async def raw(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and says `success`, nothing else."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"7")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"success"})
