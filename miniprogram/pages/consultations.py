"""议事 on the residents' pages: one's topics, and each topic's whole road, open to anybody who has the link."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clock import clock
from errors import DomainError, NotFound
from handlers.consultations.actions.appraising import appraise
from handlers.consultations.actions.endorsing import endorse
from handlers.consultations.queries.consultations import public_consultation
from handlers.consultations.queries.opinions import opinion_view, told_apart
from handlers.consultations.queries.topics import Topic, topic_for, topics_for
from handlers.consultations.queries.whole import whole_of
from handlers.consultations.rules import Verb, open_verbs
from handlers.files.queries import content_of
from handlers.residency.visitors import Visitor
from miniprogram.access import Visit, resident_page, resident_post, visitor_here
from miniprogram.layout import show
from web.forms import row_id

CONSULTATIONS = "/m/consultations"


async def consultations(visit: Visit) -> Response:
    """The topics of one's homes: those that ask something first, then those under way, then those that are over."""
    found = await topics_for(visit.visitor, clock.now())
    parts = [
        ("请您参加", [one for one in found if one.verbs]),
        ("正在进行", [one for one in found if not one.verbs and not one.ended]),
        ("已经结束", [one for one in found if one.ended]),
    ]
    listed = [
        (heading, [(f"{CONSULTATIONS}/{one.consultation.id}", one.consultation.title, _note(one)) for one in lines])
        for heading, lines in parts
        if lines
    ]
    return await visit.show("consultations.html", parts=listed, bound=bool(visit.visitor.homes))


def _note(topic: Topic) -> str:
    one = topic.consultation
    left = f"，还有{topic.days_left}天" if topic.days_left else ""
    backed = f"，{topic.backed}户附议" if Verb.ENDORSE in topic.verbs else ""
    return f"{one.stage.label}{backed}{left}，{one.scope}"


async def consultation(request: Request) -> Response:
    """The whole road of a topic; who has signed in and lives there can take part."""
    found = await public_consultation(_asked(request))
    visitor = await visitor_here(request)
    topic = await _topic(visitor, found.id)
    return await show(
        request,
        "consultation.html",
        one=found,
        consultation=found,
        view=await opinion_view(found),
        apart=told_apart,
        whole=await whole_of(found, clock.today()),
        visitor=visitor,
        topic=topic,
        verbs={verb.value for verb in (topic.verbs if topic else open_verbs(found.stage, found.ends_at, clock.now()))},
    )


async def _topic(visitor: Visitor | None, number: int) -> Topic | None:
    """How the topic stands to a visitor; None where it is about none of their homes."""
    try:
        return await topic_for(visitor, number, clock.now()) if visitor else None
    except NotFound:
        return None


async def take_part(visit: Visit) -> Response:
    """The same page, for who has signed in on the way."""
    return RedirectResponse(f"{CONSULTATIONS}/{_asked(visit.request)}", 303)


async def back(visit: Visit) -> Response:
    """「我也想提」 for one's household."""
    number = _asked(visit.request)
    here = f"{CONSULTATIONS}/{number}"
    topic = await topic_for(visit.visitor, number, clock.now())
    try:
        done = await endorse(visit.visitor, topic.home, number, clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        return await visit.go(here, refusal.message, bad=True)
    said = "已附议" if done.first else "您家已经附议过"
    return await visit.go(here, f"{said}，现在{done.count}户，需要{done.need}户。议题编号 {number}。")


async def judge(visit: Visit) -> Response:
    """已落实 or 未落实, with stars; the last word counts."""
    number = _asked(visit.request)
    here, said, stars = f"{CONSULTATIONS}/{number}", visit.field("carried_out"), visit.field("stars")
    if said not in {"yes", "no"}:
        return await visit.go(here, "请选「已落实」或「未落实」。", bad=True)
    given = int(stars) if stars in {"1", "2", "3", "4", "5"} else None
    try:
        await appraise(visit.visitor, number, said == "yes", given, clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        return await visit.go(here, refusal.message, bad=True)
    return await visit.go(here, f"已记下您的评议，结束前可以再改。议题编号 {number}。")


async def paper(request: Request) -> Response:
    """A paper of a meeting that staff have given out for everybody."""
    found = await public_consultation(_asked(request))
    wanted = row_id(request.path_params["file"])
    whole = await whole_of(found, clock.today())
    kept = next((one for sitting in whole.sittings for one in sitting.public_files if one.id == wanted), None)
    if kept is None:
        raise NotFound
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(kept.file.name, safe='')}"}
    return Response(await content_of(kept.file), headers=headers, media_type=kept.file.content_type)


def _asked(request: Request) -> int:
    return row_id(request.path_params["consultation"])


ROUTES = (
    resident_page("/consultations", consultations),
    Route("/consultations/{consultation}", consultation, name="consultation"),
    resident_page("/consultations/{consultation}/in", take_part),
    resident_post("/consultations/{consultation}/endorse", back),
    resident_post("/consultations/{consultation}/appraise", judge),
    Route("/consultations/{consultation}/files/{file}", paper, name="meeting_paper"),
)
