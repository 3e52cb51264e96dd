"""From posting to closing: staff go on, put off or leave out, with the reason; the clock draws what time concludes."""

from datetime import date, datetime, timedelta

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Invalid
from handlers.consultations import rules, texts
from handlers.consultations.actions.consultations import CLOCK, locked, move, tell_backers
from handlers.consultations.addressees import backed
from handlers.consultations.rules import StageEvent
from handlers.consultations.terms import terms_from
from handlers.staff.rules import Permission, Viewer
from handlers.undertakings.queries import undertakings_of
from models.consultations import Consultation, ConsultationStep
from models.deliberation import Stage, StepKind
from models.states import PollState
from models.votes import Poll

LONGEST_PUT_OFF = timedelta(days=180)
_TOLD = {StageEvent.DELIBERATE: texts.begun, StageEvent.APPRAISE: texts.appraisal_begun}


async def go_on(viewer: Viewer, consultation_id: int, event: StageEvent, reason: str, now: datetime) -> Consultation:
    """Begin to deliberate, to decide or to appraise; before the stage's time is up only with a reason read by all.

    Raises:
        Conflict: not possible in its stage, or nothing was promised that could be appraised.
        Invalid: the reason is missing.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    if event not in rules.RUN_OUT:
        raise Invalid("没有这一步。")
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        rules.move(consultation.stage, event)
        if event is StageEvent.APPRAISE and not await undertakings_of(consultation_id=consultation.id):
            raise Conflict("还没有任务：请先写明做什么、谁负责、哪天前完成，再请居民评议。")
        await move(consultation, event, viewer.actor, viewer.organisation, now, reason=reason)
        await _tell(consultation, event)
    return consultation


async def _tell(consultation: Consultation, event: StageEvent) -> None:
    if event in _TOLD:
        await tell_backers(consultation, _TOLD[event](consultation))


async def leave_out(viewer: Viewer, consultation_id: int, reason: str, now: datetime) -> Consultation:
    """Leave the next stage out; why is read by all. A review and a decision never are.

    Raises:
        Conflict: nothing can be left out where it stands. Invalid: no reason.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        if consultation.stage is Stage.REVIEW:
            raise Conflict("审题要先答复，请在【列入议事】里写明跳过公示的原因。")
        await move(consultation, StageEvent.SKIP, viewer.actor, viewer.organisation, now, reason=reason)
    return consultation


async def put_off(viewer: Viewer, consultation_id: int, last_day: date, reason: str, now: datetime) -> Consultation:
    """Give a stage more time, never less.

    Args:
        last_day: in Beijing; the stage ends when it does.

    Raises:
        Conflict: the stage has no planned end. Invalid: no reason, not later than before, or half a year off.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        rules.move(consultation.stage, StageEvent.EXTEND)
        if consultation.ends_at is None:
            raise Conflict("这一步没有定好的结束时间，不用延长。")
        ends_at = _end_of(last_day)
        if not consultation.ends_at < ends_at <= now + LONGEST_PUT_OFF:
            raise Invalid("延长只能往后，最多半年。")
        by, words = viewer.organisation, f"延长到{texts.day(last_day)}"
        await move(
            consultation,
            StageEvent.EXTEND,
            viewer.actor,
            by,
            now,
            reason=reason,
            words=words,
            changes={"ends_at": ends_at},
        )
    return consultation


async def resume(viewer: Viewer, consultation_id: int, reason: str, now: datetime) -> Consultation:
    """Go back to deliberation: the vote came to nothing, or no text was agreed on. What was written stays to be read.

    Raises:
        Conflict: it is not about to be decided, or its vote runs or has decided. Invalid: no reason.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        poll = await Poll.get_or_none(id=consultation.poll_id) if consultation.poll_id else None
        if poll and poll.state in {PollState.ANNOUNCED, PollState.OPEN, PollState.COUNTING}:
            raise Conflict("投票正在进行，等结果公布或中止以后再说。")
        words = f"投票{poll.id}没有形成决定" if poll else ""
        undone = {"decision": None, "poll_id": None}
        by = viewer.organisation
        await move(consultation, StageEvent.RESUME, viewer.actor, by, now, reason=reason, words=words, changes=undone)
    return consultation


async def end_collecting(consultation_id: int, now: datetime) -> None:
    """What the clock does when a topic has collected long enough: too few households back it."""
    async with in_transaction():
        consultation = await locked(consultation_id)
        if _over(consultation, Stage.COLLECTING, now):
            count = await backed(consultation)
            words = f"{count}户附议，需要{consultation.endorse_need}户"
            await move(consultation, StageEvent.LAPSE, "clock", CLOCK, now, reason=texts.LAPSED, words=words)
            await tell_backers(consultation, texts.lapsed(consultation, count))


async def end_posting(consultation_id: int, now: datetime) -> None:
    """What the clock does when a topic has been posted long enough: people may speak."""
    async with in_transaction():
        consultation = await locked(consultation_id)
        if _over(consultation, Stage.POSTED, now):
            await move(consultation, StageEvent.DELIBERATE, "clock", CLOCK, now)
            await _tell(consultation, StageEvent.DELIBERATE)


async def note_overdue(consultation_id: int, today: date, now: datetime) -> None:
    """What the clock does the day after a review should have been answered: all can read it, once, and are told."""
    async with in_transaction():
        consultation = await locked(consultation_id)
        due: date | None = consultation.review_due_on
        noted = ConsultationStep.filter(consultation_id=consultation_id, kind=StepKind.EXTENDED, stage=Stage.REVIEW)
        if consultation.stage is not Stage.REVIEW or due is None or due >= today or await noted.exists():
            return
        days = terms_from(consultation.terms).review_days
        await move(consultation, StageEvent.EXTEND, "clock", CLOCK, now, reason=texts.overdue(days))
        await tell_backers(consultation, texts.review_overdue(consultation))


def _over(consultation: Consultation, stage: Stage, now: datetime) -> bool:
    """Whether it is still in this stage and its time is up: another process may have been faster."""
    return consultation.stage is stage and consultation.ends_at is not None and consultation.ends_at <= now


def _end_of(last_day: date) -> datetime:
    return datetime.combine(last_day + timedelta(days=1), datetime.min.time(), BEIJING)
