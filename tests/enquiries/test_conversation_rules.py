"""How a conversation moves, who may speak in it, and what an answer must be."""

from itertools import product

import pytest

from errors import Invalid
from handlers.enquiries import texts
from handlers.enquiries.rules import (
    LONGEST_ANSWER,
    MOVES,
    AlreadyClosed,
    EnquiryEvent,
    HeldByAnother,
    after_silence,
    check_answer,
    check_holder,
    move,
)
from models.states import Delivered, EnquiryState

PLATFORM_BYTES = 2048


def test_every_move_that_is_not_in_the_table_is_refused() -> None:
    for state, event in product(EnquiryState, EnquiryEvent):
        if (state, event) in MOVES:
            assert move(state, event) is MOVES[state, event]
        else:
            with pytest.raises(AlreadyClosed):
                move(state, event)


def test_nothing_follows_the_end() -> None:
    assert EnquiryState.CLOSED not in {state for state, _ in MOVES}


def test_silence_ends_what_was_answered_and_gives_back_what_was_not() -> None:
    assert after_silence(answered=True) is EnquiryEvent.CLOSE
    assert after_silence(answered=False) is EnquiryEvent.GIVE_BACK


def test_a_colleagues_conversation_is_not_spoken_in() -> None:
    check_holder("", "lin")
    check_holder("lin", "lin")
    with pytest.raises(HeldByAnother, match="接手"):
        check_holder("zhou", "lin")


@pytest.mark.parametrize("text", ["", "长" * (LONGEST_ANSWER + 1), "😀" * 500])
def test_an_answer_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        check_answer(text)


@pytest.mark.parametrize("text", ["好", "长" * LONGEST_ANSWER, "😀" * 475])
def test_an_answer_that_is_accepted_fits_into_one_message(text: str) -> None:
    check_answer(text)
    assert len(texts.from_worker(text).encode()) <= PLATFORM_BYTES


@pytest.mark.parametrize(
    ("delivered", "errcode", "words"),
    [
        (Delivered.FAILED, 45015, "超过48小时"),
        (Delivered.FAILED, 45047, "5条回复已用完"),
        (Delivered.FAILED, 43004, "取消关注"),
        (Delivered.FAILED, 48001, "没有收下"),
        (Delivered.UNKNOWN, 0, "不确定"),
    ],
)
def test_what_did_not_arrive_is_explained_with_what_to_do(delivered: Delivered, errcode: int, words: str) -> None:
    problem = texts.undelivered(delivered, errcode)
    assert words in problem
    assert "请打电话" in problem or "或打电话" in problem


def test_what_was_sent_needs_no_explanation() -> None:
    assert texts.undelivered(Delivered.SENT, 0) == ""
