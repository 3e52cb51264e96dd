"""Sealing: the box is emptied into two lists in random orders that nothing joins, each linked into a SHA-256 chain.

Lists are read, linked and written a chunk at a time, so that a million ballots need no more memory than ten thousand;
keys and hashes are worked on beside the event loop. Everything happens in the transaction of whoever closes the poll.
"""

import asyncio
from typing import Any

from handlers.votes import chains, rules
from handlers.votes.rules import PollEvent
from models.database import rows
from models.sealed import unseal
from models.votes import Poll

CHUNK = 10_000

# Receipts go by their blind index: an order that nobody without the key can tell from chance, and not that of casting.
_SECRET_RECEIPTS = """
SELECT receipt_index, receipt, NULL::bytea AS answer FROM ballot
WHERE poll_id = $1 AND receipt_index > $2 ORDER BY receipt_index LIMIT $3
"""
_NAMED_RECEIPTS = """
SELECT receipt_index, receipt, answer FROM named_ballot
WHERE poll_id = $1 AND receipt_index > $2 AND stands ORDER BY receipt_index LIMIT $3
"""
_MIXED = """
CREATE TEMPORARY TABLE IF NOT EXISTS mixed
(number int PRIMARY KEY, answer bytea, sealed boolean, heads int, area numeric) ON COMMIT DROP
"""
# What is thrown in comes out in a random order: neither a row's place nor its transaction tells whose ballot it is.
_MIX = """
INSERT INTO mixed SELECT $2 + row_number() OVER (ORDER BY gen_random_uuid()), thrown.* FROM ({thrown}) thrown
"""
_SECRET = "SELECT convert_to(answer, 'UTF8'), false, 1, 0::numeric FROM ballot WHERE poll_id = $1"
_NAMED = """
SELECT n.answer, true, e.heads::int, e.area FROM named_ballot n JOIN roll_entry e ON e.id = n.entry_id
WHERE n.{of} = $1 AND n.stands
"""
# Of totals nobody knows which paper had which area: it stands with the first paper of an answer.
_WITH_BOXES = """
SELECT convert_to(answer, 'UTF8'), false, heads, area FROM sealed_choice WHERE poll_id = $1 UNION ALL
SELECT convert_to(line->>0, 'UTF8'), false, 1, CASE WHEN paper = 1 THEN (line->>3)::numeric ELSE 0 END
FROM box_count b, jsonb_array_elements(b.lines) line, generate_series(1, (line->>1)::int) paper
WHERE b.poll_id = $1 AND b.signed_at IS NOT NULL
"""
_LAST = "SELECT number, seal FROM sealed_choice WHERE poll_id = $1 ORDER BY number DESC LIMIT 1"
_NEXT = "SELECT number, answer, sealed, heads, area FROM mixed WHERE number > $1 ORDER BY number LIMIT $2"
_WRITE_RECEIPTS = """
INSERT INTO sealed_receipt (poll_id, number, receipt, answer, seal)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::bytea[])
"""
_WRITE_CHOICES = """
INSERT INTO sealed_choice (poll_id, number, answer, heads, area, seal)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::int[], $5::numeric[], $6::bytea[])
"""
_ANSWER = "named_ballot:answer"


async def seal_ballots(poll: Poll) -> int:
    """Seal what lies in the box of a poll that closes; the number of choices.

    Raises:
        Conflict: it has been closed already.
    """
    rules.move(poll.state, PollEvent.CLOSE)
    await _seal_receipts(poll)
    sealed = await _seal_choices(poll.id, poll.id, _SECRET if poll.secret else _NAMED.format(of="poll_id"))
    await rows("DELETE FROM ballot WHERE poll_id = $1", poll.id)
    return sealed


async def seal_boxes(poll_id: int) -> None:
    """Mix what two people have signed among the choices, and link the list anew, so that no box stands apart in it."""
    await _mix(_WITH_BOXES, poll_id, 0)
    await rows("DELETE FROM sealed_choice WHERE poll_id = $1", poll_id)
    await _write_choices(poll_id, 0, chains.beginning(poll_id, chains.CHOICES))


async def seal_named_paper(poll_id: int, ballot_id: int) -> None:
    """Append a named paper that was recorded after closing to the choices."""
    await _seal_choices(poll_id, ballot_id, _NAMED.format(of="id"))


async def _seal_receipts(poll: Poll) -> None:
    table, found_by = ("ballot", _SECRET_RECEIPTS) if poll.secret else ("named_ballot", _NAMED_RECEIPTS)
    link, number, at = chains.beginning(poll.id, chains.RECEIPTS), 0, b""
    while found := await rows(found_by, poll.id, at, CHUNK):
        columns, link = await asyncio.to_thread(_linked_receipts, found, f"{table}:receipt", number, link)
        await rows(_WRITE_RECEIPTS, poll.id, *columns)
        number, at = number + len(found), found[-1]["receipt_index"]


def _linked_receipts(found: list[dict[str, Any]], context: str, before: int, link: bytes) -> tuple[Any, bytes]:
    """The columns of the lines that follow number `before`, and the seal of the last."""
    lines: list[tuple[int, str, str, bytes]] = []
    for number, row in enumerate(found, before + 1):
        receipt = unseal(row["receipt"], context)
        answer = unseal(row["answer"], _ANSWER) if row["answer"] else ""
        link = chains.receipt_seal(link, number, receipt, answer)
        lines.append((number, receipt, answer, link))
    return map(list, zip(*lines, strict=True)), link


async def _seal_choices(poll_id: int, of: int, thrown: str) -> int:
    """Append what was thrown in to the list of choices; how many."""
    [last] = await rows(_LAST, poll_id) or [{"number": 0, "seal": chains.beginning(poll_id, chains.CHOICES)}]
    await _mix(thrown, of, last["number"])
    return await _write_choices(poll_id, last["number"], last["seal"])


async def _mix(thrown: str, of: int, before: int) -> None:
    """Number what was thrown in, in a random order, after those lines."""
    await rows(_MIXED)
    await rows("DELETE FROM mixed")
    await rows(_MIX.format(thrown=thrown), of, before)


async def _write_choices(poll_id: int, before: int, link: bytes) -> int:
    """Write what was mixed after so many lines, the last of which has this seal; how many."""
    number = before
    while found := await rows(_NEXT, number, CHUNK):
        columns, link = await asyncio.to_thread(_linked_choices, found, link)
        await rows(_WRITE_CHOICES, poll_id, *columns)
        number = found[-1]["number"]
    return number - before


def _linked_choices(found: list[dict[str, Any]], link: bytes) -> tuple[Any, bytes]:
    """The columns of these lines, and the seal of the last."""
    lines: list[tuple[Any, ...]] = []
    for row in found:
        answer = unseal(row["answer"], _ANSWER) if row["sealed"] else row["answer"].decode()
        link = chains.choice_seal(link, row["number"], answer, row["heads"], row["area"])
        lines.append((row["number"], answer, row["heads"], row["area"], link))
    return map(list, zip(*lines, strict=True)), link
