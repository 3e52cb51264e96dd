"""Imports that staff start in the panel: files staged for a day, checked or taken in beside the pages, progress told.

What is known of an import lies in Redis for a day and holds nothing personal; the files lie encrypted in the file
store. An import is one transaction: wherever a process dies, either all of it is there or nothing.
"""

import asyncio
import contextvars
import json
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from redis.asyncio import Redis
from tortoise.exceptions import IntegrityError

from clock import clock
from errors import Conflict, DomainError, NotFound
from handlers.files.actions import forget, store
from handlers.files.queries import read
from handlers.residency.actions.load import load_ledgers
from handlers.residency.actions.taking import Taking, Terms
from handlers.residency.ledgers import CONSULTATIONS, NOTICES, VOTES, read_ledgers
from handlers.residency.ledgers.records import Ledgers
from handlers.residency.ledgers.sheets import Flaw, FlawedSheets
from handlers.staff.rules import Permission, Viewer
from models.states import FilePurpose
from web.forgery import new_id
from web.uploads import Upload

KEPT = timedelta(hours=24)
BEAT_SECONDS = 5
DEAD_AFTER_SECONDS = 60
WRITTEN_NOTHING = "什么也没有写入。"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Figures:
    """What becomes, or would become, of one file."""

    new: int
    updated: int
    unchanged: int
    conflicts: int
    bad: int


@dataclass(frozen=True, slots=True)
class Import:
    """One import as it stands; `stage` is checking, checked, importing, done or failed.

    `beat` is when its process was last heard of, in seconds since 1970; `files` holds (key in the file store, name).
    """

    id: str
    login: str
    files: Sequence[tuple[str, str]]
    stage: str = "checking"
    message: str = ""
    beat: float = 0
    progress: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    figures: Mapping[str, Figures] = field(default_factory=dict[str, Figures])

    @property
    def running(self) -> bool:
        return self.stage in {"checking", "importing"}

    @property
    def lost(self) -> bool:
        """Its process has died; what it had begun was undone by the database."""
        return self.running and time.time() - self.beat > DEAD_AFTER_SECONDS

    @property
    def bad(self) -> int:
        return sum(figures.bad for figures in self.figures.values())


