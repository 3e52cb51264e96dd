"""What an account has cast itself, where it may still change it, and who on a roll has not voted."""

from handlers.votes.answers import Answer, answer_from
from models.ballots import NamedBallot


async def own_answer(entry_id: int, account_id: int | None) -> Answer | None:
    """What this account's standing ballot for an entry of the roll says; None of a secret vote, or without one."""
    found = await NamedBallot.get_or_none(entry_id=entry_id, stands=True, account_id=account_id, serial=None)
    return answer_from(found.answer) if found and account_id else None


_NOT_VOTED = """
SELECT CASE WHEN p.electorate = 'household' THEN e.dwelling_id END AS dwelling_id,
       CASE WHEN p.electorate <> 'household' THEN coalesce(r.merged_into_id, e.resident_id) END AS resident_id
FROM roll_entry e JOIN poll p ON p.id = e.poll_id LEFT JOIN resident r ON r.id = e.resident_id
WHERE e.poll_id = {poll_id} AND p.electorate <> 'owner' AND NOT EXISTS (SELECT FROM roll_mark m WHERE m.entry_id = e.id)
UNION ALL
SELECT NULL, coalesce(r.merged_into_id, o.resident_id)
FROM roll_entry e JOIN poll p ON p.id = e.poll_id JOIN roll_part part ON part.entry_id = e.id
JOIN ownership o ON o.dwelling_id = part.dwelling_id JOIN resident r ON r.id = o.resident_id
WHERE e.poll_id = {poll_id} AND p.electorate = 'owner' AND NOT EXISTS (SELECT FROM roll_mark m WHERE m.entry_id = e.id)
"""


def not_voted(poll_id: int) -> str:
    """The statement of (dwelling_id, resident_id) on the roll of a poll without a mark: a whole household, or a person.

    Of an owner it gives whoever owns a part today.
    """
    return _NOT_VOTED.format(poll_id=int(poll_id))


_VOTED = """
SELECT CASE WHEN p.electorate = 'household' THEN e.dwelling_id END AS dwelling_id,
       CASE WHEN p.electorate <> 'household' THEN coalesce(r.merged_into_id, e.resident_id) END AS resident_id,
       m.cast_at AS at
FROM roll_entry e JOIN roll_mark m ON m.entry_id = e.id JOIN poll p ON p.id = e.poll_id
LEFT JOIN resident r ON r.id = e.resident_id
WHERE e.poll_id = {poll_id} AND p.electorate <> 'owner'
UNION ALL
SELECT NULL, coalesce(r.merged_into_id, o.resident_id), m.cast_at
FROM roll_entry e JOIN roll_mark m ON m.entry_id = e.id JOIN poll p ON p.id = e.poll_id
JOIN roll_part part ON part.entry_id = e.id JOIN ownership o ON o.dwelling_id = part.dwelling_id
JOIN resident r ON r.id = o.resident_id
WHERE e.poll_id = {poll_id} AND p.electorate = 'owner'
"""


def voted(poll_id: int) -> str:
    """The statement of (dwelling_id, resident_id, at) on the roll of a poll with a mark, and since when.

    A row gives a whole household, or a person, as for `not_voted`. Marks say who has voted and never what.
    """
    return _VOTED.format(poll_id=int(poll_id))
