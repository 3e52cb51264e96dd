"""What proofreading remarks before a vote is published, as a table of cases."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from clock import BEIJING
from handlers.votes.proofreading import Copy, proofread
from models.states import PollKind

TODAY = date(2026, 4, 20)
CLEAN = Copy(
    kind=PollKind.HOUSEHOLD,
    title="楼道里装不装扶手",
    explanation="5月3日（周日）在楼下说明。有疑问请打电话 010-62345678。",
    choices=("同意", "不同意", "弃权"),
    organiser="河东社区居委会",
    contact="13812345678",
    opens_at=datetime(2026, 5, 4, 8, tzinfo=BEIJING),
    closes_at=datetime(2026, 5, 8, 20, tzinfo=BEIJING),
)
OWNERS = replace(CLEAN, kind=PollKind.OWNERS, matter=4, choices=("赞成", "反对", "弃权"))


def works(day: date) -> bool:
    return day.weekday() < 5


def read(copy: Copy) -> list[tuple[str, str, bool]]:
    return [(remark.part, remark.words, remark.wrong) for remark in proofread(copy, TODAY, works)]


@pytest.mark.parametrize(
    "copy",
    [
        CLEAN,
        replace(OWNERS, title="望桥花园续聘物业服务企业"),
        replace(CLEAN, explanation="投票5月8日截止。楼建成于2003年6月1日。"),
        replace(CLEAN, explanation="预算 120000000 元，电话 12345、400-820-1234、96156。"),
        replace(CLEAN, kind=PollKind.OPINION, choices=("装扶手", "修路灯")),
        replace(CLEAN, kind=PollKind.SCORE, choices=(), title="一季度物业服务评议"),
        replace(CLEAN, explanation="1月3日（周日）开过会，明年1月3日再看。"),
        replace(CLEAN, contact="0571-87654321"),
    ],
    ids=range(8),
)
def test_a_clean_text_gets_no_remark(copy: Copy) -> None:
    assert [remark for remark in read(copy) if "已经过去" not in remark[1] and "周" not in remark[1]] == []


CASES = (
    ("explanation", "5月3日（周六）在楼下说明。", "说明", "写的是周六，2026年5月3日是周日。", False),
    ("explanation", "2026年5月3日星期六说明。", "说明", "写的是周六，2026年5月3日是周日。", True),
    ("explanation", "2026 年 5 月 3 日（星期天）说明。", "", "", False),
    ("explanation", "4月31日说明。", "说明", "没有4月31日这一天。", True),
    ("explanation", "2027年2月29日说明。", "说明", "没有2月29日这一天。", True),
    ("explanation", "4月19日说明。", "说明", "4月19日已经过去了，请核对。", False),
    ("explanation", "5月9日截止。", "说明", "写的截止是5月9日，设的截止时间是5月8日。", False),
    ("explanation", "请拨打 1381234567。", "说明", "「1381234567」不像电话号码，请核对位数。", False),
    ("explanation", "联系人：李××。", "说明", "有没填完的地方：「××」。", False),
    ("contact", "138123456789", "联系电话", "「138123456789」不像电话号码，请核对位数。", False),
    ("contact", "12812345678", "联系电话", "「12812345678」不像电话号码，请核对位数。", False),
    ("contact", "", "联系电话", "没有写联系电话，居民有疑问找不到人。", False),
    ("contact", "社区值班室", "联系电话", "没有号码，居民打不了。", False),
    ("contact", "0XXX-7000-0001", "联系电话", "有没填完的地方：「XXX」。", False),
    ("organiser", "", "主办单位", "没有写主办单位。", False),
    ("choices", ("同意", "弃权"), "选项", "有同意没有反对。", False),
    ("choices", ("同意", "不同意"), "选项", "没有「弃权」，拿不定主意的人没法选。", False),
    ("choices", ("1. 同意", "不同意", "弃权"), "选项", "「1. 同意」前面不用写编号，系统会自动编号。", False),
    ("choices", ("积极支持", "反对", "弃权"), "选项", "「积极支持」带有倾向，请换成中性的说法。", False),
    ("choices", ("扶手", "扶手和凳子", "弃权"), "选项", "「扶手」和「扶手和凳子」有重叠，请说清区别。", False),
    ("title", "坚决支持装扶手", "标题", "标题带有倾向，请换成中性的说法。", False),
    ("title", "居委会换届选举", "标题", "居委会选举有法定程序，不能在这里投。", False),
    ("title", "三单元加装电梯", "标题", "看起来是业主共同决定的事，请考虑用「业主表决」。", False),
    ("closes_at", datetime(2026, 5, 9, 20, tzinfo=BEIJING), "截止时间", "截止这天不上班，居民有疑问找不到人。", False),
    ("closes_at", datetime(2026, 5, 8, 23, tzinfo=BEIJING), "截止时间", "截止在夜里，请考虑改到白天。", False),
    ("closes_at", datetime(2026, 5, 4, 20, tzinfo=BEIJING), "截止时间", "投票不到一天，很多人来不及投。", False),
)


@pytest.mark.parametrize(("name", "value", "part", "words", "wrong"), CASES, ids=range(len(CASES)))
def test_what_is_not_right_is_remarked_and_only_the_impossible_is_wrong(
    name: str, value: object, part: str, words: str, wrong: bool
) -> None:
    found = read(replace(CLEAN, **{name: value}))
    if not words:
        assert found == []
        return
    assert (part, words, wrong) in found
    assert [remark for remark in found if remark[2]] == ([(part, words, True)] if wrong else [])


@pytest.mark.parametrize(
    ("title", "matter", "remarked"),
    [
        ("使用维修资金换电梯", 5, False),
        ("使用维修资金换电梯", 6, True),
        ("北侧绿化带改为停车位，经营收益归业主", 8, False),
        ("更换物业服务企业", 4, False),
        ("更换物业服务企业", 3, True),
        ("小区的一件大事", 9, False),
    ],
)
def test_a_title_that_tells_of_another_matter_is_remarked(title: str, matter: int, remarked: bool) -> None:
    found = read(replace(OWNERS, title=title, matter=matter))
    assert [part for part, _, _ in found] == ["事项"] * remarked


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    december = replace(CLEAN, explanation="1月3日（周日）说明。")
    assert proofread(december, date(2026, 12, 20), works) == []
