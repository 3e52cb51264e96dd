"""Finding what was indexed, inside a part of the tree."""

from handlers.search.rules import query
from models.database import rows_planned_anew

_FIND = """
SELECT subject_id FROM search_entry
WHERE kind = $1 AND words @@ $2::tsquery AND place COLLATE "C" >= $3 AND place COLLATE "C" < $4 AND subject_id > $5
ORDER BY subject_id LIMIT $6
"""
_AFTER_DIGITS = ":"


async def find(kind: str, text: str, place: str, *, limit: int = 50, after: int = 0) -> list[int]:
    """Ids of the things of a kind that hold every word of `text`, in their order; of no words there are none.

    Args:
        place: code of an organisation; only what lies there or below is found.
        after: the last id of the page before.
    """
    if not (wanted := query(text)):
        return []
    found = await rows_planned_anew(_FIND, kind, wanted, place, place + _AFTER_DIGITS, after, limit)
    return [row["subject_id"] for row in found]


def matching(kind: str, parameter: str) -> str:
    """SQL after a column of ids: those of a kind that match the `rules.query` bound to a parameter, as `$3`."""
    return f"IN (SELECT subject_id FROM search_entry WHERE kind = '{kind}' AND words @@ {parameter}::tsquery)"
