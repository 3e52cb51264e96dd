"""That a resident has opened a notice, and that they say so: reading is not acknowledging."""

from collections.abc import Iterable
from datetime import datetime

from tortoise.transactions import in_transaction

from campaigns.actions.read import mark_read
from errors import Conflict
from handlers.notices.addressees import Mine, own_notice
from handlers.notices.registers import is_firing, sendings
from handlers.residency.visitors import Visitor
from models.database import rows
from models.notices import Notice
from models.reach import NoticeState, Repeat

# Twice at once is once; a corrected text is read, and acknowledged, anew.
_READ = """
INSERT INTO notice_reading (notice_id, account_id, dwelling_id, version, read_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (notice_id, account_id) DO UPDATE
SET version = excluded.version, read_at = excluded.read_at, dwelling_id = excluded.dwelling_id, acknowledged_at = NULL
WHERE notice_reading.version < excluded.version RETURNING id
"""
_ACKNOWLEDGED = """
UPDATE notice_reading SET acknowledged_at = $4
WHERE notice_id = $1 AND account_id = $2 AND version = $3 AND acknowledged_at IS NULL RETURNING id
"""


async def read_notice(visitor: Visitor, notice_id: int, now: datetime) -> Mine:
    """Note that a resident has opened a notice; what they had not been sent of it is not sent any more.

    Raises:
        NotFound: the notice is not theirs.
    """
    async with in_transaction():
        mine = await own_notice(visitor, notice_id, now)
        if mine.notice.state is NoticeState.WITHDRAWN:
            await _told(visitor, mine, ["withdrawn"])
        elif not mine.read:
            await _read(visitor, mine, now)
        elif mine.notice.repeat is not Repeat.NEVER:
            await _told(visitor, mine, await _parts(mine.notice))
    return mine


async def acknowledge_notice(visitor: Visitor, notice_id: int, now: datetime) -> bool:
    """Note that a resident says 「已阅」; False where they had said so before.

    Raises:
        NotFound: the notice is not theirs.
        Conflict: it was withdrawn, or asks for no receipt.
    """
    async with in_transaction():
        mine = await own_notice(visitor, notice_id, now)
        notice = mine.notice
        if notice.state is not NoticeState.SENT:
            raise Conflict("这条通知已撤回，不用回复了。")
        if not notice.wants_receipt:
            raise Conflict("这条通知不用回复，看过就行。")
        await _read(visitor, mine, now)
        return bool(await rows(_ACKNOWLEDGED, notice.id, visitor.account_id, notice.version, now))


async def _read(visitor: Visitor, mine: Mine, now: datetime) -> None:
    notice = mine.notice
    await rows(_READ, notice.id, visitor.account_id, mine.dwelling_id, notice.version, now)
    await _told(visitor, mine, await _parts(notice))


async def _parts(notice: Notice) -> list[str]:
    """By what the text was sent: every firing and version, the present one last."""
    versions = [f"{number}" for number in range(1, notice.version + 1)]
    if notice.repeat is Repeat.NEVER:
        return versions
    begins = f"notice:{notice.id}:"
    return [one.subject.removeprefix(begins) for one in await sendings(notice) if is_firing(one)] + versions


async def _told(visitor: Visitor, mine: Mine, parts: Iterable[str]) -> None:
    """What was sent of these parts is read; so is what was still to be sent."""
    assert visitor.account_id is not None
    subjects = [f"notice:{mine.notice.id}:{part}" for part in parts]
    residents = {home.dwelling_id: home.resident_id for home in visitor.homes if home.resident_id is not None}
    home = (mine.dwelling_id, residents.get(mine.dwelling_id))
    await mark_read(subjects, visitor.account_id, list(residents.values()), home)
