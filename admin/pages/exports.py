"""The people of one's own part of the tree as a table: masked, or in clear with a reason and a code of the phone."""

from collections.abc import Mapping

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.sheets import csv_stream, watermark, xlsx_download
from clock import clock
from errors import Invalid
from handlers.residency.actions.export import take_out
from handlers.residency.queries.export import HEADER, export_lines
from handlers.residency.queries.resident import community_names
from handlers.staff.rules import Permission
from web.forms import one_line

KINDS = {"csv": "CSV（人多也可以）", "xlsx": "Excel（最多10万行）"}
CONTENTS = {"masked": "姓名、电话、证件号遮住", "clear": "完整内容（要理由和验证码）"}


async def export(visit: Visit) -> Response:
    return await _form(visit, {"place": visit.viewer.code, "kind": "csv", "content": "masked", "reason": ""})


async def download(visit: Visit) -> Response:
    """The table itself; that it was taken is written down before."""
    values = {name: one_line(visit.field(name)) for name in ("place", "kind", "content", "reason")}
    if values["kind"] not in KINDS or values["content"] not in CONTENTS:
        return await _form(visit, values, 422, "请选择格式和内容。")
    clear = values["content"] == "clear"
    if clear:
        await visit.step_up()
    try:
        organisation = await take_out(
            visit.viewer, values["place"], values["kind"], clear=clear, reason=values["reason"]
        )
    except Invalid as problem:
        return await _form(visit, values, 422, problem.message)
    mark = watermark(visit.viewer, organisation.name, clock.now())
    name, lines = f"居民-{organisation.name}", export_lines(organisation.code, clear=clear)
    if values["kind"] == "csv":
        return csv_stream(name, HEADER, lines, mark)
    return await xlsx_download(name, HEADER, [line async for line in lines], mark)


async def _form(visit: Visit, values: Mapping[str, str], status: int = 200, problem: str = "") -> Response:
    own = (visit.viewer.code, "我的全部范围")
    communities = [one for one in await community_names(visit.viewer) if one[0] != own[0]]
    return await visit.show(
        "residents/export.html",
        status,
        values=values,
        places=[own, *communities],
        kinds=KINDS.items(),
        contents=CONTENTS.items(),
        problem=problem,
    )


ROUTES = (
    require(Permission.RESIDENTS_EXPORT, "/residents/export", export),
    require_post(Permission.RESIDENTS_EXPORT, "/residents/export", download),
)
