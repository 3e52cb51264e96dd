"""A notice held for one step of its life: locked, moved to its next state, the step recorded."""

from datetime import date
from typing import Any

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.notices import rules
from handlers.notices.remarks import remarks
from handlers.notices.rules import NoticeEvent
from handlers.staff.rules import Viewer
from models.notices import Notice


async def locked(viewer: Viewer, notice_id: int) -> Notice:
    """The notice with its organisation, held against other steps until this transaction ends.

    Raises:
        NotFound: there is none, or it is outside the viewer's scope.
    """
    notice = await Notice.select_for_update().get_or_none(id=notice_id)
    if notice is None:
        raise NotFound
    await notice.fetch_related("organisation")
    if not viewer.sees(notice.organisation.code):
        raise NotFound
    return notice


async def move(
    notice: Notice,
    event: NoticeEvent,
    actor: str,
    detail: dict[str, Any] | None = None,
    *,
    why: str = "",
    **changes: Any,
) -> None:
    """Take the step, with what changes by it, and record it; `why` is its reason in the trail.

    Raises:
        Conflict: the step is not possible in the notice's state.
    """
    before = notice.state
    notice.state = rules.move(before, event)
    for name, value in changes.items():
        setattr(notice, name, value)
    await notice.save(update_fields=["state", *changes])
    await record(
        actor,
        f"notice.{event}",
        f"notice:{notice.id}",
        place=notice.organisation.code,
        before=before,
        after=notice.state,
        reason=why,
        detail=detail,
    )


def check_words(notice: Notice, today: date) -> None:
    """Refuse to answer for what is over, or says something impossible.

    Raises:
        Invalid: with what to put right.
    """
    if notice.ends_on and notice.ends_on < today:
        raise Invalid("这条通知的结束日期已经过去了，请退回改过。")
    wrong = [remark for remark in remarks(notice, today) if remark.wrong]
    if wrong:
        raise Invalid(f"{wrong[0].part}有误：{wrong[0].words}请退回改过。")
