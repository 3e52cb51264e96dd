"""Figures by hand from the formulae that Polis publishes."""

import math
import random

import numpy as np
import pytest

from opinion.axes import principal
from opinion.clustering import fresh, points_of, silhouettes
from opinion.computing import opinion_of, placed
from opinion.proportions import more_than_half, more_than_others, share
from opinion.results import Memory, Side
from opinion.routing import priority
from opinion.smoothing import UNDECIDED, KState, most_groups, smoothed
from opinion.telling import Counts, common, divisive, representative
from tests.opinion.conversations import of_matrix

GOLDEN = (math.sqrt(5) - 1) / 2


def counts(agreed: list[list[int]], disagreed: list[list[int]], passed: int = 0) -> Counts:
    yes, no = np.array(agreed), np.array(disagreed)
    return Counts(yes, no, yes + no + passed)


def test_shares_and_tests_count_one_imagined_person_for_and_one_against() -> None:
    assert share(np.array(3), np.array(4)) == pytest.approx(4 / 6)
    assert more_than_half(np.array(9), np.array(9)) == pytest.approx(math.sqrt(10))
    z = more_than_others(*(np.array([figure]) for figure in (8, 9, 1, 9)))
    assert z == pytest.approx(0.7 / math.sqrt(0.55 * 0.45 * 0.2))
    assert more_than_others(*(np.array([figure]) for figure in (4, 4, 9, 9))) == 0


def test_people_stand_on_two_axes_and_who_answered_half_is_moved_out_by_the_root_of_two() -> None:
    """The scatter is [[4, 2], [2, 2]]: its first direction is (1, golden ratio's inverse)."""
    stances = of_matrix("++", "--", "+.", "-.")
    axes = principal(stances)
    long = math.hypot(1, GOLDEN)
    assert axes.weight == pytest.approx(np.array([[1, GOLDEN], [-GOLDEN, 1]]) / long)
    places = axes.places(stances)
    assert places[0] == pytest.approx(np.array([1 + GOLDEN, 1 - GOLDEN]) / long)
    assert places[2] == pytest.approx(np.array([1, -GOLDEN]) / long * math.sqrt(2))
    assert places[1] == pytest.approx(-places[0])
    assert axes.extremity() == pytest.approx([math.sqrt(2)] * 2)


def test_seven_stances_place_a_person_and_the_busiest_fill_up_to_fifteen() -> None:
    busy = ["+" * 8] * 3
    some = ["+" * (1 + number % 6) + "." * 7 for number in range(20)]
    stances = of_matrix(*busy, *(line[:8] for line in some))
    six, five, four, three = ([number for number in range(20) if number % 6 == most] for most in (5, 4, 3, 2))
    filled = [*six, *five, *four, *three][: 15 - 3]
    assert placed(stances, Memory()).tolist() == [0, 1, 2, *(number + 3 for number in sorted(filled))]


def test_who_was_placed_once_stays_placed() -> None:
    rows = ["+" * 7 + "."] * 20 + ["+......."]
    assert 20 not in placed(of_matrix(*rows), Memory())
    assert 20 in placed(of_matrix(*rows), Memory(placed=(21,)))


def test_the_silhouette_of_two_pairs_of_points_weighs_people() -> None:
    """Points at 0, 1, 9 and 10; two people stand on the first. Fits by hand, each as often as there are people."""
    points = points_of(np.array([[0.0, 0], [0, 0], [1, 0], [9, 0], [10, 0]]))
    labels = fresh(points, 2)
    assert labels.tolist() == [0, 0, 1, 1]
    [fit] = silhouettes(points, [labels])
    ones = [1 - 0.5 / 9.5, 1 - 0.5 / 9.5, 1 - 1 / 8.5, 1 - 1 / ((9 + 9 + 8) / 3), 1 - 1 / ((10 + 10 + 9) / 3)]
    assert fit == pytest.approx(sum(ones) / 5)


def test_at_most_five_groups_and_fewer_where_few_points_are() -> None:
    assert [most_groups(points) for points in (1, 2, 11, 12, 24, 36, 500)] == [1, 2, 2, 3, 4, 5, 5]


def test_the_number_of_groups_changes_when_another_fitted_best_four_times_in_a_row() -> None:
    two, three = {2: 0.8, 3: 0.5}, {2: 0.5, 3: 0.8}
    state = smoothed(two, UNDECIDED)
    told: list[int] = []
    for scores in (three, three, three, two, three, three, three, three):
        state = smoothed(scores, state)
        told.append(state.told)
    assert told == [2] * 7 + [3]
    assert smoothed({2: 0.8}, state).told == 2, "three can't be had any more"
    assert smoothed({2: 0.8, 3: 0.8}, UNDECIDED) == KState(2, 1, 2)


