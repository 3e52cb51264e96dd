"""Writing a topic down as staff, putting it otherwise, and the counts and days that hold for new ones."""

from collections.abc import Mapping
from itertools import groupby

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Invalid
from handlers.consultations.actions.proposing import Written, edit_topic, raise_topic, rewritable
from handlers.consultations.actions.settings import set_rules
from handlers.consultations.queries.consultations import consultation_of
from handlers.consultations.registers import own_terms, set_terms
from handlers.consultations.terms import TERMS, inherited
from handlers.residency.queries.coverage import part_of_tree
from handlers.staff.rules import Permission
from handlers.votes.queries.polls import places
from models.consultations import Consultation
from web.forms import clean, lines, missing, one_line, row_id

CONSULTATIONS = "/admin/consultations"
FIELDS = (
    "title",
    "problem",
    "options",
    "parties",
    "contact",
    "place",
    "parts",
    "skip_reason",
    "discussion",
    "map_shown",
)
LABELS = {"title": "标题", "problem": "是什么问题", "place": "范围"}
_P = Permission


async def new(visit: Visit) -> Response:
    return await _form(visit, dict.fromkeys(FIELDS, "") | {"parties": "居民"})


async def write(visit: Visit) -> Response:
    """Keep a new topic; a form with mistakes comes back as it was."""
    values = _sent(visit)
    if problems := missing(LABELS, values):
        return await _form(visit, values, problems)
    skip = one_line(values["skip_reason"])
    try:
        made = await raise_topic(
            visit.viewer, _written(values), values["place"], lines(values["parts"]), clock.now(), skip_reason=skip
        )
    except Invalid as refusal:
        return await _form(visit, values, {"": refusal.message})
    return await visit.go(f"{CONSULTATIONS}/{made.id}", "议题已建好，居民看得到了。")


async def edit(visit: Visit) -> Response:
    found = await consultation_of(visit.viewer, _id(visit))
    values = {
        "title": found.title,
        "problem": found.problem,
        "options": "\n".join(found.options),
        "parties": "\n".join(found.parties),
        "contact": found.contact,
        "discussion": "yes" if found.discussion else "",
        "map_shown": "yes" if found.map_shown else "",
    }
    return await _form(visit, dict.fromkeys(FIELDS, "") | values, one=found)


async def change(visit: Visit) -> Response:
    found, values = await consultation_of(visit.viewer, _id(visit)), _sent(visit)
    switches = {"discussion": bool(values["discussion"]), "map_shown": bool(values["map_shown"])}
    try:
        await edit_topic(visit.viewer, found.id, _written(values), **switches)
    except Invalid as refusal:
        return await _form(visit, values, {"": refusal.message}, found)
    return await visit.go(f"{CONSULTATIONS}/{found.id}", "已保存。")


def _sent(visit: Visit) -> dict[str, str]:
    return {name: clean(visit.form.get(name, "")) for name in FIELDS}


def _written(values: Mapping[str, str]) -> Written:
    options, parties = tuple(lines(values["options"])), tuple(lines(values["parties"]))
    return Written(one_line(values["title"]), values["problem"], options, parties, one_line(values["contact"]))


async def _form(
    visit: Visit,
    values: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    one: Consultation | None = None,
) -> Response:
    offered = groupby(await places(visit.viewer), lambda place: place["community"])
    return await visit.show(
        "consultations/new.html",
        422 if problems else 200,
        values=values,
        problems=problems or {},
        one=one,
        rewritable=one is None or rewritable(one),
        places=[(body, [(place["code"], place["name"]) for place in found]) for body, found in offered],
    )


async def rules(visit: Visit) -> Response:
    return await _rules(visit, {})


async def keep_rules(visit: Visit) -> Response:
    """Set one's own body's counts and days; an empty field is inherited."""
    written = {name: one_line(visit.field(name)) for name in TERMS}
    wrong = {name: "请填整数，或空着。" for name, text in written.items() if text and not text.isdecimal()}
    if wrong or any(len(text) > 4 for text in written.values()):
        return await _rules(visit, wrong or {"": "数字太大。"}, written)
    numbers = {name: int(text) for name, text in written.items() if text}
    kept = set_rules(visit.viewer, numbers, clock.now())
    return await visit.attempt(f"{CONSULTATIONS}/rules", kept, "已保存。新的议题按这个来，已有的不变。")


async def _rules(visit: Visit, problems: Mapping[str, str], written: Mapping[str, str] | None = None) -> Response:
    body = await part_of_tree(visit.viewer, visit.viewer.code)
    own = await own_terms(body.id)
    return await visit.show(
        "consultations/rules.html",
        422 if problems else 200,
        problems=problems,
        values=written or {name: str(own.get(name, "")) for name in TERMS},
        terms=TERMS,
        usual=inherited((await set_terms(body.code))[: -1 if own else None]).stored(),
        body=body,
        sets=visit.viewer.may(_P.CONSULTATIONS_DECIDE),
    )


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["consultation_id"])


ROUTES = (
    require(_P.CONSULTATIONS_EDIT, "/consultations/new", new),
    require_post(_P.CONSULTATIONS_EDIT, "/consultations/new", write),
    require(_P.CONSULTATIONS_VIEW, "/consultations/rules", rules),
    require_post(_P.CONSULTATIONS_DECIDE, "/consultations/rules", keep_rules),
    require(_P.CONSULTATIONS_EDIT, "/consultations/{consultation_id}/edit", edit),
    require_post(_P.CONSULTATIONS_EDIT, "/consultations/{consultation_id}/edit", change),
)
