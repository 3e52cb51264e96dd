"""Counting by tables of cases, the article as id, and as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.votes.answers import Shape
from handlers.votes.tallies import Line, Result, Weight, tally
from handlers.votes.terms import preset
from models.states import PollKind


def household(roll: int, votes: tuple[int, ...] | list[int], abstain: int | None) -> Result:
    """A household vote in which each choice got so many ballots."""
    shape = Shape(tuple(map(str, range(len(votes)))), abstain=abstain)
    lines = [Line((at,), Weight(count, count)) for at, count in enumerate(votes)]
    return tally(PollKind.HOUSEHOLD, shape, preset(PollKind.HOUSEHOLD), Weight(roll, roll), lines)


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
    result = household(roll, votes, abstain=2)
    assert (result.quorate, result.passed) == (quorate, passed)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20), st.integers(0, 10**6))
def test_at_most_one_choice_passes_and_only_with_a_strict_majority(votes: list[int], absent: int) -> None:
    result = household(sum(votes) + absent, votes, None)
    if result.passed is not None:
        assert 2 * votes[result.passed] > sum(votes)
        assert 2 * sum(votes) > sum(votes) + absent
    assert result.taken_part.ballots == sum(votes)
