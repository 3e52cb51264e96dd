"""The decision: a text with the dissent in it, or a vote of its own; who wrote it down does not publish it."""

from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid
from handlers.audit.actions import record
from handlers.consultations import rules, texts
from handlers.consultations.actions.consultations import locked, move, subject, tell_backers
from handlers.consultations.rules import StageEvent
from handlers.staff.rules import Permission, Viewer
from handlers.votes import outcomes
from handlers.votes.actions.drafts import Draft, draft_poll
from handlers.votes.tallies import result_from
from models.consultations import Consultation
from models.deliberation import DecisionKind, Stage
from models.organisations import Estate
from models.states import PollKind, PollState, StaffRole
from models.votes import Poll

ABSTAIN = "弃权"
USUAL_CHOICES = ("同意", "不同意")
VOTES_HERE = (PollKind.HOUSEHOLD, PollKind.OPINION)
"""Kinds of vote that a topic can be put to as it is; others are drafted by hand."""


async def write_resolution(
    viewer: Viewer, consultation_id: int, resolution: str, dissent: str, now: datetime
) -> Consultation:
    """Write 协商意见书 down, or how the vote's result is carried out; it waits for who publishes it.

    Raises:
        Conflict: it is not about to be decided. Invalid: the text or the word about dissent is missing, or too long.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    rules.check_resolution(resolution, dissent)
    async with in_transaction():
        consultation = await _deciding(viewer, consultation_id)
        consultation.resolution, consultation.dissent = resolution, dissent
        consultation.decision = consultation.decision or DecisionKind.CONSENSUS
        consultation.decided_by, consultation.decided_at = viewer.login, None
        fields = ("resolution", "dissent", "decision", "decided_by", "decided_at")
        await consultation.save(update_fields=fields)
        place = consultation.organisation.code
        await record(viewer.actor, "consultation.resolution", subject(consultation), place=place)
    return consultation


async def put_to_vote(
    viewer: Viewer, consultation_id: int, kind: PollKind, opens_at: datetime, closes_at: datetime, now: datetime
) -> Poll:
    """Draft a vote on a topic, with its title, options and place; it is reviewed and published like any other.

    Raises:
        Conflict: it is not about to be decided, or rests on a text or on another vote.
        Invalid: the times, or the topic's words, do not make a vote.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    if kind not in VOTES_HERE:
        raise Invalid("请选户代表表决或居民意见征集。")
    async with in_transaction():
        consultation = await _deciding(viewer, consultation_id)
        if consultation.decision:
            raise Conflict(f"这个议题已用「{consultation.decision.label}」来决定。")
        poll = await draft_poll(viewer, await _draft(consultation, kind, opens_at, closes_at), now)
        consultation.poll_id, consultation.decision = poll.id, DecisionKind.POLL
        await consultation.save(update_fields=("poll_id", "decision"))
        place, detail = consultation.organisation.code, {"poll": poll.id}
        await record(viewer.actor, "consultation.vote", subject(consultation), place=place, detail=detail)
    return poll


async def _draft(consultation: Consultation, kind: PollKind, opens_at: datetime, closes_at: datetime) -> Draft:
    places = consultation.places
    whole = len(places) == 1 and (places[0] == consultation.organisation.code or await Estate.exists(code=places[0]))
    abstains = kind is PollKind.HOUSEHOLD
    choices = consultation.options if len(consultation.options) > 1 else USUAL_CHOICES
    return Draft(
        title=consultation.title,
        explanation=texts.poll_explanation(consultation),
        choices=(*choices, ABSTAIN) if abstains else tuple(choices),
        place=places[0] if whole else consultation.organisation.code,
        parts=() if whole else places,
        opens_at=opens_at,
        closes_at=closes_at,
        abstain=ABSTAIN if abstains else "",
        kind=kind,
        contact=consultation.contact,
    )


async def publish_decision(viewer: Viewer, consultation_id: int, now: datetime) -> Consultation:
    """Publish the decision, as somebody else than who wrote it; an administrator may alone.

    Raises:
        Conflict: nothing is decided, its vote has no posted result that came about, or it is the writer's own.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    async with in_transaction():
        consultation = await _deciding(viewer, consultation_id)
        poll = await Poll.get_or_none(id=consultation.poll_id) if consultation.poll_id else None
        rules.check_decided(
            consultation.decision, consultation.resolution, poll_stands=poll is not None and stands(poll)
        )
        if not publishable(consultation, viewer):
            raise Conflict("写意见书和公布要由两个人做，请另一位来公布。")
        changes: dict[str, Any] = {"decided_by": viewer.login, "decided_at": now}
        if poll:
            changes |= {"resolution": consultation.resolution or outcomes.outcome(poll)}
            changes |= {"dissent": consultation.dissent or "见投票结果"}
        by = viewer.organisation
        words = consultation.decision.label if consultation.decision else ""
        await move(consultation, StageEvent.PUBLISH, viewer.actor, by, now, words=words, changes=changes)
        await tell_backers(consultation, texts.decided(consultation))
    return consultation


def stands(poll: Poll) -> bool:
    """Whether a vote's result is posted and came about, so that a decision can rest on it."""
    posted = poll.state in {PollState.PUBLISHED, PollState.ARCHIVED} and poll.result is not None
    return posted and result_from(poll.result or {}).quorate


def publishable(consultation: Consultation, viewer: Viewer) -> bool:
    """Whether this one may publish: who wrote the text down does not, unless they answer for everything here."""
    return consultation.decided_by != viewer.login or viewer.role is StaffRole.ADMIN


async def _deciding(viewer: Viewer, consultation_id: int) -> Consultation:
    consultation = await locked(consultation_id, viewer)
    if consultation.stage is not Stage.DECIDING:
        raise Conflict(f"这个议题已是「{consultation.stage.label}」，刚才没有改动。")
    return consultation
