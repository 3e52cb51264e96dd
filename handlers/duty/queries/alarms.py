"""Alarms as staff see them: those that are open, and one with everybody who was called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from clock import clock
from errors import NotFound
from handlers.duty import texts
from handlers.duty.emergencies import Danger
from handlers.residency.people import masked_name
from handlers.staff.queries import names
from handlers.staff.rules import Permission, Viewer
from models.alarms import Alarm, AlarmCall
from models.desk import AlarmState
from models.residency import Binding
from models.states import BindingState

SHOWN = 100


@dataclass(frozen=True, slots=True)
class AlarmEntry:
    """An alarm: what happens, to whom and where as far as it concerns the viewer, and who sees to it."""

    alarm: Alarm
    danger: Danger
    who: str
    dwelling_id: int | None
    community: str
    holder: str
    minutes: int
    """Since it began."""

    @property
    def answered(self) -> bool:
        return self.alarm.state is not AlarmState.RAISED


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who was rung, when, and what became of it."""

    name: str
    at: datetime
    outcome: str


async def open_alarms(viewer: Viewer) -> list[AlarmEntry]:
    """What is under way among the viewer's, what nobody has taken first; nothing for who may not answer."""
    if not viewer.may(Permission.INBOX_ANSWER):
        return []
    found = await _of(viewer).exclude(state=AlarmState.CLOSED).order_by("-state", "raised_at").limit(SHOWN)
    return await _entries(viewer, found)


async def count_open_alarms(viewer: Viewer) -> int:
    """How many of the viewer's are not over."""
    viewer.require(Permission.INBOX_VIEW)
    return await _of(viewer).exclude(state=AlarmState.CLOSED).count()


async def past_alarms(viewer: Viewer) -> list[AlarmEntry]:
    """The latest that are over."""
    viewer.require(Permission.INBOX_VIEW)
    return await _entries(viewer, await _of(viewer).filter(state=AlarmState.CLOSED).order_by("-id").limit(SHOWN))


async def alarm(viewer: Viewer, alarm_id: int) -> tuple[AlarmEntry, list[Call]]:
    """One alarm and its calls in order.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.INBOX_VIEW)
    found = await _of(viewer).get_or_none(id=alarm_id)
    if found is None:
        raise NotFound
    calls = await AlarmCall.filter(alarm_id=found.id).order_by("step")
    called = await names(call.login for call in calls)
    listed = [Call(called.get(call.login, call.login), call.called_at, call.outcome.label) for call in calls]
    return (await _entries(viewer, [found]))[0], listed


def _of(viewer: Viewer) -> QuerySet[Alarm]:
    """The viewer's; what is nobody's community is the districts'."""
    mine = Q(place__startswith=viewer.code)
    within = mine | Q(place="") if viewer.level.sees_all else mine & ~Q(place="")
    return Alarm.filter(within).select_related("community")


async def _entries(viewer: Viewer, found: Sequence[Alarm]) -> list[AlarmEntry]:
    homes = await _homes(viewer, [one.account_id for one in found])
    holders = await names(one.acknowledged_by for one in found if one.acknowledged_by)
    return [
        AlarmEntry(
            alarm=one,
            danger=Danger(one.danger),
            who="；".join(_asker(home) for home in homes.get(one.account_id, [])) or texts.UNREGISTERED,
            dwelling_id=next((home.dwelling_id for home in homes.get(one.account_id, [])), None),
            community=one.community.name if one.community else "",
            holder=holders.get(one.acknowledged_by, one.acknowledged_by),
            minutes=(clock.now() - one.raised_at) // timedelta(minutes=1),
        )
        for one in found
    ]


async def _homes(viewer: Viewer, account_ids: Sequence[int]) -> dict[int, list[Binding]]:
    """Homes in the viewer's scope by account."""
    homes: dict[int, list[Binding]] = {}
    if account_ids:
        live = (BindingState.ACTIVE, BindingState.PENDING)
        within = Binding.filter(account_id__in=list(account_ids), state__in=live)
        mine = within.filter(dwelling__community__code__startswith=viewer.code)
        for binding in await mine.select_related("dwelling").order_by("state", "id"):
            homes.setdefault(binding.account_id, []).append(binding)
    return homes


def _asker(home: Binding) -> str:
    pending = home.state is BindingState.PENDING
    return texts.asker(masked_name(home.name), home.dwelling.address, pending=pending)
