"""观点 on the residents' pages: where one stands, one's own words, what others answered, and tables for anybody."""

import csv
import io
from collections.abc import Awaitable, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import clock
from errors import DomainError, Invalid, NotFound
from handlers.consultations import told
from handlers.consultations.actions.speaking import LONGEST, answer_statement, state_opinion
from handlers.consultations.actions.stances import take_stance
from handlers.consultations.queries.opinions import group_table, opinion_view, public_topic, statement_table
from handlers.consultations.queries.statements import next_statements, participant_id_of, public_statements
from handlers.consultations.queries.topics import topic_for
from handlers.consultations.rules import Verb
from handlers.moderation.actions.reactions import like, report_post
from miniprogram.access import Visit, resident_page, resident_post
from models.deliberation import ModerationReason
from web.forms import row_id

AT_ONCE = 5
"""Statements on one page: few enough to read, enough that a hundred take no hundred pages."""
TOPICS = "/m/consultations"


async def stances(visit: Visit) -> Response:
    """Some statements to take a stance on, those first whose answer tells most."""
    topic = await topic_for(visit.visitor, _number(visit.request), clock.now())
    consultation = topic.consultation
    participant_id = await participant_id_of(visit.visitor)
    asked = await next_statements(consultation.id, participant_id, AT_ONCE)
    return await visit.show(
        "stances.html",
        consultation=consultation,
        asked=[one for one in asked if not one.done],
        answered=asked[0].answered,
        every=asked[0].every,
        words=told.STANCE_WORDS,
        open=Verb.STANCE in topic.verbs,
    )


async def take(visit: Visit) -> Response:
    """Keep the stances of the page that were chosen; those left open come again."""
    number, taken = _number(visit.request), 0
    here = f"{TOPICS}/{number}/stances"
    for name, value in list(visit.form.items())[: AT_ONCE + 1]:
        if name.startswith("stance-") and value in ("1", "0", "-1"):
            await take_stance(visit.visitor, number, row_id(name.removeprefix("stance-")), int(value), clock.now())
            taken += 1
    if not taken:
        return await visit.go(here, "还没有选。请每条选一个，不确定就选「说不好」。", bad=True)
    return await visit.go(here, f"已记下{taken}条。")


async def statements(visit: Visit) -> Response:
    """What was said so far, with the answers where discussion is open, and a field for one's own words."""
    topic = await topic_for(visit.visitor, _number(visit.request), clock.now())
    return await visit.show(
        "statements.html",
        consultation=topic.consultation,
        said=await public_statements(topic.consultation.id),
        may_speak=Verb.SPEAK in topic.verbs,
        longest=LONGEST,
        reasons=ModerationReason,
    )


async def speak(visit: Visit) -> Response:
    number = _number(visit.request)
    return await _said(visit, state_opinion(visit.visitor, number, visit.field("text"), clock.now()))


async def answer(visit: Visit) -> Response:
    number, statement = _number(visit.request), row_id(visit.request.path_params["statement"])
    return await _said(visit, answer_statement(visit.visitor, number, statement, visit.field("text"), clock.now()))


async def _said(visit: Visit, saying: Awaitable[object]) -> Response:
    """Back to what was said, with what became of one's own words."""
    here = f"{TOPICS}/{_number(visit.request)}/statements"
    try:
        await saying
    except NotFound:
        raise
    except DomainError as refusal:
        return await visit.go(here, refusal.message, bad=True)
    return await visit.go(here, told.SAID)


async def mark_liked(visit: Visit) -> Response:
    """「赞」; pressed again it is taken back."""
    number = _number(visit.request)
    await topic_for(visit.visitor, number, clock.now())
    liked = await like(visit.visitor, row_id(visit.request.path_params["post"]), clock.now())
    return await visit.go(f"{TOPICS}/{number}/statements", "已点赞。" if liked else "已取消赞。")


async def report(visit: Visit) -> Response:
    """「举报」: somebody should look at this again."""
    number, reason = _number(visit.request), visit.field("reason")
    if reason not in {one.value for one in ModerationReason}:
        raise Invalid("请选举报的原因。")
    await topic_for(visit.visitor, number, clock.now())
    post = row_id(visit.request.path_params["post"])
    await report_post(visit.visitor, post, ModerationReason(reason), clock.now())
    return await visit.go(f"{TOPICS}/{number}/statements", "已收到举报，议事管理员会再看一遍。")


async def statements_csv(request: Request) -> Response:
    """Statements with their figures, as far as they may be shown, for anybody."""
    consultation = await public_topic(_number(request))
    return _table(f"观点-{consultation.id}", statement_table(await opinion_view(consultation)))


async def groups_csv(request: Request) -> Response:
    consultation = await public_topic(_number(request))
    return _table(f"意见群体-{consultation.id}", group_table(await opinion_view(consultation)))


def _table(name: str, lines: Sequence[Sequence[object]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows([_plain(cell) for cell in line] for line in lines)
    saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv"}
    return Response(text.getvalue().encode("utf-8-sig"), headers=saved, media_type="text/csv")


def _plain(cell: object) -> object:
    """What a spreadsheet would run is text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _number(request: Request) -> int:
    return row_id(request.path_params["consultation"])


ROUTES = (
    Route("/consultations/{consultation}/statements.csv", statements_csv),
    Route("/consultations/{consultation}/groups.csv", groups_csv),
    resident_page("/consultations/{consultation}/stances", stances),
    resident_post("/consultations/{consultation}/stances", take),
    resident_page("/consultations/{consultation}/statements", statements),
    resident_post("/consultations/{consultation}/statements", speak),
    resident_post("/consultations/{consultation}/statements/{statement}/replies", answer),
    resident_post("/consultations/{consultation}/posts/{post}/like", mark_liked),
    resident_post("/consultations/{consultation}/posts/{post}/report", report),
)
