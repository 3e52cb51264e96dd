"""What a resident reads of notices: their list, how many wait, one with its files, what last came by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from batches import Batch
from bot.dialogue import Choice
from clock import clock
from handlers.notices import texts
from handlers.notices.addressees import CURRENT, MEANT, Mine, columns, mine_of, moment
from handlers.notices.seals import trial_code_fits
from handlers.residency.visitors import Home, Visitor
from models.database import rows
from models.notices import Notice, NoticeFile, NoticeVersion

LATEST = 50
"""So many notices are listed."""
ANSWERED_WITHIN = timedelta(days=1)
"""For so long the numbers of what was sent by itself are remembered."""
_UNREAD = f"""
WITH {MEANT.format(current=CURRENT)}
SELECT who, count(*) AS unread FROM mine
WHERE state = 'sent' AND NOT over AND coalesce(read_version, 0) < version GROUP BY who
"""
_LAST_PUSHED = """
SELECT c.subject FROM delivery d
JOIN attempt a ON a.delivery_id = d.id AND a.path IN ('customer', 'mass')
JOIN campaign c ON c.id = d.campaign_id
WHERE d.account_id = $1 AND a.started_at > $2
  AND coalesce(a.outcome, 'uncertain') IN ('accepted', 'confirmed', 'uncertain')
ORDER BY a.started_at DESC, a.id DESC LIMIT 1
"""


async def notices_for(visitor: Visitor, now: datetime, limit: int = LATEST) -> list[Mine]:
    """The notices that were sent to this resident or concern one of their homes, unread and urgent ones first."""
    return await mine_of(visitor, now, limit)


async def last_version(notice: Notice) -> NoticeVersion | None:
    """The text that the present one replaced, with the reason; None for one that was never corrected."""
    if notice.version == 1:
        return None
    return await NoticeVersion.get_or_none(notice_id=notice.id, number=notice.version - 1)


async def files_of(notice_id: int) -> list[NoticeFile]:
    """The files of a notice with what is known of each, in the order in which they were added."""
    return await NoticeFile.filter(notice_id=notice_id).order_by("id").select_related("file")


async def pushed_choices(visitor: Visitor, since: datetime) -> tuple[Choice, ...]:
    """What was offered by the last message that came by itself, if that was a notice, since then and within a day."""
    if visitor.account_id is None:
        return ()
    found = await rows(_LAST_PUSHED, visitor.account_id, max(since, clock.now() - ANSWERED_WITHIN))
    about, _, number = found[0]["subject"].partition(":") if found else ("", "", "")
    notice = await Notice.get_or_none(id=int(number.split(":")[0])) if about == "notice" else None
    return texts.choices(notice) if notice else ()


async def _count_unread(people: Sequence[tuple[int, tuple[Home, ...]]]) -> list[int]:
    found = await rows(_UNREAD, *columns(people), *moment(clock.now()))
    counts = {row["who"]: row["unread"] for row in found}
    return [counts.get(who, 0) for who in range(len(people))]


_unread: Batch[tuple[int, tuple[Home, ...]], int] = Batch(_count_unread)


async def unread_count(visitor: Visitor) -> int:
    """How many notices wait to be read by this resident; what is over waits for nobody."""
    homes = visitor.homes
    return await _unread((visitor.account_id, homes)) if homes and visitor.account_id is not None else 0


async def tried_notice(notice_id: int, code: str, now: datetime) -> Notice | None:
    """The notice whose trial code this is, as long as the code is good."""
    notice = await Notice.get_or_none(id=notice_id)
    return notice if notice and trial_code_fits(code, notice.id, notice.version, now) else None
