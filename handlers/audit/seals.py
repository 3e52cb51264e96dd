"""Seals: what binds each entry of the audit trail to all before it, and how anybody can recount it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from errors import Invalid
from models.audit import AuditEntry

FACTS = ("id", "number", "at", "actor", "action", "subject", "place", "before", "after", "reason", "detail")
"""What a seal covers; `at` in UTC to the microsecond."""
BEFORE, SEAL = "上一封印", "封印"
SHEET = (*FACTS, BEFORE, SEAL)
"""The columns of an exported file that carry the seals; facts under the names by which they are sealed."""


def moment(at: datetime) -> str:
    """A time as it is sealed."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def facts_of(entry: AuditEntry) -> dict[str, Any]:
    facts = {name: getattr(entry, name) for name in FACTS}
    return facts | {"at": moment(entry.at)}


def seal_of(previous: bytes, facts: Mapping[str, Any]) -> bytes:
    """SHA-256 over the seal before and the canonical JSON of the facts, the running number among them."""
    row = {name: facts[name] for name in FACTS}
    canonical = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def walk(number: int, seal: bytes, links: Iterable[tuple[Mapping[str, Any], bytes]]) -> tuple[int, bytes, bool]:
    """Follow the chain from a link that held. Returns the last number that holds, its seal, and whether all did.

    Args:
        links: facts and seal of those that come after, in their order.
    """
    for facts, kept in links:
        if facts["number"] != number + 1 or seal_of(seal, facts) != kept:
            return number, seal, False
        number, seal = number + 1, kept
    return number, seal, True


def sealed_cells(entry: AuditEntry, before: bytes) -> list[object]:
    """A line of a file by which an outsider recounts the seals: what `SHEET` heads.

    Args:
        before: the seal that this entry's was made from.
    """
    facts = facts_of(entry)
    facts["detail"] = json.dumps(facts["detail"], ensure_ascii=False, sort_keys=True)
    return [*(facts[name] for name in FACTS), before.hex(), entry.seal.hex() if entry.seal else ""]


@dataclass(frozen=True, slots=True)
class Recount:
    """What became of a file: lines that fit, numbers of those that do not, lines that were not sealed yet."""

    fitting: int
    broken: list[int]
    unsealed: int
    gaps: int


def recount(lines: Iterable[Sequence[str]]) -> Recount:
    """Make every seal of an exported file anew.

    Args:
        lines: cells as text; the line with the headings of `SHEET` says where each stands, those above are passed over.

    Raises:
        Invalid: no such headings.
    """
    rest = iter(lines)
    heading = next((line for line in rest if set(SHEET) <= set(line)), None)
    if heading is None:
        raise Invalid("这个文件里没有封印，请用「操作记录」页导出的 CSV 文件。")
    sealed = [dict(zip(heading, line, strict=False)) for line in rest]
    links = sorted((_link(cells) for cells in sealed if cells[SEAL]), key=lambda link: link[0]["number"])
    broken = [facts["number"] for facts, before, seal in links if seal_of(before, facts) != seal]
    pairs = list(pairwise(links))
    broken += [after[0]["number"] for one, after in pairs if _next(one, after) and one[2] != after[1]]
    gaps = sum(not _next(one, after) for one, after in pairs)
    return Recount(len(links) - len(set(broken)), sorted(set(broken)), len(sealed) - len(links), gaps)


Link = tuple[dict[str, Any], bytes, bytes]


def _next(one: Link, after: Link) -> bool:
    return after[0]["number"] == one[0]["number"] + 1


def _link(cells: Mapping[str, str]) -> Link:
    """Facts, the seal before and the seal of a line; an apostrophe that kept a cell from running is taken off."""
    plain = {
        name: cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell for name, cell in cells.items()
    }
    facts: dict[str, Any] = {name: plain[name] for name in FACTS}
    facts |= {"id": int(plain["id"]), "number": int(plain["number"]), "detail": json.loads(plain["detail"])}
    return facts, bytes.fromhex(plain[BEFORE]), bytes.fromhex(plain[SEAL])
