"""What readers do with a published text: like it, or say that it should not stand; authors take their own back."""

from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.moderation import texts
from handlers.moderation.actions.deciding import settle
from handlers.moderation.actions.participants import participant_of
from handlers.residency.visitors import Visitor
from models.database import rows
from models.deliberation import ModerationReason, PostState
from models.participation import Participant, Post, PostLike, PostReport

REPORTS_A_DAY = 20
_LIKE = """
INSERT INTO post_like (post_id, participant_id, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id
"""
_REPORT = """
INSERT INTO post_report (post_id, participant_id, reason, made_at, settled_by) VALUES ($1, $2, $3, $4, '')
ON CONFLICT DO NOTHING RETURNING id
"""


async def like(visitor: Visitor, post_id: int, now: datetime) -> bool:
    """赞, or take it back; whether it is liked now. Two taps at once count one like.

    Raises:
        NotFound: no such text is published where the visitor lives. Otherwise as `participant_of`.
    """
    async with in_transaction():
        post = await _published(visitor, post_id)
        participant = await participant_of(visitor, now)
        await Participant.select_for_update(no_key=True).get(id=participant.id)
        if await PostLike.filter(post_id=post.id, participant_id=participant.id).delete():
            return False
        await rows(_LIKE, post.id, participant.id, now)
        return True


async def report_post(visitor: Visitor, post_id: int, reason: ModerationReason, now: datetime) -> None:
    """Say that a text should not stand; said twice it is said once. Three people's bring it back into the queue.

    Raises:
        NotFound: as above. Conflict: it is one's own. Invalid: too many reports in a day.
    """
    async with in_transaction():
        post = await _published(visitor, post_id)
        participant = await participant_of(visitor, now)
        if post.author_id == participant.id:
            raise Conflict("这是您自己发的。\n要收回，请回复「我的发言」。")
        lately = PostReport.filter(participant_id=participant.id, made_at__gt=now - timedelta(days=1))
        if await lately.count() >= REPORTS_A_DAY:
            raise Invalid("今天举报得太多了，请明天再来。")
        if await rows(_REPORT, post.id, participant.id, reason.value, now):
            place = post.organisation.code
            await record(
                f"account:{visitor.account_id}", "post.report", f"post:{post.id}", place=place, reason=reason.label
            )


async def withdraw_post(account_id: int, post_id: int, now: datetime) -> Post:
    """Take back one's own text, in whatever state it is; done twice it is done once.

    Raises:
        NotFound: it is not one's own.
    """
    async with in_transaction():
        own = Post.filter(id=post_id, author__account_id=account_id)
        post = await own.select_for_update(no_key=True, of=("post",)).first()
        if post is None:
            raise NotFound(texts.NOT_YOURS)
        if post.state is PostState.WITHDRAWN:
            return post
        before = post.state
        await settle(post, PostState.WITHDRAWN, "", now, post.reason, post.remark)
        await post.fetch_related("organisation")
        place = post.organisation.code
        await record(
            f"account:{account_id}",
            "post.withdraw",
            f"post:{post.id}",
            place=place,
            before=before,
            after=post.state,
        )
        return post


async def _published(visitor: Visitor, post_id: int) -> Post:
    post = await Post.get_or_none(id=post_id, state=PostState.PUBLISHED).select_related("organisation")
    if post is None or not any(home.community_code.startswith(post.organisation.code) for home in visitor.homes):
        raise NotFound("没有找到这条发言，可能已收回。")
    return post
