"""The platform's side of the envelope, written apart from ours: vectors, signing, sealing, and what it would read."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha1
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.envelope import Credentials, EnvelopeError, Mode, Push, open_push

OFFICIAL = Credentials("wxba5fad812f8e6fb9", "AAAAA", "A" * 43, Mode.SAFE)
OFFICIAL_QUERY = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "openid": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
OFFICIAL_ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OFFICIAL_REPLY_ENCRYPT = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="

OWN = Credentials("wx0123456789abcdef", "TESTTOKEN", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", Mode.SAFE)
TEXT = (
    "<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName><![CDATA[oUSER]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
    "<MsgId>1</MsgId></xml>"
)
FIELDS = {
    "ToUserName": "gh_test",
    "FromUserName": "oUSER",
    "CreateTime": "1700000000",
    "MsgType": "text",
    "Content": "你好",
    "MsgId": "1",
}
OWN_ENCRYPT = (
    "Q3stYC6hdFzMh9T8HCvyDMi9bShgmE5Ap1ziJsGG3IbsWDoBBlsVl7X6+xwF9/pOdKgRfJBu1GAqKLuu8v+n/tNrfZWTkXPdsXSBpSXqiee8NrjKh9FH"
    "C+FE/fMN1qT7nLxMr67i61u3momuLOYPqNI1lV9GKDG7FsKyt6iSNTPvlA9IMBG9aTlTk6oDf3J4FiBHQY5lSHh6K3+UVEgtXIgCo5CirH2nM649qaso"
    "Fp/dxs+EIJK12iIT944zMAxoCEmaCer1DfS0Q0W4lNwwKI6Z5B4GrE+OPBcqoGb9c9tWctyLudttbp1MJ86Us6huge46wrwo2epkSkD7RzmoXRXEYdmm"
    "lwCheyxB5YsqAKjuJUFAbgbkcrAl2QEjaWUa"
)
PLAIN, COMPATIBLE = replace(OWN, mode=Mode.PLAIN), replace(OWN, mode=Mode.COMPATIBLE)


def signature(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode()).hexdigest()


def plain_query() -> dict[str, str]:
    return {"signature": signature(OWN.token, "1700000000", "nonce1"), "timestamp": "1700000000", "nonce": "nonce1"}


def sealed_query(encrypt: str) -> dict[str, str]:
    signed = signature(OWN.token, "1700000000", "nonce1", encrypt)
    return plain_query() | {"encrypt_type": "aes", "msg_signature": signed}


def encrypted(block: bytes) -> str:
    key = b64decode(OWN.aes_key + "=")
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(block) + encryptor.finalize()).decode()


def padded(message: bytes, app_id: str = OWN.app_id, length: int | None = None) -> bytes:
    declared = len(message) if length is None else length
    content = b"0123456789abcdef" + declared.to_bytes(4, "big") + message + app_id.encode()
    pad = 32 - len(content) % 32
    return content + bytes([pad]) * pad


def xml_envelope(encrypt: str) -> bytes:
    return f"<xml><ToUserName><![CDATA[gh_test]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()


def json_envelope(encrypt: str) -> bytes:
    return json.dumps({"ToUserName": "gh_test", "Encrypt": encrypt}).encode()


def open_sealed(encrypt: str, wrap: Callable[[str], bytes] = xml_envelope) -> Push:
    return open_push(OWN, sealed_query(encrypt), "text/xml", wrap(encrypt))


def open_plain(body: bytes | str, content_type: str = "text/xml") -> Push:
    return open_push(PLAIN, plain_query(), content_type, body if isinstance(body, bytes) else body.encode())


def refusal(call: Callable[..., Any], *args: Any) -> int:
    with pytest.raises(EnvelopeError) as refused:
        call(*args)
    return refused.value.status
