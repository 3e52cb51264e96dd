"""Ledgers uploaded: checked first, every bad row and conflict told, then taken in as far as one wants."""

from starlette.responses import Response

from admin.access import Visit, require, require_post, require_upload
from admin.imports import Import, Imports
from admin.layout import panel_of, show_part
from admin.sheets import csv_download
from errors import Conflict, Invalid
from handlers.residency.ledgers import WORDS, register_of
from handlers.staff.rules import Permission

IMPORT = "/admin/import"
MOST_BYTES = 60 * 1024**2
SHOWN = 100


async def ledgers(visit: Visit) -> Response:
    """Choosing files, and the import one has begun."""
    return await visit.show("import/choose.html", current=await _imports(visit).of(visit.viewer))


async def check(visit: Visit) -> Response:
    """Stage the files and look into them; nothing is written."""
    if not visit.files:
        return await visit.go(IMPORT, "请先选择文件，再点「检查」。", bad=True)
    if unknown := [one.name for one in visit.files if not register_of(one.name, WORDS)]:
        return await visit.go(IMPORT, f"认不出「{unknown[0][:60]}」是哪种台账，请按下面的表改文件名。", bad=True)
    try:
        begun = await _imports(visit).begin(visit.viewer, visit.files)
    except (Conflict, Invalid) as refusal:
        return await visit.go(IMPORT, refusal.message, bad=True)
    return await visit.go(f"{IMPORT}/{begun.id}", "文件已收到，正在检查。")


async def standing(visit: Visit) -> Response:
    """How an import stands: under way, checked, taken in or refused."""
    found = await _found(visit)
    problems = [] if found.running else await _imports(visit).problems(visit.viewer, found.id)
    return await visit.show("import/standing.html", found=found, problems=problems[:SHOWN], total=len(problems))


async def progress(visit: Visit) -> Response:
    """The progress alone, fetched by the page every two seconds; at the end the page is loaded anew."""
    found = await _found(visit)
    if not found.running or found.lost:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return show_part(visit.request, "import/_progress.html", found=found)


async def run(visit: Visit) -> Response:
    """Take in what was checked."""
    found, here = await _found(visit), _here(visit)
    skip_bad, overwrite = bool(visit.field("skip_bad")), bool(visit.field("overwrite"))
    if found.bad and not skip_bad:
        return await visit.go(here, f"还有{found.bad}行有误。请改好文件重新检查，或勾选「跳过有误的行」。", bad=True)
    if await _imports(visit).run(visit.viewer, found.id, skip_bad=skip_bad, overwrite=overwrite):
        return await visit.go(here, "已经开始导入，可以离开这一页，过一会儿回来看。")
    return await visit.go(here, "这次导入已经开始或已经结束，没有再做一遍。", bad=True)


async def drop(visit: Visit) -> Response:
    """Forget the staged files."""
    dropped = _imports(visit).drop(visit.viewer, visit.request.path_params["import_id"])
    return await visit.attempt(IMPORT, dropped, "已放弃，上传的文件已删除。")


async def problems_table(visit: Visit) -> Response:
    """All bad rows and conflicts, to put right line by line."""
    found = await _found(visit)
    problems = await _imports(visit).problems(visit.viewer, found.id)
    lines = [(flaw.file, flaw.line, "冲突" if flaw.clash else "有误", flaw.reason) for flaw in problems]
    return csv_download("导入问题", [("文件", "行", "类别", "原因"), *lines])


def _imports(visit: Visit) -> Imports:
    return panel_of(visit.request).imports


async def _found(visit: Visit) -> Import:
    return await _imports(visit).find(visit.viewer, visit.request.path_params["import_id"])


def _here(visit: Visit) -> str:
    return f"{IMPORT}/{visit.request.path_params['import_id']}"


ROUTES = (
    require(Permission.IMPORT_RUN, "/import", ledgers),
    require_upload(Permission.IMPORT_RUN, "/import", check, MOST_BYTES),
    require(Permission.IMPORT_RUN, "/import/{import_id}", standing),
    require(Permission.IMPORT_RUN, "/import/{import_id}/progress", progress, renew=False),
    require(Permission.IMPORT_RUN, "/import/{import_id}/problems.csv", problems_table),
    require_post(Permission.IMPORT_RUN, "/import/{import_id}/run", run),
    require_post(Permission.IMPORT_RUN, "/import/{import_id}/drop", drop),
)
