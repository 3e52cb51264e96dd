"""What of notices falls into a stretch of days: what is to be sent, again or for the first time, was sent, or ends."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q

from clock import BEIJING
from handlers.notices.rules import firings
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.notices import Notice
from models.reach import CampaignState, NoticeClass, NoticeState

MOST = 500
"""So many of each at most are looked at."""
_SENDINGS = """
SELECT n.id, n.title, c.launch_at AS at, c.state, split_part(c.subject, ':', 3) AS part,
       split_part(c.subject, ':', 4) AS firing
FROM campaign c JOIN notice n ON n.id = split_part(c.subject, ':', 2)::bigint
WHERE starts_with(c.subject, 'notice:') AND starts_with(c.place, $1) AND c.launch_at >= $2 AND c.launch_at < $3
  AND (c.state <> 'cancelled' OR c.launched_at IS NOT NULL)
ORDER BY c.launch_at, c.id LIMIT $4
"""
_WAITING = {CampaignState.SCHEDULED: "定时待发", CampaignState.OVERDUE: "等确认"}


class Kind(StrEnum):
    """How an entry is drawn: still to come, waiting for somebody, done, over."""

    PLANNED = "planned"
    ASKS = "asks"
    DONE = "done"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of a notice at a time; `word` says what."""

    at: datetime
    kind: Kind
    word: str
    title: str
    notice_id: int


async def entries(viewer: Viewer, begin: datetime, end: datetime) -> list[Entry]:
    """All of the viewer's notices from `begin` on and before `end`; both are midnights of Beijing."""
    viewer.require(Permission.NOTICES_VIEW)
    sendings = await rows(_SENDINGS, viewer.code, begin, end, MOST)
    own = Notice.filter(organisation__code__startswith=viewer.code, state=NoticeState.SENT)
    last = end.astimezone(BEIJING).date()
    ending = Q(topic=NoticeClass.POSTING, ends_on__gte=begin.astimezone(BEIJING).date(), ends_on__lt=last)
    found = await own.filter(Q(launch_at__gte=begin, launch_at__lt=end) | ending | Q(again_at__lt=end)).limit(MOST)
    pushed = {row["id"] for row in sendings}
    return [_sending(row) for row in sendings] + [
        entry for notice in found for entry in _of(notice, pushed) if begin <= entry.at < end
    ]


def _sending(row: dict[str, Any]) -> Entry:
    state, part = CampaignState(row["state"]), row["part"]
    kind = {CampaignState.SCHEDULED: Kind.PLANNED, CampaignState.OVERDUE: Kind.ASKS}.get(state, Kind.DONE)
    return Entry(row["at"], kind, _WAITING.get(state) or _done(part, bool(row["firing"])), row["title"], row["id"])


def _done(part: str, again: bool) -> str:
    if part == "withdrawn":
        return "撤回"
    return "再发" if again else "已发" if part == "1" else "更正"


def _of(notice: Notice, pushed: Collection[int]) -> Iterator[Entry]:
    """What has no sending of its own: one that was loaded, repetitions to come, the end of a posting."""
    first = (notice.launch_at or notice.created_at).astimezone(BEIJING)
    if notice.id not in pushed:
        yield Entry(first, Kind.DONE, "已发", notice.title, notice.id)
    for at in firings(notice.repeat, first, notice.ends_on):
        if notice.again_at and at >= notice.again_at:
            yield Entry(at, Kind.PLANNED, "将再发", notice.title, notice.id)
    if notice.topic is NoticeClass.POSTING and notice.ends_on:
        last_minute = datetime.combine(notice.ends_on, time(23, 59), BEIJING)
        yield Entry(last_minute, Kind.ENDS, "公示到期", notice.title, notice.id)
