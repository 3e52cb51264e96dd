"""A nickname is a text like others: through the pipeline, held, and shown once a moderator has published it."""

from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict
from handlers.moderation import rules
from handlers.moderation.actions.participants import home_of, speaking
from handlers.moderation.actions.posting import submit
from handlers.moderation.actions.reactions import withdraw_post
from handlers.residency.visitors import Visitor
from models.deliberation import PostKind, PostState
from models.participation import Participant, Post


async def name_oneself(visitor: Visitor, name: str, now: datetime) -> Post:
    """Ask for a nickname; one that waits already is taken back.

    Raises:
        Conflict: it is one's own already, or somebody else's. Invalid: the pipeline refuses. Otherwise as `speaking`.
    """
    async with in_transaction():
        home = home_of(visitor)
        participant = await speaking(visitor, home.community_code, now)
        wanted = rules.tidy(name)
        if participant.nickname == wanted:
            raise Conflict(f"您的昵称已经是「{wanted}」。")
        if await Participant.filter(nickname=wanted).exists():
            raise Conflict("这个昵称有人用了，请换一个。")
        for waiting in await Post.filter(author_id=participant.id, kind=PostKind.NICKNAME, state=PostState.HELD):
            await withdraw_post(visitor.account_id or 0, waiting.id, now)
        longest = rules.LONGEST[PostKind.NICKNAME]
        return await submit(
            participant,
            PostKind.NICKNAME,
            home.community_id,
            "",
            wanted,
            now,
            longest=longest,
            place_name=home.community,
        )
