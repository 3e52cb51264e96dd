"""The review: a topic accepted, joined to another, taken apart, or shown to where it belongs; always with a reason."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.consultations import rules, texts
from handlers.consultations.actions.consultations import begin, locked, move, subject, tell_backers, write_lines
from handlers.consultations.actions.endorsing import review_when_enough
from handlers.consultations.addressees import backers
from handlers.consultations.registers import Scope
from handlers.consultations.rules import Line, StageEvent
from handlers.conversations.actions import notify
from handlers.staff.rules import Permission, Viewer
from models.consultations import Consultation
from models.database import rows
from models.deliberation import NotForUs, PostKind, PostState, Stage, StepKind
from models.interviews import Undertaking
from models.participation import Post
from models.statements import Statement

_ENDORSE_TOO = """
INSERT INTO endorsement (consultation_id, dwelling_id, participant_id, made_at)
SELECT $2, dwelling_id, participant_id, made_at FROM endorsement WHERE consultation_id = $1
ON CONFLICT (consultation_id, dwelling_id) DO NOTHING
"""


async def accept(
    viewer: Viewer, consultation_id: int, answer: str, now: datetime, *, skip_reason: str = ""
) -> Consultation:
    """Take a topic up: it is posted with its options, and those whom it touches are invited.

    Args:
        answer: for who proposed and backs it.
        skip_reason: why it is not posted but deliberated at once; read by all.

    Raises:
        Conflict: it is not under review. Invalid: no answer, or nobody is invited.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    rules.check_answer(answer)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        event = StageEvent.SKIP if skip_reason else StageEvent.ACCEPT
        if consultation.stage is Stage.REVIEW and not consultation.parties:
            raise Invalid("请先在【编辑】里写明请谁来协商（参与方），再列入议事。")
        _check_under_review(consultation)
        answered = {"answer": answer, "answered_by": viewer.login, "answered_at": now}
        await move(consultation, event, viewer.actor, viewer.organisation, now, reason=skip_reason, changes=answered)
        await tell_backers(consultation, texts.accepted(consultation))
    return consultation


async def decline(viewer: Viewer, consultation_id: int, why: NotForUs, answer: str, now: datetime) -> Consultation:
    """Say that a topic is not one for a consultation, why, and where to go instead.

    Raises:
        Conflict: it is not under review. Invalid: no answer.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    rules.check_answer(answer)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        answered = {"answer": answer, "answered_by": viewer.login, "answered_at": now, "not_for_us": why}
        by = viewer.organisation
        await move(consultation, StageEvent.DECLINE, viewer.actor, by, now, reason=why.label, changes=answered)
        await tell_backers(consultation, texts.declined(consultation, why))
    return consultation


async def take_up(viewer: Viewer, consultation_id: int, reason: str, now: datetime) -> Consultation:
    """Review a topic before enough households back it; the reason is read by all.

    Raises:
        Conflict: it does not collect any more, or nobody has looked at its text. Invalid: no reason.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        await _check_looked_at(consultation)
        await move(consultation, StageEvent.TAKE_UP, viewer.actor, viewer.organisation, now, reason=reason)
        await tell_backers(consultation, texts.taken_to_review(consultation))
    return consultation


