"""Hashing passwords with Argon2, in a thread: one hash takes as long as a thousand messages."""

import asyncio
import secrets
from functools import lru_cache

from pwdlib import PasswordHash

_ARGON2 = PasswordHash.recommended()
_READABLE = "23456789abcdefghijkmnpqrstuvwxyz"


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_ARGON2.hash, password)


async def matches(password: str, password_hash: str) -> bool:
    return await asyncio.to_thread(_ARGON2.verify, password, password_hash)


def first_password() -> str:
    """60 random bits without letters that look alike, in groups for reading out: `k7mq-2xw9-pdfa`."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))


@lru_cache
def nobodys_hash() -> str:
    """A hash that no password matches: unknown logins are checked against it, so that time tells nothing."""
    return _ARGON2.hash(secrets.token_urlsafe())
