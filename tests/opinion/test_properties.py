"""What holds for any conversation: order and names don't matter, everything is in bounds, what is kept comes back."""

import json
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion.computing import opinion_of
from opinion.results import Opinion, from_json
from opinion.routing import draw, priority
from opinion.stances import gather
from tests.opinion.conversations import Columns, made_up

conversations = st.builds(
    made_up,
    seed=st.integers(0, 10_000),
    people=st.integers(1, 60),
    statements=st.integers(8, 20),
    tastes=st.integers(1, 4),
    asked=st.sampled_from([1.0, 0.8, 0.4]),
)
counts = st.integers(0, 50_000)


def members(opinion: Opinion) -> set[frozenset[int]]:
    pairs = list(zip(opinion.positions.people, opinion.positions.group, strict=True))
    return {frozenset(person for person, group in pairs if group == number) for _, number in pairs if number >= 0}


@settings(max_examples=25, deadline=None)
@given(columns=conversations, seed=st.integers(0, 100))
def test_neither_order_nor_names_change_who_stands_together(columns: Columns, seed: int) -> None:
    people, statements, values = columns
    chance = np.random.default_rng(seed)
    opinion = opinion_of(gather(*columns))
    shuffled = chance.permutation(len(values))
    assert opinion_of(gather(people[shuffled], statements[shuffled], values[shuffled])) == opinion
    names, subjects = chance.permutation(100) * 7 + 3, chance.permutation(100) + 500
    other = opinion_of(gather(names[people], subjects[statements], values))
    if len(opinion.memory.placed) > 15:  # among fewer, names decide who fills up
        assert members(other) == {frozenset(names[list(group)].tolist()) for group in members(opinion)}
        informed = dict(zip(other.statements, other.informed, strict=True))
        for statement, figure in zip(opinion.statements, opinion.informed, strict=True):
            assert informed[int(subjects[statement])] == pytest.approx(figure)


@settings(max_examples=25, deadline=None)
@given(columns=conversations)
def test_every_figure_is_in_bounds_and_adds_up(columns: Columns) -> None:
    opinion = opinion_of(gather(*columns))
    placed = [number for number in opinion.positions.group if number >= 0]
    assert [group.people for group in opinion.groups] == [placed.count(group.number) for group in opinion.groups]
    assert len(opinion.groups) in {0, 2, 3, 4, 5}
    assert 0 <= sum(group.people for group in opinion.groups) <= len(set(columns[0].tolist()))
    assert sum(total.seen for total in opinion.totals) == len(columns[2])
    assert all(0 < figure < 1 for figure in (*opinion.informed, *opinion.informed_against))
    assert all(1 <= len(group.representative) <= 5 for group in opinion.groups)
    for at, total in enumerate(opinion.totals):
        assert sum(group.tallies[at].agreed for group in opinion.groups) <= total.agreed


@settings(max_examples=15, deadline=None)
@given(columns=conversations)
def test_what_a_column_of_the_database_keeps_is_the_opinion(columns: Columns) -> None:
    opinion = opinion_of(gather(*columns))
    kept = from_json(json.loads(json.dumps(opinion.to_json())))
    assert kept == opinion
    assert opinion_of(gather(*columns), kept) == opinion_of(gather(*columns), opinion)


@given(agreed=counts, disagreed=counts, passed=counts, extremity=st.floats(0, 100))
def test_every_statement_may_be_drawn(agreed: int, disagreed: int, passed: int, extremity: float) -> None:
    weight = priority(agreed, passed, agreed + disagreed + passed, extremity)
    assert 0 < weight < math.inf


def test_statements_are_drawn_by_weight_and_alike_from_the_same_chance() -> None:
    weights = {3: 1.0, 1: 9.0}
    chance, again = random.Random(4), random.Random(4)
    drawn = [draw(weights, chance) for _ in range(2_000)]
    assert drawn == [draw(dict(reversed(weights.items())), again) for _ in range(2_000)]
    assert 1_700 < Counter(drawn)[1] < 1_900
    with pytest.raises(KeyError):
        draw({}, chance)


@pytest.mark.parametrize("values", [[2], [-2], [100]])
def test_no_other_stance_is_taken(values: list[int]) -> None:
    with pytest.raises(ValueError, match="a stance is"):
        gather([1], [1], values)


def test_one_person_takes_one_stance_on_one_statement() -> None:
    with pytest.raises(ValueError, match="one stance"):
        gather([1, 2, 1], [1, 1, 1], [1, 1, -1])
    assert gather([1, 2, 1], [1, 1, 2], [1, 1, -1]).shape == (2, 2)


def test_a_large_conversation_is_grouped_by_base_clusters() -> None:
    """Three tastes among 2,600 people, more than are grouped one by one."""
    columns = made_up(5, 2_600, 30, 3, asked=0.7)
    opinion = opinion_of(gather(*columns))
    assert len(opinion.groups) == 3
    assert all(800 < group.people < 950 for group in opinion.groups)
