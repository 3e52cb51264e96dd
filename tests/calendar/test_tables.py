"""The calendar as it is kept: an upload before the library, a year nobody knows, settings that come with a folder."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from clock import BEIJING, clock
from errors import Forbidden, Invalid
from handlers.calendar import queries, tables
from handlers.calendar.actions import load_settings, save_holidays
from handlers.calendar.rules import Year, read_days
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.calendar import HolidayTable
from models.states import Level, StaffRole

pytestmark = pytest.mark.usefixtures("database")
SETTINGS = yaml.load((Path(__file__).parents[2] / "demo" / "settings.yaml").read_text("utf-8"), yaml.BaseLoader)
CHIEF = Viewer("chief", "主任", StaffRole.ADMIN, "880412", Level.DISTRICT)
NEW_YEAR = Year(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 3)}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


async def save(year: Year = NEW_YEAR, source: str = "国办发明电〔2026〕9号", viewer: Viewer = CHIEF) -> None:
    await save_holidays(viewer, 2027, year, source, clock.now())


async def test_the_library_knows_2026_and_not_2027() -> None:
    assert not await queries.is_workday(date(2026, 10, 1))
    assert await queries.is_workday(date(2027, 10, 1))
    assert await queries.unknown_years(at("2026-10-31T23:59")) == []
    assert await queries.unknown_years(at("2026-11-01T00:00")) == [2027]
    assert await queries.unknown_years(at("2027-01-01T00:00")) == [2027]


async def test_an_uploaded_table_counts_at_once_and_before_the_library() -> None:
    assert await queries.is_workday(date(2027, 1, 1))
    await save()
    assert not await queries.is_workday(date(2027, 1, 1))
    assert await queries.is_workday(date(2027, 1, 3))
    assert await queries.unknown_years(at("2026-12-01T00:00")) == []
    assert await queries.next_opening(at("2026-12-31T18:00")) == at("2027-01-02T09:00")
    assert await queries.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 3)
    assert await queries.working_seconds_between(at("2026-12-31T17:00"), at("2027-01-03T09:00")) == 3600
    only_labour_day = read_days("2026-05-01", 2026)[0]
    await save_holidays(CHIEF, 2026, only_labour_day, "更正通知", clock.now())
    assert await queries.is_workday(date(2026, 10, 1))


async def test_moments_of_any_time_zone_are_told_in_beijing() -> None:
    assert await queries.is_open(datetime.fromisoformat("2026-03-02T00:30:00+00:00"))
    assert not await queries.is_open(datetime.fromisoformat("2026-03-02T09:30:00+00:00"))


async def test_another_process_learns_of_an_upload_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await queries.is_workday(date(2027, 1, 1))
    kept = tables.Kept.calendar
    await save()
    tables.Kept.calendar = kept  # as in a process that was not told
    assert await queries.is_workday(date(2027, 1, 1))
    monkeypatch.setattr(tables.Kept, "until", 0)
    assert not await queries.is_workday(date(2027, 1, 1))


async def test_the_same_table_twice_is_written_once() -> None:
    await save()
    first = await HolidayTable.get(year=2027)
    await save()
    assert await HolidayTable.get(year=2027) == first
    entry = await AuditEntry.get(action="calendar.holidays")
    assert (entry.actor, entry.subject, entry.place) == ("staff:chief", "holidays:2027", "880412")


async def test_what_can_not_be_is_refused_and_changes_nothing() -> None:
    worker = Viewer("w", "w", StaffRole.WORKER, "880412", Level.DISTRICT)
    community = Viewer("c", "c", StaffRole.ADMIN, "880412001001", Level.COMMUNITY)
    for viewer in (worker, community):
        with pytest.raises(Forbidden):
            await save(viewer=viewer)
    for year, source in (
        (Year(), "通知"),
        (NEW_YEAR, ""),
        (NEW_YEAR, "x" * 201),
        (Year(frozenset({date(2026, 1, 1)})), "通知"),
    ):
        with pytest.raises(Invalid):
            await save(year, source)
    assert not await HolidayTable.exists()
    assert not await AuditEntry.exists()


async def test_settings_of_a_folder_are_loaded_once_and_never_over_what_was_put_right_by_hand() -> None:
    first = await load_settings(SETTINGS, "880412", clock.now())
    assert (first.new, first.updated, first.unchanged) == (2, 0, 0)
    assert (await load_settings(SETTINGS, "880412", clock.now())).unchanged == 2
    changed = SETTINGS | {"hours": SETTINGS["hours"] | {"saturday_station": [["10:00", "11:00"]]}}
    assert (await load_settings(changed, "880412", clock.now())).updated == 1
    assert not await queries.is_open(at("2026-03-07T09:30"))
    assert await queries.is_open(at("2026-03-07T10:30"))
    await save_holidays(CHIEF, 2026, read_days("2026-01-01", 2026)[0], "核对后的通知", clock.now())
    again = await load_settings(SETTINGS, "880412", clock.now())
    assert again.left_out == ("2026年的节假日表已在后台填过，没有改动",)
    assert (await HolidayTable.get(year=2026)).free == ["2026-01-01"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": []},
        {"hours": {"weekdays": [["12:00", "08:00"]]}},
        {"holidays_2026": ["2026-01-01"]},
        {"holidays_2026": {"off": "2026-13-01"}},
        {"holidays_2026": {"off": [], "work": []}},
        {"holidays_9999": {"off": ["9999-01-01"]}},
    ],
)
async def test_settings_that_are_no_hours_or_days_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await load_settings(wrong, "880412", clock.now())
    assert not await HolidayTable.exists()
