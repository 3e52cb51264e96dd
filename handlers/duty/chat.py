"""Danger in chat: the numbers at once, and the alarm that goes with them."""

from datetime import datetime

from bot.dialogue import Reply, Turn, commits
from handlers.duty import texts
from handlers.duty.actions.alarms import raise_alarm
from handlers.duty.emergencies import Danger, danger_of
from handlers.duty.roster import on_call
from handlers.residency.actions.accounts import know_account
from handlers.residency.visitors import Visitor
from models.desk import AlarmState


def danger(words: str) -> str | None:
    """What is said of an emergency in a folded text, None where there is none."""
    found = danger_of(words)
    return texts.emergency(found) if found else None


class Alarming:
    """Whoever is in danger hears whom to call, and staff are told.

    Args:
        rings: whether this installation can ring phones.
    """

    def __init__(self, *, rings: bool) -> None:
        self._rings = rings

    @commits()
    async def raise_alarm(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        found = danger_of(turn.words) or Danger.UNKNOWN
        account_id = visitor.account_id or await know_account(turn.message.app_id, turn.message.sender)
        alarm = await raise_alarm(
            turn.message.key, account_id, visitor.first_claim, found, turn.message.text.strip(), turn.now
        )
        attended = alarm.state is AlarmState.ACKNOWLEDGED
        return Reply(texts.emergency(found, on_call=attended or await self._may_ring(alarm.place, turn.now)))

    async def _may_ring(self, place: str, now: datetime) -> bool:
        return self._rings and bool(await on_call(place, now))