class Imports:
    """The imports of all staff; each has at most one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, viewer: Viewer, uploads: Sequence[Upload]) -> Import:
        """Stage files in place of those staged before, and start checking them.

        Raises:
            Conflict: the former import is under way.
            Invalid: a file is too large, or not of a kind that ledgers are.
        """
        viewer.require(Permission.IMPORT_RUN)
        if former := await self.of(viewer):
            await self.drop(viewer, former.id)
        expires = clock.now() + KEPT
        files = [
            await store(one.content, one.name, FilePurpose.LEDGER, viewer.code, viewer.actor, expires_at=expires)
            for one in uploads
        ]
        staged = Import(new_id(), viewer.login, [(str(file.key), file.name) for file in files], beat=time.time())
        await self._redis.set(_of(viewer.login), staged.id, ex=KEPT)
        await self._keep(staged)
        self._start(viewer, staged, Terms(dry_run=True, place=viewer.code))
        return staged

    async def run(self, viewer: Viewer, import_id: str, *, skip_bad: bool, overwrite: bool) -> bool:
        """Take a checked import in. Returns False when that has been begun already."""
        found = await self.find(viewer, import_id)
        if found.stage != "checked" or not await self._redis.set(f"{_key(import_id)}:run", 1, nx=True, ex=KEPT):
            return False
        begun = replace(found, stage="importing", progress={}, beat=time.time())
        await self._keep(begun)
        self._start(viewer, begun, Terms(skip_bad=skip_bad, overwrite=overwrite, place=viewer.code))
        return True

    async def drop(self, viewer: Viewer, import_id: str) -> None:
        """Forget an import and its files.

        Raises:
            Conflict: it is under way.
        """
        found = await self.find(viewer, import_id)
        if found.running and not found.lost:
            raise Conflict("这次导入正在进行，请等它结束。")
        for key, _ in found.files:
            await forget(UUID(key), viewer.actor)
        await self._redis.delete(_key(import_id), f"{_key(import_id)}:problems", _of(viewer.login))

    async def of(self, viewer: Viewer) -> Import | None:
        """The viewer's own import, if one is there."""
        held = cast(bytes | None, await self._redis.get(_of(viewer.login)))
        try:
            return await self.find(viewer, held.decode()) if held else None
        except NotFound:
            return None

    async def find(self, viewer: Viewer, import_id: str) -> Import:
        """One's own import.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        held = cast(bytes | None, await self._redis.get(_key(import_id)))
        content: dict[str, Any] = json.loads(held) if held else {}
        if content.get("login") != viewer.login:
            raise NotFound
        figures = {name: Figures(**found) for name, found in content.pop("figures").items()}
        return Import(**content, figures=figures)

    async def problems(self, viewer: Viewer, import_id: str) -> list[Flaw]:
        """Every row that was refused or collides, in the order of files and lines."""
        await self.find(viewer, import_id)
        held = cast(bytes | None, await self._redis.get(f"{_key(import_id)}:problems"))
        return [Flaw(*flaw) for flaw in json.loads(zlib.decompress(held))] if held else []

    def _start(self, viewer: Viewer, begun: Import, terms: Terms) -> None:
        """Work beside the pages; whoever asks is told how far it is."""
        # An empty context: the work must not run inside a transaction of whoever started it.
        task = asyncio.create_task(self._work(viewer, begun, terms), context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, viewer: Viewer, begun: Import, terms: Terms) -> None:
        taking, ending = Taking(terms), asyncio.Event()
        beating = asyncio.create_task(self._beat(begun, taking, ending))
        try:
            ended = await self._take(viewer, begun, taking)
        except FlawedSheets as refusal:
            taking.flaws = refusal.flaws
            ended = replace(begun, stage="failed", message=f"文件有误，{WRITTEN_NOTHING}")
        except DomainError as refusal:
            ended = replace(begun, stage="failed", message=refusal.message)
        except IntegrityError:
            ended = replace(begun, stage="failed", message=f"有名称或编码与已装载的另一条相同，{WRITTEN_NOTHING}")
        except Exception:
            log.exception("import_broke", stage=begun.stage)
            ended = replace(begun, stage="failed", message=f"系统出错，{WRITTEN_NOTHING}请告诉管理员。")
        finally:
            ending.set()
            await asyncio.gather(beating, return_exceptions=True)
        await self._end(viewer, ended, sorted((*taking.flaws, *taking.kept)))

    async def _take(self, viewer: Viewer, begun: Import, taking: Taking) -> Import:
        files = {name: (await read(UUID(key), viewer))[1] for key, name in begun.files}
        ledgers = await asyncio.to_thread(read_ledgers, files, collecting=taking.terms.collecting)
        taking.names, taking.flaws = ledgers.names, list(ledgers.flaws)
        counts = await load_ledgers(ledgers, clock.now(), actor=viewer.actor, taking=taking)
        figures = {
            taking.name(register): Figures(
                count.new,
                count.updated,
                count.unchanged,
                count.conflicts,
                sum(flaw.file == taking.name(register) for flaw in taking.flaws),
            )
            for register, count in counts.items()
        }
        message = _left_out(ledgers)
        return replace(begun, stage="checked" if taking.terms.dry_run else "done", figures=figures, message=message)

    async def _beat(self, begun: Import, taking: Taking, ending: asyncio.Event) -> None:
        """Tell every few seconds that the work goes on, and how far it is.

        It is asked to end, not cancelled: the Redis client may swallow that, and the beat would go on for ever.
        """
        while not ending.is_set():
            done = {taking.name(name): (taking.done[name], of) for name, of in taking.of.items()}
            await self._keep(replace(begun, beat=time.time(), progress=done))
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), BEAT_SECONDS)

    async def _end(self, viewer: Viewer, ended: Import, problems: Sequence[Flaw]) -> None:
        """Keep what came of it; what has been taken in is not staged any more."""
        packed = zlib.compress(json.dumps(problems).encode())
        await self._redis.set(f"{_key(ended.id)}:problems", packed, ex=KEPT)
        await self._keep(ended)
        if ended.stage == "done":
            for key, _ in ended.files:
                await forget(UUID(key), viewer.actor)

    async def _keep(self, standing: Import) -> None:
        await self._redis.set(_key(standing.id), json.dumps(asdict(standing)), ex=KEPT)


def _left_out(ledgers: Ledgers) -> str:
    told = [
        f"{VOTES} 没有导入：投票请在【投票】页新建。" if ledgers.votes is not None else "",
        f"{NOTICES} 没有导入：通知请在【通知】页新建。" if ledgers.notices is not None else "",
        f"{CONSULTATIONS} 没有导入：议题请在【议事】页新建。" if ledgers.consultations is not None else "",
    ]
    return "".join(told)


def _key(import_id: str) -> str:
    return f"panel:import:{import_id}"


def _of(login: str) -> str:
    return f"panel:import:of:{login}"
