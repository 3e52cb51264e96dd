"""Nothing that is shown tells of fewer than five people, nor lets anybody reckon it."""

from dataclasses import replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from opinion.computing import opinion_of
from opinion.results import Group, Opinion, Side, Tally
from opinion.showing import FEWEST, shown
from opinion.stances import gather
from tests.opinion.conversations import made_up

Table = tuple[tuple[int, int, int], ...]
"""Groups by agreed, disagreed, passed, of one statement."""
cells = st.integers(0, 12)
tables = st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=5).map(tuple)


def opinion(table: Table) -> Opinion:
    """Everyone is placed and has answered: what helps most to reckon."""
    groups = [
        Group(number, sum(line), 0.0, 0.0, 1.0, (), (Tally(*line),)) for number, line in enumerate(table) if sum(line)
    ]
    total = Tally(*(sum(line[at] for line in table) for at in range(3)))
    return Opinion((1,), (total,), tuple(groups), informed=(0.5,))


@given(table=tables)
def test_no_group_and_no_cell_of_fewer_than_five_is_shown(table: Table) -> None:
    seen = shown(opinion(table))
    sizes = [sum(line) for line in table]
    assert {group.number for group in seen.groups} == {number for number, size in enumerate(sizes) if size >= FEWEST}
    statement = seen.statements[1]
    assert set(statement.leanings) <= {group.number for group in seen.groups}
    if statement.groups is not None:
        assert all(cell >= FEWEST for line in table for cell in line if sum(line))
    elif all(cell >= FEWEST for line in table for cell in line):
        raise AssertionError("nothing needed to be hidden")


@settings(max_examples=300)
@given(table=tables)
def test_totals_and_sizes_do_not_tell_a_hidden_cell(table: Table) -> None:
    """There is another table with the same total of each stance and the same sizes where the cell differs."""
    if shown(opinion(table)).statements[1].groups is not None or min(sum(line) for line in table) < FEWEST:
        return
    for number, stance in product(range(len(table)), range(3)):
        if 0 < table[number][stance] < FEWEST:
            assert any(table[number][stance] != other[number][stance] for other in neighbours(table))


def neighbours(table: Table) -> list[Table]:
    """One person of a group and one of another swap their stances."""
    found: list[Table] = []
    for (one, other), (here, there) in product(combinations(range(len(table)), 2), product(range(3), repeat=2)):
        if here != there and table[one][here] and table[other][there]:
            lines = [list(line) for line in table]
            for group, step in ((one, -1), (other, 1)):
                lines[group][here] += step
                lines[group][there] -= step
            found.append(tuple((line[0], line[1], line[2]) for line in lines))
    return found


def test_a_hidden_group_is_not_what_is_left_of_all() -> None:
    seen = shown(opinion(((9, 9, 9), (6, 6, 6), (1, 1, 1))))
    assert [(group.number, group.people) for group in seen.groups] == [(0, 27), (1, None)]
    assert seen.statements[1].groups is None


def test_figures_are_shown_whole_where_every_cell_is_large() -> None:
    seen = shown(opinion(((9, 5, 7), (6, 6, 6))))
    assert seen.statements[1].groups == {0: Tally(9, 5, 7), 1: Tally(6, 6, 6)}
    assert [group.people for group in seen.groups] == [21, 18]
    one = shown(opinion(((9, 5, 7), (6, 4, 6)))).statements[1]
    assert one.groups is None
    assert one.total == Tally(15, 9, 13)


def test_leanings_are_those_of_more_than_half() -> None:
    seen = shown(opinion(((9, 1, 1), (3, 3, 0), (0, 9, 2), (2, 1, 1))))
    assert seen.statements[1].leanings == {0: Side.AGREE, 1: None, 2: Side.DISAGREE}
    assert seen.common_ground == ()
    assert shown(opinion(((9, 1, 1), (6, 3, 0)))).common_ground == (1,)


def test_a_statement_that_fewer_than_five_answered_has_no_figures() -> None:
    table = opinion(((9, 9, 9), (6, 6, 6)))
    few = replace(
        table, totals=(Tally(2, 1, 1),), groups=tuple(replace(one, tallies=(Tally(1, 0, 1),)) for one in table.groups)
    )
    statement = shown(few).statements[1]
    assert (statement.total, statement.groups, statement.leanings) == (None, None, {})


def test_what_is_shown_of_a_conversation_names_only_what_was_answered_by_five() -> None:
    found = opinion_of(gather(*made_up(3, 60, 20, 3, asked=0.6)))
    seen = shown(found)
    assert seen.groups
    tallies = {
        (group.number, statement): group.tallies[at]
        for group in found.groups
        for at, statement in enumerate(found.statements)
    }
    for group in seen.groups:
        assert all(tallies[group.number, statement].seen >= FEWEST for statement, _ in group.representative)
    assert set(seen.common_ground) <= set(found.common_ground)
    for statement in seen.common_ground:
        assert all(
            tallies[group.number, statement].agreed * 2 > tallies[group.number, statement].seen for group in seen.groups
        )
