"""Taking a folder of files into the database: registers and votes in one transaction, the rest named as not loaded."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import yaml
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Invalid
from handlers.calendar.actions import SETTINGS, load_settings
from handlers.residency.actions.grids import workers_kept
from handlers.residency.actions.load import load_ledgers, the_district
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers import FILES, VOTES, read_ledgers
from handlers.residency.ledgers.records import Ledgers
from handlers.votes.actions.load import load_polls

NOT_BUILT = (
    *("notices.yaml", "consultations.yaml", "services.yaml", "offers.yaml", "activities.yaml"),
    *("tickets.yaml", "orgs.yaml", "faq.yaml", "ballots_278.yaml"),
)
REST_OF_SETTINGS = "其余设置未装载，这些功能还没有建成"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a folder: counts by file, and a line for everything in it that was not loaded."""

    district: str
    counts: dict[str, Counts]
    not_loaded: list[str]


async def load_folder(folder: Path, now: datetime, report: Callable[[str], None]) -> Report:
    """Load every known file of a folder, or nothing at all; the same folder again changes nothing.

    Args:
        now: day offsets of votes count from its day.
        report: takes the lines to show.

    Raises:
        Invalid: nothing to load, or rows that are wrong (FlawedSheets, which lists them).
        Conflict: another import is under way, or rows collide with what is there.
    """
    ledgers = await asyncio.to_thread(read_folder, folder)
    loaded = await load_all(ledgers, now, await asyncio.to_thread(_read_settings, folder / SETTINGS))
    loaded.not_loaded.extend(await asyncio.to_thread(_not_built, folder))
    for file, counts in loaded.counts.items():
        report(f"{file}：新增 {counts.new}，更新 {counts.updated}，未变 {counts.unchanged}")
    for line in loaded.not_loaded:
        report(line)
    return loaded


def read_folder(folder: Path) -> Ledgers:
    """The known files of a folder.

    Raises:
        Invalid: there is no such folder, nothing in it is known, or rows are wrong.
    """
    if not folder.is_dir():
        raise Invalid(f"没有这个文件夹：{folder}")
    if not any((folder / file).is_file() for file in FILES):
        raise Invalid(f"文件夹里没有能装载的文件：{'、'.join(FILES)}")
    return read_ledgers(folder)


async def load_all(ledgers: Ledgers, now: datetime, settings: Mapping[str, Any] | None = None) -> Report:
    """Write registers, votes, and the hours and holidays of the settings in one transaction."""
    not_loaded: list[str] = []
    try:
        async with in_transaction():
            counts = await load_ledgers(ledgers, now)
            district = ledgers.tree.district if ledgers.tree else await the_district()
            if ledgers.tree:
                not_loaded += await workers_kept(ledgers.tree.grids, now.astimezone(BEIJING).date())
            if ledgers.votes is not None:
                new, known, skipped = await load_polls(district, ledgers.votes, now)
                counts[VOTES] = Counts(new=new, unchanged=known)
                not_loaded += [f"{VOTES} {line}" for line in skipped]
            if settings is not None:
                taken = await load_settings(settings, district, now)
                counts[SETTINGS] = Counts(taken.new, taken.updated, taken.unchanged)
                not_loaded += [f"{SETTINGS}：{line}" for line in (*taken.left_out, REST_OF_SETTINGS)]
    except IntegrityError as error:
        raise Conflict("有名称或房号与已装载的另一条相同，什么也没有装载。") from error
    return Report(district, counts, not_loaded)


def _read_settings(file: Path) -> dict[str, Any] | None:
    """What stands in the settings file, every value as it is written; None without one.

    Raises:
        Invalid: it is no mapping.
    """
    if not file.is_file():
        return None
    try:
        found: object = yaml.load(file.read_text("utf-8-sig"), yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{SETTINGS}：格式读不出来") from error
    if not isinstance(found, dict):
        raise Invalid(f"{SETTINGS}：应是一张「名称: 内容」的表")
    return cast("dict[str, Any]", found)


def _not_built(folder: Path) -> list[str]:
    return [f"{file}：未装载，这项功能还没有建成" for file in NOT_BUILT if (folder / file).is_file()]
