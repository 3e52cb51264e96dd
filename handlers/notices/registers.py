"""A notice and its sendings, looked up for whoever answers for some of its readers."""

from collections.abc import Sequence

from errors import Invalid, NotFound
from handlers.notices import rules, texts
from handlers.staff.rules import Permission, Viewer
from models.campaigns import Campaign
from models.notices import Notice
from models.reach import NoticeState
from models.states import PollState
from models.votes import Poll
from settings import get_settings


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


def is_firing(campaign: Campaign) -> bool:
    """Whether a notice sent itself again by this: `notice:5:1:20261130`."""
    return campaign.subject.count(":") == 3


async def check_conditions(viewer: Viewer, conditions: Sequence[str]) -> None:
    """Refuse a condition about something that is not the viewer's, or that nobody can meet.

    Raises:
        NotFound: the notice or the vote is another branch's.
        Invalid: it was not sent, or is not open, or there is no such condition.
    """
    rules.check_only(conditions)
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
