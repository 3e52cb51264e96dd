"""The life of an interview: announced, changed, put off or called off with the reason, opened, ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from announcements import announce, telling
from errors import NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.interviews import rules, texts
from handlers.interviews.addressees import backers
from handlers.interviews.rules import InterviewEvent
from handlers.staff.rules import Permission, Viewer
from models.deliberation import InterviewState
from models.interviews import Interview
from models.organisations import Organisation

TOPIC = "interview"
CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Announced:
    """What is announced of an interview; `host` is an office, no person's name."""

    title: str
    host: str
    starts_at: datetime
    minutes: int
    introduction: str = ""


async def announce_interview(viewer: Viewer, place: str, announced: Announced, now: datetime) -> Interview:
    """Announce an interview; questions are collected from now on.

    Args:
        place: code of the body whose residents it is for.

    Raises:
        NotFound: the place is not the viewer's. Invalid: something is missing, or the time is not to come.
    """
    viewer.require(Permission.INTERVIEWS_EDIT)
    organisation = await Organisation.get_or_none(code=place)
    if organisation is None or not viewer.sees(place):
        raise NotFound
    _check(announced)
    rules.check_start(announced.starts_at, now)
    async with telling():
        interview = await Interview.create(
            organisation=organisation,
            state=InterviewState.ANNOUNCED,
            title=announced.title,
            introduction=announced.introduction,
            host=announced.host,
            starts_at=announced.starts_at,
            minutes=announced.minutes,
            created_by=viewer.login,
            created_at=now,
        )
        await _told(viewer.actor, "announce", interview)
    return interview


async def edit_interview(viewer: Viewer, interview_id: int, announced: Announced) -> Interview:
    """Put an announced interview otherwise; its time is changed by `put_off_interview` alone.

    Raises:
        NotFound, Conflict, Invalid.
    """
    _check(announced)

    async def change(interview: Interview) -> None:
        interview.title, interview.host = announced.title, announced.host
        interview.minutes, interview.introduction = announced.minutes, announced.introduction

    return await _step(viewer, interview_id, InterviewEvent.EDIT, change)


async def put_off_interview(
    viewer: Viewer, interview_id: int, starts_at: datetime, reason: str, now: datetime
) -> Interview:
    """Give an interview another time; the reason is public, and who asked or backed a question is told.

    Raises:
        NotFound, Conflict. Invalid: no reason, the same time, or one that is not to come.
    """
    rules.check_reason(reason)
    rules.check_start(starts_at, now)

    async def change(interview: Interview) -> None:
        rules.check_later(starts_at, interview.starts_at)
        interview.starts_at, interview.reason = starts_at, reason
        await _tell(interview, texts.put_off(interview))

    return await _step(viewer, interview_id, InterviewEvent.PUT_OFF, change, reason)


async def cancel_interview(viewer: Viewer, interview_id: int, reason: str) -> Interview:
    """Call an interview off; the reason is public, and who asked or backed a question is told.

    Raises:
        NotFound, Conflict. Invalid: no reason.
    """
    rules.check_reason(reason)

    async def change(interview: Interview) -> None:
        interview.reason = reason
        await _tell(interview, texts.cancelled(interview))

    return await _step(viewer, interview_id, InterviewEvent.CANCEL, change, reason)


async def open_interview(viewer: Viewer | None, interview_id: int, now: datetime) -> Interview:
    """Begin: the host, or nobody where the clock does it at its time.

    Raises:
        NotFound, Conflict.
    """

    async def change(interview: Interview) -> None:
        interview.opened_at = now

    return await _step(viewer, interview_id, InterviewEvent.OPEN, change)


async def end_interview(viewer: Viewer | None, interview_id: int, now: datetime) -> Interview:
    """End an interview that is live; the host, or the clock long after its planned end.

    Raises:
        NotFound, Conflict.
    """

    async def change(interview: Interview) -> None:
        interview.ended_at = now

    return await _step(viewer, interview_id, InterviewEvent.END, change)


async def locked(viewer: Viewer | None, interview_id: int) -> Interview:
    """The interview with its body, held until the transaction ends; None as viewer is the clock.

    Raises:
        NotFound: there is none, or it is not the viewer's.
    """
    interview = await Interview.select_for_update().get_or_none(id=interview_id)
    if interview is None:
        raise NotFound
    await interview.fetch_related("organisation")
    if viewer and not viewer.sees(interview.organisation.code):
        raise NotFound
    return interview


def tell_pages(interview: Interview) -> None:
    """Have open consoles renewed once this transaction of `telling` is committed."""
    announce(TOPIC, interview.id, interview.organisation.code)


async def _step(
    viewer: Viewer | None,
    interview_id: int,
    event: InterviewEvent,
    change: Callable[[Interview], Awaitable[None]],
    reason: str = "",
) -> Interview:
    if viewer:
        viewer.require(Permission.INTERVIEWS_EDIT)
    async with telling():
        interview = await locked(viewer, interview_id)
        before: InterviewState = interview.state
        interview.state = rules.move(before, event)
        await change(interview)
        await interview.save()
        await _told(viewer.actor if viewer else CLOCK, event, interview, before, reason)
    return interview


async def _told(actor: str, deed: str, interview: Interview, before: str = "", reason: str = "") -> None:
    about, place = f"{TOPIC}:{interview.id}", interview.organisation.code
    after = interview.state
    await record(actor, f"{TOPIC}.{deed}", about, place=place, before=before, after=after, reason=reason)
    tell_pages(interview)


async def _tell(interview: Interview, text: str) -> None:
    for account_id in await backers(interview.id):
        await notify(account_id, text)


def _check(announced: Announced) -> None:
    rules.check_announced(announced.title, announced.host, announced.introduction, announced.minutes)
