"""All published articles of a district, indexed in this process, and built anew when one of them was changed."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from handlers.articles.rules import concerns
from models.articles import Article
from models.database import rows
from models.states import ArticleState
from understanding.articles import CANDIDATES, Articles, Entry
from understanding.bands import UNLEARNT, Bands
from understanding.meaning import Meanings, encoder
from understanding.verifier import Verifier

log = structlog.get_logger("articles")
REVISION, LEARNT, MEANINGS = "articles", "articles.learnt", "articles.meanings"
FAILED = "articles.failed"
"""Names under which all processes share how often articles were changed, what was learnt of them, what they mean."""
FOLLOWED = 2
"""Seconds after which each process looks whether articles were changed."""
AT_ONCE = 24
"""So many texts are encoded while somebody waits, half a second; where more lack, none counts until all were learnt."""
_REVISIONS = """
SELECT (SELECT value::text FROM shared WHERE name = $1) AS present, learnt.value->>'revision' AS learnt,
       coalesce((learnt.value->>'meaning')::boolean, false) AS meaning
FROM (VALUES ($2::text)) known (name) LEFT JOIN shared learnt USING (name)
"""
_SHARED = "SELECT value FROM shared WHERE name = $1"


@dataclass(frozen=True, slots=True)
class Guess:
    """An article that may answer, and how surely."""

    article_id: int
    sure: float


@dataclass(frozen=True, slots=True)
class Revisions:
    """How often articles were changed, and of which change was learnt, with or without meaning; none at first."""

    present: str | None
    learnt: str | None
    meaning: bool


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

    async def follow(self) -> None:
        """Keep up with what is written and learnt, so that hardly any message waits for it."""
        while True:
            try:
                await self._current()
            except Exception as error:
                log.warning("articles not followed", failure=type(error).__name__)
            await asyncio.sleep(FOLLOWED)

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
    kept, meanings = await shared(LEARNT), await shared(MEANINGS) if encoder() else None
    articles, bands = await asyncio.to_thread(_index, entries, kept, meanings)
    return _Built(now, articles, {str(one.id): one.organisation.code for one in published}, bands)


async def shared(name: str) -> Any:
    """A value that all processes share, None where there is none yet."""
    found = await rows(_SHARED, name)
    return json.loads(found[0]["value"]) if found else None


def _index(entries: Sequence[Entry], kept: Mapping[str, Any] | None, meanings: Any) -> tuple[Articles, Bands]:
    encode = encoder()
    known = Meanings(encode, meanings) if encode else None
    if known and known.lacking([text for entry in entries for text in entry.texts]) > AT_ONCE:
        known = None
    verifier, bands = _learnt(kept, meaning=known is not None)
    return Articles(entries, encode=known, verifier=verifier), bands


def entry_of(article: Article) -> Entry:
    """An article as it is searched."""
    return Entry(str(article.id), tuple(article.questions), article.answer, tuple(article.keywords))


def _learnt(kept: Mapping[str, Any] | None, *, meaning: bool) -> tuple[Verifier | None, Bands]:
    learnt = kept.get("learnt") if kept and kept["meaning"] == meaning else None
    if not learnt:
        return None, UNLEARNT
    figures = {name: np.array(learnt[name]) for name in ("centre", "scale", "weights")}
    return Verifier(**figures, bias=learnt["bias"]), Bands(learnt["answer"], learnt["choose"])
