"""Taking a folder of files into the database: registers, votes, notices, articles, consultations in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import yaml
from tortoise.exceptions import IntegrityError

from clock import BEIJING
from errors import Conflict, DomainError, Invalid
from handlers.articles.actions.load import load_articles
from handlers.calendar.actions import SETTINGS, load_settings
from handlers.consultations.actions.load import load_consultations
from handlers.interviews.actions.load import load_interview
from handlers.notices.actions.load import load_notices
from handlers.residency.actions.grids import workers_kept
from handlers.residency.actions.load import the_district, write_ledgers
from handlers.residency.actions.taking import Progress, Taking, Terms
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers import ARTICLES, CONSULTATIONS, FILES, NOTICES, VOTES, in_folder, read_ledgers
from handlers.residency.ledgers.records import Ledgers
from handlers.residency.ledgers.sheets import BadCell, Flaw, Row, mapping
from handlers.votes.actions.load import load_polls

NOT_BUILT = (*("services.yaml", "offers.yaml", "activities.yaml", "tickets.yaml", "orgs.yaml"),)
BALLOTS = "ballots_278.yaml"
ALL_OR_NOTHING = Terms()
REST_OF_SETTINGS = "其余设置未装载，这些功能还没有建成"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a folder: counts by register, and a line for everything in it that was not loaded.

    `flaws` are the rows that were refused, `kept` the values put right by hand that differ from the files.
    """

    district: str
    counts: dict[str, Counts]
    not_loaded: list[str]
    flaws: list[Flaw] = field(default_factory=list[Flaw])
    kept: list[Flaw] = field(default_factory=list[Flaw])


async def load_folder(
    source: Path,
    now: datetime,
    report: Callable[[str], None],
    *,
    terms: Terms = ALL_OR_NOTHING,
    progress: Progress | None = None,
) -> Report:
    """Load every known file of a folder or one file, or nothing at all; the same again changes nothing.

    Args:
        now: day offsets of votes count from its day.
        report: takes the lines to show.

    Raises:
        Invalid: nothing to load, or rows that are wrong (FlawedSheets, which lists them).
        Conflict: another import is under way, or rows collide with what is there.
    """
    ledgers = await asyncio.to_thread(read_folder, source, collecting=terms.collecting)
    taking = Taking(terms, ledgers.names, list(ledgers.flaws), progress=progress)
    settings, ballots = [await asyncio.to_thread(_read, source / file) for file in (SETTINGS, BALLOTS)]
    loaded = await load_all(ledgers, now, settings, taking, _by_vote(ballots or {}))
    loaded.not_loaded.extend(await asyncio.to_thread(_not_built, source))
    for line in _told(loaded, taking):
        report(line)
    return loaded


def _told(loaded: Report, taking: Taking) -> Iterator[str]:
    """What became of the files, line by line."""
    bad = Counter(flaw.file for flaw in loaded.flaws)
    if taking.terms.dry_run:
        yield "只是检查，没有写入任何内容。"
    for register, counts in loaded.counts.items():
        name = taking.name(register)
        line = f"{name}：新增 {counts.new}，更新 {counts.updated}，未变 {counts.unchanged}"
        line += f"，冲突 {counts.conflicts}" if counts.conflicts else ""
        yield line + (f"，有误 {bad[name]}" if bad[name] else "")
    yield from map(str, (*loaded.flaws, *loaded.kept))
    yield from loaded.not_loaded


def read_folder(source: Path, *, collecting: bool = False) -> Ledgers:
    """The known files of a folder, or one file.

    Args:
        collecting: pass over bad rows, which are then named in the answer.

    Raises:
        Invalid: there is no such folder, nothing in it is known, or rows are wrong.
    """
    if not source.exists():
        raise Invalid(f"没有这个文件夹：{source}")
    if not in_folder(source):
        words = "、".join(FILES)
        raise Invalid(f"{'文件夹里没有' if source.is_dir() else '这不是'}能装载的文件：{words}，表格也可以是 .xlsx。")
    return read_ledgers(source, collecting=collecting)


