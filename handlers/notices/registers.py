"""A notice, its sendings and the homes it was for, looked up for whoever answers for some of them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from clock import clock
from errors import Invalid, NotFound
from handlers.notices import texts
from handlers.staff.queries import own_part
from handlers.staff.rules import Permission, Viewer
from models.campaigns import BuildingLink, Campaign
from models.database import rows
from models.notices import Notice
from models.organisations import Building
from models.reach import NoticeState
from models.states import PollState
from models.votes import Poll
from settings import get_settings

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
    """Every time that something was sent about a notice: the notice, again, its corrections, its withdrawal."""
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


def is_firing(campaign: Campaign) -> bool:
    """Whether a notice sent itself again by this: `notice:5:1:20261130`."""
    return campaign.subject.count(":") == 3


async def check_conditions(viewer: Viewer, conditions: Sequence[str]) -> None:
    """Refuse a condition about something that is not the viewer's, or that nobody can meet.

    Raises:
        NotFound: the notice or the vote is another branch's.
        Invalid: it was not sent, or is not open.
    """
    for condition in conditions:
        kind, _, number = condition.partition(":")
        if kind == "not_voted":
            await open_poll(viewer, int(number))
        else:
            await _sent_notice(viewer, int(number))


async def _sent_notice(viewer: Viewer, notice_id: int) -> None:
    notice = await Notice.get_or_none(id=notice_id).select_related("organisation")
    if notice is None or not viewer.sees(notice.organisation.code):
        raise NotFound
    if notice.state is not NoticeState.SENT:
        raise Invalid(f"「{notice.title[:30]}」没有发布，「只发给」请重新选。")


async def check_about(viewer: Viewer, about: str) -> None:
    """Refuse to ask people for something that there is not, or that is another branch's.

    Raises:
        NotFound, Invalid: as `check_conditions`.
    """
    kind, _, number = about.partition(":")
    if kind == "poll" and number.isascii() and number.isdecimal() and len(number) < 19:
        await open_poll(viewer, int(number))
    elif about:
        raise NotFound


async def open_poll(viewer: Viewer, poll_id: int) -> Poll:
    """A vote of the viewer's that is open now."""
    poll = await Poll.get_or_none(id=poll_id).select_related("organisation")
    if poll is None or not viewer.may(Permission.VOTES_VIEW) or not viewer.sees(poll.organisation.code):
        raise NotFound
    if poll.state is not PollState.OPEN:
        raise Invalid(f"投票「{poll.title[:30]}」现在不能投，请重新选。")
    return poll


async def asked_poll(notice: Notice) -> Poll | None:
    """The vote that a notice asks people to take part in, as long as they can."""
    kind, _, number = notice.about.partition(":")
    return await Poll.get_or_none(id=int(number), state=PollState.OPEN) if kind == "poll" else None


async def asked(notice: Notice, app_id: str) -> str:
    """The same as a chat says it, with the vote's page."""
    poll = await asked_poll(notice)
    return texts.ask_to_vote(poll.title, f"{get_settings().pages_address(app_id)}/votes/{poll.id}") if poll else ""


def notice_id_of(campaign: Campaign) -> int:
    """The notice that a sending is about."""
    return int(campaign.subject.split(":")[1])


def digest(token: str) -> bytes:
    """What is kept of a link's token."""
    return sha256(token.encode()).digest()
