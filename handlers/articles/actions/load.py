"""Taking over articles from a folder: `faq.yaml`; those that are there and were changed by hand stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from errors import DomainError
from handlers.articles import rules
from handlers.articles.actions.articles import articles_changed, put
from handlers.audit.actions import record
from handlers.residency.ledgers import ARTICLES
from handlers.residency.ledgers.sheets import BadCell, Flaw, Row, items
from models.articles import Article
from models.organisations import Organisation
from models.states import ArticleState

BY = "import"


@dataclass(slots=True)
class Loaded:
    """How many articles were added, put right by the file, and left as they were; and the rows that were refused."""

    new: int = 0
    updated: int = 0
    known: int = 0
    left_out: list[Flaw] = field(default_factory=list[Flaw])


async def load_articles(district: str, records: Sequence[Row], now: datetime) -> Loaded:
    """Add the articles of a file, and put right those that only the file has written so far.

    Args:
        district: code of the folder's district; with the article's id it makes the key.
        records: entries of `faq.yaml`, each with its line.
    """
    loaded, organisation = Loaded(), await Organisation.get(code=district)
    for row in records:
        try:
            await _take(organisation, row, now, loaded)
        except (BadCell, DomainError) as refusal:
            loaded.left_out.append(Flaw(ARTICLES, row.line, f"未装载，{refusal}"))
    if loaded.new or loaded.updated:
        await articles_changed()
        detail = {"new": loaded.new, "updated": loaded.updated}
        await record("cli", "article.load", "articles", place=district, detail=detail)
    return loaded


async def _take(organisation: Organisation, row: Row, now: datetime, loaded: Loaded) -> None:
    key, written = f"{organisation.code}:{row.text('id', 40, needed=True)}", _written(row)
    rules.check_article(written["questions"], written["keywords"], written["answer"], written["short"])
    known = await Article.get_or_none(key=key)
    if known is None:
        state: dict[str, Any] = {"state": ArticleState.PUBLISHED, "changed_at": now, "changed_by": BY}
        await Article.create(key=key, organisation=organisation, **written, **state)
        loaded.new += 1
    elif known.changed_by == BY and any(getattr(known, name) != value for name, value in written.items()):
        await put(known, written | {"changed_at": now})
        loaded.updated += 1
    else:
        loaded.known += 1


def _written(row: Row) -> dict[str, Any]:
    questions = [row.text("question", rules.LONGEST_QUESTION, needed=True), *_words(row, "phrasings")]
    return {
        "category": row.text("category", 20, needed=True),
        "questions": list(dict.fromkeys(questions)),
        "keywords": list(dict.fromkeys(_words(row, "keywords"))),
        "answer": row.text("answer", rules.LONGEST_ANSWER, needed=True),
        "short": row.text("short", rules.LONGEST_SHORT),
        "service": row.text("service", 40),
        "action": row.text("action", 20),
        "hands_over": row.text("handoff", 5) == "true",
        "owner": row.text("owner_dept", 40),
        "review_on": _day(row.text("valid_until", 10)),
    }


def _words(row: Row, column: str) -> list[str]:
    found: list[Any] = items((row.cells or {}).get(column))
    if not all(isinstance(word, str) for word in found):
        raise BadCell(f"{column} 应为词的列表")
    return [word.strip() for word in found if word.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadCell("valid_until 应写成 2026-12-31 这样") from None
