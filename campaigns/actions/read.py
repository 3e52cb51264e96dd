"""Whoever has read a message needs no more of it: their delivery is done, whatever path it was to take."""

from collections.abc import Sequence

from models.database import rows

_READ = """
UPDATE delivery SET state = 'read', lease_until = NULL FROM campaign
WHERE campaign.id = delivery.campaign_id AND campaign.subject = ANY($1::text[]) AND delivery.state <> 'read'
  AND (delivery.account_id = $2 OR delivery.resident_id = ANY($3::bigint[]))
RETURNING delivery.id
"""
# Who reads it without having been written to has got it as well: a correction reaches them too.
_JOINED = """
INSERT INTO delivery (campaign_id, recipient, resident_id, account_id, dwelling_id, state, next_at)
SELECT campaign.id, coalesce('resident:' || $3::bigint, 'account:' || $2::bigint), $3::bigint, $2::bigint, $4::bigint,
       'read', campaign.launch_at
FROM campaign WHERE campaign.subject = $1 AND NOT EXISTS (
  SELECT FROM delivery d WHERE d.campaign_id = campaign.id
    AND (d.account_id = $2 OR d.resident_id = ANY($5::bigint[]))
) ON CONFLICT DO NOTHING RETURNING id
"""


async def mark_read(
    subjects: Sequence[str], account_id: int, residents: Sequence[int], home: tuple[int, int | None]
) -> None:
    """Note, in the transaction under way, that somebody has read what the campaigns on these subjects say.

    Args:
        subjects: of one message and its corrections, the present one last.
        residents: whom the account stands for at its homes.
        home: the dwelling it counts for, and the resident there; who was not written to is taken in.
    """
    await rows(_READ, list(subjects), account_id, list(residents))
    dwelling_id, resident_id = home
    await rows(_JOINED, subjects[-1], account_id, resident_id, dwelling_id, list(residents))
