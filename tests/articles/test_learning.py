"""What is learnt from articles outlives a learner that fails, and no text is encoded twice in any process."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from structlog.testing import capture_logs

import handlers.articles.knowledge as knowledge
from clock import clock
from handlers.articles import jobs
from handlers.articles.actions.articles import ArticleDraft, write_article
from handlers.articles.actions.learnt import keep_learnt
from handlers.articles.actions.load import Loaded
from handlers.articles.knowledge import FAILED, LEARNT, MEANINGS, Knowledge, entry_of, shared
from models.articles import Article
from tests.enquiries.conftest import Neighbourhood
from understanding.apart import LearningFailed, learnt_apart
from understanding.articles import Vectors
from understanding.meaning import WIDTH, Meanings


async def test_what_was_learnt_stays_while_learning_fails_and_is_tried_again_later_and_later(
    articles: Loaded, neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    await jobs.learn_changed(now)
    learnt = await shared(LEARNT)
    assert learnt["learnt"]["answer"] > learnt["learnt"]["choose"] - 1e-9
    await write_article(neighbourhood.worker, ArticleDraft("快递", ("快递柜在哪？",), "在门口。"), now)
    tried: list[str] = []

    async def fails(module: str, given: object) -> object:
        tried.append(module)
        raise LearningFailed("ended with 1")

    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(jobs, "learnt_apart", fails)
        await jobs.learn_changed(now)
        await jobs.learn_changed(now + timedelta(seconds=61))
        assert len(tried) == 1
        await jobs.learn_changed(now + timedelta(minutes=3))
        assert len(tried) == 2
    assert [line["failure"] for line in logs] == ["ended with 1"] * 2
    assert await shared(LEARNT) == learnt
    await jobs.learn_changed(now + timedelta(minutes=10))
    assert (await shared(LEARNT))["revision"] != learnt["revision"]
    assert await shared(FAILED) is None


async def test_a_learner_that_ends_badly_says_why() -> None:
    with pytest.raises(LearningFailed, match=r"^ended with 1: KeyError, own.py \d+$"):
        await learnt_apart("understanding.own", {})


class Encoder:
    """Vectors made of the texts' characters, and how many were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            for sign in text:
                vectors[row, ord(sign) % WIDTH] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)


async def test_the_articles_meanings_are_made_once_for_all_processes_and_never_while_somebody_waits(
    articles: Loaded, neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, places = Encoder(), {neighbourhood.community.code}
    monkeypatch.setattr(knowledge, "encoder", lambda: encode)
    guesses, _ = await Knowledge().guesses("低保怎么申请", places)
    assert encode.asked == 0
    texts = [text for article in await Article.all() for text in entry_of(article).texts]
    known = Meanings(encode)
    known.learn(texts)
    assert encode.asked == len(set(texts))
    await keep_learnt("1", None, known.written(texts), meaning=True)
    encode.asked = 0
    again, _ = await Knowledge().guesses("低保怎么申请呢", places)
    assert encode.asked == 1
    assert again[0].article_id == guesses[0].article_id
    assert again[0].sure > guesses[0].sure
    assert len((await shared(MEANINGS))["vectors"]) < 1500 * len(texts)
    await write_article(neighbourhood.worker, ArticleDraft("快递", ("快递柜在哪？",), "在门口。"), clock.now())
    newest, _ = await Knowledge().guesses("快递柜在哪", places)
    assert encode.asked == 4
    assert newest[0].article_id == (await Article.all().order_by("-id").first()).id  # type: ignore[union-attr]


async def test_each_process_keeps_up_by_itself_so_that_no_message_waits(
    articles: Loaded, neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "FOLLOWED", 0.01)
    known = Knowledge()
    following = asyncio.create_task(known.follow())
    await write_article(neighbourhood.worker, ArticleDraft("快递", ("快递柜在哪？",), "在门口。"), clock.now())
    await asyncio.sleep(1.5)
    following.cancel()

    async def build(_: object) -> None:
        raise AssertionError("a message has waited")

    monkeypatch.setattr(knowledge, "_build", build)
    assert (await known.guesses("快递柜在哪", {neighbourhood.community.code}))[0]
