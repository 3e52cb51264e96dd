"""Making things findable, in the transaction that wrote them."""

import asyncio
from collections.abc import Sequence

import rjieba

from handlers.search.rules import document
from models.database import rows

_INDEX = """
INSERT INTO search_entry (kind, subject_id, place, words)
SELECT $1, given.id, given.place, given.words::tsvector
FROM unnest($2::bigint[], $3::text[], $4::text[]) AS given (id, place, words)
ON CONFLICT (kind, subject_id) DO UPDATE SET place = excluded.place, words = excluded.words
WHERE (search_entry.place, search_entry.words) IS DISTINCT FROM (excluded.place, excluded.words)
"""


async def index_many(kind: str, entries: Sequence[tuple[int, str, str]]) -> None:
    """Let things be found by these texts from now on, whatever they were found by before.

    Args:
        kind: what sort of things, as `dwelling`; their ids are unique within it.
        entries: (id, code of the place, text) of each, a few thousand at most.
    """
    if entries:
        ids, places, texts = zip(*entries, strict=True)
        documents = await asyncio.to_thread(lambda: [document(text, rjieba.cut) for text in texts])
        await rows(_INDEX, kind, list(ids), list(places), documents)
