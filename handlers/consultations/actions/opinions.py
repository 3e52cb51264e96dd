"""Keeping what a computation found: the opinion of a topic, and how much one more answer to each would tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from models.database import rows
from models.statements import TopicOpinion
from opinion.results import Tally, from_json
from opinion.routing import priority
from opinion.showing import FEWEST

_COUNTED = """
UPDATE statement SET agreed = new.agreed, disagreed = new.disagreed, passed = new.passed, priority = new.priority
FROM unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::float8[])
  AS new (id, agreed, disagreed, passed, priority)
WHERE statement.id = new.id AND statement.consultation_id = $1 RETURNING statement.id
"""


COVERS = 20.0
"""So much more a statement weighs that fewer have answered than any figure is shown of: Polis asks it too rarely."""
NEW = priority(0, 0, 0) * COVERS


def weight(total: Tally, extremity: float) -> float:
    """How much one more answer to a statement would tell."""
    return priority(total.agreed, total.passed, total.seen, extremity) * (COVERS if total.seen < FEWEST else 1.0)


async def keep_opinion(consultation_id: int, found: Mapping[str, Any], now: datetime) -> None:
    """Keep a computation and the counts that it was made from.

    Args:
        found: as `Opinion.to_json` writes it.
        now: when its stances were read.
    """
    opinion = from_json(found)
    counts = list(zip(opinion.statements, opinion.totals, opinion.extremity, strict=True))
    columns = (
        [number for number, _, _ in counts],
        [total.agreed for _, total, _ in counts],
        [total.disagreed for _, total, _ in counts],
        [total.passed for _, total, _ in counts],
        [weight(total, far) for _, total, far in counts],
    )
    async with in_transaction():
        await rows(_COUNTED, consultation_id, *columns)
        await TopicOpinion.update_or_create(  # pyright: ignore[reportUnknownMemberType]
            consultation_id=consultation_id, defaults={"found": dict(found), "computed_at": now}
        )
