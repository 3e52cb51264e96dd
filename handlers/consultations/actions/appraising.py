"""评议: each person's voice on whether a decision was carried out; enough of 未落实 begin it anew."""

from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.consultations import rules, texts
from handlers.consultations.actions.consultations import CLOCK, locked, move, subject, tell_backers
from handlers.consultations.addressees import home_here
from handlers.consultations.rules import StageEvent, Verb
from handlers.consultations.terms import terms_from, unsatisfied
from handlers.moderation.actions.participants import participant_of
from handlers.residency.visitors import Visitor
from models.consultations import Appraisal, Consultation
from models.deliberation import Stage

RESIDENTS = "居民评议"


async def appraise(
    visitor: Visitor, consultation_id: int, carried_out: bool, stars: int | None, now: datetime
) -> Appraisal:
    """Say whether it was carried out, and how well; said again, the last word counts until the appraisal ends.

    Raises:
        NotFound: no such topic that is public. NotHere: it is about none of the visitor's homes.
        NotOpen: it is not appraised now. Invalid: no such number of stars.
        Forbidden: the person is not verified, or too young.
    """
    rules.check_stars(stars)
    async with in_transaction():
        participant = await participant_of(visitor, now)
        consultation = await locked(consultation_id)
        await home_here(visitor, consultation_id)
        rules.check_open(consultation.stage, consultation.ends_at, Verb.APPRAISE, now)
        voice: dict[str, Any] = {
            "consultation_id": consultation.id,
            "round": consultation.round,
            "participant_id": participant.id,
        }
        appraisal = await Appraisal.get_or_none(**voice) or Appraisal(**voice)
        appraisal.carried_out, appraisal.stars, appraisal.made_at = carried_out, stars, now
        await appraisal.save()
        actor, place = f"account:{visitor.account_id}", consultation.organisation.code
        await record(actor, "consultation.appraise", subject(consultation), place=place)
        said_no, voices = await _counted(consultation)
        if terms_from(consultation.terms).reopens(said_no):
            await _reopen(consultation, said_no, voices, now)
    return appraisal


async def end_appraisal(consultation_id: int, now: datetime) -> None:
    """What the clock does when the appraisal's time is up: close it, or begin to carry out anew."""
    async with in_transaction():
        consultation = await locked(consultation_id)
        ends_at = consultation.ends_at
        if consultation.stage is not Stage.APPRAISAL or ends_at is None or ends_at > now:
            return
        said_no, voices = await _counted(consultation)
        if unsatisfied(said_no, voices):
            await _reopen(consultation, said_no, voices, now)
        else:
            words = f"{voices}人评议，{voices - said_no}人说已落实" if voices else "没有人评议"
            await move(consultation, StageEvent.CLOSE, "clock", CLOCK, now, words=words)
            await tell_backers(consultation, texts.closed(consultation))


async def _reopen(consultation: Consultation, said_no: int, voices: int, now: datetime) -> None:
    reason = texts.reopened(said_no, voices)
    again = {"round": consultation.round + 1}
    await move(consultation, StageEvent.REOPEN, "clock", RESIDENTS, now, reason=reason, changes=again)
    await tell_backers(consultation, texts.reopened_told(consultation, reason))


async def _counted(consultation: Consultation) -> tuple[int, int]:
    """How many say 未落实 in this round, of how many who spoke."""
    said = Appraisal.filter(consultation_id=consultation.id, round=consultation.round)
    return await said.filter(carried_out=False).count(), await said.count()
