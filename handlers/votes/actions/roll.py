"""The roll: which persons, households or owners vote, with their weights; posted for checking, then frozen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.registers import belongs
from handlers.residency.rules import TENANT
from handlers.staff.rules import Permission, Viewer, check_reason
from handlers.votes import rules
from handlers.votes.actions.polls import locked
from handlers.votes.outcomes import unit
from handlers.votes.terms import Terms, terms_from
from models.ballots import RollEntry, RollMark
from models.database import rows
from models.states import Electorate, PollState
from models.votes import Poll, PollChange, PollElector

DWELLINGS_AT_ONCE = 20_000
# Dwellings $1 are the poll's places, $2 the kinds that count, all where there are none.
_COUNTS = """
    FROM dwelling d JOIN estate e ON e.id = d.estate_id
    WHERE EXISTS (SELECT FROM unnest($1::text[]) place WHERE e.code = place OR starts_with(d.code, place))
      AND (cardinality($2::text[]) = 0 OR d.kind = ANY($2::text[]))
"""
# So many at once after the dwelling $4, so that no statement takes long.
_INSIDE = (
    f"inside AS MATERIALIZED (SELECT d.id, d.area {_COUNTS} AND d.id > $4 ORDER BY d.id LIMIT {DWELLINGS_AT_ONCE})"
)
_LAST = "SELECT max(id) AS last FROM inside"
# Adults of today who live there; who rents counts where tenants do, once they have lived there long enough.
_LIVING = f"""
    FROM inside JOIN membership m ON m.dwelling_id = inside.id AND m.until IS NULL
    JOIN resident r ON r.id = m.resident_id AND r.merged_into_id IS NULL AND r.birth_on <= $5
    WHERE m.role <> '{TENANT}' OR $6 AND ($7::date IS NULL OR m.since <= $7::date)
