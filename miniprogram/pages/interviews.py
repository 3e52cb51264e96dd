"""主任访谈 on the residents' pages: the text as it grows, for anybody; asking and 「我也想问」 for who lives there."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import clock
from errors import DomainError, NotFound
from handlers.interviews import rules, texts
from handlers.interviews.actions.questions import ask_question, back_question
from handlers.interviews.queries.counted import lines
from handlers.interviews.queries.questions import answered_ones, open_ones, questions_of
from handlers.interviews.queries.residents import (
    LATEST,
    interview_for,
    people,
    promises_of,
    public_interview,
    public_interviews,
)
from handlers.interviews.rules import Verb
from handlers.undertakings.queries import Owed, progress
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import show
from models.deliberation import InterviewState
from models.interviews import Interview
from web.forms import page_after, row_id
from web.tables import csv_bytes, saved_as

INTERVIEWS = "/m/interviews"
REFRESHED = 20
"""Seconds after which the text of a live interview is read anew, unless the reader stops that."""
HEADER = ("承诺", "谁负责", "原定日期", "现定日期", "情况", "结果或原因")


async def interviews(request: Request) -> Response:
    found = await public_interviews(page_after(request))
    more = found[-1].id if len(found) == LATEST else 0
    return await show(request, "interviews.html", lines=await lines(found), more=more, standing=texts.standing)


async def interview(request: Request) -> Response:
    """One interview: its answers, the newest first while it is live, open questions by voices, promises as they are."""
    found = await public_interview(_asked(request))
    still = "still" in request.query_params
    live = found.state is InterviewState.LIVE
    return await show(
        request, "interview.html", **await _told(found), still=still, refresh=REFRESHED if live and not still else 0
    )


async def _told(found: Interview) -> dict[str, Any]:
    asked = await questions_of(found.id)
    promises = await promises_of(found.id, clock.today())
    return {
        "interview": found,
        "times": texts.times(found),
        "reason": texts.reason(found),
        "live": found.state is InterviewState.LIVE,
        "asks": Verb.ASK in rules.verbs(found.state),
        "asked": asked,
        "waiting": open_ones(asked),
        "answered": answered_ones(asked),
        "promises": promises,
        "progress": progress([one.undertaking for one in promises]),
    }


async def table(request: Request) -> Response:
    """The promises of an interview as a table to save."""
    found = await public_interview(_asked(request))
    promises = await promises_of(found.id, clock.today())
    content = csv_bytes([HEADER, *map(_cells, promises)])
    return Response(content, headers=saved_as(f"访谈承诺-{found.id}.csv"), media_type="text/csv")


def _cells(owed: Owed) -> tuple[object, ...]:
    one = owed.undertaking
    return (one.what, one.owner, one.first_due_on, one.due_on, owed.standing.label, one.outcome or one.late_why)


async def asking(visit: Visit) -> Response:
    """What one would ask, and which questions one would ask as well."""
    return await _asking(visit)


async def _asking(visit: Visit, problem: str = "") -> Response:
    found = await interview_for(visit.visitor, _asked(visit.request))
    asked = await questions_of(found.id, people(visit.visitor))
    return await visit.show(
        "interview_ask.html",
        422 if problem else 200,
        interview=found,
        times=texts.times(found),
        asks=Verb.ASK in rules.verbs(found.state),
        waiting=open_ones(asked),
        longest=rules.LONGEST_QUESTION,
        written=visit.form.get("text", ""),
        problem=problem,
    )


async def ask(visit: Visit) -> Response:
    """Hand a question in; what can't be taken comes back as it was written."""
    number = _asked(visit.request)
    try:
        question = await ask_question(visit.visitor, number, visit.field("text"), clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        return await _asking(visit, refusal.message)
    return await visit.go(f"{INTERVIEWS}/{number}/ask", texts.received(question.id).replace("\n", ""))


async def back(visit: Visit) -> Response:
    """「我也想问」; pressed twice it is one voice."""
    number, question_id = _asked(visit.request), row_id(visit.request.path_params["question"])
    here = f"{INTERVIEWS}/{number}/ask"
    try:
        found = await back_question(visit.visitor, question_id, clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        return await visit.go(here, refusal.message, bad=True)
    said = texts.backed(question_id, found.question.post.text, found.voices, first=found.first)
    return await visit.go(here, said.replace("\n", ""))


def _asked(request: Request) -> int:
    return row_id(request.path_params["interview"])


ROUTES = (
    Route("/interviews", interviews),
    Route("/interviews/{interview}", interview),
    Route("/interviews/{interview}/promises.csv", table),
    resident_page("/interviews/{interview}/ask", asking),
    resident_post("/interviews/{interview}/ask", ask),
    resident_post("/interviews/{interview}/questions/{question}", back),
)
