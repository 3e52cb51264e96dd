"""Papers of moderation: the word list with its basis, figures by reason, and evidence to hand over."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.archives import Content, zip_stream
from admin.pages.moderation import QUEUE
from admin.pages.moderation_deeds import reason_of
from admin.sheets import csv_bytes, csv_download, watermark
from clock import BEIJING, clock
from errors import Invalid, NotFound
from handlers.moderation.actions.evidence import Sought, take_evidence
from handlers.moderation.actions.words import NewWord, add_word, remove_word
from handlers.moderation.queries.evidence import HEADER, evidence, table
from handlers.moderation.queries.figures import Figures, community_of, counts_by_reason
from handlers.moderation.queries.words import own_words
from handlers.moderation.wordlist import packaged
from handlers.staff.rules import Permission
from models.deliberation import ModerationReason
from web.forms import calendar_day, one_line, row_id

WORDS = f"{QUEUE}/words"
EVIDENCE = f"{QUEUE}/evidence"
DAYS = 90


async def words(visit: Visit) -> Response:
    return await visit.show(
        "moderation/words.html",
        own=await own_words(visit.viewer),
        packaged=packaged(),
        reasons=tuple(ModerationReason),
        deciding=visit.viewer.may(Permission.MODERATION_DECIDE),
    )


async def add(visit: Visit) -> Response:
    new = NewWord(
        one_line(visit.field("word")), bool(visit.field("refuses")), reason_of(visit), one_line(visit.field("basis"))
    )
    return await visit.attempt(WORDS, add_word(visit.viewer, new, clock.now()), "已加进词表，本单位和下级都用。")


async def remove(visit: Visit) -> Response:
    number = row_id(visit.request.path_params["word_id"])
    return await visit.attempt(WORDS, remove_word(visit.viewer, number), "已从词表去掉。")


async def figures(visit: Visit) -> Response:
    return await visit.show("moderation/figures.html", figures=await _figures(visit), days=DAYS, code=visit.viewer.code)


async def figures_table(visit: Visit) -> Response:
    found = await _figures(visit)
    lines = [*found.lines(), ("", ""), ("理由", "退回", "隐藏")]
    lines += [(reason.label, *counted) for reason, counted in found.reasons.items()]
    return csv_download("发言审核统计", [("项目", "数量"), *lines])


async def _figures(visit: Visit) -> Figures:
    place = await community_of(visit.viewer.code)
    if place is None:
        raise NotFound
    return await counts_by_reason(place, clock.today() - timedelta(days=DAYS - 1), clock.today())


async def evidence_form(visit: Visit) -> Response:
    number = visit.request.query_params.get("post", "")
    return await _form(visit, {"post": number if number.isdigit() and len(number) < 19 else ""})


async def download(visit: Visit) -> Response:
    """The archive; that it was taken is written down before."""
    values = {name: one_line(visit.field(name)) for name in ("post", "since", "until", "reason")}
    clear = bool(visit.field("clear"))
    if clear:
        visit.viewer.require(Permission.RESIDENTS_REVEAL)
        await visit.step_up()
    try:
        numbers = await take_evidence(visit.viewer, _sought(values), clear=clear, reason=values["reason"])
    except Invalid as problem:
        return await _form(visit, values, 422, problem.message)
    found, now = await evidence(numbers, clear=clear), clock.now()
    mark = watermark(visit.viewer, visit.viewer.organisation, now)

    async def members() -> AsyncIterator[tuple[str, Content]]:
        told = {"导出": mark, "理由": values["reason"], "发言": found}
        yield "发言.json", json.dumps(told, ensure_ascii=False, indent=1).encode()
        yield "发言.csv", csv_bytes([HEADER, *table(found)], mark)

    return zip_stream(f"发言证据-{now.astimezone(BEIJING):%Y%m%d%H%M}", members(), now)


def _sought(values: Mapping[str, str]) -> Sought:
    if values["post"]:
        return Sought(row_id(values["post"]))
    if not (values["since"] and values["until"]):
        return Sought()
    first, last = calendar_day(values["since"]), calendar_day(values["until"]) + timedelta(days=1)
    return Sought(None, *(datetime(day.year, day.month, day.day, tzinfo=BEIJING) for day in (first, last)))


async def _form(visit: Visit, values: Mapping[str, str], status: int = 200, problem: str = "") -> Response:
    return await visit.show(
        "moderation/evidence.html",
        status,
        values={"post": "", "since": "", "until": "", "reason": ""} | dict(values),
        problem=problem,
        revealing=visit.viewer.may(Permission.RESIDENTS_REVEAL),
    )


ROUTES = (
    require(Permission.MODERATION_VIEW, "/moderation/words", words),
    require_post(Permission.MODERATION_DECIDE, "/moderation/words", add),
    require_post(Permission.MODERATION_DECIDE, "/moderation/words/{word_id}/remove", remove),
    require(Permission.MODERATION_VIEW, "/moderation/figures", figures),
    require(Permission.MODERATION_VIEW, "/moderation/figures.csv", figures_table),
    require(Permission.MODERATION_DECIDE, "/moderation/evidence", evidence_form),
    require_post(Permission.MODERATION_DECIDE, "/moderation/evidence", download),
)
