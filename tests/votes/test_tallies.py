"""Counting by tables of cases, the article as id: 278 is that of 《民法典》, 解释 the judicial interpretation of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.votes.answers import Shape
from handlers.votes.tallies import Line, Mean, Result, Weight, missing, result_from, tally
from handlers.votes.terms import Terms, preset, share
from models.states import PollKind

AGREE, AGAINST, ABSTAIN = 0, 1, 2
APPROVAL = Shape(("赞成", "反对", "弃权"), abstain=ABSTAIN)


def household(roll: int, votes: tuple[int, ...] | list[int], abstain: int | None, terms: Terms | None = None) -> Result:
    """A household vote in which each choice got so many ballots."""
    shape = Shape(tuple(map(str, range(len(votes)))), abstain=abstain)
    lines = [Line((at,), Weight(count, count)) for at, count in enumerate(votes)]
    return tally(PollKind.HOUSEHOLD, shape, terms or preset(PollKind.HOUSEHOLD), Weight(roll, roll), lines)


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


def test_of_several_choices_that_reach_a_low_threshold_the_foremost_carries_and_a_tie_does_not() -> None:
    third = Terms(agree_heads=share(">=1/3"))
    assert household(10, (4, 5, 0), None, third).passed == 1
    assert household(10, (4, 4, 0), None, third).passed is None


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20), st.integers(0, 10**6))
def test_at_most_one_choice_passes_and_only_with_a_strict_majority(votes: list[int], absent: int) -> None:
    result = household(sum(votes) + absent, votes, None)
    if result.passed is not None:
        assert 2 * votes[result.passed] > sum(votes)
        assert 2 * sum(votes) > sum(votes) + absent
    assert result.taken_part.ballots == sum(votes)


def owners(
    matter: int, roll: tuple[int, Any], agree: tuple[int, Any], against: tuple[int, Any], abstain: tuple[int, Any]
) -> Result:
    """An owners' vote: heads and m² of the roll and of each choice."""
    lines = [Line((at,), weight(*part)) for at, part in enumerate((agree, against, abstain))]
    return tally(PollKind.OWNERS, APPROVAL, preset(PollKind.OWNERS, matter), weight(*roll), lines)


def weight(heads: int, area: Any) -> Weight:
    return Weight(heads, heads, Decimal(str(area)))


NONE = (0, 0)


@pytest.mark.parametrize("matter", range(1, 10), ids=lambda matter: f"278({matter})")
@pytest.mark.parametrize(
    ("agree", "special", "ordinary"),
    [
        pytest.param((3, 300), True, True, id="exactly three quarters of both"),
        pytest.param((3, "299.9999"), False, True, id="a ten-thousandth of a m² below three quarters"),
        pytest.param((2, 300), False, False, id="area enough, heads exactly half"),
        pytest.param((3, 200), False, False, id="heads enough, area exactly half"),
        pytest.param((3, "200.0001"), False, True, id="a ten-thousandth of a m² above half"),
        pytest.param((2, 200), False, False, id="exactly half of both"),
        pytest.param((4, 400), True, True, id="all"),
        pytest.param(NONE, False, False, id="nobody"),
    ],
)
def test_the_threshold_follows_the_matter_and_is_of_those_who_take_part(
    matter: int, agree: tuple[int, Any], special: bool, ordinary: bool
) -> None:
    against = (4 - agree[0], Decimal(400) - Decimal(str(agree[1])))
    result = owners(matter, (6, 600), agree, against, NONE)
    assert result.quorate
    assert (result.passed == AGREE) is (special if matter in {6, 7, 8} else ordinary)


