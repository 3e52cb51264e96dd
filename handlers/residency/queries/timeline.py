"""What happened to a dwelling, newest first: people, registrations, letters, corrections, delegates, grids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from clock import BEIJING
from handlers.residency.people import masked_name
from handlers.residency.queries.dwelling import own_dwelling
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.households import Correction, Delegation
from models.residency import Binding, Membership
from models.states import BindingState, DelegationState

_LETTERS = "SELECT issued_at FROM door_code WHERE dwelling_id = $1"
_MOVES = """
SELECT p.since, former.name AS former, grid.name AS grid
FROM grid_placement p
JOIN grid_placement before ON before.building_id = p.building_id AND before.until = p.since
    AND NOT isempty(daterange(before.since, before.until))
JOIN grid former ON former.id = before.grid_id JOIN grid ON grid.id = p.grid_id
WHERE p.building_id = $1 AND NOT isempty(daterange(p.since, p.until)) AND p.grid_id <> before.grid_id
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `timed` when the hour is known too, `path` where more can be read of it."""

    at: datetime
    kind: str
    words: str
    timed: bool = True
    path: str = ""


async def timeline(viewer: Viewer, dwelling_id: int, more: Sequence[Entry] = ()) -> list[Entry]:
    """What happened to one of the viewer's dwellings, together with what other capabilities know of it.

    People are named, masked, only to those who look after residents.

    Raises:
        NotFound: there is no such dwelling, or it belongs to others.
    """
    dwelling = await own_dwelling(viewer, dwelling_id)
    named = viewer.may(Permission.RESIDENTS_VIEW)
    entries = [
        *await _people(dwelling.id, named),
        *await _registrations(dwelling.id),
        *[
            Entry(line["issued_at"], "通知单", "生成了入户通知单上的绑定码")
            for line in await rows(_LETTERS, dwelling.id)
        ],
        *await _corrections(dwelling.id),
        *await _delegations(dwelling.id),
        *[_move(line) for line in await rows(_MOVES, dwelling.building_id)],
        *more,
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _day(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _move(line: dict[str, Any]) -> Entry:
    return Entry(_day(line["since"]), "换网格", f"本楼从{line['former']}换到{line['grid']}", timed=False)


async def _people(dwelling_id: int, named: bool) -> list[Entry]:
    entries: list[Entry] = []
    for one in await Membership.filter(dwelling_id=dwelling_id).select_related("resident"):
        who = f"{masked_name(one.resident.name)}（{one.role or '成员'}）" if named else f"一位{one.role or '成员'}"
        if one.since:
            entries.append(Entry(_day(one.since), "迁入", f"{who}住进来", timed=False))
        if one.until:
            entries.append(Entry(_day(one.until), "迁出", f"{who}搬走了", timed=False))
    return entries


async def _registrations(dwelling_id: int) -> list[Entry]:
    entries: list[Entry] = []
    for one in await Binding.filter(dwelling_id=dwelling_id):
        number = f"登记号 {one.id}，{one.role.label}"
        if one.state is BindingState.PENDING or one.decided_by or one.decided_at is None:
            entries.append(Entry(one.created_at, "登记申请", f"{number}，申请登记这户"))
        if one.decided_at and one.state is BindingState.REFUSED:
            entries.append(Entry(one.decided_at, "登记退回", f"{number}，工作人员退回"))
        elif one.decided_at:
            how = "工作人员通过" if one.decided_by else "凭绑定码登记"
            entries.append(Entry(one.decided_at, "登记成功", f"{number}，{how}"))
        if one.ended_at:
            entries.append(Entry(one.ended_at, "登记解除", f"{number}，已解除"))
    return entries


async def _corrections(dwelling_id: int) -> list[Entry]:
    entries: list[Entry] = []
    for one in await Correction.filter(dwelling_id=dwelling_id):
        entries.append(Entry(one.created_at, "信息更正", f"居民反映{one.kind.label}"))
        if one.decided_at:
            entries.append(Entry(one.decided_at, "信息更正", f"{one.kind.label}：{one.state.label}"))
    return entries


async def _delegations(dwelling_id: int) -> list[Entry]:
    entries: list[Entry] = []
    for one in await Delegation.filter(dwelling_id=dwelling_id):
        entries.append(Entry(one.asked_at, "代办", "申请由家人代办"))
        if one.confirmed_at:
            entries.append(Entry(one.confirmed_at, "代办", f"代办已开通，到{one.expires_on}为止"))
        if one.ended_at:
            words = "代办没有得到同意" if one.state is DelegationState.REFUSED else "代办已停止"
            entries.append(Entry(one.ended_at, "代办", words))
    return entries
