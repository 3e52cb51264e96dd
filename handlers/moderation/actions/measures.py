"""Measures on a person: no posting in a place for some days, told with its end; it ends by itself, or sooner."""

from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.moderation import rules, texts
from handlers.moderation.actions.deciding import locked
from handlers.staff.rules import Permission, Viewer
from models.deliberation import ModerationReason
from models.participation import Measure, Participant


async def silence(
    viewer: Viewer, post_id: int, days: int, reason: ModerationReason | None, remark: str, now: datetime
) -> Measure:
    """Let the author of a text post nothing in its organisation's places for so many days.

    Raises:
        NotFound: not the viewer's, or the author is nobody any more.
        Invalid: no such number of days, or reason or remark is missing.
        Conflict: a measure runs there already.
    """
    async with in_transaction():
        post = await locked(viewer, post_id)
        why, said = rules.check_remark(reason, remark)
        if days not in rules.MEASURE_DAYS:
            raise Invalid("请选择天数，最长90天。")
        if post.author_id is None:
            raise NotFound
        participant = await Participant.select_for_update(no_key=True).get(id=post.author_id)
        running = Measure.filter(participant_id=participant.id, lifted_at=None, ends_at__gt=now)
        if await running.filter(organisation_id=post.organisation_id).exists():
            raise Conflict("这位作者在这里已经禁言，还没到期。")
        measure = await Measure.create(
            participant=participant,
            organisation=post.organisation,
            reason=why,
            remark=said,
            starts_at=now,
            ends_at=now + timedelta(days=days),
            set_by=viewer.login,
        )
        detail, place = {"days": days, "post": post.id}, post.organisation.code
        await record(viewer.actor, "measure.set", f"measure:{measure.id}", place=place, reason=why.label, detail=detail)
        if participant.account_id:
            await notify(participant.account_id, texts.silenced(measure, post.organisation.name))
    return measure


async def lift(viewer: Viewer, measure_id: int, why: str, now: datetime) -> None:
    """End a measure sooner, with a reason.

    Raises:
        NotFound: not the viewer's. Conflict: it has ended. Invalid: no reason.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    async with in_transaction():
        measure = await Measure.select_for_update(no_key=True).get_or_none(id=measure_id)
        if measure is None:
            raise NotFound
        await measure.fetch_related("organisation", "participant")
        if not viewer.sees(measure.organisation.code):
            raise NotFound
        said = rules.check_sentence(why)
        if measure.lifted_at or measure.ends_at <= now:
            raise Conflict("这次禁言已经结束。")
        measure.lifted_at, measure.lifted_by, measure.lifted_why = now, viewer.login, said
        await measure.save(update_fields=("lifted_at", "lifted_by", "lifted_why"))
        await record(viewer.actor, "measure.lift", f"measure:{measure.id}", place=measure.organisation.code)
        if measure.participant.account_id:
            await notify(measure.participant.account_id, texts.lifted(measure.organisation.name))
