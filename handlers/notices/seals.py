"""The code by which somebody gets a notice on their own phone before it is sent; it needs no table."""

from datetime import datetime

from models.sealed import blind_index

HALF_AN_HOUR = 1800
LENGTH = 8
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def trial_code(notice_id: int, version: int, now: datetime) -> str:
    """Eight letters for this text of this notice; good for the half hour under way and the next."""
    return _code(notice_id, version, int(now.timestamp()) // HALF_AN_HOUR)


def trial_code_fits(code: str, notice_id: int, version: int, now: datetime) -> bool:
    """Whether it is one of this text, of this half hour or the one before; case does not matter."""
    slot = int(now.timestamp()) // HALF_AN_HOUR
    return code.upper() in {_code(notice_id, version, slot), _code(notice_id, version, slot - 1)}


def _code(notice_id: int, version: int, slot: int) -> str:
    index = blind_index(f"{notice_id}:{version}:{slot}", "notice:test")
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in index[:LENGTH])
