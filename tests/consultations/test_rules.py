"""The procedure of a consultation against chance: no unknown step, none left out without a reason, timelines replay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Conflict, Invalid
from handlers.consultations.rules import (
    ENDED,
    MERGES_INTO,
    MOVES,
    ROAD,
    StageEvent,
    Verb,
    check_decided,
    check_open,
    early,
    lines,
    possible,
    replayed,
    verbs,
)
from handlers.consultations.terms import TERMS, Terms, checked, inherited, terms_from, unsatisfied
from models.deliberation import DecisionKind, Stage, StepKind

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from(StageEvent), st.booleans(), st.sampled_from(["", "暴雨，提前开会"]))))
def test_any_order_of_events_keeps_to_the_table_and_its_timeline_replays(
    tried: list[tuple[StageEvent, bool, str]],
) -> None:
    stage, timeline = Stage.COLLECTING, [(StepKind.PROPOSED, Stage.COLLECTING, "")]
    for event, shortened, reason in tried:
        try:
            written = lines(stage, event, reason, shortened=shortened)
        except (Conflict, Invalid):
            continue
        following = MOVES[stage, event]
        passed_over = set(ROAD[ROAD.index(stage) + 1 : ROAD.index(following)] if following in ROAD else ())
        left_out = {line.stage for line in written if line.kind is StepKind.SKIPPED}
        assert passed_over <= left_out
        assert all(line.reason for line in written if line.kind in {StepKind.SKIPPED, StepKind.SHORTENED})
        timeline += [(line.kind, line.stage, line.reason) for line in written]
        stage = following
        assert replayed((kind, named) for kind, named, _ in timeline) is stage


def test_what_has_ended_stays_ended_and_everything_else_can_go_on() -> None:
    for stage in Stage:
        assert bool(possible(stage)) is (stage not in ENDED)


def test_a_review_and_a_decision_are_never_left_out() -> None:
    for (stage, event), following in MOVES.items():
        if event is StageEvent.SKIP and following in ROAD:
            between = set(ROAD[ROAD.index(stage) + 1 : ROAD.index(following)])
            assert between.isdisjoint({Stage.REVIEW, Stage.DECIDING})


def test_a_stage_cut_short_and_one_left_out_want_a_reason_and_one_that_ran_out_does_not() -> None:
    with pytest.raises(Invalid):
        lines(Stage.POSTED, StageEvent.DELIBERATE, "", shortened=True)
    with pytest.raises(Invalid):
        lines(Stage.POSTED, StageEvent.SKIP, "", shortened=False)
    assert [line.kind for line in lines(Stage.POSTED, StageEvent.DELIBERATE, "", shortened=False)] == [
        StepKind.ADVANCED
    ]
    assert early(StageEvent.DELIBERATE, NOW + timedelta(seconds=1), NOW)
    assert not early(StageEvent.DELIBERATE, NOW, NOW)
    assert early(StageEvent.TAKE_UP, None, NOW)


def test_collecting_and_appraisal_end_on_time_without_any_job() -> None:
    check_open(Stage.APPRAISAL, NOW + timedelta(seconds=1), Verb.APPRAISE, NOW)
    for stage, verb in ((Stage.APPRAISAL, Verb.APPRAISE), (Stage.COLLECTING, Verb.ENDORSE)):
        with pytest.raises(Conflict):
            check_open(stage, NOW, verb, NOW)
    check_open(Stage.DELIBERATING, NOW, Verb.SPEAK, NOW)
    assert not verbs(Stage.REVIEW)
    assert Stage.DECIDING not in MERGES_INTO


@pytest.mark.parametrize(
    ("households", "need"), [(0, 2), (1, 2), (40, 2), (41, 3), (160, 8), (161, 9), (399, 20), (720, 20)]
)
def test_the_need_is_five_per_cent_rounded_up_between_two_and_twenty(households: int, need: int) -> None:
    assert Terms().need(households) == need


@pytest.mark.parametrize(
    ("said_no", "voices", "anew"), [(0, 0, False), (0, 9, False), (1, 3, True), (1, 4, False), (1, 1, True)]
)
def test_a_third_of_those_who_spoke_reopens_when_the_appraisal_ends(said_no: int, voices: int, anew: bool) -> None:
    assert unsatisfied(said_no, voices) is anew


def test_terms_are_inherited_from_above_and_kept_in_their_range() -> None:
    assert inherited([{"post_days": 10, "endorse_most": 30}, {"endorse_most": 15}]) == Terms(
        post_days=10, endorse_most=15
    )
    assert terms_from(Terms(collect_days=30).stored()) == Terms(collect_days=30)
    assert set(TERMS) == set(Terms().stored())
    for name, term in TERMS.items():
        assert term.least <= getattr(Terms(), name) <= term.most
        with pytest.raises(Invalid):
            checked({name: term.least - 1})
    with pytest.raises(Invalid):
        checked({"secret": 1})


def test_a_vote_that_did_not_come_about_is_no_decision() -> None:
    check_decided(DecisionKind.POLL, "", poll_stands=True)
    for kind, resolution in ((DecisionKind.POLL, "写好了"), (DecisionKind.CONSENSUS, ""), (None, "写好了")):
        with pytest.raises(Conflict):
            check_decided(kind, resolution, poll_stands=False)
