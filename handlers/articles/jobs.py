"""Learning from the articles how surely one answers, in a process of its own, whenever they were changed."""

import asyncio
import json
import os
import sys
from datetime import datetime
from typing import Any

import structlog

from handlers.articles.actions.learnt import keep_learnt
from handlers.articles.knowledge import entry_of, revisions
from models.articles import Article
from models.states import ArticleState

log = structlog.get_logger("articles")
LONGEST = 600
"""Seconds that learning may take; a district's articles take a second, with nearness of meaning some minutes."""


async def learn_changed(now: datetime) -> None:
    """Learn anew when articles have changed since it was done last; what is in use stays so until then."""
    known = await revisions()
    if known.present is None or known.present == known.learnt:
        return
    published = await Article.filter(state=ArticleState.PUBLISHED).order_by("id")
    entries = [entry_of(article) for article in published]
    given = [{"id": one.id, "questions": one.questions, "body": one.body, "keywords": one.keywords} for one in entries]
    await keep_learnt(known.present, await _learnt(given))


async def _learnt(given: list[dict[str, Any]]) -> dict[str, Any] | None:
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    learner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "understanding.own"), stdin=pipe, stdout=pipe, env=alone
    )
    try:
        said, _ = await asyncio.wait_for(learner.communicate(json.dumps(given).encode()), LONGEST)
    except TimeoutError:
        learner.kill()
        log.warning("learning took too long", articles=len(given))
        return None
    return json.loads(said) if learner.returncode == 0 else None
