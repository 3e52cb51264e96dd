"""The chain of an alarm: who is on duty is rung one after another, each call written down before it is made."""

from dataclasses import dataclass, field
from datetime import datetime

from announcements import announce, telling
from clock import clock
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.duty import rules, texts
from handlers.duty.actions.alarms import TOPIC
from handlers.duty.emergencies import Danger
from handlers.duty.roster import on_call
from handlers.duty.rules import Called, RingPhone
from models.alarms import Alarm, AlarmCall
from models.database import rows
from models.desk import AlarmState, Ring
from models.organisations import Organisation

_DUE = """
SELECT id FROM alarm WHERE state = 'raised' AND next_call_at <= $1 AND last_at > $2
ORDER BY next_call_at, id LIMIT 1
FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that is this process's to make."""

    call_id: int
    phone: str = field(repr=False)
    text: str


async def ring_next(ring: RingPhone) -> bool:
    """Ring whoever is next in the chain of an alarm that is due; whether one was due.

    The call is committed before it is made, as uncertain, so that a process that dies in between never rings twice: a
    minute later it is the next one's turn. One that surely failed is followed by the next at once.
    """
    due, claimed = await _claim(clock.now())
    if claimed:
        await _settle(claimed.call_id, await ring(claimed.phone, claimed.text, f"linli-alarm-{claimed.call_id}"))
    return due


async def _claim(now: datetime) -> tuple[bool, Claimed | None]:
    async with telling():
        if not (found := await rows(_DUE, now, now - rules.AFRESH)):
            return False, None
        alarm = await Alarm.get(id=found[0]["id"])
        calls = await AlarmCall.filter(alarm_id=alarm.id).order_by("step")
        chain = {one.login: one for one in await on_call(alarm.place, now)}
        called = [Called(call.login, call.called_at) for call in calls]
        login = rules.next_to_call(list(chain), called, alarm.last_at)
        if login is None:
            await _give_up(alarm, tried=bool(calls))
            return True, None
        call = await AlarmCall.create(
            alarm=alarm, step=len(calls) + 1, login=login, called_at=now, outcome=Ring.UNCERTAIN
        )
        alarm.next_call_at = now + rules.TO_THE_NEXT
        await alarm.save(update_fields=("next_call_at",))
        await _audit(alarm, "alarm.call", {"step": call.step, "login": login})
        community = await Organisation.get_or_none(id=alarm.community_id)
        words = texts.spoken(Danger(alarm.danger), community.name if community else "")
    return True, Claimed(call.id, chain[login].phone, words)


async def _give_up(alarm: Alarm, *, tried: bool) -> None:
    """Nobody is left to call: where somebody was called, the resident is told that nobody has answered."""
    alarm.next_call_at = None
    await alarm.save(update_fields=("next_call_at",))
    await _audit(alarm, "alarm.exhaust", {})
    if tried:
        await notify(alarm.account_id, texts.unanswered(Danger(alarm.danger), clock.now()))


async def _settle(call_id: int, outcome: Ring) -> None:
    """Note what became of a call, and tell the resident of the first that a gateway took."""
    async with telling():
        call = await AlarmCall.get(id=call_id)
        alarm = await Alarm.filter(id=call.alarm_id).select_for_update().get()
        rung_before = await AlarmCall.filter(alarm_id=alarm.id, outcome=Ring.TAKEN).exists()
        call.outcome = outcome
        await call.save(update_fields=("outcome",))
        announce(TOPIC, alarm.id, alarm.place)
        if alarm.state is not AlarmState.RAISED:
            return
        if outcome is Ring.FAILED and alarm.next_call_at:
            alarm.next_call_at = clock.now()
            await alarm.save(update_fields=("next_call_at",))
        if outcome is Ring.TAKEN and not rung_before:
            await notify(alarm.account_id, texts.rung(Danger(alarm.danger), call.called_at))


async def _audit(alarm: Alarm, verb: str, detail: dict[str, int | str]) -> None:
    announce(TOPIC, alarm.id, alarm.place)
    await record("clock", verb, f"alarm:{alarm.id}", place=alarm.place, detail=detail)
