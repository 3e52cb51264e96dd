"""An alarm: raised by what a resident writes, acknowledged and ended by staff."""

from datetime import datetime
from uuid import UUID

from announcements import announce, telling
from clock import clock
from errors import NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.duty import rules, texts
from handlers.duty.emergencies import Danger
from handlers.duty.roster import on_duty
from handlers.duty.rules import AlarmEvent
from handlers.residency.visitors import Home
from handlers.staff.rules import Permission, Viewer
from models.alarms import Alarm
from models.desk import AlarmOutcome, AlarmState
from models.residency import Account

TOPIC = "alarm"


async def raise_alarm(key: UUID, account_id: int, home: Home | None, danger: Danger, text: str, now: datetime) -> Alarm:
    """Raise an alarm, or add to the one of this account that is open; a message raises nothing twice.

    Args:
        key: of the message.
        home: whose community is called first; the district where there is none.
        text: what was written.
    """
    async with telling():
        await Account.select_for_update(no_key=True).get(id=account_id)
        if known := await Alarm.get_or_none(key=key):
            return known
        open_ = Alarm.filter(account_id=account_id).exclude(state=AlarmState.CLOSED)
        if known := await open_.select_for_update().first():
            return await _add(known, danger, text, now)
        alarm = await Alarm.create(
            key=key,
            account_id=account_id,
            community_id=home.community_id if home else None,
            place=home.community_code if home else "",
            danger=danger,
            text=text[: rules.LONGEST_TEXT],
            raised_at=now,
            last_at=now,
            state=AlarmState.RAISED,
            next_call_at=now,
        )
        await _audit(f"account:{account_id}", "alarm.raise", alarm, "", {"danger": danger.value})
    return alarm


async def _add(alarm: Alarm, danger: Danger, text: str, now: datetime) -> Alarm:
    """More on an open alarm; a new emergency after somebody took it is everybody's again.

    Where all were called in vain they are called again.
    """
    before, known = alarm.state, Danger(alarm.danger)
    if alarm.acknowledged_at and rules.is_new(known, danger, now - alarm.acknowledged_at):
        alarm.state = rules.move(alarm.state, AlarmEvent.RAISE_AGAIN)
        alarm.acknowledged_by, alarm.acknowledged_at = "", None
    if alarm.state is AlarmState.RAISED and alarm.next_call_at is None:
        alarm.next_call_at = now
    alarm.danger = known if danger is Danger.UNKNOWN else danger
    alarm.text, alarm.last_at = f"{alarm.text}\n{text}"[-rules.LONGEST_TEXT :], now
    await alarm.save()
    await _audit(f"account:{alarm.account_id}", "alarm.add", alarm, before, {"danger": danger.value})
    return alarm


async def acknowledge(viewer: Viewer, alarm_id: int) -> Alarm:
    """「我来处理」: nobody is called any more, and the resident is told who has seen it; pressed twice it is once.

    Raises:
        NotFound, Forbidden: not this viewer's.
        NotThatWay: a colleague was faster, or it is over.
    """
    async with telling():
        alarm = await _own(viewer, alarm_id)
        if alarm.state is AlarmState.ACKNOWLEDGED and alarm.acknowledged_by == viewer.login:
            return alarm
        before, alarm.state = alarm.state, rules.move(alarm.state, AlarmEvent.ACKNOWLEDGE)
        alarm.acknowledged_by, alarm.acknowledged_at, alarm.next_call_at = viewer.login, clock.now(), None
        await alarm.save(update_fields=("state", "acknowledged_by", "acknowledged_at", "next_call_at"))
        await _audit(viewer.actor, "alarm.acknowledge", alarm, before)
        on_shift = any(one.login == viewer.login for one in await on_duty(alarm.place, alarm.acknowledged_at))
        await notify(alarm.account_id, texts.seen(viewer.name, alarm.acknowledged_at, on_shift=on_shift))
    return alarm


async def close_alarm(viewer: Viewer, alarm_id: int, outcome: AlarmOutcome, note: str) -> Alarm:
    """「结束」, with what came of it.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Invalid: the note is too long.
        NotThatWay: nobody has taken it yet, or it is over.
    """
    rules.check_note(note)
    async with telling():
        alarm = await _own(viewer, alarm_id)
        before, alarm.state = alarm.state, rules.move(alarm.state, AlarmEvent.CLOSE)
        alarm.outcome, alarm.note = outcome, note
        alarm.closed_by, alarm.closed_at = viewer.login, clock.now()
        await alarm.save(update_fields=("state", "outcome", "note", "closed_by", "closed_at"))
        await _audit(viewer.actor, "alarm.close", alarm, before, {"outcome": outcome.value})
    return alarm


async def _own(viewer: Viewer, alarm_id: int) -> Alarm:
    """An alarm that this viewer may deal with, held until the transaction ends."""
    viewer.require(Permission.INBOX_ANSWER)
    alarm = await Alarm.filter(id=alarm_id).select_for_update().first()
    if alarm is None or not viewer.answers_for(alarm.place):
        raise NotFound
    return alarm


async def _audit(actor: str, verb: str, alarm: Alarm, before: str, detail: dict[str, str] | None = None) -> None:
    """Write the deed down, and tell open pages."""
    announce(TOPIC, alarm.id, alarm.place)
    subject = f"alarm:{alarm.id}"
    await record(actor, verb, subject, place=alarm.place, before=before, after=alarm.state, detail=detail)
