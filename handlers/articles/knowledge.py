"""All published articles of a district, indexed in this process, and built anew when one of them was changed."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handlers.articles.rules import concerns
from models.articles import Article
from models.database import rows
from models.states import ArticleState
from understanding.articles import CANDIDATES, Articles, Entry
from understanding.bands import UNLEARNT, Bands
from understanding.meaning import encoder
from understanding.verifier import Verifier

REVISION, LEARNT = "articles", "articles.learnt"
"""Names under which all processes share how often articles were changed, and what was learnt from them."""
_REVISIONS = """
SELECT (SELECT value::text FROM shared WHERE name = $1) AS present,
       (SELECT value->>'revision' FROM shared WHERE name = $2) AS learnt
"""
_LEARNT = "SELECT value FROM shared WHERE name = $1"


@dataclass(frozen=True, slots=True)
class Guess:
    """An article that may answer, and how surely."""

    article_id: int
    sure: float


@dataclass(frozen=True, slots=True)
class Revisions:
    """How often articles were changed, and of which change was learnt; none before the first."""

    present: str | None
    learnt: str | None


@dataclass(frozen=True, slots=True)
class _Built:
    of: Revisions
    articles: Articles
    places: dict[str, str]
    bands: Bands


class Knowledge:
    """The articles as they are searched; the same object serves all messages of a process."""

    def __init__(self) -> None:
        self._built: _Built | None = None
        self._building = asyncio.Lock()

    async def guesses(self, text: str, places: Collection[str]) -> tuple[list[Guess], Bands]:
        """The articles that may answer somebody, the surest first, and how sure is sure enough.

        Args:
            places: codes of the communities where the asker has homes.
        """
        built = await self._current()
        found = await asyncio.to_thread(built.articles.match, text, CANDIDATES)
        own = [one for one in found if concerns(built.places[one.id], places)]
        return [Guess(int(one.id), one.sure) for one in own], built.bands

    async def likely(self, text: str, places: Collection[str]) -> list[int]:
        """The few articles that are worth offering to who looks for this, the likeliest first."""
        guesses, bands = await self.guesses(text, places)
        return [guess.article_id for guess in guesses[: bands.offered([guess.sure for guess in guesses])]]

    async def _current(self) -> _Built:
        now = await revisions()
        if self._built is None or self._built.of != now:
            async with self._building:
                if self._built is None or self._built.of != now:
                    self._built = await _build(now)
        return self._built


async def revisions() -> Revisions:
    """What stands in the database now, of which each process builds its own index."""
    return Revisions(**(await rows(_REVISIONS, REVISION, LEARNT))[0])


async def _build(now: Revisions) -> _Built:
    published = await Article.filter(state=ArticleState.PUBLISHED).select_related("organisation").order_by("id")
    entries = [entry_of(article) for article in published]
    learnt = await rows(_LEARNT, LEARNT)
    verifier, bands = _learnt(json.loads(learnt[0]["value"]) if learnt else None)
    articles = await asyncio.to_thread(_index, entries, verifier)
    return _Built(now, articles, {str(one.id): one.organisation.code for one in published}, bands)


def _index(entries: Sequence[Entry], verifier: Verifier | None) -> Articles:
    return Articles(entries, encode=encoder(), verifier=verifier)


def entry_of(article: Article) -> Entry:
    """An article as it is searched."""
    return Entry(str(article.id), tuple(article.questions), article.answer, tuple(article.keywords))


def _learnt(kept: Mapping[str, Any] | None) -> tuple[Verifier | None, Bands]:
    if not kept or kept["meaning"] != (encoder() is not None):
        return None, UNLEARNT
    figures = {name: np.array(kept[name]) for name in ("centre", "scale", "weights")}
    return Verifier(**figures, bias=kept["bias"]), Bands(kept["answer"], kept["choose"])
