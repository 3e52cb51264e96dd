"""What a vote must say, by tables of cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from errors import Invalid
from handlers.votes import motions
from handlers.votes.motions import Motion
from handlers.votes.terms import preset
from models.states import Electorate, LegalEffect, PollKind

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


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
    motion = Motion(PollKind.HOUSEHOLD, title, choices)
    with pytest.raises(Invalid):
        motions.check_poll(motion, NOW + timedelta(days=opens), NOW + timedelta(days=closes), NOW)


OWNERS = Motion(
    PollKind.OWNERS,
    "望桥花园续聘物业",
    ["赞成", "反对", "弃权"],
    matter=4,
    secret=False,
    legal_effect=LegalEffect.INDICATIVE,
)
OPINION = Motion(PollKind.OPINION, "今年先办哪几件事", ["扶手", "车棚", "路灯"], max_choices=2)
SCORE = Motion(PollKind.SCORE, "一季度物业评议", [], dimensions=["保洁", "秩序"])
CHECK = NOW, NOW + timedelta(days=3), NOW


@pytest.mark.parametrize("motion", [OWNERS, OPINION, SCORE], ids=lambda motion: motion.kind)
def test_a_poll_of_every_kind_that_fits_together_is_taken(motion: Motion) -> None:
    motions.check_poll(motion, *CHECK)


@pytest.mark.parametrize(
    ("motion", "sentence"),
    [
        (replace(OWNERS, matter=None), "事项"),
        (replace(OWNERS, matter=10), "事项"),
        (replace(OWNERS, choices=["反对", "赞成"]), "第一个要写"),
        (replace(OWNERS, secret=True), "记名"),
        (replace(OWNERS, max_choices=2), "只选一项"),
        (replace(OWNERS, electorate=Electorate.HOUSEHOLD), "这些人"),
        (replace(OWNERS, legal_effect=LegalEffect.STATUTORY), "依据"),
        (replace(OPINION, max_choices=4), "最多选几项"),
        (replace(OPINION, max_choices=0), "最多选几项"),
        (replace(OPINION, secret=True, changeable=True), "不能改"),
        (replace(OPINION, abstain="都行"), "弃权"),
        (replace(SCORE, dimensions=[]), "评分项"),
        (replace(SCORE, dimensions=["保洁", "保洁"]), "评分项"),
        (replace(SCORE, scale=(5, 1)), "最低分"),
        (replace(SCORE, scale=(1, 11)), "最高分"),
    ],
    ids=range(15),
)
def test_a_motion_that_contradicts_its_kind_is_refused_in_words(motion: Motion, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        motions.check_poll(motion, *CHECK)


@pytest.mark.parametrize(
    ("announced", "opens", "closes", "refused"),
    [
        (0, 15, 30, ""),
        (0, 14, 30, "公示要满15天，开始时间最早是6月16日。依据：《物业管理条例》"),
        (0, 15, 19, "投票要满5天"),
        (0, 15, 20, ""),
    ],
)
def test_periods_are_calendar_days_and_a_refusal_names_the_source(
    announced: int, opens: int, closes: int, refused: str
) -> None:
    terms = replace(preset(PollKind.OWNERS, 4), open_days=5)
    days = [NOW.date() + timedelta(days=day) for day in (announced, opens, closes)]
    if not refused:
        motions.check_periods(terms, *days)
        return
    with pytest.raises(Invalid, match=refused):
        motions.check_periods(terms, *days)


def test_two_people_answer_for_owners_votes_and_for_what_binds_in_law() -> None:
    wanted = {(kind, effect) for kind in PollKind for effect in LegalEffect if motions.strict(kind, effect)}
    assert wanted == {(PollKind.OWNERS, effect) for effect in LegalEffect} | {
        (kind, LegalEffect.STATUTORY) for kind in PollKind
    }
