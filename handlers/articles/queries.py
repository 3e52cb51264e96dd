"""Articles in the viewer's scope, with whom they helped; and the questions that nobody could answer, grouped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from errors import NotFound
from handlers.articles import rules
from handlers.articles.addressees import places_of
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Permission, Viewer
from models.articles import Article, ArticleVersion, MissedQuestion
from models.database import rows
from models.desk import Missed
from models.sealed import unseal
from models.states import ArticleState
from understanding.grouping import alike

MOST_MISSED = 300
_LISTED = """
SELECT a.id, a.category, a.questions->>0 AS question, a.state, a.version, a.owner, a.review_on, a.changed_at,
  o.name AS body, count(r.id) FILTER (WHERE r.helped)::int AS helped, count(r.id)::int AS rated
FROM article a JOIN organisation o ON o.id = a.organisation_id LEFT JOIN article_rating r ON r.article_id = a.id
WHERE (starts_with(o.code, $1) OR starts_with($1, o.code)) AND ($2 = '' OR a.category = $2)
  AND ($3 = '' OR a.questions::text LIKE '%' || $3 || '%' OR a.answer LIKE '%' || $3 || '%')
GROUP BY a.id, o.name ORDER BY a.category, a.id
"""
_CATEGORIES = """
SELECT DISTINCT category FROM article a JOIN organisation o ON o.id = a.organisation_id
WHERE starts_with(o.code, $1) OR starts_with($1, o.code) ORDER BY category
"""
_READABLE = """
SELECT a.id, a.category, a.questions->>0 AS question, o.code
FROM article a JOIN organisation o ON o.id = a.organisation_id
WHERE a.state = 'published' AND ($1 = '' OR a.category = $1) AND (cardinality($2::bigint[]) = 0 OR a.id = ANY($2))
  AND ($3 = '' OR a.questions::text LIKE '%' || $3 || '%' OR a.answer LIKE '%' || $3 || '%')
ORDER BY a.id
"""
_MISSED = """
SELECT m.id, m.text, m.why, m.asked_at FROM missed_question m LEFT JOIN organisation o ON o.id = m.organisation_id
WHERE m.settled_at IS NULL AND CASE WHEN o.id IS NULL THEN $2 ELSE starts_with(o.code, $1) END
ORDER BY m.asked_at DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in the list; `due` where somebody has to look at it again."""

    id: int
    category: str
    question: str
    state: ArticleState
    version: int
    owner: str
    review_on: date | None
    changed_at: datetime
    body: str
    helped: int
    rated: int
    due: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """An article as residents find it in a list."""

    id: int
    category: str
    question: str


@dataclass(frozen=True, slots=True)
class MissedGroup:
    """Questions that ask about the same, the latest wording first."""

    ids: tuple[int, ...]
    wordings: tuple[str, ...]
    whys: tuple[Missed, ...]
    last_asked_at: datetime

    @property
    def times(self) -> int:
        return len(self.ids)


async def topics(visitor: Visitor, *, category: str = "", words: str = "", among: Sequence[int] = ()) -> list[Topic]:
    """The articles that a visitor may read, in the order in which they were written.

    Args:
        words: stand in question or answer as they are.
        among: these alone.
    """
    found, places = await rows(_READABLE, category, list(among), _plain(words)), places_of(visitor)
    return [Topic(row["id"], row["category"], row["question"]) for row in found if rules.concerns(row["code"], places)]


async def article_lines(viewer: Viewer, today: date, *, category: str = "", words: str = "") -> list[ArticleLine]:
    """The articles that the viewer's residents get, their own and those from above."""
    viewer.require(Permission.ARTICLES_VIEW)
    found = await rows(_LISTED, viewer.code, category, _plain(words))
    return [_line(row, today) for row in found]


def _plain(words: str) -> str:
    """Words to be found as they are written."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _line(row: dict[str, Any], today: date) -> ArticleLine:
    state = ArticleState(row.pop("state"))
    due = state is ArticleState.PUBLISHED and row["review_on"] is not None and row["review_on"] <= today
    return ArticleLine(**row, state=state, due=due)


async def categories(viewer: Viewer) -> list[str]:
    """The categories of the same articles, for the list and as proposals in the form."""
    viewer.require(Permission.ARTICLES_VIEW)
    found = await rows(_CATEGORIES, viewer.code)
    return [row["category"] for row in found]


async def article(viewer: Viewer, article_id: int) -> tuple[Article, list[ArticleVersion]]:
    """An article and what it said before, the latest first.

    Raises:
        NotFound: there is none, or it is not for the viewer's residents.
    """
    viewer.require(Permission.ARTICLES_VIEW)
    found = await Article.get_or_none(id=article_id).select_related("organisation")
    if found is None or not (viewer.sees(found.organisation.code) or viewer.code.startswith(found.organisation.code)):
        raise NotFound
    return found, await ArticleVersion.filter(article_id=found.id).order_by("-number")


async def missed_groups(viewer: Viewer) -> list[MissedGroup]:
    """What to write next: questions that nobody could answer, those about the same together, the most asked first."""
    viewer.require(Permission.ARTICLES_VIEW)
    found = await rows(_MISSED, viewer.code, viewer.level.sees_all, MOST_MISSED)
    texts = [unseal(row["text"], "missed_question:text") for row in found]
    groups = [_group([found[at] for at in group], [texts[at] for at in group]) for group in alike(texts)]
    return sorted(groups, key=lambda group: (-group.times, -group.last_asked_at.timestamp()))


def _group(found: Sequence[dict[str, Any]], texts: Sequence[str]) -> MissedGroup:
    return MissedGroup(
        tuple(row["id"] for row in found),
        tuple(dict.fromkeys(texts)),
        tuple(dict.fromkeys(Missed(row["why"]) for row in found)),
        found[0]["asked_at"],
    )


async def count_missed(viewer: Viewer) -> int:
    """How many questions wait for somebody to write an answer."""
    mine = MissedQuestion.filter(settled_at=None)
    return await (mine if viewer.level.sees_all else mine.filter(organisation__code__startswith=viewer.code)).count()
