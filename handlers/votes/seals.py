"""The ends of a vote's two chains: whoever knows the last seal knows that nothing before it was changed."""

from dataclasses import dataclass

from handlers.votes import chains
from models.database import rows

_LAST = "SELECT number, encode(seal, 'hex') AS seal FROM {} WHERE poll_id = $1 ORDER BY number DESC LIMIT 1"
_TABLES = {chains.RECEIPTS: "sealed_receipt", chains.CHOICES: "sealed_choice"}


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many lines a sealed list has, and its last seal in hexadecimal."""

    lines: int
    last: str


async def last_seals(poll_id: int) -> dict[str, Sealed]:
    """The ends of both chains, to be posted with the result; an empty list ends at its beginning."""
    ends: dict[str, Sealed] = {}
    for of, table in _TABLES.items():
        end = await rows(_LAST.format(table), poll_id)
        ends[of] = Sealed(end[0]["number"], end[0]["seal"]) if end else Sealed(0, chains.beginning(poll_id, of).hex())
    return ends
