"""Answering what residents object to; the resident is told."""

from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.staff.rules import Permission, Viewer
from handlers.votes import texts
from handlers.votes.actions.polls import locked
from models.votes import RollObjection

LONGEST_ANSWER = 200


async def answer_objection(
    viewer: Viewer, poll_id: int, objection_id: int, answer: str, now: datetime
) -> RollObjection:
    """Answer an objection once; who made it reads the answer in chat.

    Raises:
        NotFound: there is none of this number in the poll, or the poll is outside the viewer's scope.
        Conflict: it has been answered.
        Invalid: no answer, or more than 200 characters.
    """
    viewer.require(Permission.VOTES_ROLL)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        objection = await RollObjection.select_for_update().get_or_none(id=objection_id, poll_id=poll.id)
        if objection is None:
            raise NotFound
        if objection.answered_at:
            raise Conflict("这条异议已经答复过了，刚才没有改动。")
        if not 2 <= len(answer) <= LONGEST_ANSWER:
            raise Invalid(f"请填写答复，2到{LONGEST_ANSWER}个字。")
        objection.answer, objection.answered_by, objection.answered_at = answer, viewer.login, now
        await objection.save(update_fields=["answer", "answered_by", "answered_at"])
        if objection.account_id:
            await notify(objection.account_id, texts.objection_answered(objection.id, poll.title, answer))
        subject, place = f"poll:{poll.id}", poll.organisation.code
        await record(viewer.actor, "poll.answer", subject, place=place, detail={"objection": objection.id})
    return objection
