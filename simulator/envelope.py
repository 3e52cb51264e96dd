"""The platform's side of the envelope: signatures, the AES block, XML out and in (wechat-platform §1.2–1.4)."""

import base64
import hashlib
import hmac
import re
import secrets
import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32

Field: TypeAlias = "str | int | Mapping[str, Field] | Sequence[Mapping[str, Field]]"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadEnvelope(Exception):
    """The other side's XML or encryption is not as agreed."""


def sign(*parts: str) -> str:
    """The platform's signature: sha1 in hex over the parts in byte order."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Whether the signature belongs to the parts."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())


def encrypt(text: str, aes_key: str, app_id: str) -> str:
    """AES-256-CBC of 16 random bytes, the length, the text and the appid, padded to 32; in base64."""
    message = text.encode()
    block = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = BLOCK - len(block) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(block + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(encrypted: str, aes_key: str, app_id: str) -> str:
    """The text in an encrypted block; raises BadEnvelope for wrong base64, padding, length or appid."""
    try:
        decryptor = _cipher(aes_key).decryptor()
        block = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        pad = block[-1]
        if not 1 <= pad <= BLOCK or block[-pad:] != bytes([pad]) * pad:
            raise BadEnvelope("padding")
        content = block[16:-pad]
        (length,) = struct.unpack(">I", content[:4])
        if content[4 + length :] != app_id.encode():
            raise BadEnvelope("appid")
        return content[4 : 4 + length].decode()
    except (ValueError, IndexError, struct.error) as error:
        raise BadEnvelope("block") from error


def to_xml(fields: Mapping[str, Field]) -> str:
    """The fields as the platform writes them: numbers bare, words in CDATA, records nested, lists as repeated tags."""
    return f"<xml>{_elements(fields)}</xml>"


def from_xml(body: str) -> ElementTree.Element:
    """The root element `xml`; raises BadEnvelope for anything else."""
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise BadEnvelope("xml") from error
    if root.tag != "xml":
        raise BadEnvelope("root")
    return root


def _cipher(aes_key: str) -> Cipher[CBC]:
    raw = base64.b64decode(aes_key + "=")
    return Cipher(AES(raw), CBC(raw[:16]))


def _elements(fields: Mapping[str, Field]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, given in fields.items() for value in _each(given))


def _each(given: Field) -> Sequence[str | int | Mapping[str, Field]]:
    return [given] if isinstance(given, str | int | Mapping) else given


def _value(value: str | int | Mapping[str, Field]) -> str:
    if isinstance(value, str):
        return f"<![CDATA[{_NOT_XML.sub('', value).replace(']]>', ']]]]><![CDATA[>')}]]>"
    return str(value) if isinstance(value, int) else _elements(value)
