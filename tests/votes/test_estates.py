"""Owners' votes over the demonstration's register, and over random estates against a count by brute force."""

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.votes.answers import Answer, Shape
from handlers.votes.tallies import Line, Result, Weight, result_from, tally
from handlers.votes.terms import preset
from models.states import PollKind

DEMO = Path(__file__).parent.parent.parent / "demo"
AGREE, ABSTAIN = 0, 2
APPROVAL = Shape(("赞成", "反对", "弃权"), abstain=ABSTAIN)


def demo_register(places: list[str]) -> dict[str, Decimal]:
    """The area of each head within some places of the demonstration, summed over their dwellings (解释9)."""
    with (DEMO / "org.yaml").open(encoding="utf-8") as file:
        codes = {estate["name"]: estate["code"] for estate in yaml.safe_load(file)["estates"]}
    areas: dict[str, Decimal] = defaultdict(Decimal)
    with (DEMO / "dwellings.csv").open(encoding="utf-8-sig") as dwellings:
        for row in csv.DictReader(dwellings):
            if codes[row["compound"]] in places or row["code"].startswith(tuple(places)):
                areas[row["owner"]] += Decimal(row["area"])
    return areas


def read(name: str) -> Any:
    with (DEMO / name).open(encoding="utf-8") as file:
        return yaml.safe_load(file)


@pytest.mark.parametrize("vote", ["V1", "V5"])
def test_the_demonstrations_owners_votes_come_out_to_the_last_digit(vote: str) -> None:
    [poll] = [one for one in read("votes.yaml")["votes"] if one["id"] == vote]
    register, expected = demo_register(poll["places"]), read("expect.yaml")[vote]
    with (DEMO / "owners.csv").open(encoding="utf-8-sig") as owners_file:
        assert set(register) <= {row["owner"] for row in csv.DictReader(owners_file)}
    roll = sum((Weight(1, 1, area) for area in register.values()), Weight())
    lines = [
        Line((poll["options"].index(choice),), Weight(1, 1, register[head]))
        for head, choice in read("ballots_278.yaml")[vote]["owner"].items()
    ]
    result = tally(PollKind.OWNERS, APPROVAL, preset(PollKind.OWNERS, poll["matter"]), roll, lines)
    assert {
        "heads_total": result.roll.heads,
        "area_total": str(result.roll.area),
        "heads_in": result.taken_part.heads,
        "area_in": str(result.taken_part.area),
        "heads_agree": result.choices[AGREE].heads,
        "area_agree": str(result.choices[AGREE].area),
        "quorum": result.quorate,
        "passed": result.passed == AGREE,
    }.items() <= expected.items()


@dataclass(frozen=True)
class Estate:
    """Who owns which dwelling (by head: persons, companies, the developer of what is unsold), and what was handed in.

    A paper is (dwelling, co-owner, answer, valid); they come in this order, some on paper, some in chat.
    """

    owners: list[int]
    areas: list[int]
    papers: list[tuple[int, int, int, bool]]


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    flats = draw(st.integers(1, 24))
    owners = draw(st.lists(st.integers(0, draw(st.integers(0, 24))), min_size=flats, max_size=flats))
    areas = draw(st.lists(st.integers(1, 3_000_000), min_size=flats, max_size=flats))
    if draw(st.booleans()):
        areas = [100 * 10_000] * flats  # boundaries are met when all flats are alike
    paper = st.tuples(st.integers(0, flats - 1), st.integers(0, 2), st.sampled_from([0, 0, 0, 1, 2]), st.booleans())
    return Estate(owners, areas, draw(st.lists(paper, max_size=60)))


def counted(estate: Estate, matter: int) -> Result:
    """By the product: one voice for each head with its area, the first valid paper of a head stands."""
    register: dict[int, Weight] = {}
    for owner, area in zip(estate.owners, estate.areas, strict=True):
        known = register.get(owner, Weight(1, 1))
        register[owner] = replace(known, area=known.area + Decimal(area) / 10_000)
    standing: dict[int, int] = {}
    for flat, _, answer, valid in estate.papers:
        if valid:
            standing.setdefault(estate.owners[flat], answer)
    lines = [Line((answer,), register[owner]) for owner, answer in standing.items()]
    roll = sum(register.values(), Weight())
    return tally(PollKind.OWNERS, APPROVAL, preset(PollKind.OWNERS, matter), roll, lines)


def by_brute_force(estate: Estate, matter: int) -> tuple[bool, bool]:
    """Quorum and passing with whole numbers only, flat by flat, as one would do it on paper."""
    whole = came = agreed = 0
    heads: set[int] = set(estate.owners)
    heads_came: set[int] = set()
    heads_agreed: set[int] = set()
    for flat, owner in enumerate(estate.owners):
        whole += estate.areas[flat]
        theirs = [answer for at, _, answer, valid in estate.papers if valid and estate.owners[at] == owner]
        if theirs:
            came += estate.areas[flat]
            heads_came.add(owner)
            if theirs[0] == AGREE:
                agreed += estate.areas[flat]
                heads_agreed.add(owner)
    quorum = 3 * came >= 2 * whole and 3 * len(heads_came) >= 2 * len(heads)
    if matter in (6, 7, 8):
        passed = 4 * agreed >= 3 * came and 4 * len(heads_agreed) >= 3 * len(heads_came)
    else:
        passed = 2 * agreed > came and 2 * len(heads_agreed) > len(heads_came)
    return quorum, quorum and passed


@settings(max_examples=400)
@given(estates(), st.integers(1, 9))
def test_278_over_random_estates_is_as_counted_by_hand(estate: Estate, matter: int) -> None:
    result = counted(estate, matter)
    assert (result.quorate, result.passed == AGREE) == by_brute_force(estate, matter)
    assert sum((choice.area for choice in result.choices), Decimal(0)) == result.taken_part.area
    assert sum(choice.heads for choice in result.choices) == result.taken_part.heads


@given(estates(), st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_their_putting_together_do_not_matter(estate: Estate, matter: int, by: Any) -> None:
    single = [Line((at % 3,), Weight(1, 1, Decimal(area) / 10_000)) for at, area in enumerate(estate.areas)]
    together: dict[Answer, Weight] = defaultdict(Weight)
    for line in single:
        together[line.answer] += line.weight
    shuffled = [*single]
    by.shuffle(shuffled)
    terms, roll = preset(PollKind.OWNERS, matter), sum((line.weight for line in single), Weight(2, 2, Decimal(7)))
    results = [
        tally(PollKind.OWNERS, APPROVAL, terms, roll, lines)
        for lines in (single, shuffled, [Line(*one) for one in together.items()])
    ]
    assert results[0] == results[1] == results[2]


@given(estates(), st.integers(1, 9))
def test_a_result_comes_back_from_its_store_to_the_last_digit(estate: Estate, matter: int) -> None:
    result = counted(estate, matter)
    assert result_from(result.stored()) == result