def test_what_one_group_agrees_with_and_the_other_not_stands_for_both() -> None:
    [[ours], [theirs]] = representative(counts([[10], [0]], [[0], [10]]), np.array([7]))
    z = (10 / 11) / math.sqrt(12 / 22 * 10 / 22 * 2 / 11)
    assert (ours.statement, ours.side, ours.people, ours.seen, ours.best_agree) == (7, Side.AGREE, 10, 10, True)
    assert [ours.share, ours.z, ours.ratio, ours.ratio_z] == pytest.approx([11 / 12, math.sqrt(11), 11, z])
    assert (theirs.side, theirs.people, theirs.best_agree) == (Side.DISAGREE, 10, False)


def test_agreement_comes_first_then_the_strongest_five() -> None:
    agreed, disagreed = [9, 0, 10, 8, 0, 7, 6], [0, 9, 0, 0, 10, 1, 2]
    [ours, _] = representative(counts([agreed, [2] * 7], [disagreed, [2] * 7], passed=1), np.arange(7))
    assert [(one.statement, one.side.value, one.best_agree) for one in ours] == [
        (2, "agree", True),
        (0, "agree", False),
        (3, "agree", False),
        (4, "disagree", False),
        (1, "disagree", False),
    ]


def test_a_group_that_nothing_tells_apart_has_its_likeliest_difference() -> None:
    [_, other] = representative(counts([[2, 2], [1, 2]], [[2, 2], [3, 2]]), np.array([1, 2]))
    assert [(one.statement, one.side.value) for one in other] == [(1, "disagree")]


def test_all_agree_where_more_than_half_do_for_sure() -> None:
    agreed, disagreed = common(counts([[9, 6, 0], [9, 5, 1]], [[1, 4, 8], [1, 5, 9]]), np.array([1, 2, 3]))
    assert [(one.statement, one.people, one.seen) for one in agreed] == [(1, 18, 20)]
    assert (agreed[0].share, agreed[0].z) == (19 / 22, pytest.approx(2 * math.sqrt(21) * (19 / 21 - 0.5)))
    assert [one.statement for one in disagreed] == [3]


def test_consensus_of_groups_is_the_product_of_their_shares() -> None:
    agree, against = counts([[9, 9], [0, 9]], [[1, 1], [10, 1]]).informed()
    assert agree == pytest.approx([10 / 12 * 1 / 12, (10 / 12) ** 2])
    assert against == pytest.approx([2 / 12 * 11 / 12, (2 / 12) ** 2])


def test_what_divides_is_told_by_its_distance_from_the_middle() -> None:
    table = counts([[9, 9, 8], [0, 1, 8]], [[1, 1, 2], [10, 9, 2]])
    found = divisive(table, np.array([1, 2, 3]), np.array([0.5, 2.0, 3.0]))
    assert [(one.statement, one.most, one.least) for one in found] == [(2, 0, 1), (1, 0, 1)]


def test_a_new_statement_weighs_nine_times_as_much_before_squaring() -> None:
    assert priority(0, 0, 0) == pytest.approx((0.5 * 0.5 * 9) ** 2)
    assert priority(1, 0, 1) == pytest.approx((2 / 3 * 2 / 3 * (1 + 8 * 2**-0.2)) ** 2)
    assert priority(18, 3, 20, 1.0) == pytest.approx((18 / 22 * 2 * 19 / 22 * (1 + 8 / 16)) ** 2)


@pytest.mark.parametrize(
    "rows", [["++"] * 30, ["0"] * 30, ["+", "+"], ["+"], ["00000000"] * 8], ids=["agree", "pass", "two", "one", "eight"]
)
def test_people_who_all_answer_alike_are_no_groups(rows: list[str]) -> None:
    opinion = opinion_of(of_matrix(*rows))
    assert opinion.groups == ()
    assert set(opinion.positions.group) == {-1}
    assert opinion.totals[0].seen == len(rows)


def test_one_statement_parts_those_for_from_those_against() -> None:
    opinion = opinion_of(of_matrix(*["+"] * 20, *["-"] * 10))
    assert [(group.people, group.tallies[0].agreed) for group in opinion.groups] == [(20, 20), (10, 0)]


def test_groups_keep_their_numbers_and_their_count_for_three_computations() -> None:
    """Thirty people here and twenty there; then sixty of a third opinion come."""
    chance = random.Random(3)

    def people(taste: str, many: int) -> list[str]:
        return ["".join(sign if chance.random() < 0.9 else "0" for sign in taste) for _ in range(many)]

    before = [*people("+" * 10 + "-" * 10, 30), *people("-" * 10 + "+" * 10, 20)]
    first = opinion_of(of_matrix(*before))
    assert [group.people for group in first.groups] == [30, 20]
    after = of_matrix(*before, *people("+-" * 10, 60))
    opinion, told = first, list[int]()
    for _ in range(4):
        opinion = opinion_of(after, opinion)
        told.append(len(opinion.groups))
        if len(opinion.groups) == 2:
            assert opinion.positions.group[30:50] == first.positions.group[30:]
    assert told == [2, 2, 2, 3]
