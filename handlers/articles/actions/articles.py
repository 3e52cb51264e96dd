"""Articles written, changed, taken out of use: each counts at once, in every process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict, NotFound
from handlers.articles import rules
from handlers.articles.knowledge import REVISION
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer
from models.articles import Article, ArticleVersion
from models.database import rows
from models.organisations import Organisation
from models.states import ArticleState

_CHANGED = """
INSERT INTO shared (name, value) VALUES ($1, '1'::jsonb)
ON CONFLICT (name) DO UPDATE SET value = to_jsonb((shared.value)::int + 1) RETURNING value
"""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as it is written; the first question is the standard one, `service` an item of the catalogue."""

    category: str
    questions: tuple[str, ...]
    answer: str
    short: str = ""
    keywords: tuple[str, ...] = ()
    service: str = ""
    owner: str = ""
    review_on: date | None = None


async def write_article(viewer: Viewer, draft: ArticleDraft, now: datetime) -> Article:
    """A new article of the viewer's body; it counts at once.

    Raises:
        Forbidden. Invalid: with what to put right.
    """
    viewer.require(Permission.ARTICLES_EDIT)
    rules.check_article(draft.questions, draft.keywords, draft.answer, draft.short)
    async with in_transaction():
        organisation = await Organisation.get(code=viewer.code)
        article = await Article.create(
            **_columns(draft),
            organisation=organisation,
            state=ArticleState.PUBLISHED,
            changed_at=now,
            changed_by=viewer.login,
        )
        await _note(viewer, "article.write", article, organisation.code)
    return article


async def change_article(viewer: Viewer, article_id: int, version: int, draft: ArticleDraft, now: datetime) -> Article:
    """Change an article; what it said is kept, and the new text counts at once.

    Args:
        version: the version that was on the screen, so that nobody's change is overwritten unseen.

    Raises:
        NotFound: none of the viewer's.
        Conflict: somebody has changed it since.
        Invalid: with what to put right.
    """
    rules.check_article(draft.questions, draft.keywords, draft.answer, draft.short)
    async with in_transaction():
        article = await _own(viewer, article_id)
        if article.version != version:
            raise Conflict("同事刚改过这篇，请刷新后再改。")
        await ArticleVersion.create(
            article=article,
            number=article.version,
            questions=article.questions,
            answer=article.answer,
            short=article.short,
            replaced_at=now,
            replaced_by=viewer.login,
        )
        changes = _columns(draft) | {"version": article.version + 1, "changed_at": now, "changed_by": viewer.login}
        await put(article, changes)
        await _note(viewer, "article.change", article, article.organisation.code)
    return article


async def withdraw_article(viewer: Viewer, article_id: int, now: datetime, *, back: bool = False) -> Article:
    """Take an article out of use, or back into it; twice is once.

    Raises:
        NotFound: none of the viewer's.
    """
    state = ArticleState.PUBLISHED if back else ArticleState.WITHDRAWN
    async with in_transaction():
        article = await _own(viewer, article_id)
        if article.state is not state:
            changes: dict[str, Any] = {"state": state, "changed_at": now, "changed_by": viewer.login}
            await put(article, changes)
            await _note(viewer, "article.withdraw", article, article.organisation.code)
    return article


def _columns(draft: ArticleDraft) -> dict[str, Any]:
    names = ("category", "answer", "short", "service", "owner", "review_on")
    written: dict[str, Any] = {name: getattr(draft, name) for name in names}
    return written | {"questions": list(draft.questions), "keywords": list(draft.keywords)}


async def _own(viewer: Viewer, article_id: int) -> Article:
    viewer.require(Permission.ARTICLES_EDIT)
    article = await Article.select_for_update().get_or_none(id=article_id)
    if article is None:
        raise NotFound
    await article.fetch_related("organisation")
    if not viewer.sees(article.organisation.code):
        raise NotFound
    return article


async def _note(viewer: Viewer, verb: str, article: Article, place: str) -> None:
    await articles_changed()
    await record(viewer.actor, verb, f"article:{article.id}", place=place, after=article.state)


async def put(article: Article, changes: Mapping[str, Any]) -> None:
    """Write these columns of an article."""
    for name, value in changes.items():
        setattr(article, name, value)
    await article.save(update_fields=list(changes))


async def articles_changed() -> None:
    """Let every process see what was written, in the transaction under way."""
    await rows(_CHANGED, REVISION)