@pytest.mark.parametrize(
    ("roll", "agree", "against", "abstain", "quorate", "passed"),
    [
        pytest.param((3, 300), (2, 200), NONE, NONE, True, True, id="278 quorum: exactly two thirds of both"),
        pytest.param((3, 300), (2, "199.9999"), NONE, NONE, False, False, id="278 quorum: area a hair short"),
        pytest.param((4, 300), (2, 300), NONE, NONE, False, False, id="278 quorum: all area, half the heads"),
        pytest.param((3, 300), (3, 199), NONE, NONE, False, False, id="278 quorum: all heads, too little area"),
        pytest.param((3, 300), (1, 100), NONE, (1, 100), True, False, id="abstention takes part and does not agree"),
        pytest.param((3, 300), (1, 100), NONE, NONE, False, False, id="278 quorum: who stays away does not take part"),
        pytest.param((3, 300), NONE, (3, 300), NONE, True, False, id="all against: nothing carries, not even that"),
        pytest.param((3, 300), NONE, NONE, (3, 300), True, False, id="all abstain: quorum, nothing carries"),
        pytest.param((0, 0), NONE, NONE, NONE, False, False, id="an empty roll"),
        pytest.param((3, 0), (3, 0), NONE, NONE, False, False, id="解释8: no area is known, so none is reached"),
        pytest.param(
            (411, "44868.27"), (274, "29912.18"), NONE, NONE, True, True, id="278 quorum: two thirds of V1's roll"
        ),
        pytest.param((411, "44868.27"), (273, "44868.27"), NONE, NONE, False, False, id="278 quorum: one head short"),
    ],
)
def test_quorum_is_of_the_roll_by_heads_and_by_area(
    roll: tuple[int, Any],
    agree: tuple[int, Any],
    against: tuple[int, Any],
    abstain: tuple[int, Any],
    quorate: bool,
    passed: bool,
) -> None:
    result = owners(4, roll, agree, against, abstain)
    assert (result.quorate, result.passed == AGREE) == (quorate, passed)


def test_spoilt_and_unreturned_papers_do_not_take_part() -> None:
    roll, lines = weight(3, 300), [Line((AGREE,), weight(1, 100))]
    result = tally(PollKind.OWNERS, APPROVAL, preset(PollKind.OWNERS, 4), roll, lines, spoilt=1, unreturned=1)
    assert (result.taken_part.heads, result.quorate, result.spoilt, result.unreturned) == (1, False, 1, 1)


@pytest.mark.parametrize(
    ("terms", "roll", "taken_part", "heads", "area"),
    [
        pytest.param(preset(PollKind.OWNERS, 8), (411, "44868.27"), NONE, 274, "29912.18", id="278: nobody yet"),
        pytest.param(preset(PollKind.OWNERS, 8), (411, "44868.27"), (273, "29912"), 1, "0.18", id="278: nearly"),
        pytest.param(preset(PollKind.OWNERS, 8), (411, "44868.27"), (274, "29912.18"), 0, "0", id="278: exactly"),
        pytest.param(preset(PollKind.OWNERS, 8), (10, "100"), (0, "0"), 7, "66.6667", id="278: two thirds of 100 m²"),
        pytest.param(preset(PollKind.HOUSEHOLD), (10, 0), (5, 0), 1, "0", id="more than half of ten wants six"),
        pytest.param(preset(PollKind.HOUSEHOLD), (11, 0), (5, 0), 1, "0", id="more than half of eleven wants six"),
        pytest.param(preset(PollKind.HOUSEHOLD), (0, 0), (0, 0), 1, "0", id="of an empty roll more than it has"),
        pytest.param(preset(PollKind.SCORE), (11, 0), (1, 0), 3, "0", id="three tenths of eleven are four"),
        pytest.param(preset(PollKind.OPINION), (11, 0), (0, 0), 0, "0", id="an opinion poll lacks nothing"),
        pytest.param(Terms(quorum_area=share(">1/2")), (2, "100"), (1, "50"), 0, "0.0001", id="a strict share of area"),
    ],
)
def test_what_is_missing_is_exact(
    terms: Terms, roll: tuple[int, Any], taken_part: tuple[int, Any], heads: int, area: str
) -> None:
    assert missing(terms, weight(*roll), weight(*taken_part)) == Weight(0, heads, Decimal(area))


AREAS = st.decimals(0, 10**6, places=4)


