"""Taking texts out as evidence: who took which, and why, stands in the trail before anything goes."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.rules import check_reason
from handlers.staff.rules import Permission, Viewer
from models.participation import Post

MOST = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """Either one text by its number, or all that came in a time."""

    post_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


async def take_evidence(viewer: Viewer, sought: Sought, *, clear: bool, reason: str) -> list[int]:
    """Write down that these texts are taken out; their numbers.

    Args:
        clear: with real names; the caller has seen to the second factor.

    Raises:
        Forbidden. NotFound: no such text in the viewer's organisations.
        Invalid: no reason, nothing in that time, or too much at once.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    if clear:
        viewer.require(Permission.RESIDENTS_REVEAL)
    written = check_reason(reason)
    found = Post.filter(organisation__code__startswith=viewer.code).order_by("id")
    if sought.post_id is not None:
        found = found.filter(id=sought.post_id)
    elif sought.since and sought.until:
        found = found.filter(created_at__gte=sought.since, created_at__lt=sought.until)
    else:
        raise Invalid("请填编号，或者开始和结束的日期。")
    numbers = [int(str(number)) for number in await found.limit(MOST + 1).values_list("id", flat=True)]
    if not numbers and sought.post_id is not None:
        raise NotFound
    if not numbers or len(numbers) > MOST:
        raise Invalid("这段时间没有发言。" if not numbers else f"一次最多导出{MOST}条，请缩短时间。")
    async with in_transaction():
        detail = {"posts": numbers, "masked": not clear}
        await record(
            viewer.actor,
            "post.evidence",
            f"organisation:{viewer.code}",
            place=viewer.code,
            reason=written,
            detail=detail,
        )
    return numbers