async def merge(viewer: Viewer, consultation_id: int, into_id: int, reason: str, now: datetime) -> Consultation:
    """Join a topic to another: endorsements, statements and tasks go along; a household that backs both counts once.

    Raises:
        Conflict: either has gone too far, or nobody has looked at its text. NotFound: either is not the viewer's.
        Invalid: it is the same one, or there is no reason.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    if consultation_id == into_id:
        raise Invalid("请选另一个议题来合并。")
    async with in_transaction():
        held = {number: await locked(number, viewer) for number in sorted((consultation_id, into_id))}
        consultation, into = held[consultation_id], held[into_id]
        if into.stage not in rules.MERGES_INTO:
            raise Conflict(f"{texts.number(into)}已是「{into.stage.label}」，不能再并入。")
        await _check_looked_at(into)
        told = await backers(consultation)
        changes = {"merged_into_id": into.id, "answer": reason, "answered_by": viewer.login, "answered_at": now}
        by, words = viewer.organisation, f"并入{texts.number(into)}"
        await move(consultation, StageEvent.MERGE, viewer.actor, by, now, reason=reason, words=words, changes=changes)
        await _carry_over(consultation, into)
        await write_lines(
            into, [Line(StepKind.MERGED, into.stage, reason)], by, now, f"{texts.number(consultation)}并入"
        )
        for account_id in told:
            await notify(account_id, texts.merged(consultation, into, reason))
        await review_when_enough(into, now)
    return into


async def _carry_over(consultation: Consultation, into: Consultation) -> None:
    await rows(_ENDORSE_TOO, consultation.id, into.id)
    into.endorsed_before = max(into.endorsed_before, consultation.endorsed_before)
    await into.save(update_fields=("endorsed_before",))
    await Statement.filter(consultation_id=consultation.id).update(consultation_id=into.id)
    talk = (PostKind.STATEMENT, PostKind.REPLY)
    await Post.filter(subject=subject(consultation), kind__in=talk).update(subject=subject(into))
    await Undertaking.filter(consultation_id=consultation.id).update(consultation_id=into.id)


async def split(
    viewer: Viewer, consultation_id: int, parts: Sequence[tuple[str, str]], reason: str, now: datetime
) -> list[Consultation]:
    """Take other questions out of a topic: each becomes a topic under review that names where it comes from.

    Who backs the whole backs the parts.

    Args:
        parts: title and problem of each.

    Raises:
        Conflict: it has gone too far. Invalid: no parts or no reason, or a part's words are too short or too long.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    if not 1 <= len(parts) <= rules.MOST_PARTS:
        raise Invalid(f"请写明拆出哪几个议题，最多{rules.MOST_PARTS}个。")
    rules.check_reason(reason)
    for title, problem in parts:
        rules.check_topic(title, problem)
    async with in_transaction():
        whole = await locked(consultation_id, viewer)
        by = viewer.organisation
        made = [await _part(whole, title, problem, reason, viewer, now) for title, problem in parts]
        words = "拆出" + "、".join(texts.number(part) for part in made)
        await move(whole, StageEvent.SPLIT, viewer.actor, by, now, reason=reason, words=words)
        await tell_backers(whole, texts.split(whole, made, reason))
    return made


async def _part(
    whole: Consultation, title: str, problem: str, reason: str, viewer: Viewer, now: datetime
) -> Consultation:
    scope = Scope(whole.organisation, tuple(whole.places), whole.scope)
    columns = {
        "title": title,
        "problem": problem,
        "parties": list(whole.parties),
        "proposer": whole.proposer,
        "created_by": viewer.login,
        "split_from_id": whole.id,
        "endorsed_before": whole.endorsed_before,
    }
    by, words = viewer.organisation, f"从{texts.number(whole)}拆出"
    part = await begin(
        scope, Stage.REVIEW, viewer.actor, by, now, columns, kind=StepKind.SPLIT, reason=reason, words=words
    )
    await rows(_ENDORSE_TOO, whole.id, part.id)
    return part


def _check_under_review(consultation: Consultation) -> None:
    """Raise Conflict where it is not: leaving the posting out is possible from a review alone."""
    rules.move(consultation.stage, StageEvent.ACCEPT)


async def _check_looked_at(consultation: Consultation) -> None:
    """Refuse to go on with a proposal that no moderator has published.

    Raises:
        Conflict: its text is held, or was sent back or hidden.
    """
    if consultation.post_id is None:
        return
    post = await Post.get_or_none(id=consultation.post_id)
    if post is None:
        raise NotFound
    if post.state is not PostState.PUBLISHED:
        raise Conflict("这个提议还没有审核通过，请先在【发言审核】里处理。")
