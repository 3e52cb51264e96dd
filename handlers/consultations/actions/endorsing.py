"""「我也想提」: a household backs a topic, once; the one that makes them enough sends it to the review at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.consultations import rules, texts
from handlers.consultations.actions.consultations import locked, move, subject, tell_backers
from handlers.consultations.addressees import backed, home_here
from handlers.consultations.rules import StageEvent, Verb
from handlers.moderation.actions.participants import participant_of
from handlers.residency.visitors import Home, Visitor
from models.consultations import Consultation, Endorsement
from models.deliberation import Stage

HOUSEHOLDS = "附议住户"


@dataclass(frozen=True, slots=True)
class Endorsed:
    """How many households back a topic now, of how many it needs; `first` unless this household did already."""

    count: int
    need: int
    first: bool


async def endorse(visitor: Visitor, home: Home, consultation_id: int, now: datetime) -> Endorsed:
    """Back a topic for one's household.

    Raises:
        NotFound: no such topic that is public. NotHere: it is not about this home.
        NotOpen: it does not collect any more.
        Forbidden: the person is not verified, or too young.
    """
    async with in_transaction():
        participant = await participant_of(visitor, now)
        consultation = await locked(consultation_id)
        here = await home_here(visitor, consultation_id, home)
        rules.check_open(consultation.stage, consultation.ends_at, Verb.ENDORSE, now)
        household: dict[str, Any] = {"consultation_id": consultation.id, "dwelling_id": here.dwelling_id}
        first = not await Endorsement.exists(**household)
        if first:
            await Endorsement.create(**household, participant=participant, made_at=now)
            actor, place = f"account:{visitor.account_id}", consultation.organisation.code
            await record(actor, "consultation.endorse", subject(consultation), place=place)
        count = await review_when_enough(consultation, now)
    return Endorsed(count, consultation.endorse_need, first)


async def review_when_enough(consultation: Consultation, now: datetime) -> int:
    """Go on to the review once enough households back a topic that collects. Returns how many do."""
    count = await backed(consultation)
    if consultation.stage is Stage.COLLECTING and count >= consultation.endorse_need:
        await move(consultation, StageEvent.ENDORSED, "clock", HOUSEHOLDS, now, words=f"{count}户附议")
        await tell_backers(consultation, texts.taken_to_review(consultation))
    return count
