"""A notice, its sendings and the homes it was for, looked up for whoever answers for some of them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from clock import clock
from errors import NotFound
from handlers.staff.queries import own_part
from handlers.staff.rules import Permission, Viewer
from models.campaigns import BuildingLink, Campaign
from models.database import rows
from models.notices import Notice
from models.organisations import Building
from models.reach import NoticeState

MOST = 300
"""So many people at most stand on one page or in one print."""
_OWN = """
SELECT count(*) AS homes FROM dwelling w WHERE w.id = ANY($1::bigint[]) AND starts_with(w.code, $2)
  AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3))
"""


async def reached_notice(viewer: Viewer, notice_id: int) -> Notice:
    """A notice some of whose readers the viewer answers for: of their own part of the tree, or sent by a body above.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.NOTICES_VIEW)
    notice = await Notice.get_or_none(id=notice_id).select_related("organisation")
    if notice is None:
        raise NotFound
    code = notice.organisation.code
    from_above = viewer.code.startswith(code) and notice.state in (NoticeState.SENT, NoticeState.WITHDRAWN)
    if not (viewer.sees(code) or from_above):
        raise NotFound
    return notice


async def sendings(notice: Notice) -> list[Campaign]:
    """Every time that something was sent about a notice: the notice, its corrections, its withdrawal."""
    return await Campaign.filter(subject__startswith=f"notice:{notice.id}:").order_by("id")


async def sending(notice: Notice, campaign_id: int) -> Campaign:
    """One of them; the text that is in force where none is named.

    Raises:
        NotFound: nothing has been sent, or this is not one of them.
    """
    present = f"notice:{notice.id}:{notice.version}"
    for one in await sendings(notice):
        if one.id == campaign_id or (not campaign_id and one.subject == present):
            return one
    raise NotFound


async def check_homes(viewer: Viewer, dwelling_ids: Sequence[int]) -> None:
    """Refuse homes that the viewer does not answer for.

    Raises:
        NotFound.
    """
    found = await rows(_OWN, list(dwelling_ids), *await own_part(viewer, clock.today()))
    if not dwelling_ids or found[0]["homes"] < len(set(dwelling_ids)):
        raise NotFound


async def check_building(viewer: Viewer, building_id: int) -> Building:
    """A building that the viewer answers for.

    Raises:
        NotFound.
    """
    scope, grids = await own_part(viewer, clock.today())
    building = await Building.get_or_none(id=building_id).select_related("estate", "grid__community")
    if building is None or not building.grid.community.code.startswith(scope):
        raise NotFound
    if grids and building.grid_id not in grids:
        raise NotFound
    return building


async def linked(token: str, now: datetime) -> tuple[BuildingLink, Building]:
    """What a link to a building's list leads to, with its campaign and its estate.

    Raises:
        NotFound: there is no such link, or it has ended.
    """
    found = await BuildingLink.filter(digest=digest(token), expires_at__gt=now).select_related("campaign").first()
    building = await Building.get_or_none(id=found.building_id).select_related("estate") if found else None
    if found is None or building is None:
        raise NotFound("这个链接过期了，请找工作人员要新的。")
    return found, building


def notice_id_of(campaign: Campaign) -> int:
    """The notice that a sending is about."""
    return int(campaign.subject.split(":")[1])


def digest(token: str) -> bytes:
    """What is kept of a link's token."""
    return sha256(token.encode()).digest()