async def load_all(
    ledgers: Ledgers,
    now: datetime,
    settings: Mapping[str, Any] | None = None,
    taking: Taking | None = None,
    ballots: Mapping[str, Mapping[str, str]] | None = None,
) -> Report:
    """Write registers, votes, notices, and the hours and holidays of the settings in one transaction."""
    not_loaded: list[str] = []
    taking = taking or Taking(names=ledgers.names)
    district, counts = "", dict[str, Counts]()
    try:
        async with taking.transaction():
            counts |= await write_ledgers(taking, ledgers, now, "cli")
            district = ledgers.tree.district if ledgers.tree else await the_district()
            if ledgers.tree:
                not_loaded += await workers_kept(ledgers.tree.grids, now.astimezone(BEIJING).date())
            not_loaded += await _publish(ledgers, district, ballots or {}, now, counts)
            if settings is not None:
                taken = await load_settings(settings, district, now)
                counts[SETTINGS] = Counts(taken.new, taken.updated, taken.unchanged)
                not_loaded += [f"{SETTINGS}：{line}" for line in (*taken.left_out, REST_OF_SETTINGS)]
    except IntegrityError as error:
        raise Conflict("有名称或房号与已装载的另一条相同，什么也没有装载。") from error
    return Report(district, counts, not_loaded, sorted(taking.flaws), sorted(taking.kept))


async def _publish(
    ledgers: Ledgers, district: str, ballots: Mapping[str, Mapping[str, str]], now: datetime, counts: dict[str, Counts]
) -> list[str]:
    """Take over votes, notices, articles and consultations; a line for each that was left out."""
    left_out: list[str] = []
    if ledgers.votes is not None:
        loaded = await load_polls(district, ledgers.votes, ballots, now)
        counts[VOTES] = Counts(new=loaded.new, unchanged=loaded.known)
        left_out += [f"{VOTES} {line}" for line in loaded.left_out]
        if ballots:
            counts[BALLOTS] = Counts(new=loaded.ballots, unchanged=sum(map(len, ballots.values())) - loaded.ballots)
    elif ballots:
        left_out.append(f"{BALLOTS}：未装载，没有 {VOTES}")
    if ledgers.notices is not None:
        sent = await load_notices(district, ledgers.notices, now)
        counts[NOTICES] = Counts(new=sent.new, unchanged=sent.known)
        left_out += map(str, sent.left_out)
    if ledgers.articles is not None:
        taken = await load_articles(district, ledgers.articles, now)
        counts[ARTICLES] = Counts(taken.new, taken.updated, taken.known)
        left_out += map(str, taken.left_out)
    if ledgers.consultations is not None:
        begun = await load_consultations(district, ledgers.consultations, now)
        counts[CONSULTATIONS] = Counts(new=begun.new, unchanged=begun.known)
        left_out += map(str, begun.left_out)
    if ledgers.interview is not None:
        left_out += await _interview(ledgers.interview, district, now, counts)
    return left_out


async def _interview(row: Row, district: str, now: datetime, counts: dict[str, Counts]) -> list[str]:
    """Take over the interview of a file; a line where it was left out."""
    try:
        new = await load_interview(district, row, now)
    except (BadCell, DomainError) as refusal:
        return [str(Flaw(CONSULTATIONS, row.line, f"主任访谈未装载，{refusal}"))]
    counts["主任访谈"] = Counts(new=int(new), unchanged=int(not new))
    return []


def _by_vote(content: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Choices by head of the owners' register, for each vote of the file.

    Raises:
        Invalid: it is written otherwise.
    """
    found: dict[str, dict[str, str]] = {}
    for vote, ballots in content.items():
        if vote != "schema":
            owners = mapping((mapping(ballots) or {}).get("owner"))
            if not owners:
                raise Invalid(f"{BALLOTS}：{vote} 应写成「owner: 业主: 选项」")
            found[vote] = {head: str(choice) for head, choice in owners.items()}
    return found


def _read(file: Path) -> dict[str, Any] | None:
    """What stands in a file, every value as it is written; None without one.

    Raises:
        Invalid: it is no mapping.
    """
    if not file.is_file():
        return None
    try:
        found: object = yaml.load(file.read_text("utf-8-sig"), yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{file.name}：格式读不出来") from error
    if not isinstance(found, dict):
        raise Invalid(f"{file.name}：应是一张「名称: 内容」的表")
    return cast("dict[str, Any]", found)


def _not_built(folder: Path) -> list[str]:
    return [f"{file}：未装载，这项功能还没有建成" for file in NOT_BUILT if (folder / file).is_file()]
