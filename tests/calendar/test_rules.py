"""Office hours and working days by the tables: every day of 2026, years nobody knows, ends of years, reckoned time."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clock import BEIJING
from errors import Invalid
from handlers.calendar.rules import (
    Calendar,
    Year,
    add_working_days,
    check_table,
    is_open,
    is_workday,
    next_opening,
    read_days,
    spans,
    working_seconds_between,
)

SETTINGS = yaml.load((Path(__file__).parents[2] / "demo" / "settings.yaml").read_text("utf-8"), yaml.BaseLoader)
NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
国务院办公厅
2025年11月4日"""
YEAR, _ = read_days(NOTICE, 2026)
CALENDAR = Calendar({2026: YEAR})
ALL_DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def ranges(lines: list[str]) -> set[date]:
    """Read in another way than the product reads them."""
    ends = [[date.fromisoformat(end) for end in line.split("/")] for line in lines]
    return {day for day in ALL_DAYS for end in ends if end[0] <= day <= end[-1]}


def test_every_day_of_2026_is_as_the_settings_say() -> None:
    off, work = (ranges(SETTINGS["holidays_2026"][side]) for side in ("off", "work"))
    for day in ALL_DAYS:
        expected = day in work or (day.weekday() < 5 and day not in off)
        assert is_workday(CALENDAR, day) == expected, day
    assert sum(is_workday(CALENDAR, day) for day in ALL_DAYS) == 248


def test_the_notice_a_settings_file_a_csv_and_plain_days_are_read_alike() -> None:
    as_settings = yaml.dump({side: SETTINGS["holidays_2026"][side] for side in ("off", "work")})
    as_csv = "日期,安排\n" + "\n".join(
        f"{day},{word}" for days, word in ((YEAR.free, "off"), (YEAR.worked, "work")) for day in sorted(days)
    )
    plain = "\n".join(map(str, sorted(YEAR.free))) + "\n上班\n" + "、".join(map(str, sorted(YEAR.worked)))
    for text in (as_settings, as_csv, plain, as_csv.replace("\n", "\r\n"), NOTICE.replace("。", "；")):
        assert read_days(text, 2026)[0] == YEAR
    assert read_days(NOTICE, 2026)[1] == [date(2025, 11, 4)]


def test_a_holiday_over_the_end_of_the_year_is_told_in_part() -> None:
    year, other = read_days("元旦：2022年12月31日至2023年1月2日放假调休，共3天。1月28日、29日上班", 2023)
    assert year == Year(
        frozenset({date(2023, 1, 1), date(2023, 1, 2)}), frozenset({date(2023, 1, 28), date(2023, 1, 29)})
    )
    assert other == [date(2022, 12, 31)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "没有读到"),
        ("2月30日放假", "没有2月30日"),
        ("2027-13-01", "没有13月1日"),
        ("30日放假", "写月份"),
        ("1月5日至1月2日放假", "写得不对"),
        ("1月1日至12月31日放假", "写得不对"),
        ("1月1日放假\n1月1日上班", "又放假又上班|不是周末"),
        ("1月1日放假\n1月4日上班", "不是周末"),
        ("\n".join(str(date(2027, 3, 1) + timedelta(days=number)) for number in range(90)), "最多60天"),
    ],
)
def test_what_can_not_be_meant_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        read_days(text, 2027)


@given(st.text("年月日至-/。，（）放假上班off work0123456789\n", max_size=60))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    try:
        year, _ = read_days(text, 2027)
    except Invalid:
        return
    assert all(day.year == 2027 for day in year.free | year.worked)


@pytest.mark.parametrize("year", [2003, 2100, 0])
def test_a_year_out_of_reach_is_refused(year: int) -> None:
    with pytest.raises(Invalid):
        check_table(year, Year(frozenset({date(year or 1, 1, 1)})))


def test_of_an_unknown_year_only_weekends_are_free() -> None:
    assert not CALENDAR.knows(2027)
    assert is_workday(CALENDAR, date(2027, 1, 1))
    assert not is_workday(CALENDAR, date(2027, 1, 2))


