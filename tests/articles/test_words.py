"""The demo's answers speak of this product in words that it has."""

import re

import pytest
import yaml

from bot.messages import incoming
from bot.sessions import Session
from demonstration import FOLDER
from handlers.articles import rules
from handlers.articles.knowledge import Knowledge
from main import compose_router

ENTRIES = yaml.safe_load((FOLDER / "faq.yaml").read_text("utf-8"))["entries"]
ROUTER = compose_router(Knowledge())
WITHIN = {"无", "确认"}
"""Words that mean something in the middle of a dialogue that the same answer names."""
QUOTED = re.compile(r"回复?((?:「[^」]+」[或、]?)+)")


def begins(word: str) -> bool:
    """Whether somebody who sends this is not merely taken to ask something."""
    sent = {
        "ToUserName": "gh",
        "FromUserName": "o",
        "MsgType": "text",
        "Content": word,
        "MsgId": "1",
        "CreateTime": "1",
    }
    run = ROUTER.plan(incoming(sent, "wx"), Session()).run
    return run is not None and run.__qualname__ != "Talk.take_up"


def test_a_question_is_not_taken_for_a_word_that_begins_something() -> None:
    assert not begins("报修")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_every_word_that_residents_are_told_to_send_begins_something(entry: dict[str, str]) -> None:
    quoted = QUOTED.findall(f"{entry['answer']}\n{entry['short']}")
    words = {word for said in quoted for word in re.findall("「([^」]+)」", said)} - WITHIN
    assert [word for word in words if not begins(word)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_every_answer_fits_into_a_message_and_its_short_form_into_large_type(entry: dict[str, str]) -> None:
    assert len(entry["answer"].encode()) <= 402 <= rules.MOST_ANSWER_BYTES
    assert 4 <= len(entry["short"]) <= 24
    assert not re.search("点「|点菜单|随手拍", entry["answer"] + entry["short"])
