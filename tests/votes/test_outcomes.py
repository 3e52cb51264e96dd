"""What a result says, for each kind of vote."""

from decimal import Decimal
from typing import Any

import pytest

from handlers.votes import finished, outcomes
from handlers.votes.answers import Answer, shape_of
from handlers.votes.tallies import Line, Weight, tally
from handlers.votes.terms import electorate_of, preset, share
from models.states import LegalEffect, PollKind, PollState
from models.votes import Poll

APPROVAL = ["赞成", "反对", "弃权"]


def counted(kind: PollKind, roll: Weight, votes: list[tuple[Answer, Weight]], **of: Any) -> Poll:
    """A published poll whose ballots were these."""
    terms = of.pop("terms", None) or preset(kind, of.get("matter"))
    known = {"choices": APPROVAL, "abstain": "弃权", "legal_effect": LegalEffect.CONSULTATIVE}
    kept = {"terms": terms.stored(), "electorate": electorate_of(kind), "state": PollState.PUBLISHED}
    poll = Poll(kind=kind, title="装不装扶手", max_choices=of.pop("max_choices", 1), **(kept | known | of))
    shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions or [], poll.scale or [])
    poll.result = tally(kind, shape, terms, roll, [Line(*vote) for vote in votes]).stored()
    return poll


def flats(*counts: int) -> list[tuple[Answer, Weight]]:
    """So many ballots of one head each for every choice."""
    return [((at,), Weight(count, count)) for at, count in enumerate(counts)]


def owners(*votes: tuple[int, str], roll: tuple[int, str], matter: int = 8) -> Poll:
    """An owners' vote: heads and m² for each choice."""
    lines: list[tuple[Answer, Weight]] = [
        ((at,), Weight(heads, heads, Decimal(area))) for at, (heads, area) in enumerate(votes)
    ]
    whole = Weight(roll[0], roll[0], Decimal(roll[1]))
    return counted(PollKind.OWNERS, whole, lines, matter=matter, legal_effect=LegalEffect.INDICATIVE)


V1 = owners((229, "24666.37"), (44, "4800.00"), (21, "2260.81"), roll=(411, "44868.27"))
V5 = owners((6, "342.75"), (2, "127.16"), (0, "0"), roll=(10, "596.66"), matter=7)


def household(*counts: int, roll: int) -> Poll:
    return counted(PollKind.HOUSEHOLD, Weight(roll, roll), flats(*counts))


def opinion(*counts: int, winners: int) -> Poll:
    kept = preset(PollKind.OPINION)
    terms = type(kept)(winners=winners, sources=kept.sources)
    return counted(PollKind.OPINION, Weight(100, 100), flats(*counts), terms=terms, abstain="")


def scored(*scores: Answer, roll: int) -> Poll:
    of: dict[str, Any] = {"choices": [], "abstain": "", "dimensions": ["保洁", "秩序"], "scale": [1, 5]}
    return counted(PollKind.SCORE, Weight(roll, roll), [(score, Weight(1, 1)) for score in scores], **of)


@pytest.mark.parametrize(
    ("poll", "said"),
    [
        pytest.param(V1, "「赞成」的人数和面积都达到四分之三。", id="V1"),
        pytest.param(V5, "「赞成」的面积没有达到四分之三，没有通过。", id="V5"),
        pytest.param(
            owners((5, "50"), (5, "50"), roll=(10, "100"), matter=4),
            "「赞成」的人数和面积都没有超过一半，没有通过。",
            id="matter 4, exactly half",
        ),
        pytest.param(
            owners((6, "66"), roll=(10, "100")), "参加的人数和面积都没有达到三分之二，表决不成立。", id="no quorum"
        ),
        pytest.param(
            owners((7, "60"), roll=(10, "100")), "参加的面积没有达到三分之二，表决不成立。", id="no quorum of area"
        ),
        pytest.param(household(3, 1, 0, roll=5), "「赞成」超过一半，表决有效。", id="household carried"),
        pytest.param(household(2, 1, 1, roll=5), "没有一项超过投票户的一半。", id="household not carried"),
        pytest.param(household(2, 0, 0, roll=4), "投票户没有超过名册一半，表决不成立。", id="household, no quorum"),
        pytest.param(opinion(5, 3, 1, winners=2), "入选：「赞成」、「反对」。", id="opinion"),
        pytest.param(
            opinion(5, 3, 3, winners=2), "入选：「赞成」。「反对」、「弃权」票数相同，还没有定。", id="opinion tied"
        ),
        pytest.param(opinion(3, 3, 0, winners=1), "「赞成」、「反对」票数相同，还没有定。", id="opinion all tied"),
        pytest.param(opinion(0, 0, 0, winners=1), "没有人选任何一项。", id="opinion empty"),
        pytest.param(scored((5, 4), (4, 4), (4, 4), roll=10), "均分：保洁4.33分、秩序4.00分。", id="score"),
        pytest.param(
            scored((5, 4), (4, 4), roll=10), "有效份数没有达到名册十分之三，不公布均分。", id="score below its floor"
        ),
    ],
)
def test_an_outcome_is_told_in_one_or_two_short_sentences(poll: Poll, said: str) -> None:
    assert outcomes.outcome(poll) == said
    assert all(len(sentence) <= 40 for sentence in said.split("。"))


