"""Going round: homes that no message could reach are told by phone or at the door, and ticked; by staff, or by link."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from campaigns.actions.reach import not_reached, reached
from campaigns.arrivals import unreached
from clock import clock
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.notices.registers import (
    MOST,
    check_building,
    check_homes,
    digest,
    linked,
    notice_id_of,
    reached_notice,
    sending,
)
from handlers.staff.queries import own_part
from handlers.staff.rules import Permission, Viewer
from models.campaigns import BuildingLink
from models.reach import Path

BY_HAND = (Path.CALL, Path.PAPER)
LINK_DAYS = 7
BY_LINK = "link"


async def tell_homes(
    viewer: Viewer, notice_id: int, campaign_id: int, dwelling_ids: Sequence[int], path: Path, now: datetime
) -> int:
    """Note that the people of these homes were told by phone or at the door; how many people that were.

    Args:
        campaign_id: which sending of the notice; the first where it is 0.

    Raises:
        NotFound: the notice, the sending or a home is not the viewer's.
        Invalid: told by another path than people have.
    """
    viewer.require(Permission.NOTICES_REACH)
    if path not in BY_HAND:
        raise Invalid("请选打电话，或者上门。")
    notice = await reached_notice(viewer, notice_id)
    campaign = await sending(notice, campaign_id)
    await check_homes(viewer, dwelling_ids)
    async with in_transaction():
        missed = await unreached(
            campaign.id, *await own_part(viewer, clock.today()), dwellings=dwelling_ids, limit=MOST
        )
        told = await reached([one.delivery_id for one in missed], path, viewer.login, now)
        if told:
            detail = {"homes": len({one.dwelling_id for one in missed}), "people": told, "path": path.value}
            await record(viewer.actor, "notice.reach", f"notice:{notice.id}", place=viewer.code, detail=detail)
    return told


async def untell_homes(viewer: Viewer, notice_id: int, campaign_id: int, dwelling_ids: Sequence[int]) -> int:
    """Take a tick back that was wrong; the homes stand on the list again.

    Raises:
        NotFound: as `tell_homes`.
    """
    viewer.require(Permission.NOTICES_REACH)
    notice = await reached_notice(viewer, notice_id)
    campaign = await sending(notice, campaign_id)
    await check_homes(viewer, dwelling_ids)
    async with in_transaction():
        back = await not_reached(campaign.id, dwelling_ids)
        if back:
            detail = {"homes": len(set(dwelling_ids)), "people": back}
            await record(viewer.actor, "notice.unreach", f"notice:{notice.id}", place=viewer.code, detail=detail)
    return back


async def link_building(
    viewer: Viewer, notice_id: int, campaign_id: int, building_id: int, now: datetime
) -> tuple[str, datetime]:
    """A link to one building's list, rooms without names, for a grid worker or 楼长 without a login.

    Returns:
        the token, which is told once and kept as a digest, and when it ends.

    Raises:
        NotFound: the notice, the sending or the building is not the viewer's.
    """
    viewer.require(Permission.NOTICES_REACH)
    notice = await reached_notice(viewer, notice_id)
    campaign = await sending(notice, campaign_id)
    await check_building(viewer, building_id)
    token, ends = secrets.token_urlsafe(24), now + timedelta(days=LINK_DAYS)
    async with in_transaction():
        await BuildingLink.create(
            campaign_id=campaign.id,
            building_id=building_id,
            digest=digest(token),
            expires_at=ends,
            created_by=viewer.login,
        )
        detail = {"building": building_id}
        await record(viewer.actor, "notice.link", f"notice:{notice.id}", place=viewer.code, detail=detail)
    return token, ends


async def note_taken(viewer: Viewer, notice_id: int, what: str, people: int) -> None:
    """Write down that names were printed or taken as a table, before they are."""
    async with in_transaction():
        detail = {"what": what, "people": people}
        await record(viewer.actor, "notice.take", f"notice:{notice_id}", place=viewer.code, detail=detail)


async def tell_by_link(token: str, dwelling_id: int, now: datetime) -> int:
    """Tick one room of a link's building; how many people that were.

    Raises:
        NotFound: the link has ended, or the room is not on its list.
    """
    link, building = await linked(token, now)
    campaign = link.campaign
    async with in_transaction():
        missed = await unreached(campaign.id, "", building=building.id, dwellings=[dwelling_id], limit=MOST)
        if not missed:
            raise NotFound("这一户已经告知过，或不在名单上。")
        told = await reached([one.delivery_id for one in missed], Path.PAPER, BY_LINK, now)
        detail = {"link": link.id, "people": told}
        await record("link", "notice.reach", f"notice:{notice_id_of(campaign)}", place=campaign.place, detail=detail)
    return told
