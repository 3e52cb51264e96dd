"""Whose matter an enquiry is and what it wants: by what staff's corrections have taught, else by written words."""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag

from models.database import rows
from models.sealed import unseal, unseal_bytes
from understanding.classifier import Classifier
from understanding.lexicon import read_lexicon
from understanding.store import read_classifier

DEPARTMENTS, ACTS = "departments", "acts"
LEARNT, CONTEXT = "enquiries.learnt", "shared:enquiries.learnt"
"""Where what was learnt is shared by all processes, sealed: it knows the words of messages."""
MACHINE = "+words"
"""Who routed what nobody has looked at yet; no login has a plus sign."""
LONGEST = 600
RECENT = timedelta(days=1)
MOST = 200
_TEXT = """
(SELECT array_agg(text ORDER BY id) FROM (SELECT id, text FROM enquiry_line
 WHERE enquiry_id = e.id AND kind = 'said' AND media = '' ORDER BY id LIMIT 3) said) AS texts
"""
_UNROUTED = f"""
SELECT e.id, {_TEXT} FROM enquiry e
WHERE e.routed_by = '' AND (e.state IN ('waiting', 'held', 'snoozed') OR e.state = 'closed' AND e.closed_at > $1)
ORDER BY e.id LIMIT $2
"""
_ROUTED = f"""
SELECT e.id, e.department, e.act, {_TEXT} FROM enquiry e WHERE e.routed_by NOT IN ('', $1) ORDER BY e.id
"""
_COUNT = """
SELECT count(*)::int AS routed, (SELECT (value->>'routed')::int FROM shared WHERE name = $2) AS learnt
FROM enquiry WHERE routed_by NOT IN ('', $1)
"""
_AT = "SELECT value->>'at' AS at FROM shared WHERE name = $1"
_KEPT = "SELECT value FROM shared WHERE name = $1"


@dataclass(frozen=True, slots=True)
class Route:
    """Whose matter something is and what it wants; each empty where nothing tells."""

    department: str
    act: str


def departments() -> list[str]:
    """The departments by name."""
    return sorted(read_lexicon(DEPARTMENTS).kinds)


def acts() -> list[str]:
    """What a message may want: that something is known, or that something is dealt with."""
    return list(read_lexicon(ACTS).kinds)


class Routing:
    """The judges of this process, read anew when something was learnt."""

    def __init__(self) -> None:
        self._of: str | None = None
        self._judges: Mapping[str, Classifier | None] | None = None

    async def routes(self, texts: Mapping[int, str]) -> dict[int, Route]:
        """Where messages belong, each by its id; judged in a thread."""
        found = await rows(_AT, LEARNT)
        learnt_at = found[0]["at"] if found else None
        if self._judges is None or learnt_at != self._of:
            kept = await rows(_KEPT, LEARNT) if found else []
            self._judges = await asyncio.to_thread(_judges, json.loads(kept[0]["value"]) if kept else {})
            self._of = learnt_at
        return await asyncio.to_thread(_routes, self._judges, texts)


def _judges(kept: Mapping[str, Any]) -> dict[str, Classifier | None]:
    return {name: _learnt(kept.get(name)) for name in (DEPARTMENTS, ACTS)}


def _learnt(sealed: str | None) -> Classifier | None:
    """What staff have taught; None where it does not open any more, after the keys have changed."""
    with suppress(InvalidTag, KeyError, ValueError):
        return read_classifier(unseal_bytes(base64.b64decode(sealed), CONTEXT)) if sealed else None
    return None


def _routes(judges: Mapping[str, Classifier | None], texts: Mapping[int, str]) -> dict[int, Route]:
    return {
        number: Route(*(_judged(judges, name, text) for name in (DEPARTMENTS, ACTS))) for number, text in texts.items()
    }


def _judged(judges: Mapping[str, Classifier | None], name: str, text: str) -> str:
    judge = judges[name] if text else None
    return judge.likeliest(text) if judge else read_lexicon(name).likeliest(text)


async def unrouted(now: datetime) -> dict[int, str]:
    """What new enquiries say, by their ids."""
    return {row["id"]: _said(row["texts"]) for row in await rows(_UNROUTED, now - RECENT, MOST)}


async def to_learn_from() -> tuple[int, dict[str, list[tuple[str, str]]]] | None:
    """How many enquiries staff have routed, and what they say with what they are; None where that was learnt."""
    count = (await rows(_COUNT, MACHINE, LEARNT))[0]
    if count["routed"] == (count["learnt"] or 0):
        return None
    found = [(row, _said(row["texts"])) for row in await rows(_ROUTED, MACHINE)]
    named = {DEPARTMENTS: "department", ACTS: "act"}
    return count["routed"], {
        name: [(text, row[column]) for row, text in found if text and row[column]] for name, column in named.items()
    }


def _said(texts: Sequence[bytes] | None) -> str:
    return "\n".join(unseal(text, "enquiry_line:text") for text in texts or ())[:LONGEST]
