"""Roles, ages, names, lease ends, the brake on guessing, and the states of a binding."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Conflict
from handlers.residency import rules
from handlers.residency.rules import Registered
from models.states import BindingState, MemberRole

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("owner", "tenant", "kind", "role"),
    [
        (True, False, "商品房", MemberRole.OWNER),
        (True, True, "公租房", MemberRole.OWNER),
        (False, True, "商品房", MemberRole.TENANT),
        (False, False, "公租房", MemberRole.TENANT),
        (False, False, "商品房", MemberRole.FAMILY),
    ],
)
def test_the_register_says_how_a_person_stands_to_the_dwelling(
    owner: bool, tenant: bool, kind: str, role: MemberRole
) -> None:
    assert rules.role_on_register(Registered(1, owner, tenant, None), kind) is role


@pytest.mark.parametrize(
    ("birth_on", "years"),
    [(date(2008, 7, 1), 18), (date(2008, 7, 2), 17), (date(2008, 2, 29), 18), (date(2026, 7, 1), 0)],
)
def test_a_year_is_complete_on_the_birthday(birth_on: date, years: int) -> None:
    assert rules.age(birth_on, TODAY) == years


def test_who_is_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert rules.age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert rules.age(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_full_age_is_by_the_register_and_by_word_where_it_does_not_know() -> None:
    assert rules.is_adult(date(2008, 7, 1), TODAY, declared=False)
    assert not rules.is_adult(date(2008, 7, 2), TODAY)
    assert rules.is_adult(None, TODAY)
    assert not rules.is_adult(None, TODAY, declared=False)


def test_below_14_nobody_registers_alone() -> None:
    assert not rules.is_adult(date(2012, 7, 1), TODAY)
    with pytest.raises(rules.TooYoung):
        rules.is_adult(date(2012, 7, 2), TODAY)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李秀英", "李秀英"),
        (" 李秀英。", "李秀英"),
        ("我叫李秀英", "李秀英"),
        ("我是李秀英", "李秀英"),
        ("我的名字叫李秀英", "李秀英"),
        ("姓名：李秀英", "李秀英"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("John Smith", "John Smith"),
        ("O'Brien", "O'Brien"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_a_name_is_read_as_people_give_it(text: str, name: str) -> None:
    assert rules.read_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", "李", "无", "没有", "不知道", "1", "李秀英1", "990103198005200011", "业主", "为什么要姓名", "可以不说吗"),
        *("李?", "·" * 5, "李" * 31, "https://a.cn", "<b>李</b>", "😀😀"),
    ],
)
def test_what_can_t_be_a_name_is_not_taken_for_one(text: str) -> None:
    assert rules.read_name(text) is None


@pytest.mark.parametrize("text", ["7kq2-m9xd", "７ＫＱ２Ｍ９ＸＤ", "7kq2 m9xd", "00000000", "WRONG123"])
def test_eight_letters_and_digits_are_a_guess_at_a_code(text: str) -> None:
    assert rules.resembles_code(text)


@pytest.mark.parametrize("text", ["", "7kq2", "7kq2m9xd1", "绑定码在哪里看啊", "7kq2_m9xd", "我不知道在哪儿啊"])
def test_anything_else_costs_no_try(text: str) -> None:
    assert not rules.resembles_code(text)


@pytest.mark.parametrize(
    ("text", "ends_on"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("２０２７年６月３０日", date(2027, 6, 30)),
        ("2027/6/30", date(2027, 6, 30)),
        ("2027.6.30。", date(2027, 6, 30)),
        ("20270630", date(2027, 6, 30)),
        ("27年6月30号", date(2027, 6, 30)),
        ("二〇二七年六月三十日", date(2027, 6, 30)),
        ("2028年2月", date(2028, 2, 29)),
        ("2027年6月底", date(2027, 6, 30)),
        ("明年6月", date(2027, 6, 30)),
        ("今年12月31日", date(2026, 12, 31)),
        ("2026-07-01", date(2026, 7, 1)),
    ],
)
def test_a_lease_end_is_read_as_people_write_it(text: str, ends_on: date) -> None:
    assert rules.read_lease_end(text, TODAY) == ends_on


@pytest.mark.parametrize(
    "text", ["", "一年", "2026-06-30", "2027-02-30", "2027-13-01", "2027", "9999-01-01", "以后", "2027-6-0", "6.30"]
)
def test_what_is_no_day_to_come_is_no_lease_end(text: str) -> None:
    assert rules.read_lease_end(text, TODAY) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    rules.read_name(text)
    rules.resembles_code(text)
    ends_on = rules.read_lease_end(text, TODAY)
    assert ends_on is None or ends_on >= TODAY


def test_the_fifth_miss_locks_for_a_day_and_a_lock_that_is_over_counts_anew() -> None:
    misses, locked_until = 0, None
    for expected in (1, 2, 3, 4):
        misses, locked_until = rules.after_miss(misses, locked_until, NOW)
        assert (misses, locked_until) == (expected, None)
    misses, locked_until = rules.after_miss(misses, locked_until, NOW)
    assert (misses, locked_until) == (5, NOW + timedelta(hours=24))
    assert rules.is_locked(locked_until, NOW + timedelta(hours=23, minutes=59))
    assert not rules.is_locked(locked_until, NOW + timedelta(hours=24))
    assert rules.after_miss(misses, locked_until, NOW + timedelta(hours=25)) == (1, None)


@pytest.mark.parametrize("before", BindingState)
@pytest.mark.parametrize("after", BindingState)
def test_a_binding_moves_only_by_the_table(before: BindingState, after: BindingState) -> None:
    allowed = {("pending", "active"), ("pending", "refused"), ("pending", "ended"), ("active", "ended")}
    if (before.value, after.value) in allowed:
        assert rules.move(before, after) is after
    else:
        with pytest.raises(Conflict):
            rules.move(before, after)
