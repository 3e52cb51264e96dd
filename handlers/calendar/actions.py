"""Taking in holiday tables and office hours, by hand or with a folder's settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from tortoise.transactions import in_transaction

from errors import Forbidden, Invalid
from handlers.audit.actions import record
from handlers.calendar.rules import Year, check_table, read_days, spans
from handlers.calendar.tables import HOURS, forget, year_of
from handlers.staff.rules import Permission, Viewer
from models.calendar import HolidayTable
from models.database import rows
from models.running import Shared
from models.states import Level

CLI = "cli"
CALENDAR_LOCK = 0x63616C656E
LONGEST_SOURCE = 200
SETTINGS = "settings.yaml"
_HOLIDAYS = re.compile(r"holidays_(\d{4})")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many tables of a settings file were new, changed or as they were; what was left out, and why."""

    new: int
    updated: int
    unchanged: int
    left_out: tuple[str, ...]


async def save_holidays(viewer: Viewer, year: int, wanted: Year, source: str, now: datetime) -> None:
    """Put a table in place of what was kept for its year; the same twice is written once.

    Raises:
        Forbidden: the viewer answers for less than a district, for which the table counts.
        Invalid: the year, the days or the source (where they were announced) can't be right.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    if viewer.level not in {Level.DISTRICT, Level.CITY}:
        raise Forbidden("节假日由区里统一填写，请联系区管理员。")
    check_table(year, wanted)
    if not 2 <= len(source) <= LONGEST_SOURCE:
        raise Invalid("请填写来源，例如「国办发明电〔2025〕7号」。")
    async with in_transaction():
        await _alone()
        await _write(year, wanted, source, viewer.actor, now, place=viewer.code)
    forget()


async def load_settings(settings: Mapping[str, Any], district: str, now: datetime) -> Loaded:
    """Take hours and holidays of a settings file; a table that was put right at the panel stays.

    Raises:
        Invalid: what stands there can't be hours or days.
    """
    outcomes: list[bool | None] = []
    left_out: list[str] = []
    async with in_transaction():
        await _alone()
        if "hours" in settings:
            outcomes.append(await _write_hours(_part(settings, "hours"), district))
        for year in (int(found[1]) for key in settings if (found := _HOLIDAYS.fullmatch(key))):
            told = _part(settings, f"holidays_{year}")
            if await HolidayTable.filter(year=year).exclude(uploaded_by=CLI).exists():
                left_out.append(f"{year}年的节假日表已在后台填过，没有改动")
                continue
            source = str(told.get("source") or SETTINGS)[:LONGEST_SOURCE]
            outcomes.append(await _write(year, _told_days(told, year), source, CLI, now, place=district))
    forget()
    return Loaded(outcomes.count(True), outcomes.count(False), outcomes.count(None), tuple(left_out))


def _part(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part: object = settings[key]
    if not isinstance(part, Mapping):
        raise Invalid(f"{SETTINGS} {key}：写法不对，请照示例文件写")
    return cast("Mapping[str, Any]", part)


def _told_days(told: Mapping[str, Any], year: int) -> Year:
    lines = [f"{word}\n" + "\n".join(map(str, told.get(word) or ())) for word in ("off", "work")]
    return read_days("\n".join(lines), year)[0]


async def _alone() -> None:
    """One upload at a time."""
    await rows("SELECT pg_advisory_xact_lock($1)", CALENDAR_LOCK)


async def _write(year: int, wanted: Year, source: str, actor: str, now: datetime, *, place: str) -> bool | None:
    """Whether a table is new (True) or changed (False); None where it says so already."""
    kept = await HolidayTable.get_or_none(year=year)
    if kept and year_of(kept) == wanted and kept.source == source:
        return None
    await HolidayTable.filter(year=year).delete()
    await HolidayTable.create(
        year=year,
        free=sorted(map(str, wanted.free)),
        worked=sorted(map(str, wanted.worked)),
        source=source,
        uploaded_by=actor,
        uploaded_at=now,
    )
    detail = {"free": len(wanted.free), "worked": len(wanted.worked)}
    await record(actor, "calendar.holidays", f"holidays:{year}", place=place, detail=detail)
    return kept is None


async def _write_hours(told: Mapping[str, Any], district: str) -> bool | None:
    parts = {"weekday": spans(told.get("weekdays")), "saturday": spans(told.get("saturday_station"))}
    value = {name: [[f"{moment:%H:%M}" for moment in span] for span in part] for name, part in parts.items()}
    kept = await Shared.get_or_none(name=HOURS)
    if kept and kept.value == value:
        return None
    if kept:
        kept.value = value
        await kept.save()
    else:
        await Shared.create(name=HOURS, value=value)
    await record(CLI, "calendar.hours", f"organisation:{district}", place=district)
    return kept is None