@pytest.mark.parametrize(
    "moment", ["2026-03-02T08:30", "2026-03-06T17:29:59", "2026-03-07T09:00", "2026-02-28T08:30", "2026-01-04T16:00"]
)
def test_somebody_is_there(moment: str) -> None:
    assert is_open(CALENDAR, at(moment))


@pytest.mark.parametrize(
    "moment",
    [
        *("2026-03-02T08:29:59", "2026-03-02T12:00", "2026-03-02T17:30", "2026-03-07T16:00", "2026-03-08T10:00"),
        # A working Saturday has the hours of a weekday; Saturday in a holiday has none.
        *("2026-02-28T12:30", "2026-02-21T10:00", "2026-02-16T10:00", "2026-10-01T09:00"),
    ],
)
def test_nobody_is_there(moment: str) -> None:
    assert not is_open(CALENDAR, at(moment))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-02T07:00", "2026-03-02T08:30"),
        ("2026-03-02T08:30", "2026-03-02T14:00"),
        ("2026-03-06T18:00", "2026-03-07T09:00"),
        ("2026-03-07T16:00", "2026-03-09T08:30"),
        ("2026-02-14T17:30", "2026-02-24T08:30"),
        ("2026-09-30T20:00", "2026-10-08T08:30"),
        ("2025-12-31T20:00", "2026-01-04T08:30"),
        ("2026-12-31T23:59:59", "2027-01-01T08:30"),
    ],
)
def test_the_next_opening_passes_over_nights_holidays_and_the_end_of_the_year(moment: str, opening: str) -> None:
    calendar = Calendar({2025: Year(), 2026: YEAR})
    assert next_opening(calendar, at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-09", 0, "2026-03-09"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, count: int, last: str) -> None:
    assert add_working_days(CALENDAR, date.fromisoformat(day), count) == date.fromisoformat(last)


@given(st.sampled_from(ALL_DAYS), st.integers(1, 40))
def test_so_many_working_days_lie_between(day: date, count: int) -> None:
    last = add_working_days(CALENDAR, day, count)
    passed = (day + timedelta(days=number) for number in range(1, (last - day).days + 1))
    assert sum(is_workday(CALENDAR, one) for one in passed) == count
    assert is_workday(CALENDAR, last)


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-03-02T08:00", "2026-03-02T18:00", 7),
        ("2026-03-02T11:30", "2026-03-02T14:30", 1),
        ("2026-03-06T17:00", "2026-03-09T09:00", 1),
        ("2026-03-07T09:00", "2026-03-07T16:00", 0),
        ("2026-02-14T08:30", "2026-02-24T09:30", 8),
        ("2026-12-31T17:00", "2027-01-01T09:00", 1),
        ("2026-03-02T18:00", "2026-03-02T08:00", 0),
    ],
)
def test_time_is_reckoned_in_office_hours_of_working_days(begin: str, end: str, hours: int) -> None:
    assert working_seconds_between(CALENDAR, at(begin), at(end)) == hours * 3600


MOMENTS = st.integers(0, 365 * 86_400 - 1).map(lambda second: at("2026-01-01T00:00") + timedelta(seconds=second))


@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_parts_of_a_time_add_up_to_the_whole(moments: list[datetime]) -> None:
    parts = sum(working_seconds_between(CALENDAR, *pair) for pair in pairwise(moments))
    assert parts == working_seconds_between(CALENDAR, moments[0], moments[-1])


@given(MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_opens(moment: datetime) -> None:
    opening = next_opening(CALENDAR, moment)
    assert opening > moment
    assert is_open(CALENDAR, opening)
    assert not is_open(CALENDAR, opening - timedelta(minutes=1))


def test_hours_are_read_as_a_settings_file_tells_them() -> None:
    assert spans([["08:30", "12:00"], ["14:00", "17:30"]])[1] == (time(14), time(17, 30))
    for told in ([], None, [["8", "12"]], [["12:00", "08:00"]], [["08:00", "12:00"], ["11:00", "13:00"]], [["25:00"]]):
        with pytest.raises(Invalid):
            spans(told)
