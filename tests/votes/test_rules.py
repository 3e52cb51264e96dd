"""The law of a vote by tables of cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Conflict
from handlers.votes import rules
from handlers.votes.rules import MOVES, PollEvent
from models.states import LegalEffect, PollState

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("state", "event"), [(s, e) for s in PollState for e in PollEvent])
def test_every_move_is_in_the_table_or_refused(state: PollState, event: PollEvent) -> None:
    if (state, event) in MOVES:
        assert rules.move(state, event) is MOVES[state, event]
        assert event in rules.possible(state)
    else:
        assert event not in rules.possible(state)
        with pytest.raises(Conflict):
            rules.move(state, event)


@pytest.mark.parametrize("state", [state for state in PollState if state is not PollState.OPEN])
def test_only_an_open_poll_takes_ballots(state: PollState) -> None:
    with pytest.raises(rules.PollClosed):
        rules.check_may_cast(state, NOW + timedelta(days=1), NOW, LegalEffect.CONSULTATIVE, adult=True)


def test_the_deadline_holds_even_when_no_job_has_closed_the_poll() -> None:
    rules.check_may_cast(PollState.OPEN, NOW + timedelta(microseconds=1), NOW, LegalEffect.CONSULTATIVE, adult=True)
    with pytest.raises(rules.PollClosed):
        rules.check_may_cast(PollState.OPEN, NOW, NOW, LegalEffect.CONSULTATIVE, adult=True)


def test_a_minor_may_not_vote() -> None:
    with pytest.raises(rules.MinorMayNotVote):
        rules.check_may_cast(PollState.OPEN, NOW + timedelta(days=1), NOW, LegalEffect.CONSULTATIVE, adult=False)


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 6, 1), date(2008, 6, 1)),
        (date(2026, 2, 28), date(2008, 2, 28)),
        (date(2028, 2, 29), date(2010, 2, 28)),
    ],
)
def test_coming_of_age_is_counted_by_the_calendar(today: date, latest: date) -> None:
    assert rules.born_on_or_before(today, 18) == latest


@given(st.lists(st.integers(0, 31), min_size=12, max_size=12))
def test_a_receipt_number_reads_back_without_confusable_letters(indexes: list[int]) -> None:
    number = rules.receipt_number(indexes)
    assert [len(part) for part in number.split("-")] == [4, 4, 4]
    assert not set(number) & set("01OI")
