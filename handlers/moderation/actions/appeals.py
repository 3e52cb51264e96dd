"""An author asks that somebody else looks again, within three working days; who decided does not decide twice."""

from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.calendar.queries import add_working_days
from handlers.conversations.actions import notify
from handlers.moderation import rules, texts
from handlers.moderation.actions.deciding import settle, tell
from handlers.staff.rules import Permission, Viewer
from models.deliberation import AppealState, PostState
from models.participation import Appeal, Measure, Participant, Post


async def appeal_post(account_id: int, post_id: int, words: str, now: datetime) -> Appeal:
    """Ask another moderator to look at a text that was returned or hidden.

    Raises:
        NotFound: it is not one's own. Conflict: it stands, or was appealed already. Invalid: no words, or too many.
    """
    async with in_transaction():
        own = Post.filter(id=post_id, author__account_id=account_id)
        post = await own.select_for_update(no_key=True, of=("post",)).first()
        if post is None:
            raise NotFound(texts.NOT_YOURS)
        if post.state not in rules.APPEALABLE or post.decided_at is None:
            raise Conflict(f"这条现在是「{post.state.label}」，不用申诉。")
        if await Appeal.filter(post_id=post.id, made_at__gte=post.decided_at).exists():
            raise Conflict(texts.APPEALED)
        return await _made(Appeal(post_id=post.id, against=post.decided_by), words, account_id, now)


async def appeal_measure(account_id: int, measure_id: int, words: str, now: datetime) -> Appeal:
    """The same of a measure that runs.

    Raises:
        NotFound: it is not one's own. Conflict: it has ended, or was appealed already. Invalid: as above.
    """
    async with in_transaction():
        own = Measure.filter(id=measure_id, participant__account_id=account_id)
        measure = await own.select_for_update(no_key=True, of=("measure",)).first()
        if measure is None:
            raise NotFound(texts.NOT_YOURS)
        if measure.lifted_at or measure.ends_at <= now:
            raise Conflict("这次禁言已经结束，不用申诉。")
        if await Appeal.filter(measure_id=measure.id).exists():
            raise Conflict(texts.APPEALED)
        return await _made(Appeal(measure_id=measure.id, against=measure.set_by), words, account_id, now)


async def _made(appeal: Appeal, words: str, account_id: int, now: datetime) -> Appeal:
    plain = rules.tidy(words)
    if not 1 <= len(plain) <= rules.LONGEST_REMARK:
        raise Invalid(f"请用一句话说明，最多{rules.LONGEST_REMARK}个字。")
    appeal.words, appeal.state, appeal.made_at = plain, AppealState.OPEN, now
    appeal.due_on = await add_working_days(now.astimezone(BEIJING).date(), rules.APPEAL_DUE_AFTER)
    try:
        async with in_transaction():
            await appeal.save()
    except IntegrityError as error:
        raise Conflict(texts.APPEALED) from error
    await record(f"account:{account_id}", "appeal.make", _subject(appeal), place=await _place(appeal))
    return appeal


async def decide_appeal(viewer: Viewer, appeal_id: int, granted: bool, remark: str, now: datetime) -> Appeal:
    """Uphold an appeal, which undoes the decision, or refuse it; the author is told.

    Raises:
        Forbidden: the viewer made the decision, or decides nothing. NotFound: not the viewer's.
        Conflict: decided already. Invalid: no remark.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    async with in_transaction():
        appeal = await Appeal.select_for_update(no_key=True).get_or_none(id=appeal_id)
        place = await _place(appeal) if appeal else ""
        if appeal is None or not viewer.sees(place):
            raise NotFound
        said = rules.check_sentence(remark)
        if appeal.against == viewer.login:
            raise Forbidden("这是您自己作的决定，要由另一位同事复核。")
        if appeal.state is not AppealState.OPEN:
            raise Conflict(f"{appeal.decided_by}刚刚处理过，结果是「{appeal.state.label}」。")
        appeal.state = AppealState.GRANTED if granted else AppealState.REFUSED
        appeal.decided_at, appeal.decided_by, appeal.remark = now, viewer.login, said
        await appeal.save()
        await (_undo_post(appeal, viewer, now) if appeal.post_id else _undo_measure(appeal, viewer, now))
        verb = "appeal.grant" if granted else "appeal.refuse"
        await record(viewer.actor, verb, _subject(appeal), place=place, before=AppealState.OPEN, after=appeal.state)
    return appeal


async def _undo_post(appeal: Appeal, viewer: Viewer, now: datetime) -> None:
    post = await Post.select_for_update(no_key=True).get(id=appeal.post_id)
    if appeal.state is AppealState.GRANTED and post.state in rules.APPEALABLE:
        await settle(post, PostState.PUBLISHED, viewer.login, now, None, "")
    await tell(post, texts.appeal_decided(post.kind.label, appeal))


async def _undo_measure(appeal: Appeal, viewer: Viewer, now: datetime) -> None:
    measure = await Measure.select_for_update(no_key=True).get(id=appeal.measure_id)
    if appeal.state is AppealState.GRANTED and measure.lifted_at is None:
        measure.lifted_at, measure.lifted_by, measure.lifted_why = now, viewer.login, "申诉成立"
        await measure.save(update_fields=("lifted_at", "lifted_by", "lifted_why"))
    participant = await Participant.get(id=measure.participant_id)
    if participant.account_id:
        await notify(participant.account_id, texts.appeal_decided("禁言", appeal))


def _subject(appeal: Appeal) -> str:
    return f"post:{appeal.post_id}" if appeal.post_id else f"measure:{appeal.measure_id}"


async def _place(appeal: Appeal) -> str:
    """The code of the organisation whose decision it was."""
    if appeal.post_id:
        return (await Post.get(id=appeal.post_id).select_related("organisation")).organisation.code
    return (await Measure.get(id=appeal.measure_id).select_related("organisation")).organisation.code
