"""Drawing a roll: which persons, households or owners vote, frozen with their weights when it is posted."""

from datetime import datetime

from clock import BEIJING
from handlers.votes import rules
from models.database import rows
from models.votes import Poll

_HOUSEHOLDS = """
INSERT INTO roll_entry (poll_id, voice, dwelling_id)
SELECT $1, 'dwelling:' || d.id, d.id FROM dwelling d JOIN estate e ON e.id = d.estate_id
WHERE EXISTS (SELECT 1 FROM unnest($2::text[]) place WHERE e.code = place OR starts_with(d.code, place))
  AND EXISTS (SELECT 1 FROM membership m JOIN resident r ON r.id = m.resident_id
              WHERE m.dwelling_id = d.id AND m.until IS NULL AND r.birth_on <= $3)
ON CONFLICT (poll_id, voice) DO NOTHING RETURNING id
"""


async def draw_roll(poll: Poll, now: datetime) -> int:
    """Freeze who votes in a poll; drawn again it stays as it is. Returns how many entries were added."""
    birthday = rules.born_on_or_before(now.astimezone(BEIJING).date(), poll.min_age)
    return len(await rows(_HOUSEHOLDS, poll.id, poll.places, birthday))
