"""What a notice may say, by which paths it may go, and which step follows which, as tables of cases."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, integers, just, sampled_from

from errors import Conflict, Invalid
from handlers.notices.rules import (
    MOVES,
    NoticeEvent,
    Wording,
    allowed_paths,
    check_paths,
    check_repeat,
    check_wording,
    expired,
    move,
    next_firing,
    possible,
    usual_paths,
)
from models.reach import NoticeClass, NoticeState, Path, Repeat

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


SHANGHAI = timezone(timedelta(hours=8))


def beijing(year: int, month: int, day: int, hour: int = 10, minute: int = 30) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


FIRST = beijing(2026, 10, 31)


@pytest.mark.parametrize(
    ("repeat", "first", "ends_on", "after", "following"),
    [
        (Repeat.NEVER, FIRST, date(2027, 1, 1), FIRST, None),
        (Repeat.WEEKLY, FIRST, None, FIRST, None),
        (Repeat.WEEKLY, FIRST, date(2026, 11, 7), FIRST, beijing(2026, 11, 7)),
        (Repeat.WEEKLY, FIRST, date(2026, 11, 6), FIRST, None),
        (Repeat.WEEKLY, FIRST, date(2027, 1, 1), FIRST + timedelta(days=7), beijing(2026, 11, 14)),
        (Repeat.WEEKLY, FIRST, date(2027, 1, 1), FIRST - timedelta(days=99), beijing(2026, 11, 7)),
        (Repeat.MONTHLY, FIRST, date(2027, 1, 1), FIRST, beijing(2026, 11, 30)),
        (Repeat.MONTHLY, FIRST, date(2027, 3, 1), beijing(2027, 1, 31), beijing(2027, 2, 28)),
        (Repeat.MONTHLY, FIRST, date(2027, 10, 31), beijing(2027, 2, 28), beijing(2027, 3, 31)),
        (Repeat.MONTHLY, FIRST, date(2027, 12, 31), beijing(2027, 10, 31), None),
        (Repeat.DAY_BEFORE, FIRST, date(2026, 11, 7), FIRST, beijing(2026, 11, 6)),
        (Repeat.THREE_DAYS_BEFORE, FIRST, date(2026, 11, 7), FIRST, beijing(2026, 11, 4)),
        (Repeat.WEEK_BEFORE, FIRST, date(2026, 11, 7), FIRST, None),
        (Repeat.DAY_BEFORE, FIRST, date(2026, 11, 7), beijing(2026, 11, 6), None),
        (Repeat.DAY_BEFORE, FIRST.replace(hour=6), date(2026, 11, 7), FIRST, beijing(2026, 11, 6, 9, 0)),
        (Repeat.DAY_BEFORE, FIRST.replace(hour=22), date(2026, 11, 7), FIRST, beijing(2026, 11, 6, 9, 0)),
    ],
)
def test_when_a_notice_is_sent_again(
    repeat: Repeat, first: datetime, ends_on: date | None, after: datetime, following: datetime | None
) -> None:
    assert next_firing(repeat, first, ends_on, after) == following


MOMENTS = datetimes(FIRST.replace(tzinfo=None), beijing(2030, 1, 1).replace(tzinfo=None), timezones=just(SHANGHAI))


@given(sampled_from(Repeat), MOMENTS, integers(-400, 400), MOMENTS)
def test_it_is_sent_again_ever_later_until_its_end_and_no_further(
    repeat: Repeat, first: datetime, days: int, after: datetime
) -> None:
    ends_on = first.date() + timedelta(days=days)
    found: list[datetime] = []
    while following := next_firing(repeat, first, ends_on, found[-1] if found else after):
        found.append(following)
        assert len(found) <= 53
    assert found == sorted(set(found))
    assert all(max(first, after) < at and at.date() <= ends_on for at in found)


@pytest.mark.parametrize(
    ("repeat", "ends_on", "said"),
    [
        (Repeat.WEEKLY, None, "请写明结束日期"),
        (Repeat.MONTHLY, date(2027, 11, 2), "最多一年"),
        (Repeat.WEEK_BEFORE, date(2026, 11, 2), "轮不到"),
        (Repeat.MONTHLY, date(2026, 11, 29), "轮不到"),
    ],
)
def test_what_can_not_be_sent_again_is_told(repeat: Repeat, ends_on: date | None, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        check_repeat(repeat, FIRST, ends_on)


def test_a_year_of_repeating_may_be() -> None:
    check_repeat(Repeat.WEEKLY, FIRST, date(2027, 10, 31))
    check_repeat(Repeat.NEVER, FIRST, None)
