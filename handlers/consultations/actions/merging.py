"""Statements that say the same: made one with all their stances, or said to be two."""

from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict
from handlers.audit.actions import record
from handlers.consultations import told
from handlers.consultations.actions.consultations import locked, subject
from handlers.consultations.actions.speaking import statement_of
from handlers.conversations.actions import notify
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.participation import Participant
from models.statements import Statement

# Whoever stood on both keeps the stance on the one that stays.
_MOVE = """
INSERT INTO stance (statement_id, participant_id, value, taken_at)
SELECT $2, participant_id, value, taken_at FROM stance WHERE statement_id = $1
ON CONFLICT (statement_id, participant_id) DO NOTHING RETURNING id
"""


async def merge_statements(viewer: Viewer, consultation_id: int, gone_id: int, kept_id: int, now: datetime) -> int:
    """Let one statement stand for two; how many stances went over. The author of the other is told.

    Raises:
        Forbidden, NotFound: not allowed, not in scope, not of this topic.
        Conflict: one of them was merged already, or they are one.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        gone, kept = [await statement_of(consultation.id, number) for number in (gone_id, kept_id)]
        if gone.id == kept.id or gone.merged_into_id or kept.merged_into_id:
            raise Conflict(told.MERGED_ALREADY)
        moved = await rows(_MOVE, gone.id, kept.id)
        await Statement.filter(merged_into_id=gone.id).update(merged_into_id=kept.id)
        await Statement.filter(id=gone.id).update(merged_into_id=kept.id, merged_by=viewer.login)
        await record(
            viewer.actor,
            "statement.merge",
            subject(consultation),
            place=consultation.organisation.code,
            detail={"gone": gone.id, "kept": kept.id, "stances": len(moved)},
        )
        author = await Participant.get_or_none(id=gone.post.author_id)
        if author and author.account_id:
            await notify(author.account_id, told.merged(consultation, gone.post.text, kept.post.text))
    return len(moved)


async def keep_apart(viewer: Viewer, consultation_id: int, one_id: int, other_id: int) -> None:
    """Say that two statements which look alike are two; they are not proposed for merging again.

    Raises:
        Forbidden, NotFound: not allowed, not in scope, not of this topic.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        first, second = sorted((one_id, other_id))
        await statement_of(consultation.id, second)
        statement = await statement_of(consultation.id, first)
        if second in statement.kept_apart:
            return
        await Statement.filter(id=first).update(kept_apart=[*statement.kept_apart, second])
        await record(
            viewer.actor,
            "statement.keep_apart",
            subject(consultation),
            place=consultation.organisation.code,
            detail={"statements": [first, second]},
        )
