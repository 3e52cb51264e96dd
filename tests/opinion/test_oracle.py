"""The same groups, and the same said of them, as red-dwarf finds on the same matrices."""

import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    # Its models give a field an argument that pydantic no longer takes there.
    warnings.filterwarnings("ignore", message="The 'exclude' attribute")
    from reddwarf.implementations.base import PolisClusteringResult, run_pipeline
    from reddwarf.utils.clusterer.kmeans import find_best_kmeans
    from reddwarf.utils.stats import priority_metric

from opinion.axes import principal
from opinion.computing import opinion_of, placed
from opinion.results import Memory, Opinion
from opinion.routing import priority
from opinion.smoothing import most_groups
from opinion.stances import gather
from tests.opinion.conversations import Columns, made_up

pytestmark = pytest.mark.filterwarnings("ignore:Passing a list to DataFrame.from_dict")
SPARSE, FULL, FEW, MANY = (
    made_up(0, 90, 30, 2, asked=0.5),
    made_up(21, 40, 30, 4),
    made_up(14, 20, 12, 3, asked=0.8),
    made_up(34, 450, 24, 4, asked=0.8),
)


def same_groups(ours: list[int], theirs: list[int]) -> bool:
    """Up to the numbers."""
    return len(set(zip(ours, theirs, strict=True))) == len(set(ours)) == len(set(theirs))


def pipeline(columns: Columns, opinion: Opinion) -> PolisClusteringResult:
    """What red-dwarf makes of it, with the people whom Polis would place and as many groups as it would try."""
    lines = zip(*(column.tolist() for column in columns), strict=True)
    votes: list[dict[str, Any]] = [
        {"participant_id": person, "statement_id": statement, "vote": stance} for person, statement, stance in lines
    ]
    return run_pipeline(
        votes=votes,
        min_user_vote_threshold=min(7, len(opinion.statements)),
        keep_participant_ids=list(opinion.memory.placed),
        max_group_count=most_groups(len(opinion.memory.placed)),
        random_state=0,
    )


@pytest.mark.parametrize("columns", [SPARSE, FULL, FEW, MANY], ids=["sparse", "full", "few", "many"])
def test_groups_and_what_is_told_of_them_are_those_of_red_dwarf(columns: Columns) -> None:
    opinion = opinion_of(gather(*columns))
    theirs = pipeline(columns, opinion)
    assert len(opinion.groups) > 1
    labels = theirs.participants_df["cluster_id"].fillna(-1).astype(int).tolist()
    assert same_groups(list(opinion.positions.group), labels)
    places = np.column_stack([opinion.positions.x, opinion.positions.y])
    assert places == pytest.approx(np.array(list(theirs.participant_projections.values())), abs=1e-4)
    statements = theirs.statements_df
    assert list(opinion.extremity) == pytest.approx(statements["extremity"].tolist())
    assert list(opinion.informed) == pytest.approx(statements["group-aware-consensus-agree"].tolist())
    assert list(opinion.informed_against) == pytest.approx(statements["group-aware-consensus-disagree"].tolist())
    number = dict(zip(opinion.positions.group, labels, strict=True))
    for group in opinion.groups:
        chosen = [(one.statement, one.side, one.people, one.seen, one.ratio_z) for one in group.representative]
        assert chosen == [
            (one["tid"], one["repful-for"], one["n-success"], one["n-trials"], pytest.approx(one["repness-test"]))
            for one in theirs.repness[number[group.number]]
        ]


@pytest.mark.parametrize("columns", [SPARSE, FULL, FEW, MANY], ids=["sparse", "full", "few", "many"])
def test_what_all_agree_on_is_that_of_red_dwarf(columns: Columns) -> None:
    opinion = opinion_of(gather(*columns))
    theirs = pipeline(columns, opinion).consensus
    for ours, found in ((opinion.agreed, theirs["agree"]), (opinion.disagreed, theirs["disagree"])):
        figures = [(one.people, one.seen, one.share, one.z) for one in ours]
        assert figures == [
            (one["n-success"], one["n-trials"], pytest.approx(one["p-success"]), pytest.approx(one["p-test"]))
            for one in found
        ]


@pytest.mark.parametrize("seed", range(12))
def test_groups_of_people_who_often_answer_alike_are_those_of_red_dwarf(seed: int) -> None:
    """Few statements, many people on one point: its k-means and silhouette on the same points, without noise."""
    stances = gather(*made_up(seed, 120, 5, 3, asked=(1.0, 0.6)[seed % 2]))
    rows, places = placed(stances, Memory()), principal(stances).places(stances)
    opinion = opinion_of(stances)
    tried = [2, most_groups(len(np.unique(places[rows], axis=0)))]
    k, _, theirs = find_best_kmeans(places[rows], k_bounds=tried, init="polis", random_state=0)
    assert k == len(opinion.groups)
    assert theirs is not None
    assert same_groups([opinion.positions.group[row] for row in rows], theirs.labels_.tolist())


def test_weights_of_routing_are_those_of_red_dwarf() -> None:
    for agreed, disagreed, passed, extremity in ((0, 0, 0, 0.0), (1, 0, 0, 0.0), (20, 3, 7, 1.4), (2, 90, 1, 0.3)):
        seen = agreed + disagreed + passed
        expected = float(priority_metric(False, agreed, disagreed, seen, extremity))
        assert priority(agreed, passed, seen, extremity) == pytest.approx(expected)
