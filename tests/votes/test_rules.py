"""The law of a household vote by tables of cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Conflict, Invalid
from handlers.votes import rules
from handlers.votes.rules import MOVES, PollEvent
from models.states import PollState

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("roll", "votes", "quorate", "passed"),
    [
        pytest.param(10, (6, 0, 0), True, 0, id="more than half take part and agree"),
        pytest.param(10, (5, 0, 0), False, None, id="exactly half the roll is not more than half"),
        pytest.param(11, (6, 0, 0), True, 0, id="six of eleven is more than half"),
        pytest.param(10, (3, 3, 0), True, None, id="exactly half of those voting is not more than half"),
        pytest.param(10, (4, 3, 0), True, 0, id="four of seven"),
        pytest.param(10, (3, 1, 3), True, None, id="abstentions take part and so raise the bar"),
        pytest.param(10, (1, 1, 6), True, None, id="abstention itself never wins"),
        pytest.param(10, (1, 6, 0), True, 1, id="more than half disagree"),
        pytest.param(0, (0, 0, 0), False, None, id="an empty roll decides nothing"),
        pytest.param(3, (0, 0, 0), False, None, id="nobody voted"),
        pytest.param(1_000_001, (500_001, 0, 0), True, 0, id="one vote over half of a million and one"),
        pytest.param(1_000_002, (500_001, 0, 0), False, None, id="exactly half of a large roll"),
    ],
)
def test_a_motion_carries_on_strict_majorities(
    roll: int, votes: tuple[int, ...], quorate: bool, passed: int | None
) -> None:
    result = rules.tally(roll, votes, abstain=2)
    assert (result.quorate, result.passed) == (quorate, passed)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20), st.integers(0, 10**6))
def test_at_most_one_choice_passes_and_only_with_a_strict_majority(votes: list[int], absent: int) -> None:
    result = rules.tally(sum(votes) + absent, votes, None)
    if result.passed is not None:
        assert 2 * votes[result.passed] > sum(votes)
        assert 2 * sum(votes) > sum(votes) + absent
    assert result.turnout == sum(votes)


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
        rules.check_may_cast(state, NOW + timedelta(days=1), NOW, adult=True)


def test_the_deadline_holds_even_when_no_job_has_closed_the_poll() -> None:
    rules.check_may_cast(PollState.OPEN, NOW + timedelta(microseconds=1), NOW, adult=True)
    with pytest.raises(rules.PollClosed):
        rules.check_may_cast(PollState.OPEN, NOW, NOW, adult=True)


def test_a_minor_may_not_vote() -> None:
    with pytest.raises(rules.MinorMayNotVote):
        rules.check_may_cast(PollState.OPEN, NOW + timedelta(days=1), NOW, adult=False)


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


@pytest.mark.parametrize(
    ("title", "choices", "opens", "closes"),
    [
        ("短题", ["同意", "不同意"], 0, 1),
        ("题" * 61, ["同意", "不同意"], 0, 1),
        ("装不装扶手", ["同意"], 0, 1),
        ("装不装扶手", [str(n) for n in range(21)], 0, 1),
        ("装不装扶手", ["同意", "同意"], 0, 1),
        ("装不装扶手", ["同意", "不" * 31], 0, 1),
        ("装不装扶手", ["同意", "不同意"], 2, 1),
        ("装不装扶手", ["同意", "不同意"], -3, -1),
    ],
)
def test_a_poll_that_nobody_could_answer_is_refused(title: str, choices: list[str], opens: int, closes: int) -> None:
    with pytest.raises(Invalid):
        rules.check_poll(title, choices, NOW + timedelta(days=opens), NOW + timedelta(days=closes), NOW)


@given(st.lists(st.integers(0, 31), min_size=12, max_size=12))
def test_a_receipt_number_reads_back_without_confusable_letters(indexes: list[int]) -> None:
    number = rules.receipt_number(indexes)
    assert [len(part) for part in number.split("-")] == [4, 4, 4]
    assert not set(number) & set("01OI")
