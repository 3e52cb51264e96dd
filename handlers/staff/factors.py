"""The second factor: codes of a phone that change every half minute (RFC 6238), and recovery codes without a phone."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from pyotp.totp import TOTP

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be this many steps off (RFC 6238 §5.2)."""
RECOVERY_CODES = 10
_RECOVERY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BETWEEN = str.maketrans("", "", " -　")
ISSUER = "邻里后台"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What a phone was given; `step` is the last one whose code was used."""

    login: str
    secret: str
    confirmed: bool
    step: int

    @property
    def address(self) -> str:
        """What the square code holds: apps read name and secret from it."""
        label = f"{quote(ISSUER)}:{quote(self.login)}"
        return f"otpauth://totp/{label}?secret={self.secret}&issuer={quote(ISSUER)}"

    @property
    def spaced(self) -> str:
        """The secret in groups of four, for typing."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))

    def next_code(self, now: int) -> str:
        """The code that would be accepted next; for demonstrations without a phone."""
        return TOTP(self.secret).at(max(now // STEP_SECONDS, self.step + 1) * STEP_SECONDS)


def new_secret() -> str:
    """160 random bits, as RFC 4226 §4 advises."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def folded(code: str) -> str:
    """As it is compared: blanks, hyphens, width and case ignored."""
    wide = {ord("０") + digit: str(digit) for digit in range(10)}
    return code.translate(_BETWEEN).translate(wide).upper()


def matching_step(secret: str, code: str, now: int) -> int | None:
    """The time step whose code this is, None when it is no code of now.

    Args:
        now: seconds since 1970 by the machine's clock, which is what phones follow.
    """
    totp, here = TOTP(secret), now // STEP_SECONDS
    steps = range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1)
    given = folded(code).encode()
    return next((step for step in steps if secrets.compare_digest(totp.at(step * STEP_SECONDS).encode(), given)), None)


def new_recovery_codes() -> list[str]:
    """Ten codes of 50 random bits each, as they are printed: `7KQ2M-9XDPA`."""
    return [f"{_half_of_a_code()}-{_half_of_a_code()}" for _ in range(RECOVERY_CODES)]


def _half_of_a_code() -> str:
    return "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(5))


def recovery_hash(login: str, code: str) -> str:
    """What is kept of a recovery code; 50 random bits need no slow hash."""
    return hashlib.sha256(f"{login}:{folded(code)}".encode()).hexdigest()
