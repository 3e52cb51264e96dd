"""Telling residents of a vote: that it is open, that it closes tomorrow, what came of it; by the paths of outreach."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.actions.launch import Message, call_off, put_off, start_campaign
from campaigns.audience import Audience
from clock import BEIJING
from handlers.votes import told
from models.campaigns import Campaign
from models.reach import Path, Purpose
from models.votes import Poll

PATHS = (Path.CUSTOMER, Path.STANDING, Path.CREDIT, Path.TEMPLATE)
"""A vote takes none of the four mass messages of the month, and costs no SMS."""
BEFORE_CLOSE = timedelta(days=1)
TOPIC = "votes"
"""Whoever has closed this topic is not written to about votes (`handlers/subscriptions/rules.py`)."""


async def tell_opened(poll: Poll, now: datetime) -> None:
    """Tell whoever is on the roll, and a day before it closes those who have not voted by then.

    A vote that is open for no longer than a day reminds nobody.
    """
    await _tell(poll, Purpose.POLL_OPEN, "open", told.opened(poll), _not_voted(poll), now, now)
    await _remind(poll, "reminder", now)


async def _remind(poll: Poll, about: str, now: datetime) -> None:
    """Tell who has not voted a day before it closes, as long as that is still to come."""
    remind_at = poll.closes_at - BEFORE_CLOSE
    if remind_at > now:
        await _tell(poll, Purpose.POLL_REMINDER, about, told.closing_soon(poll), _not_voted(poll), now, remind_at)


async def tell_result(poll: Poll, now: datetime) -> None:
    """Tell everybody in the places of a vote what was posted."""
    await _tell(poll, Purpose.POLL_RESULT, "result", told.decided(poll), Audience(_places(poll)), now, now)


async def remind_later(poll: Poll, now: datetime) -> None:
    """The vote closes later: a reminder that waits goes out later and says so, else another follows the last."""
    reminders = await Campaign.filter(subject__startswith=f"poll:{poll.id}:reminder").order_by("-id")
    if reminders and reminders[0].launched_at is None:
        message = _message(poll, Purpose.POLL_REMINDER, told.closing_soon(poll))
        await put_off(reminders[0].subject, message, poll.closes_at - BEFORE_CLOSE)
    else:
        await _remind(poll, f"reminder:{len(reminders) + 1}" if reminders else "reminder", now)


async def tell_no_more(poll: Poll) -> None:
    """The vote was stopped: nobody is asked to vote any more."""
    for campaign in await Campaign.filter(subject__startswith=f"poll:{poll.id}:"):
        await call_off(campaign.subject)


async def _tell(
    poll: Poll, purpose: Purpose, about: str, text: str, audience: Audience, now: datetime, launch_at: datetime
) -> None:
    await start_campaign(
        f"poll:{poll.id}:{about}",
        purpose,
        poll.organisation.code,
        _message(poll, purpose, text),
        audience,
        PATHS,
        now,
        launch_at=launch_at,
        topic=TOPIC,
    )


def _message(poll: Poll, purpose: Purpose, text: str) -> Message:
    return Message(poll.title, text, text, f"/votes/{poll.id}", _content(poll, poll.organisation.name, purpose))


def _not_voted(poll: Poll) -> Audience:
    return Audience(_places(poll), only=(f"not_voted:{poll.id}",))


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
