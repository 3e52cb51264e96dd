"""The platform's envelope: signature, AES block, XML and JSON bodies, opened on the way in, sealed on the way out."""

import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha1
from secrets import token_bytes
from typing import Any, cast
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.messages import EnvelopeError, Incoming

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_ELEMENTS = 2000
PAD_BLOCK = 32
AES_KEY_LENGTH = 43
CONTENT_TYPES = frozenset({"text/xml", "application/xml", "application/json", ""})
SUCCESS = b"success"

# XML cannot carry these, yet the platform pushes control characters raw when a user sends them.
UNCARRIABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Mode(StrEnum):
    """How the console sends messages: 明文, 兼容, 安全."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Credentials:
    """One account's push configuration. `aes_key` is the console's 43 characters, or empty in plain mode."""

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: Mode
    key: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("an empty token would let anyone sign")
        if len(self.aes_key) != AES_KEY_LENGTH and (self.aes_key or self.mode is not Mode.PLAIN):
            raise ValueError("EncodingAESKey must have 43 characters")
        object.__setattr__(self, "key", b64decode(self.aes_key + "=", validate=True) if self.aes_key else b"")

    def cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self.key), CBC(self.key[:16]))


@dataclass(frozen=True, slots=True)
class Push:
    """One opened push: the parsed inner payload, and the form in which the answer must go back."""

    fields: dict[str, Any] = field(repr=False)
    is_json: bool
    encrypted: bool


def verify_url(credentials: Credentials, query: Mapping[str, str]) -> str:
    """Answer the console's GET: the echostr to send back as it stands.

    Raises EnvelopeError: 403 for a wrong signature, 400 without echostr. Source: wechat-platform §1.1.
    """
    _check_signature(credentials, query, "signature")
    if echo := query.get("echostr"):
        return echo
    raise EnvelopeError(400, "echostr is missing")


def open_push(credentials: Credentials, query: Mapping[str, str], content_type: str, body: bytes) -> Push:
    """Check and open one POST of the platform; `content_type` is the header as sent, empty when there was none.

    Raises EnvelopeError: 413 over MAX_BYTES, 415 content type, 403 wrong signature, mode or appid, 400 malformed.
    Old timestamps pass: the platform names no window, and a retry must reach the inbox. Whether a body is XML or JSON
    is read from the body, as the platform's content types do not tell. Source: wechat-platform §1.2–1.4.
    """
    if len(body) > MAX_BYTES:
        raise EnvelopeError(413, "the body is too large")
    if content_type.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise EnvelopeError(415, "the content type is neither XML nor JSON")
    if query.get("msg_signature") or query.get("encrypt_type") == "aes":
        return _open_encrypted(credentials, query, body)
    return _open_plain(credentials, query, body)


def answer_body(
    credentials: Credentials, push: Push, message: Incoming, text: str, created_at: int, nonce: str
) -> tuple[bytes, str]:
    """The HTTP body and media type that answer `push` with `text`, sealed as it was; `created_at` in Unix seconds.

    No text answers `success`, which the platform wants unencrypted in every mode (wechat-platform §1.4).
    """
    if not text:
        return SUCCESS, "text/plain"
    plain = reply_text(message, text, created_at, is_json=push.is_json)
    body = seal(credentials, plain, nonce, created_at, is_json=push.is_json) if push.encrypted else plain.encode()
    return body, "application/json" if push.is_json else "application/xml"


def reply_text(message: Incoming, text: str, created_at: int, *, is_json: bool) -> str:
    """Render a passive text reply to the sender of `message`, less what XML cannot carry (wechat-platform §2.3)."""
    content = UNCARRIABLE.sub("", text)
    if is_json:
        reply = {
            "ToUserName": message.sender,
            "FromUserName": message.recipient,
            "CreateTime": created_at,
            "MsgType": "text",
            "Content": content,
        }
        return json.dumps(reply, ensure_ascii=False)
    return (
        f"<xml><ToUserName>{_cdata(message.sender)}</ToUserName>"
        f"<FromUserName>{_cdata(message.recipient)}</FromUserName>"
        f"<CreateTime>{created_at}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(content)}</Content></xml>"
    )


def seal(credentials: Credentials, plain: str, nonce: str, timestamp: int, *, is_json: bool) -> bytes:
    """Encrypt and sign a rendered reply; `nonce` is the push's, `timestamp` Unix seconds (wechat-platform §1.3–1.4)."""
    encrypt = _encrypt(credentials, plain.encode())
    signature = _signature(credentials.token, str(timestamp), nonce, encrypt)
    if is_json:
        envelope = {"Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}
        return json.dumps(envelope, ensure_ascii=False).encode()
    return (
        f"<xml><Encrypt>{_cdata(encrypt)}</Encrypt><MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    ).encode()


def _open_plain(credentials: Credentials, query: Mapping[str, str], body: bytes) -> Push:
    if credentials.mode is Mode.SAFE:
        raise EnvelopeError(403, "safe mode takes encrypted bodies only")
    _check_signature(credentials, query, "signature")
    fields, is_json = _parse(body)
    if "Encrypt" in fields:
        raise EnvelopeError(403, "an encrypted body needs msg_signature and a mode with encryption")
    return Push(fields, is_json, encrypted=False)


def _open_encrypted(credentials: Credentials, query: Mapping[str, str], body: bytes) -> Push:
    if credentials.mode is Mode.PLAIN:
        raise EnvelopeError(403, "plain mode takes plain bodies only")
    envelope, is_json = _parse(body)
    encrypt = envelope.get("Encrypt")
    if not isinstance(encrypt, str):
        raise EnvelopeError(403, "the body is not encrypted")
    _check_signature(credentials, query, "msg_signature", encrypt)
    # The plain fields beside Encrypt in compatible mode are signed by nobody: only the sealed ones count.
    fields, _ = _parse(_decrypt(credentials, encrypt))
    return Push(fields, is_json, encrypted=True)


def _check_signature(credentials: Credentials, query: Mapping[str, str], name: str, *signed: str) -> None:
    expected = _signature(credentials.token, query.get("timestamp", ""), query.get("nonce", ""), *signed)
    if not hmac.compare_digest(expected.encode(), query.get(name, "").encode(errors="replace")):
        raise EnvelopeError(403, "the signature is wrong")


def _signature(*parts: str) -> str:
    return sha1(b"".join(sorted(part.encode(errors="replace") for part in parts))).hexdigest()


def _decrypt(credentials: Credentials, encrypt: str) -> bytes:
    decryptor = credentials.cipher().decryptor()
    try:
        block = decryptor.update(b64decode(encrypt, validate=True)) + decryptor.finalize()
    except ValueError as error:
        raise EnvelopeError(400, "Encrypt is not base64 of whole AES blocks") from error
    pad = block[-1] if block else 0
    if not 1 <= pad <= PAD_BLOCK or not block.endswith(bytes([pad]) * pad):
        raise EnvelopeError(400, "the padding is wrong")
    content = block[16:-pad]
    length = int.from_bytes(content[:4])
    message, owner = content[4 : 4 + length], content[4 + length :]
    if len(message) != length:
        raise EnvelopeError(400, "the length field points past the end")
    if owner != credentials.app_id.encode():
        raise EnvelopeError(403, "the message belongs to another appid")
    return message


def _encrypt(credentials: Credentials, message: bytes) -> str:
    block = token_bytes(16) + len(message).to_bytes(4) + message + credentials.app_id.encode()
    # The platform pads to 32 bytes, which no AES library's own padding does.
    pad = PAD_BLOCK - len(block) % PAD_BLOCK
    encryptor = credentials.cipher().encryptor()
    return b64encode(encryptor.update(block + bytes([pad]) * pad) + encryptor.finalize()).decode()


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _parse(body: bytes) -> tuple[dict[str, Any], bool]:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError(400, "the body is not UTF-8") from error
    is_json = text.lstrip().startswith("{")
    return (_parse_json if is_json else _parse_xml)(text), is_json


def _parse_json(text: str) -> dict[str, Any]:
    # Numbers with a point stay text, as they are in XML; raw control characters are tolerated, then dropped.
    try:
        fields = json.loads(text, strict=False, parse_float=str, parse_constant=str, object_pairs_hook=_json_object)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError(400, "the body is not well-formed JSON") from error
    return _carriable(fields)


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # The platform's own samples have keys with a leading blank.
    fields = {UNCARRIABLE.sub("", key).strip(): value for key, value in pairs}
    if len(fields) != len(pairs):
        raise EnvelopeError(400, "a key occurs twice")
    return fields


def _carriable(value: Any, depth: int = 1) -> Any:
    if isinstance(value, str):
        return UNCARRIABLE.sub("", value)
    if not isinstance(value, dict | list):
        return value
    if depth > MAX_DEPTH:
        raise EnvelopeError(400, "the body is nested too deeply")
    if isinstance(value, list):
        return [_carriable(item, depth + 1) for item in cast(list[Any], value)]
    return {key: _carriable(item, depth + 1) for key, item in cast(dict[str, Any], value).items()}


def _parse_xml(text: str) -> dict[str, Any]:
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = tree.open
    parser.EndElementHandler = tree.close
    parser.CharacterDataHandler = tree.write
    try:
        parser.Parse(UNCARRIABLE.sub("", text), True)
    except expat.ExpatError as error:
        raise EnvelopeError(400, "the body is not well-formed XML") from error
    fields = tree.path[0].get("xml")
    if not isinstance(fields, dict):
        raise EnvelopeError(400, "the root is not an <xml> with fields")
    return cast(dict[str, Any], fields)


def _refuse_doctype(*_: object) -> None:
    raise EnvelopeError(400, "a document type is not welcome")


class _Tree:
    """Expat's callbacks: the path of open elements, each as its children so far, and the text since the last tag."""

    __slots__ = ("elements", "path", "text")

    def __init__(self) -> None:
        self.path: list[dict[str, Any]] = [{}]
        self.elements = 0
        self.text = ""

    def open(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.path) > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise EnvelopeError(400, "the body has too many elements or nests too deeply")
        self.path.append({})
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def close(self, tag: str) -> None:
        value = self.path.pop() or self.text
        parent = self.path[-1]
        parent[tag] = self._repeated(parent[tag], value) if tag in parent else value
        self.text = ""

    def _repeated(self, earlier: Any, value: Any) -> list[Any]:
        """Repeated children become a list; a second text right under the root would leave open which one counts."""
        if len(self.path) == 2 and (isinstance(value, str) or isinstance(earlier, str)):
            raise EnvelopeError(400, "a field occurs twice")
        return [*cast(list[Any], earlier), value] if isinstance(earlier, list) else [earlier, value]
