"""Whom a notice can be for, to choose from: audiences kept by name, notices whose readers are known, votes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from errors import NotFound
from handlers.staff.rules import Permission, Viewer
from models.campaigns import SavedAudience
from models.notices import Notice
from models.reach import NoticeState
from models.votes import Poll

LATEST = timedelta(days=90)
MOST_LISTED = 50


async def saved_audiences(viewer: Viewer) -> list[SavedAudience]:
    """Those of the viewer's body, by name."""
    viewer.require(Permission.NOTICES_EDIT)
    return await SavedAudience.filter(organisation__code=viewer.code).order_by("name")


async def saved_audience(viewer: Viewer, audience_id: int) -> SavedAudience:
    """One of them.

    Raises:
        NotFound: the viewer's body has none of this number.
    """
    viewer.require(Permission.NOTICES_EDIT)
    found = await SavedAudience.get_or_none(id=audience_id, organisation__code=viewer.code)
    if found is None:
        raise NotFound
    return found


async def lately_sent(viewer: Viewer, now: datetime) -> list[Notice]:
    """The viewer's notices that went out within 90 days, the latest first; of a loaded one nobody knows to whom."""
    viewer.require(Permission.NOTICES_VIEW)
    found = Notice.filter(organisation__code__startswith=viewer.code, state=NoticeState.SENT)
    found = found.filter(key=None, launch_at__gte=now - LATEST, launch_at__lte=now)
    return await found.order_by("-launch_at", "-id").limit(MOST_LISTED)


async def condition_words(conditions: Sequence[str]) -> list[str]:
    """The conditions of an audience as people read them."""
    return [await _words(*condition.split(":")) for condition in conditions]


async def _words(kind: str, number: str) -> str:
    if kind == "not_voted":
        poll = await Poll.get_or_none(id=int(number))
        return f"还没投「{poll.title if poll else number}」的人"
    notice = await Notice.get_or_none(id=int(number))
    return f"没看过「{notice.title if notice else number}」的户"
