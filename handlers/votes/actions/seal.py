"""Sealing: the box is emptied into two lists in random orders that nothing joins, each linked into a SHA-256 chain."""

from collections.abc import Sequence
from typing import Any

from handlers.votes import chains
from models.database import rows
from models.sealed import unseal
from models.votes import Poll

RECEIPT = "ballot:receipt"
# Written anew in random order, so that neither a row's place nor its transaction tells whose ballot it is.
_TAKE_OUT = """
WITH taken AS (DELETE FROM ballot WHERE poll_id = $1 RETURNING answer, receipt)
SELECT answer, receipt FROM taken ORDER BY gen_random_uuid()
"""
_RECEIPTS = """
INSERT INTO sealed_receipt (poll_id, number, receipt, answer, seal)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::bytea[])
"""
_CHOICES = """
INSERT INTO sealed_choice (poll_id, number, answer, heads, area, seal)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::int[], $5::numeric[], $6::bytea[])
"""


async def seal_ballots(poll: Poll) -> int:
    """Seal what lies in the box of a secret poll; the number of ballots."""
    papers = await rows(_TAKE_OUT, poll.id)
    receipts = sorted(unseal(paper["receipt"], RECEIPT) for paper in papers if paper["receipt"])
    await _seal_receipts(poll.id, [(number, "") for number in receipts])
    await _seal_choices(poll.id, [(paper["answer"], 1, 0) for paper in papers])
    return len(papers)


async def _seal_receipts(poll_id: int, lines: Sequence[tuple[str, str]]) -> None:
    link, seals = chains.beginning(poll_id, chains.RECEIPTS), list[bytes]()
    for number, (receipt, answer) in enumerate(lines, 1):
        link = chains.receipt_seal(link, number, receipt, answer)
        seals.append(link)
    receipts, answers = [line[0] for line in lines], [line[1] for line in lines]
    await rows(_RECEIPTS, poll_id, list(range(1, len(lines) + 1)), receipts, answers, seals)


async def _seal_choices(poll_id: int, lines: Sequence[tuple[str, int, Any]]) -> None:
    link, seals = chains.beginning(poll_id, chains.CHOICES), list[bytes]()
    for number, (answer, heads, area) in enumerate(lines, 1):
        link = chains.choice_seal(link, number, answer, heads, area)
        seals.append(link)
    answers, heads, areas = (list(column) for column in zip(*lines, strict=True)) if lines else ([], [], [])
    await rows(_CHOICES, poll_id, list(range(1, len(lines) + 1)), answers, heads, areas, seals)