"""
_HOUSEHOLDS = f"""
WITH {_INSIDE}, entry AS (
    INSERT INTO roll_entry (poll_id, voice, dwelling_id)
    SELECT $3, 'dwelling:' || id, id FROM (
        SELECT inside.id {_LIVING} UNION
        SELECT inside.id FROM inside JOIN ownership o ON o.dwelling_id = inside.id WHERE $8) home ORDER BY id
) {_LAST}
"""
_RESIDENTS = f"""
WITH {_INSIDE}, entry AS (
    INSERT INTO roll_entry (poll_id, voice, dwelling_id, resident_id)
    SELECT $3, 'resident:' || r.id, min(inside.id), r.id {_LIVING} GROUP BY r.id ORDER BY min(inside.id), r.id
    ON CONFLICT (poll_id, voice) DO NOTHING
) {_LAST}
"""
# Who hold a dwelling together are one owner, and another than any of them alone (法释〔2009〕7号 第九条).
OWNERS = """
held AS (
    SELECT inside.id AS dwelling_id, coalesce(inside.area, 0) AS area,
           'owner:' || min(o.head) || CASE WHEN count(DISTINCT o.head) = 1 THEN ''
           ELSE '+' || left(md5(string_agg(DISTINCT o.head, '+' ORDER BY o.head)), 8) END AS voice
    FROM inside JOIN ownership o ON o.dwelling_id = inside.id GROUP BY inside.id, inside.area
), entry AS (
    INSERT INTO roll_entry (poll_id, voice, dwelling_id, area)
    SELECT $3, voice, min(dwelling_id), sum(area) FROM held GROUP BY voice ORDER BY min(dwelling_id)
    ON CONFLICT (poll_id, voice) DO UPDATE SET area = roll_entry.area + excluded.area RETURNING id, voice
), part AS (
    INSERT INTO roll_part (entry_id, dwelling_id, area)
    SELECT entry.id, held.dwelling_id, held.area FROM held JOIN entry USING (voice) ORDER BY held.dwelling_id
    RETURNING entry_id
)
"""
_OWNERS = f"WITH {_INSIDE}, {OWNERS} {_LAST}"
# Somebody on the list by an entry that was found to be another's is that other; where they live now comes first.
_LISTED = """
WITH RECURSIVE elector AS (
    SELECT resident_id FROM poll_elector WHERE poll_id = $1
    UNION SELECT r.merged_into_id FROM elector JOIN resident r ON r.id = elector.resident_id
    WHERE r.merged_into_id IS NOT NULL
), home AS (
    SELECT DISTINCT ON (r.id) r.id AS resident_id, at.dwelling_id
    FROM elector JOIN resident r ON r.id = elector.resident_id AND r.merged_into_id IS NULL
    JOIN (SELECT resident_id, dwelling_id, until IS NULL AS now FROM membership
          UNION ALL SELECT resident_id, dwelling_id, FALSE FROM ownership) at ON at.resident_id = r.id
    ORDER BY r.id, at.now DESC, at.dwelling_id
)
INSERT INTO roll_entry (poll_id, voice, dwelling_id, resident_id)
SELECT $1, 'resident:' || resident_id, dwelling_id, resident_id FROM home ORDER BY dwelling_id, resident_id
ON CONFLICT (poll_id, voice) DO NOTHING RETURNING id
"""
_ADD_HOUSEHOLD = f"""
INSERT INTO roll_entry (poll_id, voice, dwelling_id) SELECT $3, 'dwelling:' || d.id, d.id {_COUNTS} AND d.id = $4
ON CONFLICT (poll_id, voice) DO NOTHING RETURNING id
"""
_ADD_RESIDENT = f"""
WITH inside AS (SELECT d.id {_COUNTS} AND d.id IN (SELECT dwelling_id FROM membership WHERE resident_id = $4))
INSERT INTO roll_entry (poll_id, voice, dwelling_id, resident_id)
SELECT $3, 'resident:' || r.id, min(inside.id), r.id FROM inside
JOIN membership m ON m.dwelling_id = inside.id AND m.until IS NULL
JOIN resident r ON r.id = m.resident_id AND r.id = $4 AND r.merged_into_id IS NULL
WHERE coalesce(r.birth_on <= $5, TRUE) GROUP BY r.id
ON CONFLICT (poll_id, voice) DO NOTHING RETURNING id
"""
_ADD_OWNER = f"""
WITH inside AS (
    SELECT d.id, d.area {_COUNTS} AND d.id = $4 AND NOT EXISTS (
        SELECT FROM roll_part p JOIN roll_entry r ON r.id = p.entry_id WHERE p.dwelling_id = d.id AND r.poll_id = $3)
), {OWNERS} SELECT entry_id AS id FROM part
"""
_TOTALS = """
SELECT count(*) AS entries, coalesce(sum(heads), 0) AS heads, coalesce(sum(area), 0) AS area
FROM roll_entry WHERE poll_id = $1
"""
_GAPS = f"""
WITH inside AS (
    SELECT d.id, d.address, d.area, EXISTS (SELECT FROM ownership o WHERE o.dwelling_id = d.id) AS owned {_COUNTS}
)
SELECT address, area IS NULL AS without_area, NOT owned AS without_owner
FROM inside WHERE area IS NULL OR NOT owned ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class RollDrawn:
    """A roll as it stands: entries, heads, m²; of owners, the addresses whose area or owner the registers lack."""

    entries: int
    heads: int
    area: Decimal
    without_area: tuple[str, ...] = ()
    without_owner: tuple[str, ...] = ()


async def draw_roll(poll: Poll, now: datetime) -> RollDrawn:
    """Freeze who votes in a poll that the caller holds; once drawn it stays as it is, whoever sells or moves.

    Who counts is in the poll's terms. Nobody guesses an area or an owner: such dwellings are named.
    """
    terms = terms_from(poll.terms)
    if not await rows("SELECT FROM roll_entry WHERE poll_id = $1 LIMIT 1", poll.id):
        await _draw(poll, terms, now)
    [totals] = await rows(_TOTALS, poll.id)
    gaps: list[dict[str, Any]] = []
    if poll.electorate is Electorate.OWNER:
        gaps = await rows(_GAPS, poll.places, list(terms.dwelling_kinds))
    return RollDrawn(
        **totals,
        without_area=tuple(gap["address"] for gap in gaps if gap["without_area"]),
        without_owner=tuple(gap["address"] for gap in gaps if gap["without_owner"]),
    )


async def _draw(poll: Poll, terms: Terms, now: datetime) -> None:
    if poll.electorate is Electorate.LISTED:
        await rows(_LISTED, poll.id)
        return
    statement, living = _OWNERS, ()
    if poll.electorate is not Electorate.OWNER:
        today = now.astimezone(BEIJING).date()
        since = today - timedelta(days=terms.tenant_days) if terms.tenant_days else None
        living = (rules.born_on_or_before(today, poll.min_age), terms.tenants, since)
        statement = _RESIDENTS
    if poll.electorate is Electorate.HOUSEHOLD:
        statement, living = _HOUSEHOLDS, (*living, terms.absent_owners)
    last = 0
    while last is not None:
        [done] = await rows(statement, poll.places, list(terms.dwelling_kinds), poll.id, last, *living)
        last = done["last"]


