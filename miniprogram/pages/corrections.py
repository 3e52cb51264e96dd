"""更正: what is wrong at one of one's homes, handed to a worker by the same action as in chat."""

from starlette.responses import Response

from errors import Conflict, NotFound
from handlers.residency import texts
from handlers.residency.actions.corrections import request_correction
from handlers.residency.queries.corrections import corrections_of
from miniprogram.access import Visit, resident_page, resident_post
from models.states import CorrectionKind

CORRECTIONS = "/m/corrections"
SHORTEST, LONGEST = 2, 200


async def corrections(visit: Visit) -> Response:
    return await _form(visit)


async def _form(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """The form, with what was written and what is wrong with it, above what was asked for before."""
    written = {name: visit.field(name) for name in ("binding", "kind", "words")}
    return await visit.show(
        "corrections.html",
        status,
        homes=visit.visitor.homes,
        kinds=list(texts.CORRECTION_WORDS),
        asked=await corrections_of(visit.account_id),
        written=written,
        problem=problem,
    )


async def correct(visit: Visit) -> Response:
    """Ask for it; the same again keeps its number."""
    words, home = visit.field("words"), visit.field("binding")
    own = next((one for one in visit.visitor.homes if str(one.binding_id) == home), None)
    if own is None:
        raise NotFound(texts.NO_SUCH_HOME)
    if visit.field("kind") not in map(str, texts.CORRECTION_WORDS):
        return await _form(visit, 422, "请选一项哪里不对。")
    if not SHORTEST <= len(words) <= LONGEST:
        return await _form(visit, 422, texts.MORE_WORDS)
    kind = CorrectionKind(visit.field("kind"))
    try:
        correction = await request_correction(visit.account_id, own.binding_id, kind, words)
    except Conflict as refusal:
        return await visit.go(CORRECTIONS, refusal.message, bad=True)
    return await visit.go(CORRECTIONS, f"已转给社区工作人员，更正号 {correction.id}。结果会告诉您。")


ROUTES = (resident_page("/corrections", corrections), resident_post("/corrections", correct))
