"""What a notice may say, by which paths it may go, and which step follows which, as tables of cases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from errors import Conflict, Invalid
from handlers.notices.rules import (
    MOVES,
    NoticeEvent,
    Wording,
    allowed_paths,
    check_paths,
    check_wording,
    expired,
    move,
    possible,
    usual_paths,
)
from models.reach import NoticeClass, NoticeState, Path

TODAY = date(2026, 11, 24)
PLAIN = Wording(
    topic=NoticeClass.CONVENIENCE,
    title="明天停水",
    body="请提前储水。",
    body_responsible="河东社区居委会",
    person_responsible="何立春",
    phone="7000001",
    starts_on=TODAY,
    ends_on=TODAY + timedelta(days=1),
)
POSTED = replace(PLAIN, topic=NoticeClass.POSTING, body="拟确认：张××（2号楼，2人）。")


@pytest.mark.parametrize("wording", [PLAIN, POSTED, replace(PLAIN, ends_on=None, phone="")])
def test_what_may_be_published(wording: Wording) -> None:
    check_wording(wording, TODAY)


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        (replace(PLAIN, title=""), "标题"),
        (replace(PLAIN, title="停" * 61), "60"),
        (replace(PLAIN, title="明天\n停水"), "一行"),
        (replace(PLAIN, body=""), "正文"),
        (replace(PLAIN, body="水" * 2001), "2000"),
        (replace(PLAIN, body_responsible=""), "责任单位"),
        (replace(PLAIN, person_responsible=""), "责任人"),
        (replace(PLAIN, phone="1" * 41), "电话"),
        (replace(PLAIN, ends_on=TODAY - timedelta(days=1)), "早于"),
        (replace(PLAIN, starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1)), "过去"),
        (replace(PLAIN, starts_on=TODAY + timedelta(days=91), ends_on=None), "太远"),
        (replace(PLAIN, body="失主身份证 11010519491231002X 在社区。"), "证件号码"),
        (replace(PLAIN, body="身份证１１０１０５ 19491231 0021"), "证件号码"),
        (replace(POSTED, body="有异议请打 139 1234 5678。"), "手机号码"),
        (replace(POSTED, ends_on=None), "结束日期"),
        (replace(POSTED, phone=""), "异议"),
    ],
)
def test_what_nobody_may_publish_is_told(wording: Wording, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        check_wording(wording, TODAY)


def test_a_posting_may_repeat_its_own_number() -> None:
    check_wording(replace(POSTED, body="有异议请打13912345678。", phone="13912345678"), TODAY)


def test_urgent_news_never_waits_for_a_mass_message() -> None:
    assert Path.MASS not in allowed_paths(NoticeClass.URGENT)
    assert {Path.TEMPLATE, Path.SMS} <= usual_paths(NoticeClass.URGENT)


@pytest.mark.parametrize("topic", sorted(set(NoticeClass) - {NoticeClass.URGENT, NoticeClass.POSTING}))
def test_a_template_message_is_for_what_somebody_must_know(topic: NoticeClass) -> None:
    assert Path.TEMPLATE not in allowed_paths(topic)
    assert Path.SMS in allowed_paths(topic) - usual_paths(topic)
    with pytest.raises(Invalid, match="模板消息"):
        check_paths(topic, {Path.TEMPLATE})


def test_a_notice_needs_a_path() -> None:
    with pytest.raises(Invalid, match="送达方式"):
        check_paths(NoticeClass.POLICY, ())


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("event", NoticeEvent)
def test_only_what_the_table_names_is_possible(state: NoticeState, event: NoticeEvent) -> None:
    if (state, event) in MOVES:
        assert move(state, event) is MOVES[state, event]
        assert event in possible(state)
    else:
        with pytest.raises(Conflict, match=state.label):
            move(state, event)
        assert event not in possible(state)


def test_a_notice_is_over_after_its_last_day_or_two_months() -> None:
    assert not expired(TODAY, TODAY, TODAY)
    assert expired(TODAY - timedelta(days=1), TODAY, TODAY)
    assert not expired(None, TODAY - timedelta(days=60), TODAY)
    assert expired(None, TODAY - timedelta(days=61), TODAY)
