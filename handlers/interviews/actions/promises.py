"""Promises of an interview: made with an answer, put off, kept, found not to be kept; who asked is told of the deed."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from announcements import telling
from errors import NotFound
from handlers.conversations.actions import notify
from handlers.interviews import rules, texts
from handlers.interviews.actions.interviews import locked, tell_pages
from handlers.interviews.addressees import backers
from handlers.interviews.rules import Verb
from handlers.staff.rules import Viewer
from handlers.undertakings.actions import add_undertaking, finish, put_off, take_back
from models.interviews import Interview, Undertaking

Step = Callable[[Interview], Awaitable[Undertaking]]


async def promise(
    viewer: Viewer, interview_id: int, question_id: int | None, what: str, owner: str, due_on: date, now: datetime
) -> Undertaking:
    """Promise something, with who does it and until when (domain.md row 77).

    Args:
        question_id: of the question that it answers; None where it belongs to none.

    Raises:
        NotFound: the interview or question is not the viewer's. Conflict: it has not begun, or was called off.
        Invalid: something is missing, or the day has passed.
    """

    async def made(interview: Interview) -> Undertaking:
        rules.check_open(interview.state, Verb.PROMISE)
        about = {"interview_id": interview.id, "question_id": question_id}
        return await add_undertaking(viewer, what, owner, due_on, now, **about)

    return await _step(viewer, interview_id, made)


async def keep_promise(viewer: Viewer, undertaking_id: int, outcome: str, now: datetime) -> Undertaking:
    """Say that a promise is kept, and what came of it; who asked or backed its question is told.

    Raises:
        NotFound: it is none of an interview of the viewer's. Conflict: it is kept already. Invalid: no outcome.
    """

    async def kept(interview: Interview) -> Undertaking:
        undertaking = await finish(viewer, undertaking_id, outcome, now)
        if undertaking.question_id:
            for account_id in await backers(interview.id, undertaking.question_id):
                await notify(account_id, texts.done(interview, undertaking))
        return undertaking

    return await _step(viewer, await _interview_of(undertaking_id), kept)


async def put_off_promise(viewer: Viewer, undertaking_id: int, due_on: date, why: str, now: datetime) -> Undertaking:
    """Give a promise a later day; the first one and the reason stay to be read. Raises as `keep_promise`."""
    number = await _interview_of(undertaking_id)
    return await _step(viewer, number, lambda _: put_off(viewer, undertaking_id, due_on, why, now))


async def take_back_promise(viewer: Viewer, undertaking_id: int, why: str, now: datetime) -> Undertaking:
    """Say that a promise which counted as kept is not. Raises as `keep_promise`."""
    number = await _interview_of(undertaking_id)
    return await _step(viewer, number, lambda _: take_back(viewer, undertaking_id, why, now))


async def _interview_of(undertaking_id: int) -> int:
    undertaking = await Undertaking.get_or_none(id=undertaking_id)
    if undertaking is None or undertaking.interview_id is None:
        raise NotFound
    return undertaking.interview_id


async def _step(viewer: Viewer, interview_id: int, step: Step) -> Undertaking:
    async with telling():
        interview = await locked(viewer, interview_id)
        undertaking = await step(interview)
        tell_pages(interview)
    return undertaking
