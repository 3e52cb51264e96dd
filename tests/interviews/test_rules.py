"""The life of an interview as its table says, and what each state has open."""

from datetime import UTC, datetime, timedelta

import pytest

from errors import Conflict, Invalid
from handlers.interviews import rules
from handlers.interviews.rules import InterviewEvent, Verb
from models.deliberation import InterviewState

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
LIFE = """
announced edit announced
announced put_off announced
announced open live
announced cancel cancelled
live end ended
"""
OPEN = {"announced": "ask back", "live": "ask back answer promise", "ended": "answer promise", "cancelled": ""}


def test_the_life_is_as_written_and_every_other_step_is_refused() -> None:
    steps = {tuple(line.split()) for line in LIFE.strip().split("\n")}
    for state in InterviewState:
        for event in InterviewEvent:
            following = next((after for before, by, after in steps if (before, by) == (state, event)), None)
            if following:
                assert rules.move(state, event) == following
            else:
                with pytest.raises(Conflict, match=state.label):
                    rules.move(state, event)


def test_what_each_state_has_open() -> None:
    for state in InterviewState:
        for verb in Verb:
            if verb in OPEN[state].split():
                rules.check_open(state, verb)
            else:
                with pytest.raises(Conflict):
                    rules.check_open(state, verb)


@pytest.mark.parametrize(
    ("title", "host", "introduction", "minutes"),
    [
        ("访谈", "主任", "", 60),
        ("主任访谈", "", "", 60),
        ("主任访谈", "主任", "长" * 501, 60),
        ("主任访谈", "主任", "", 9),
    ],
)
def test_half_an_announcement_is_refused(title: str, host: str, introduction: str, minutes: int) -> None:
    with pytest.raises(Invalid):
        rules.check_announced(title, host, introduction, minutes)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=181), timedelta(hours=-1)])
def test_it_begins_in_the_time_to_come(ahead: timedelta) -> None:
    with pytest.raises(Invalid):
        rules.check_start(NOW + ahead, NOW)


@pytest.mark.parametrize("answer", ["", "长" * 501, "打13800138000", "11010519491231002X"])
def test_an_answer_is_there_and_tells_nobodys_number(answer: str) -> None:
    with pytest.raises(Invalid):
        rules.check_answer(answer)
