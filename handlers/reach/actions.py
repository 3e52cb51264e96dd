"""Going round: homes that no message could reach are told by phone or at the door, and ticked; by staff, or by link."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.actions.reach import not_reached, reached
from campaigns.arrivals import unreached
from clock import clock
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.reach.registers import MOST, check_building, check_homes, digest, linked, subject_of
from handlers.staff.queries import own_part
from handlers.staff.rules import Permission, Viewer
from models.campaigns import BuildingLink
from models.reach import Path

BY_HAND = (Path.CALL, Path.PAPER)
LINK_DAYS = 7
BY_LINK = "link"


async def tell_homes(
    viewer: Viewer, subject: str, campaign_id: int, dwelling_ids: Sequence[int], path: Path, now: datetime
) -> int:
    """Note that the people of these homes were told by phone or at the door; how many people that were.

    Args:
        subject: what they were told about, as "notice:5".
        campaign_id: which sending of it; the present one where it is 0.

    Raises:
        NotFound: the subject, the sending or a home is not the viewer's.
        Invalid: told by another path than people have.
    """
    viewer.require(Permission.NOTICES_REACH)
    if path not in BY_HAND:
        raise Invalid("请选打电话，或者上门。")
    campaign = (await subject_of(viewer, subject)).sending(campaign_id)
    await check_homes(viewer, dwelling_ids)
    async with in_transaction():
        missed = await unreached(
            campaign.id, *await own_part(viewer, clock.today()), dwellings=dwelling_ids, limit=MOST
        )
        told = await reached([one.delivery_id for one in missed], path, viewer.login, now)
        if told:
            homes = len({one.dwelling_id for one in missed})
            await _record(viewer, subject, "reach", {"homes": homes, "people": told, "path": path.value})
    return told


async def untell_homes(viewer: Viewer, subject: str, campaign_id: int, dwelling_ids: Sequence[int]) -> int:
    """Take a tick back that was wrong; the homes stand on the list again.

    Raises:
        NotFound: as `tell_homes`.
    """
    viewer.require(Permission.NOTICES_REACH)
    campaign = (await subject_of(viewer, subject)).sending(campaign_id)
    await check_homes(viewer, dwelling_ids)
    async with in_transaction():
        back = await not_reached(campaign.id, dwelling_ids)
        if back:
            await _record(viewer, subject, "unreach", {"homes": len(set(dwelling_ids)), "people": back})
    return back


async def link_building(viewer: Viewer, subject: str, campaign_id: int, building_id: int, now: datetime) -> str:
    """A link to one building's list, rooms without names, for a grid worker or 楼长 without a login.

    Returns:
        the token, which is told once and kept as a digest.

    Raises:
        NotFound: the subject, the sending or the building is not the viewer's.
    """
    viewer.require(Permission.NOTICES_REACH)
    campaign = (await subject_of(viewer, subject)).sending(campaign_id)
    await check_building(viewer, building_id)
    token = secrets.token_urlsafe(24)
    async with in_transaction():
        await BuildingLink.create(
            campaign_id=campaign.id,
            building_id=building_id,
            digest=digest(token),
            expires_at=now + timedelta(days=LINK_DAYS),
            created_by=viewer.login,
        )
        await _record(viewer, subject, "link", {"building": building_id})
    return token


async def note_taken(viewer: Viewer, subject: str, what: str, people: int) -> None:
    """Write down that names were printed or taken as a table, before they are."""
    async with in_transaction():
        await _record(viewer, subject, "take", {"what": what, "people": people})


async def tell_by_link(token: str, dwelling_id: int, now: datetime) -> int:
    """Tick one room of a link's building; how many people that were.

    Raises:
        NotFound: the link has ended, or the room is not on its list.
    """
    link, building = await linked(token, now)
    kind, number = link.campaign.subject.split(":")[:2]
    async with in_transaction():
        found = await unreached(link.campaign.id, "", dwellings=[dwelling_id], limit=MOST)
        missed = [one.delivery_id for one in found if one.building_id == building.id]
        if not missed:
            raise NotFound("这一户已经告知过，或不在名单上。")
        told = await reached(missed, Path.PAPER, BY_LINK, now)
        place, detail = link.campaign.place, {"link": link.id, "people": told}
        await record("link", f"{kind}.reach", f"{kind}:{number}", place=place, detail=detail)
    return told


async def _record(viewer: Viewer, subject: str, deed: str, detail: dict[str, Any]) -> None:
    kind = subject.partition(":")[0]
    await record(viewer.actor, f"{kind}.{deed}", subject, place=viewer.code, detail=detail)
