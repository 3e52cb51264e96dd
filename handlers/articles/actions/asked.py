"""What became of questions: whom an article helped, and what nobody could answer."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from handlers.articles import rules
from handlers.articles.addressees import own_article
from handlers.audit.actions import record
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Permission, Viewer
from models.articles import Article, MissedQuestion
from models.database import rows
from models.desk import Missed

_RATE = """
INSERT INTO article_rating (article_id, account_id, helped, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (article_id, account_id) DO UPDATE SET helped = excluded.helped, at = excluded.at
WHERE article_rating.helped <> excluded.helped RETURNING id
"""


async def rate_article(article_id: int, account_id: int, helped: bool, now: datetime) -> bool:
    """Whether an article helped somebody, in the transaction under way; the last word counts.

    Returns:
        whether that is new: said for the first time, or otherwise than before.
    """
    return await Article.exists(id=article_id) and bool(await rows(_RATE, article_id, account_id, helped, now))


async def judge_article(visitor: Visitor, account_id: int, article_id: int, helped: bool, now: datetime) -> None:
    """Whether an article that was read helped; one that did not is on the list of what to write, once.

    Raises:
        NotFound: it is not for this visitor.
    """
    article = await own_article(visitor, article_id)
    async with in_transaction():
        if await rate_article(article.id, account_id, helped, now) and not helped:
            home = visitor.first_claim
            community_id = home.community_id if home else None
            await note_missed(article.questions[0], Missed.NOT_HELPED, community_id, now, article.id)


async def note_missed(
    text: str, why: Missed, community_id: int | None, now: datetime, article_id: int | None = None
) -> None:
    """Put a question on the list of what to write next, in the transaction under way."""
    await MissedQuestion.create(
        organisation_id=community_id, text=text[: rules.LONGEST_KEPT], why=why, article_id=article_id, asked_at=now
    )


async def settle_missed(viewer: Viewer, missed_ids: Sequence[int]) -> int:
    """Take questions off the list: an article answers them now, or none is wanted; how many that were."""
    viewer.require(Permission.ARTICLES_EDIT)
    async with in_transaction():
        mine = MissedQuestion.filter(id__in=list(missed_ids), settled_at=None)
        own = mine.filter(organisation__code__startswith=viewer.code)
        ids = [row.id for row in await (mine if viewer.level.sees_all else own)]
        settled = await MissedQuestion.filter(id__in=ids).update(settled_at=clock.now(), settled_by=viewer.login)
        if settled:
            await record(
                viewer.actor, "article.settle", "missed_question", place=viewer.code, detail={"count": settled}
            )
    return settled
