"""Where somebody stands on a statement: one person, one stance, the last word counts."""

from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid
from handlers.consultations import told
from handlers.moderation.actions.participants import participant_of
from handlers.residency.visitors import Visitor
from models.database import rows

AGREE, DISAGREE, PASS = 1, -1, 0
# One statement checks and writes, so that nobody takes a stance on what was hidden, merged or closed in between.
_TAKE = """
INSERT INTO stance (statement_id, participant_id, value, taken_at)
SELECT s.id, $3, $4, $5 FROM statement s JOIN post p ON p.id = s.post_id JOIN consultation c ON c.id = s.consultation_id
WHERE s.id = $2 AND c.id = $1 AND s.merged_into_id IS NULL AND p.state = 'published'
  AND c.stage = 'deliberating'
  AND EXISTS (SELECT FROM dwelling d JOIN estate e ON e.id = d.estate_id, jsonb_array_elements_text(c.places) place
              WHERE d.id = ANY($6::bigint[]) AND (e.code = place OR starts_with(d.code, place)))
ON CONFLICT (statement_id, participant_id) DO UPDATE SET value = excluded.value, taken_at = excluded.taken_at
RETURNING id
"""


async def take_stance(visitor: Visitor, consultation_id: int, statement_id: int, value: int, now: datetime) -> int:
    """Keep where a person stands; the participant's id.

    Args:
        value: 1 agrees, -1 disagrees, 0 can't say.

    Raises:
        Invalid: no such value.
        Forbidden: who speaks is not registered, or not verified.
        Conflict: the statement is not asked about any more, or not of this person's home.
    """
    if value not in (AGREE, DISAGREE, PASS):
        raise Invalid(told.SAY_STANCE)
    async with in_transaction():
        participant = await participant_of(visitor, now)
        homes = [home.dwelling_id for home in visitor.homes]
        if not await rows(_TAKE, consultation_id, statement_id, participant.id, value, now, homes):
            raise Conflict(told.STATEMENT_GONE)
    return participant.id
