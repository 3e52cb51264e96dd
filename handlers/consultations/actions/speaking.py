"""Saying something on a topic: one idea a statement, an answer to one, words that staff write down for a body."""

import re
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.consultations import rules, told
from handlers.consultations.actions.consultations import locked, subject
from handlers.consultations.actions.opinions import NEW
from handlers.consultations.addressees import home_here
from handlers.consultations.rules import Verb
from handlers.moderation.actions.participants import speaking
from handlers.moderation.actions.posting import put_up, submit
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.deliberation import PostKind, PostState
from models.statements import Statement, StatementReply

LONGEST = 140
LONGEST_SPEAKER = 20
SPEAKERS = ("居民", "物业", "业委会", "街道", "专家")
"""Tags that every topic offers; bodies that take part are named beside them (domain.md §2.4)."""
_OWN_STANCE = """
INSERT INTO stance (statement_id, participant_id, value, taken_at) VALUES ($1, $2, 1, $3)
ON CONFLICT DO NOTHING RETURNING id
"""


_NUMBER = r"[（(]?[1-9一二三四五六七八九][)）.、．:：]|[①-⑨]|第[一二三四五六](?![个次条天年月栋层单])"
_NUMBERED = re.compile(rf"(?:^|[\n。；;，, ])\s*(?:{_NUMBER})")


def check_one_idea(text: str) -> None:
    """Refuse a list: nobody can agree with half of a statement.

    Raises:
        Invalid: it numbers several things.
    """
    if len(_NUMBERED.findall(text)) > 1:
        raise Invalid(told.ONE_IDEA)


async def state_opinion(visitor: Visitor, consultation_id: int, text: str, now: datetime) -> Statement:
    """Hand in one idea, which people look at before others see it; who says it agrees with it.

    Raises:
        NotFound: the topic is not of this person's home.
        Conflict: nobody speaks at this stage, or its time is over.
        Forbidden: not registered, not verified, too young, or stopped from posting for now.
        Invalid: too long, several ideas at once, or what the pipeline refuses.
    """
    async with in_transaction():
        consultation = await locked(consultation_id)
        home = await home_here(visitor, consultation_id)
        rules.check_open(consultation.stage, consultation.ends_at, Verb.SPEAK, now)
        check_one_idea(text)
        participant = await speaking(visitor, home.community_code, now)
        post = await submit(
            participant,
            PostKind.STATEMENT,
            consultation.organisation_id,
            subject(consultation),
            text,
            now,
            longest=LONGEST,
            place_name=consultation.scope,
        )
        statement = await Statement.create(consultation=consultation, post=post, priority=NEW)
        await rows(_OWN_STANCE, statement.id, participant.id, now)
    return statement


async def answer_statement(
    visitor: Visitor, consultation_id: int, statement_id: int, text: str, now: datetime
) -> StatementReply:
    """Answer a statement where open discussion is switched on; nobody answers an answer.

    Raises:
        NotFound: no such statement is public, or the topic is not of this person's home.
        Conflict: discussion is off, or the stage is over.
        Forbidden, Invalid: as with a statement.
    """
    async with in_transaction():
        consultation = await locked(consultation_id)
        home = await home_here(visitor, consultation_id)
        rules.check_open(consultation.stage, consultation.ends_at, Verb.REPLY, now)
        if not consultation.discussion:
            raise Conflict(told.NO_DISCUSSION)
        statement = await statement_of(consultation.id, statement_id)
        if statement.post.state is not PostState.PUBLISHED or statement.merged_into_id:
            raise NotFound(told.STATEMENT_GONE)
        participant = await speaking(visitor, home.community_code, now)
        post = await submit(
            participant,
            PostKind.REPLY,
            consultation.organisation_id,
            subject(consultation),
            text,
            now,
            longest=LONGEST,
            place_name=consultation.scope,
        )
        return await StatementReply.create(statement=statement, post=post)


async def statement_of(consultation_id: int, statement_id: int) -> Statement:
    """One statement of a topic.

    Raises:
        NotFound: there is none.
    """
    found = await Statement.get_or_none(id=statement_id, consultation_id=consultation_id).prefetch_related("post")
    if found is None:
        raise NotFound
    return found


async def speak_for(viewer: Viewer, consultation_id: int, speaker: str, text: str, now: datetime) -> Statement:
    """Put up what a body or an expert has said, under its name, at once.

    Raises:
        Forbidden, NotFound: not allowed, not in scope.
        Conflict: nobody speaks at this stage.
        Invalid: no body is named, it is a resident's, or the words may not stand.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    if not 1 <= len(speaker) <= LONGEST_SPEAKER or speaker == SPEAKERS[0]:
        raise Invalid(told.NAME_A_BODY)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        rules.check_open(consultation.stage, consultation.ends_at, Verb.SPEAK, now)
        check_one_idea(text)
        if len(text) > LONGEST:
            raise Invalid(told.too_long(len(text)))
        organisation_id, about = consultation.organisation_id, subject(consultation)
        post = await put_up(viewer, PostKind.STATEMENT, organisation_id, about, text, speaker, now)
        statement = await Statement.create(consultation=consultation, post=post, priority=NEW)
        await record(
            viewer.actor,
            "statement.put_up",
            about,
            place=consultation.organisation.code,
            detail={"statement": statement.id},
        )
    return statement