@given(st.integers(1, 10**6), AREAS, st.integers(0, 10**6), AREAS, st.sampled_from([4, 8]))
def test_with_what_is_missing_the_quorum_is_reached_and_with_a_step_less_it_is_not(
    heads: int, area: Decimal, came: int, came_area: Decimal, matter: int
) -> None:
    terms, roll = preset(PollKind.OWNERS, matter), Weight(heads, heads, area + 1)
    part = Weight(0, min(came, heads), min(came_area, area))
    lacks = missing(terms, roll, part)
    assert 3 * (part.heads + lacks.heads) >= 2 * roll.heads
    assert 3 * (part.area + lacks.area) >= 2 * roll.area
    assert not lacks.heads or 3 * (part.heads + lacks.heads - 1) < 2 * roll.heads
    assert not lacks.area or 3 * (part.area + lacks.area - Decimal("0.0001")) < 2 * roll.area


PICKS = st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True), max_size=40)


@given(PICKS, st.integers(1, 8))
def test_those_come_through_whom_fewer_than_the_places_beat(picks: list[list[int]], places: int) -> None:
    shape = Shape(tuple("甲乙丙丁戊己庚辛"), most=3)
    lines = [Line(tuple(sorted(pick)), Weight(1, 1)) for pick in picks]
    result = tally(PollKind.OPINION, shape, replace(preset(PollKind.OPINION), winners=places), Weight(99, 99), lines)
    votes = [sum(at in pick for pick in picks) for at in range(8)]
    assert [choice.ballots for choice in result.choices] == votes
    assert result.taken_part.ballots == len(picks)
    for at in range(8):
        ahead, level = sum(vote > votes[at] for vote in votes), sum(vote == votes[at] for vote in votes)
        assert (at in result.winners) is bool(votes[at] and ahead + level <= places)
        assert (at in result.tied) is bool(votes[at] and ahead < places < ahead + level)


def test_abstention_is_not_among_those_who_come_through() -> None:
    shape = Shape(("扶手", "路灯", "弃权"), most=2, abstain=2)
    lines = [Line((2,), Weight(9, 9)), Line((0,), Weight(1, 1))]
    assert tally(PollKind.OPINION, shape, preset(PollKind.OPINION), Weight(20, 20), lines).winners == (0,)


SCORES = Shape((), dimensions=("保洁", "秩序"))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=60), st.integers(0, 200))
def test_scores_are_means_and_stand_from_the_floor_on(scores: list[tuple[int, int]], absent: int) -> None:
    roll = Weight(len(scores) + absent, len(scores) + absent)
    result = tally(
        PollKind.SCORE, SCORES, preset(PollKind.SCORE), roll, [Line(score, Weight(1, 1)) for score in scores]
    )
    assert result.means == tuple(Mean(sum(score[at] for score in scores), len(scores)) for at in range(2))
    assert result.quorate is (bool(roll.heads) and 10 * len(scores) >= 3 * roll.heads)
    assert (result.choices, result.passed, result.winners) == ((), None, ())


@pytest.mark.parametrize(
    ("total", "given", "shown"),
    [
        (0, 0, "—"),
        (13, 3, "4.33"),
        (14, 3, "4.67"),
        (801, 200, "4.01"),
        (1, 3, "0.33"),
        (5, 1, "5.00"),
        (999, 100, "9.99"),
    ],
)
def test_a_mean_is_shown_to_two_decimals_half_up(total: int, given: int, shown: str) -> None:
    assert Mean(total, given).shown() == shown


@pytest.mark.parametrize(
    ("present", "agree", "quorate", "passed"),
    [
        pytest.param(51, 26, True, True, id="居委会组织法9-10: more than half present, more than half of those"),
        pytest.param(50, 50, False, False, id="居委会组织法10: half of the list is not more than half"),
        pytest.param(52, 26, True, False, id="居委会组织法10: half of those present is not more than half"),
    ],
)
def test_a_meeting_of_delegates_decides_by_more_than_half(
    present: int, agree: int, quorate: bool, passed: bool
) -> None:
    lines = [Line((AGREE,), Weight(agree, agree)), Line((AGAINST,), Weight(present - agree, present - agree))]
    result = tally(PollKind.DELEGATES, APPROVAL, preset(PollKind.DELEGATES), Weight(100, 100), lines)
    assert (result.quorate, result.passed == AGREE) == (quorate, passed)


def test_a_result_that_was_stored_before_papers_were_missed_is_read() -> None:
    kept = household(10, (6, 0, 0), 2).stored()
    del kept["unreturned"]
    assert result_from(kept).unreturned == 0