async def add_voice(viewer: Viewer, poll_id: int, who: int, reason: str, now: datetime) -> int:
    """Put a voice on a posted roll that was left out, in the sight of all; the entry's id.

    Args:
        who: the dwelling whose household or owner it is, or where persons vote the resident.

    Raises:
        Forbidden, NotFound: not allowed, or not in scope.
        Conflict: the roll is not posted, or frozen, or has that voice.
        Invalid: no reason, or the registers have nobody there who may vote in this place.
    """
    viewer.require(Permission.VOTES_EDIT)
    check_reason(reason)
    async with in_transaction():
        poll = await _posted(viewer, poll_id)
        added = await _add(poll, who, now)
        if not added:
            raise Conflict("没有加上：名册里已有，或登记册里没有可以在这里投票的人。请先核对登记册。")
        entry = await RollEntry.get(id=added[0]["id"]).select_related("dwelling__building__estate")
        await _note(viewer, poll, entry, "增加", reason, now)
    return entry.id


async def _add(poll: Poll, who: int, now: datetime) -> list[dict[str, Any]]:
    terms = terms_from(poll.terms)
    inside = (poll.places, list(terms.dwelling_kinds), poll.id, who)
    if poll.electorate is Electorate.HOUSEHOLD:
        return await rows(_ADD_HOUSEHOLD, *inside)
    if poll.electorate is Electorate.OWNER:
        [dwelling] = await rows("SELECT area FROM dwelling WHERE id = $1", who) or [{"area": 0}]
        if dwelling["area"] is None and (terms.quorum_area or terms.agree_area):
            raise Invalid("这一户没有登记面积，请先补上。")
        return await rows(_ADD_OWNER, *inside)
    if poll.electorate is Electorate.RESIDENT:
        birthday = rules.born_on_or_before(now.astimezone(BEIJING).date(), poll.min_age)
        return await rows(_ADD_RESIDENT, *inside, birthday)
    if not await belongs(who, poll.organisation.code):
        raise NotFound
    if not await PollElector.exists(poll_id=poll.id, resident_id=who):
        await PollElector.create(poll_id=poll.id, resident_id=who)
    return await rows(_LISTED, poll.id)


async def strike_voice(viewer: Viewer, poll_id: int, entry_id: int, reason: str, now: datetime) -> None:
    """Take a voice off a posted roll on which it should not be, in the sight of all.

    Raises:
        Forbidden, NotFound: not allowed, not in scope, or no such entry on this roll.
        Conflict: the roll is not posted, or frozen, or the entry has voted.
        Invalid: no reason.
    """
    viewer.require(Permission.VOTES_EDIT)
    check_reason(reason)
    async with in_transaction():
        poll = await _posted(viewer, poll_id)
        entry = await RollEntry.get_or_none(id=entry_id, poll_id=poll.id).select_related("dwelling__building__estate")
        if entry is None:
            raise NotFound
        if await RollMark.exists(entry_id=entry.id):
            raise Conflict("已经投过票，不能从名册上划掉。")
        if poll.electorate is Electorate.LISTED:
            await PollElector.filter(poll_id=poll.id, resident_id=entry.resident_id).delete()
        await _note(viewer, poll, entry, "划去", reason, now)
        await entry.delete()


async def _posted(viewer: Viewer, poll_id: int) -> Poll:
    poll = await locked(poll_id, viewer)
    if poll.state is not PollState.ANNOUNCED:
        raise Conflict("名册只能在公示期间增减，开始投票后不再改动。")
    return poll


async def _note(viewer: Viewer, poll: Poll, entry: RollEntry, deed: str, reason: str, now: datetime) -> None:
    """What all may read of it goes no further than the building (domain.md §5: 公示 masks)."""
    building = entry.dwelling.building
    told = f"{deed} {building.estate.name}{building.number}号楼 1{unit(poll)}"
    await PollChange.create(poll=poll, field="roll", after=told, reason=reason, made_by=viewer.login, made_at=now)
    verb = "add_voice" if deed == "增加" else "strike_voice"
    place = poll.organisation.code
    await record(
        viewer.actor, f"poll.{verb}", f"poll:{poll.id}", place=place, reason=reason, detail={"entry": entry.id}
    )