def test_nothing_is_told_before_the_count() -> None:
    poll = counted(PollKind.HOUSEHOLD, Weight(5, 5), flats(3, 1, 0))
    poll.result = None
    assert outcomes.outcome(poll) == "还没有计票。"
    assert outcomes.figures(poll) == []


def test_the_figures_of_an_owners_vote_give_heads_area_tests_and_sources() -> None:
    lines = {line.label: (line.number, line.share, f"{line.verdict}{line.threshold}") for line in outcomes.figures(V1)}
    assert lines == {
        "名册": ("411位业主", "", ""),
        "名册面积": ("44868.27平方米", "", ""),
        "参加": ("294位业主", "71.53%", "达到三分之二以上"),
        "参加面积": ("31727.18平方米", "70.71%", "达到三分之二以上"),
        "赞成": ("229位业主", "77.89%", "达到四分之三以上"),
        "赞成的面积": ("24666.37平方米", "77.75%", "达到四分之三以上"),
        "反对": ("44位业主", "14.97%", ""),
        "反对的面积": ("4800.00平方米", "15.13%", ""),
        "弃权": ("21位业主", "7.14%", ""),
        "弃权的面积": ("2260.81平方米", "7.13%", ""),
    }
    [agreed] = [line for line in outcomes.figures(V5) if line.label == "赞成"]
    [agreed_area] = [line for line in outcomes.figures(V5) if line.label == "赞成的面积"]
    assert (agreed.share, agreed.reached, agreed.numerator, agreed.denominator) == ("75.00%", True, 6, 8)
    assert (agreed_area.share, agreed_area.verdict) == ("72.94%", "未达到")
    assert agreed_area.source == agreed_area.basis == "《民法典》第二百七十八条"


def test_what_is_noted_for_whoever_sets_a_term_is_not_told_to_the_public() -> None:
    polls = household(3, 1, 0, roll=5), scored((5, 4), roll=2)
    told = [figure.basis for poll in polls for figure in outcomes.figures(poll) if figure.source]
    assert set(told) == {"《城市居民委员会组织法》（2018）第九、十条", ""}


@pytest.mark.parametrize(
    ("part", "whole", "asked", "shown"),
    [
        pytest.param(1, 3, None, "33.33%", id="half up"),
        pytest.param(2, 3, ">=2/3", "66.67%", id="two thirds, reached"),
        pytest.param(Decimal("66.6666"), 100, ">=2/3", "66.6666%", id="a hair below two thirds"),
        pytest.param(749_999, 1_000_000, ">=3/4", "74.9999%", id="a hair below three quarters"),
        pytest.param(500_001, 1_000_000, ">1/2", "50.0001%", id="a hair above half"),
        pytest.param(1, 2, ">1/2", "50.00%", id="exactly half"),
        pytest.param(1, 0, None, "—", id="of nothing"),
    ],
)
def test_a_share_never_looks_as_if_it_stood_on_the_other_side(
    part: int | Decimal, whole: int, asked: str | None, shown: str
) -> None:
    assert outcomes.percent(part, whole, share(asked) if asked else None) == shown


def test_what_the_result_binds_is_said() -> None:
    statutory = counted(PollKind.OWNERS, Weight(1, 1, Decimal(1)), [], legal_effect=LegalEffect.STATUTORY)
    statutory.legal_basis = "业主大会书面表决"
    assert outcomes.effect(statutory) == "法定投票。依据：业主大会书面表决。"
    assert "本结果供业主大会参考" in outcomes.effect(V1)
    assert outcomes.effect(household(1, 0, 0, roll=1)) == "本结果为征求意见。"


def test_a_result_fits_a_chat_however_long_its_choices() -> None:
    choices = [f"{at:02d}" + "很长的选项" * 5 for at in range(20)]
    votes = [((at,), Weight(50_000, 50_000)) for at in range(20)]
    poll = counted(PollKind.OPINION, Weight(10**6, 10**6), votes, choices=choices, abstain="")
    said = finished.result(poll)
    assert len(said.encode()) <= 2048
    assert "其余的见投票页面" in said
    assert said.endswith("本结果为征求意见。")
    assert finished.result(V5).splitlines()[:3] == ["装不装扶手", "名册：10位业主", "名册面积：596.66平方米"]


@pytest.mark.parametrize(
    ("poll", "told"),
    [
        pytest.param(household(3, 2, 0, roll=9), [], id="nothing"),
        pytest.param(household(3, 1, 0, roll=9), ["只有4张票"], id="few"),
        pytest.param(household(0, 6, 0, roll=9), ["大家选得一样"], id="all alike"),
        pytest.param(household(0, 0, 0, roll=9), [], id="nobody voted"),
        pytest.param(scored(*[(5, 3), (5, 4)] * 3, roll=9), ["大家选得一样"], id="all gave the best"),
        pytest.param(scored(*[(4, 3), (5, 4)] * 3, roll=9), [], id="scores that differ"),
        pytest.param(owners((2, "80"), (0, "0"), roll=(2, "80")), [], id="named"),
    ],
)
def test_staff_are_told_what_the_counts_of_a_secret_vote_tell_about_people(poll: Poll, told: list[str]) -> None:
    poll.secret = poll.kind is not PollKind.OWNERS
    said = outcomes.telling(poll)
    assert len(said) == len(told)
    assert all(words in line for words, line in zip(told, said, strict=True))
