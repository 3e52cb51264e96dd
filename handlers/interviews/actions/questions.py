"""Questions of an interview: asked (held until looked at), backed by 「我也想问」, answered as text, put right."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from announcements import telling
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.interviews import rules, texts
from handlers.interviews.actions.interviews import TOPIC, locked, tell_pages
from handlers.interviews.addressees import backers, interview_here
from handlers.interviews.rules import Verb
from handlers.moderation.actions.participants import participant_of, speaking
from handlers.moderation.actions.posting import submit
from handlers.residency.visitors import Home, Visitor
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.deliberation import PostKind, PostState
from models.interviews import Interview, Question
from models.participation import Participant

_STAYS = "SELECT id FROM interview WHERE id = $1 FOR SHARE"
_BACK = """
INSERT INTO question_backing (question_id, participant_id, made_at) VALUES ($1, $2, $3)
ON CONFLICT (question_id, participant_id) DO NOTHING RETURNING id
"""
_VOICES = """
SELECT q.backed_before + (SELECT count(*) FROM question_backing b WHERE b.question_id = q.id) AS voices
FROM question q WHERE q.id = $1
"""


@dataclass(frozen=True, slots=True)
class Backed:
    """A question that somebody backs, how many want to ask it, and whether they said so for the first time."""

    question: Question
    voices: int
    first: bool


async def may_ask(visitor: Visitor, interview_id: int, now: datetime) -> Participant:
    """Who would ask here, before they write anything.

    Raises:
        NotFound: no such interview where they live. Conflict: it takes no questions any more.
        Forbidden: not registered, not verified, too young, or stopped for now.
    """
    interview, _ = await interview_here(visitor, interview_id)
    rules.check_open(interview.state, Verb.ASK)
    return await speaking(visitor, interview.organisation.code, now)


async def ask_question(visitor: Visitor, interview_id: int, text: str, now: datetime) -> Question:
    """Put a question to the host; others see it once a moderator has published it. The first voice is the asker's.

    Raises:
        Invalid: longer than 100 characters, or a phase of moderation refuses it. Otherwise as `may_ask`.
    """
    rules.check_question(text)
    async with in_transaction():
        interview, home = await _open_here(visitor, interview_id, Verb.ASK)
        participant = await speaking(visitor, interview.organisation.code, now)
        post = await submit(
            participant,
            PostKind.QUESTION,
            interview.organisation_id,
            f"{TOPIC}:{interview.id}",
            text,
            now,
            longest=rules.LONGEST_QUESTION,
            place_name=home.community,
        )
        question = await Question.create(interview=interview, post=post)
        await rows(_BACK, question.id, participant.id, now)
    return question


async def back_question(visitor: Visitor, question_id: int, now: datetime) -> Backed:
    """「我也想问」: one voice of a person for a question that waits for its answer; said again it stays one.

    Raises:
        NotFound: no such question can be read where they live. Conflict: it is answered, or the interview is over.
        Forbidden: not verified, or too young.
    """
    async with in_transaction():
        question = await Question.get_or_none(id=question_id).select_related("post")
        if question is None or question.post.state is not PostState.PUBLISHED:
            raise NotFound
        interview, _ = await _open_here(visitor, question.interview_id, Verb.BACK)
        if question.answered_at:
            raise Conflict("这个问题已经回答了。\n回复「访谈」看回答。")
        participant = await participant_of(visitor, now)
        first = bool(await rows(_BACK, question.id, participant.id, now))
        if first:
            actor, place = f"account:{visitor.account_id}", interview.organisation.code
            await record(actor, "question.back", f"question:{question.id}", place=place)
        voices = (await rows(_VOICES, question.id))[0]["voices"]
    return Backed(question, voices, first)


async def answer_question(
    viewer: Viewer, interview_id: int, question_id: int, answer: str, now: datetime, *, correcting: bool = False
) -> Question:
    """Answer a question, to be read at once; who asked or backed it is told. Put right, it says so and tells nobody.

    Args:
        correcting: whoever writes has seen that there is an answer, which this one replaces.

    Raises:
        NotFound: no such question can be read in an interview of the viewer's.
        Conflict: the interview has not begun, or a colleague has just answered.
        Invalid: empty, longer than 500 characters, or with a number that may not be public.
    """
    viewer.require(Permission.INTERVIEWS_EDIT)
    rules.check_answer(answer)
    async with telling():
        interview = await locked(viewer, interview_id)
        question = await Question.get_or_none(id=question_id, interview_id=interview.id).select_related("post")
        if question is None or question.post.state is not PostState.PUBLISHED:
            raise NotFound
        rules.check_open(interview.state, Verb.ANSWER)
        rules.check_correction(answered=question.answered_at is not None, correcting=correcting)
        await _write(viewer, interview, question, answer, now)
        tell_pages(interview)
    return question


async def _write(viewer: Viewer, interview: Interview, question: Question, answer: str, now: datetime) -> None:
    first = question.answered_at is None
    question.answer, question.answered_by = answer, viewer.login
    question.answered_at = question.answered_at or now
    question.corrected_at = None if first else now
    await question.save()
    deed, place = "question.answer" if first else "question.correct", interview.organisation.code
    await record(viewer.actor, deed, f"question:{question.id}", place=place)
    if first:
        for account_id in await backers(interview.id, question.id):
            await notify(account_id, texts.answered(interview, question.post.text, answer))


async def _open_here(visitor: Visitor, interview_id: int, verb: Verb) -> tuple[Interview, Home]:
    """The interview, which does not end before this transaction does, and the visitor's home there."""
    await rows(_STAYS, interview_id)
    interview, home = await interview_here(visitor, interview_id)
    rules.check_open(interview.state, verb)
    return interview, home
