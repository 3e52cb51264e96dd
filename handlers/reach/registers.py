"""What was sent, and the homes it was for, looked up for whoever answers for some of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from campaigns.arrivals import NOBODY
from clock import clock
from errors import NotFound
from handlers.notices.registers import reached_notice
from handlers.staff.queries import own_part
from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from handlers.votes.queries.standing import voted
from models.campaigns import BuildingLink, Campaign
from models.database import rows
from models.notices import Notice
from models.organisations import Building
from models.reach import Purpose
from models.votes import Poll

MOST = 300
"""So many people at most stand on one page or in one print."""
ACTED: Mapping[str, Callable[[int], str]] = {"poll": voted}
"""By kind of what people are asked for, the statement of (dwelling_id, resident_id, at) of those who have done it."""
_OWN = """
SELECT count(*) AS homes FROM dwelling w WHERE w.id = ANY($1::bigint[]) AND starts_with(w.code, $2)
  AND (cardinality($3::bigint[]) = 0 OR w.grid_id = ANY($3))
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What people were told about, a notice or a vote, with every sending in order.

    `name` is as the audit trail has it, "notice:5"; `about` is what it asks people to do, as "poll:12"; `words` are
    what is said at a door, where they are not those of the sending; `notice` is None for a vote.
    """

    name: str
    title: str
    sendings: Sequence[Campaign]
    present: str
    about: str
    answering: str
    phone: str
    words: str = ""
    notice: Notice | None = None

    def sending(self, campaign_id: int) -> Campaign:
        """One of them; where none is named the one that is in force, or else the last.

        Raises:
            NotFound: nothing has been sent, or this is not one of them.
        """
        wanted = [one for one in self.sendings if one.id == campaign_id]
        if not campaign_id:
            wanted = [one for one in self.sendings if one.subject == self.present] or list(self.sendings[-1:])
        if not wanted:
            raise NotFound
        return wanted[0]


async def subject_of(viewer: Viewer, name: str) -> Subject:
    """What the viewer may see of: a notice of theirs or from above, or a vote of theirs.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    kind, _, number = name.partition(":")
    if kind == "notice":
        return await _of_notice(await reached_notice(viewer, int(number)))
    return await _of_poll(await poll_of(viewer, int(number)))


async def subject_sent(campaign: Campaign) -> Subject:
    """What a sending is about, for whoever was given a link to its list."""
    kind, number = campaign.subject.split(":")[:2]
    if kind == "notice":
        return await _of_notice(await Notice.get(id=int(number)))
    return await _of_poll(await Poll.get(id=int(number)).select_related("organisation"))


async def _of_notice(notice: Notice) -> Subject:
    name = f"notice:{notice.id}"
    return Subject(
        name,
        notice.title,
        await _sendings(name),
        f"{name}:{notice.version}",
        notice.about,
        notice.body_responsible,
        notice.phone,
        notice.body,
        notice,
    )


async def _of_poll(poll: Poll) -> Subject:
    name, answering = f"poll:{poll.id}", poll.organiser or poll.organisation.name
    return Subject(name, poll.title, await _sendings(name), f"{name}:open", name, answering, poll.contact)


async def _sendings(name: str) -> list[Campaign]:
    return await Campaign.filter(subject__startswith=f"{name}:").order_by("id")


def acted(subject: Subject, campaign: Campaign) -> str:
    """The statement of who has done what a sending asks for; of nobody where it asks for nothing."""
    kind, _, number = subject.about.partition(":")
    return ACTED[kind](int(number)) if asks(subject, campaign) else NOBODY


def asks(subject: Subject, campaign: Campaign) -> bool:
    """Whether a sending asks people to do something: a result does not, nor what takes a notice back."""
    over = campaign.purpose is Purpose.POLL_RESULT or campaign.subject.endswith(":withdrawn")
    return not over and subject.about.partition(":")[0] in ACTED


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


def digest(token: str) -> bytes:
    """What is kept of a link's token."""
    return sha256(token.encode()).digest()
