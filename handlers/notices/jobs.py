"""What the clock does for notices: send those again whose time has come."""

from datetime import datetime

from handlers.notices.actions.repeating import repeat_notice
from models.notices import Notice
from models.reach import NoticeState


async def repeat_due(now: datetime) -> None:
    """Send again what is due; a notice that can't be sent holds up no other."""
    failures = list[Exception]()
    for notice in await Notice.filter(state=NoticeState.SENT, again_at__lte=now).only("id"):
        try:
            await repeat_notice(notice.id, now)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("notices that could not be sent again", failures)
