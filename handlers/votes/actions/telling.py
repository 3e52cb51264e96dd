"""Telling residents of a vote: that it is open, that it closes tomorrow, what came of it; by the paths of outreach."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.actions.launch import Message, call_off, put_off, start_campaign
from campaigns.audience import Audience
from clock import BEIJING
from handlers.votes import told
from models.reach import Path, Purpose
from models.votes import Poll
from settings import get_settings

PATHS = (Path.CUSTOMER, Path.STANDING, Path.CREDIT, Path.TEMPLATE)
"""A vote takes none of the four mass messages of the month, and costs no SMS."""
BEFORE_CLOSE = timedelta(days=1)
TOPIC = "votes"


async def tell_opened(poll: Poll, now: datetime) -> None:
    """Tell whoever is on the roll, and a day before it closes those who have not voted by then.

    A vote that is open for no longer than a day reminds nobody.
    """
    on_roll = Audience(_places(poll), only=(f"not_voted:{poll.id}",))
    await _tell(poll, Purpose.POLL_OPEN, "open", told.opened(poll), on_roll, now, now)
    remind_at = poll.closes_at - BEFORE_CLOSE
    if remind_at > now:
        await _tell(poll, Purpose.POLL_REMINDER, "reminder", told.closing_soon(poll), on_roll, now, remind_at)


async def tell_result(poll: Poll, now: datetime) -> None:
    """Tell everybody in the places of a vote what was posted."""
    await _tell(poll, Purpose.POLL_RESULT, "result", told.decided(poll), Audience(_places(poll)), now, now)


async def put_reminder_off(poll: Poll) -> None:
    """The vote closes later: so does the reminder, unless it went out already."""
    await put_off(f"poll:{poll.id}:reminder", poll.closes_at - BEFORE_CLOSE)


async def tell_no_more(poll: Poll) -> None:
    """The vote was stopped: nobody is asked to vote any more."""
    for about in ("open", "reminder"):
        await call_off(f"poll:{poll.id}:{about}")


async def _tell(
    poll: Poll, purpose: Purpose, about: str, text: str, audience: Audience, now: datetime, launch_at: datetime
) -> None:
    organisation = poll.organisation
    link = f"{get_settings().base_url}/m/votes/{poll.id}"
    message = Message(poll.title, text, text, link, _content(poll, organisation.name, purpose))
    await start_campaign(
        f"poll:{poll.id}:{about}",
        purpose,
        organisation.code,
        message,
        audience,
        PATHS,
        now,
        launch_at=launch_at,
        topic=TOPIC,
    )


def _places(poll: Poll) -> tuple[str, ...]:
    places: Sequence[str] = poll.places
    return tuple(places)


def _content(poll: Poll, organisation: str, purpose: Purpose) -> dict[str, str]:
    return {
        "title": poll.title,
        "class": "投票",
        "body": purpose.label,
        "place": poll.scope,
        "starts": _moment(poll.opens_at),
        "ends": _moment(poll.closes_at),
        "time": f"{_moment(poll.opens_at)}~{_moment(poll.closes_at)}",
        "owner": poll.organiser or organisation,
        "phone": poll.contact,
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y年%-m月%-d日 %H:%M}"
