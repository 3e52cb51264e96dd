"""What an account has cast itself, where it may still change it."""

from handlers.votes.answers import Answer, answer_from
from models.ballots import NamedBallot


async def own_answer(entry_id: int, account_id: int | None) -> Answer | None:
    """What this account's standing ballot for an entry of the roll says; None of a secret vote, or without one."""
    found = await NamedBallot.get_or_none(entry_id=entry_id, stands=True, account_id=account_id, serial=None)
    return answer_from(found.answer) if found and account_id else None
