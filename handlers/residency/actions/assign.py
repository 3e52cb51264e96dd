"""Who answers for a grid, as staff arrange it: from which day on, until when, who before."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.actions.locks import beside_imports
from handlers.staff.rules import Permission, Viewer
from models.organisations import Grid, GridAssignment
from models.staff import StaffMember

LONGEST = 40
TAKEN = "这个网格从那天起已另有安排，请看「历任网格员」。"
CHANGED = "刚刚有人调整过这个网格的网格员，请看过现在的安排再改。"


@asynccontextmanager
async def arranging() -> AsyncGenerator[None]:
    """One transaction beside no import, in which the database's refusal of two workers at one time is a Conflict."""
    try:
        async with in_transaction():
            await beside_imports()
            yield
    except IntegrityError as error:
        raise Conflict(TAKEN) from error


async def own_grid(viewer: Viewer, grid_id: int) -> Grid:
    """A grid of the viewer's part of the tree.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    grid = await Grid.get_or_none(id=grid_id)
    if grid is None or not viewer.sees(grid.code):
        raise NotFound
    return grid


async def assign_worker(
    viewer: Viewer, grid_id: int, worker: str, phone: str, login: str, since: date, *, seen: int | None = None
) -> GridAssignment:
    """Let somebody answer for a grid from a day on, also one to come; whoever does so on that day hands over then.

    Of two arrangements made at once the exclusion constraint lets one through. Who is there already with the same
    phone and login stays as they are.

    Args:
        login: of the worker's own account in the panel, or empty.
        seen: id of the newest arrangement that the form showed, 0 for none; None does not ask.

    Raises:
        Forbidden: the role may not arrange grids.
        NotFound: no such grid in the viewer's part of the tree.
        Invalid: no name, words too long, or a login that does not work there.
        Conflict: arranged otherwise in the meantime, or for days from `since` on.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    async with arranging():
        grid = await own_grid(viewer, grid_id)
        await _check(grid, worker, phone, login)
        former = await _answering(grid.id, since)
        if former and former.until is None and (former.worker, former.phone, former.login) == (worker, phone, login):
            return former
        if seen is not None and seen != await _newest(grid.id):
            raise Conflict(CHANGED)
        if former:
            await _end(former, since)
        assignment = await GridAssignment.create(
            grid=grid, worker=worker, phone=phone, login=login, since=since, by_hand=True
        )
        detail = {"assignment": assignment.id, "since": since.isoformat(), "former": former.id if former else None}
        await record(viewer.actor, "grid.assign", f"grid:{grid.id}", place=grid.code, detail=detail)
    return assignment


async def end_assignment(viewer: Viewer, assignment_id: int, on: date) -> GridAssignment:
    """Let somebody answer for a grid no longer from a day on; one who had not begun by then never does.

    Raises:
        Forbidden: the role may not arrange grids.
        NotFound: no such arrangement in the viewer's part of the tree.
        Conflict: over by that day already.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    async with arranging():
        assignment = await GridAssignment.filter(id=assignment_id).select_for_update().first()
        if assignment is None:
            raise NotFound
        grid = await own_grid(viewer, assignment.grid_id)
        if assignment.until == max(on, assignment.since):
            return assignment
        if assignment.until is not None and assignment.until <= on:
            raise Conflict("这位网格员在那天以前就已经结束。")
        await _end(assignment, on)
        detail = {"assignment": assignment.id, "until": str(assignment.until)}
        await record(viewer.actor, "grid.unassign", f"grid:{grid.id}", place=grid.code, detail=detail)
    return assignment


async def _check(grid: Grid, worker: str, phone: str, login: str) -> None:
    if not worker:
        raise Invalid("请填写网格员姓名。")
    if any(len(words) > LONGEST for words in (worker, phone, login)):
        raise Invalid(f"姓名、电话、账号各最多{LONGEST}个字。")
    if login:
        member = await StaffMember.get_or_none(login=login, active=True).select_related("organisation")
        if member is None or not grid.code.startswith(member.organisation.code):
            raise Invalid("没有这个后台账号，或者它不管这个社区。")


async def _answering(grid_id: int, day: date) -> GridAssignment | None:
    """Who answers for a grid on a day, held until the transaction ends."""
    there = GridAssignment.filter(Q(until__isnull=True) | Q(until__gt=day), grid_id=grid_id, since__lte=day)
    return await there.select_for_update().first()


async def _newest(grid_id: int) -> int:
    newest = await GridAssignment.filter(grid_id=grid_id).order_by("-id").first()
    return newest.id if newest else 0


async def _end(assignment: GridAssignment, on: date) -> None:
    """No day is left of one that ends before it began; the row stays, as a trace that it was arranged."""
    assignment.until, assignment.by_hand = max(on, assignment.since), True
    await assignment.save(update_fields=("until", "by_hand"))
