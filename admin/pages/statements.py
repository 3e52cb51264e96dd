"""Statements of a topic: what was said, what is put up for a body, what says the same, and what people think."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.sheets import csv_download, watermark
from clock import clock
from handlers.consultations.actions.merging import keep_apart, merge_statements
from handlers.consultations.actions.speaking import LONGEST, SPEAKERS, speak_for
from handlers.consultations.actions.taken import note_taken
from handlers.consultations.queries.consultations import consultation_of
from handlers.consultations.queries.opinions import (
    group_table,
    leaning_words,
    matrix_of,
    opinion_view,
    statement_table,
    told_apart,
)
from handlers.consultations.queries.statements import Said, statements_of
from handlers.consultations.rules import Verb, verbs
from handlers.staff.rules import Permission
from models.consultations import Consultation
from opinion.showing import FEWEST
from understanding.grouping import alike
from web.forms import clean, one_line, row_id

TOPICS = "/admin/consultations"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements that look alike, the older first."""

    kept: Said
    gone: Said


async def statements(visit: Visit) -> Response:
    consultation = await _consultation(visit)
    said = await statements_of(consultation.id)
    view = await opinion_view(consultation)
    return await visit.show(
        "consultations/statements.html",
        consultation=consultation,
        said=said,
        texts={one.id: one.text for one in said},
        pairs=pairs([one for one in said if one.stands]),
        view=view,
        apart=told_apart,
        leaning=leaning_words,
        fewest=FEWEST,
        speakers=[*SPEAKERS[1:], *(party for party in consultation.parties if party not in SPEAKERS)],
        longest=LONGEST,
        may_speak=Verb.SPEAK in verbs(consultation.stage),
        edits=visit.viewer.may(Permission.CONSULTATIONS_EDIT),
    )


def pairs(said: Sequence[Said]) -> list[Pair]:
    """Those that look alike and that nobody has said to be two."""
    found: list[Pair] = []
    for group in alike([one.text for one in said]):
        kept = said[group[0]]
        found += [Pair(kept, said[at]) for at in group[1:] if said[at].id not in kept.kept_apart]
    return found


async def put_up(visit: Visit) -> Response:
    """What a body has said, under its name."""
    number = (await _consultation(visit)).id
    speaker = one_line(clean(visit.form.get("other", ""))) or visit.field("speaker")
    deed = speak_for(visit.viewer, number, speaker, visit.field("text"), clock.now())
    return await visit.attempt(_here(visit), deed, f"已发布，署名「{speaker}」。")


async def merge(visit: Visit) -> Response:
    gone, kept = [row_id(clean(visit.form.get(name, ""))) for name in ("gone", "kept")]
    deed = merge_statements(visit.viewer, _number(visit), gone, kept, clock.now())
    return await visit.attempt(_here(visit), deed, "已合并，表态算在一起，已告诉发言的人。")


async def apart(visit: Visit) -> Response:
    one, other = [row_id(clean(visit.form.get(name, ""))) for name in ("gone", "kept")]
    return await visit.attempt(_here(visit), keep_apart(visit.viewer, _number(visit), one, other), "已记下：是两回事。")


async def statements_csv(visit: Visit) -> Response:
    consultation = await _consultation(visit)
    lines = statement_table(await opinion_view(consultation))
    return await _taken(visit, consultation, "statements.csv", "观点", lines)


async def groups_csv(visit: Visit) -> Response:
    consultation = await _consultation(visit)
    return await _taken(visit, consultation, "groups.csv", "意见群体", group_table(await opinion_view(consultation)))


async def matrix_csv(visit: Visit) -> Response:
    """Every stance, a line a person in an order drawn anew each time and without a name; not of fewer than five."""
    consultation = await _consultation(visit)
    found = await matrix_of(consultation.id)
    numbers = sorted(set(found["statements"]))
    of_person: dict[int, dict[int, int]] = {}
    for person, statement, value in zip(*found.values(), strict=True):
        of_person.setdefault(person, {})[statement] = value
    drawn = random.SystemRandom().sample(sorted(of_person), len(of_person)) if len(of_person) >= FEWEST else []
    lines = [[at, *(of_person[person].get(number, "") for number in numbers)] for at, person in enumerate(drawn, 1)]
    return await _taken(visit, consultation, "matrix.csv", "表态矩阵", [["参与者", *numbers], *lines])


async def _taken(
    visit: Visit, consultation: Consultation, what: str, name: str, lines: Sequence[Sequence[object]]
) -> Response:
    await note_taken(visit.viewer, consultation.id, what)
    mark = watermark(visit.viewer, consultation.scope or consultation.organisation.name, clock.now())
    return csv_download(f"{consultation.title}-{name}", lines, mark)


async def _consultation(visit: Visit) -> Consultation:
    return await consultation_of(visit.viewer, _number(visit))


def _number(visit: Visit) -> int:
    return row_id(visit.request.path_params["consultation_id"])


def _here(visit: Visit) -> str:
    return f"{TOPICS}/{_number(visit)}/statements"


_PATH = "/consultations/{consultation_id}"
ROUTES = (
    require(Permission.CONSULTATIONS_VIEW, f"{_PATH}/statements", statements),
    require_post(Permission.CONSULTATIONS_EDIT, f"{_PATH}/statements", put_up),
    require_post(Permission.CONSULTATIONS_EDIT, f"{_PATH}/statements/merge", merge),
    require_post(Permission.CONSULTATIONS_EDIT, f"{_PATH}/statements/apart", apart),
    require(Permission.CONSULTATIONS_VIEW, f"{_PATH}/statements.csv", statements_csv),
    require(Permission.CONSULTATIONS_VIEW, f"{_PATH}/groups.csv", groups_csv),
    require(Permission.CONSULTATIONS_EDIT, f"{_PATH}/matrix.csv", matrix_csv),
)
