"""Learning from the articles how surely one answers, in a process of its own, whenever they were changed."""

from datetime import datetime

import structlog

from handlers.articles.actions.learnt import keep_learnt, put_off
from handlers.articles.knowledge import FAILED, MEANINGS, entry_of, revisions, shared
from models.articles import Article
from models.states import ArticleState
from understanding.apart import LearningFailed, learnt_apart
from understanding.meaning import encoder

log = structlog.get_logger("articles")


async def learn_changed(now: datetime) -> None:
    """Learn anew when articles have changed since it was done last; what is in use stays so until then.

    What fails is tried again later and later, an hour later at most.
    """
    known, meaning = await revisions(), encoder() is not None
    if known.present is None or (known.present, meaning) == (known.learnt, known.meaning):
        return
    failed = await shared(FAILED)
    if failed and now < datetime.fromisoformat(failed["again_at"]):
        return
    published = await Article.filter(state=ArticleState.PUBLISHED).order_by("id")
    entries = [entry_of(article) for article in published]
    given = [{"id": one.id, "questions": one.questions, "body": one.body, "keywords": one.keywords} for one in entries]
    try:
        said = await learnt_apart("understanding.own", {"articles": given, "meanings": await shared(MEANINGS)})
    except LearningFailed as failure:
        log.warning("nothing learnt from the articles", articles=len(given), failure=str(failure))
        await put_off(now, failed["times"] + 1 if failed else 1)
        return
    await keep_learnt(known.present, said["learnt"], said["meanings"], meaning=meaning)
