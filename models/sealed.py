"""Encrypted columns and blind indexes: names, phones and ID numbers never lie in the database in clear.

A sealed value is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag`, with `table:column` as associated
data, so that a value moved to another column does not open. The key id is derived from the key, and stays when others
come and go.
"""

import hashlib
import hmac
import os
from contextlib import suppress
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tortoise.fields.base import Field

from errors import ConfigurationError
from settings import get_settings

NONCE_BYTES = 12


def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"linli:" + purpose.encode()).derive(secret.encode())


class Keyring:
    """LINLI_FIELD_KEY holds one or more secrets, newest first, parted by commas.

    LINLI_INDEX_KEY makes the blind indexes; without it the oldest of them does.

    Raises:
        ConfigurationError: two of the secrets have the same key id.
    """

    def __init__(self, field_key: str, index_key: str = "") -> None:
        secrets = list(dict.fromkeys(part.strip() for part in field_key.split(",") if part.strip()))
        self.ciphers = {_key_id(secret): AESGCM(_derive(secret, "field")) for secret in secrets}
        if len(self.ciphers) < len(secrets):
            raise ConfigurationError("LINLI_FIELD_KEY 里有两个密钥的编号碰巧相同：请另外生成一个新的。")
        self.current = _key_id(secrets[0])
        self.index_key = _derive(index_key.strip() or secrets[-1], "index")

    def candidates(self, key_id: int) -> list[AESGCM]:
        """The cipher of a key id; of an id from before ids were derived (below 128) any may be meant."""
        known = self.ciphers.get(key_id)
        return [known] if known else list(self.ciphers.values())


def _key_id(secret: str) -> int:
    return _derive(secret, "id")[0] | 0x80


@lru_cache
def keyring() -> Keyring:
    settings = get_settings()
    return Keyring(settings.field_key, settings.index_key)


def seal(value: str, context: str) -> bytes:
    """Encrypt `value` for the column or purpose named by `context` (`table:column`)."""
    return seal_bytes(value.encode(), context)


def seal_bytes(value: bytes, context: str) -> bytes:
    keys = keyring()
    nonce = os.urandom(NONCE_BYTES)
    return bytes((keys.current,)) + nonce + keys.ciphers[keys.current].encrypt(nonce, value, context.encode())


def current_key_id() -> int:
    """The key id under which values are sealed now: what begins with another byte is sealed under an older key."""
    return keyring().current


def unseal(value: bytes, context: str) -> str:
    """Decrypt what `seal` made.

    Raises:
        cryptography.exceptions.InvalidTag: another key, another column, or a changed value.
    """
    return unseal_bytes(value, context).decode()


def unseal_bytes(value: bytes, context: str) -> bytes:
    for cipher in keyring().candidates(value[0]):
        with suppress(InvalidTag):
            return cipher.decrypt(value[1 : 1 + NONCE_BYTES], value[1 + NONCE_BYTES :], context.encode())
    raise InvalidTag


def blind_index(value: str, context: str) -> bytes:
    """16 bytes that are equal for equal values of one context: search by whole value without reading it."""
    return hmac.digest(keyring().index_key, f"{context}\x00{value}".encode(), hashlib.sha256)[:16]


class SealedField(Field[str]):
    """A text column that is encrypted at rest; None stays NULL."""

    SQL_TYPE = "BYTEA"
    field_type = str

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}:{self.model_field_name}"  # pyright: ignore[reportPrivateUsage]

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return None if value is None else seal(value, self.context)

    def to_python_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else unseal(value, self.context)


class BlindIndexField(Field[bytes], bytes):
    """16 bytes made by `blind_index`; unlike the ORM's binary field it may be indexed."""

    SQL_TYPE = "BYTEA"
    field_type = bytes
