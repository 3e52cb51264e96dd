"""咨询台账: what residents asked, who answered, how soon; for a period, to read, download, or print with a head."""

from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import local
from admin.pages.inbox import age
from admin.sheets import csv_stream, watermark, xlsx_download
from clock import clock
from errors import Invalid
from handlers.enquiries.actions.ledger import take_ledger
from handlers.enquiries.queries.ledger import PAGE, LedgerLine, Period, all_lines, count_lines, ledger_lines, period
from handlers.staff.rules import Permission
from web.forms import calendar_day, page_after

LEDGER = "/admin/inbox/ledger"
MOST_PRINTED = 500
MOST_XLSX = 20_000
HEADER = (
    *("编号", "时间", "渠道", "居民", "住址", "类别", "问题", "答复", "经办人", "首次回复用时", "结束时间", "结果"),
)


def _cells(line: LedgerLine) -> tuple[object, ...]:
    return (
        line.id,
        local(line.at),
        line.channel.label,
        line.person or "未登记",
        line.address,
        kind_of(line),
        line.asked,
        line.answered,
        line.by,
        waited(line),
        local(line.closed_at) if line.closed_at else "",
        result_of(line),
    )


def kind_of(line: LedgerLine) -> str:
    """「城乡建设，反映」, as far as it is known."""
    return "，".join(word for word in (line.department, line.act) if word)


def waited(line: LedgerLine) -> str:
    """How long the resident waited for the first answer."""
    if line.answered_at is None:
        return "没有答复"
    return age(line.at, line.answered_at) if line.answered_at > line.at else "当场"


def result_of(line: LedgerLine) -> str:
    """What came of it; of what was ended long ago that is not known."""
    if line.outcome:
        return line.outcome.label
    return "已结束" if line.closed_at else "未结束"


async def ledger(visit: Visit) -> Response:
    of, problem = _asked(visit)
    after = page_after(visit.request)
    found = await ledger_lines(visit.viewer, of, after, PAGE + 1)
    return await visit.show(
        "inbox/ledger.html",
        422 if problem else 200,
        lines=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        problem=problem,
        **await _shared(visit, of),
    )


async def print_ledger(visit: Visit) -> Response:
    """The same on paper, under the heading of the body; that it was printed is noted."""
    of, problem = _asked(visit)
    many = await count_lines(visit.viewer, of)
    if problem or many > MOST_PRINTED:
        raise Invalid(problem or f"一次最多打印{MOST_PRINTED}条，请把日期分段。")
    await take_ledger(visit.viewer, of.since, of.until, "print", many)
    lines = await ledger_lines(visit.viewer, of, limit=MOST_PRINTED)
    return await visit.show("inbox/ledger_print.html", lines=lines, now=clock.now(), **await _shared(visit, of))


async def download(visit: Visit) -> Response:
    """CSV or Excel, after a code of the phone, since residents' own words stand in it."""
    kind, of = visit.field("kind"), _period(visit.field("since"), visit.field("until"))
    many = await count_lines(visit.viewer, of)
    if kind not in {"csv", "xlsx"} or (kind == "xlsx" and many > MOST_XLSX):
        raise Invalid(f"Excel最多{MOST_XLSX}条，更多请下载CSV。")
    await take_ledger(visit.viewer, of.since, of.until, kind, many)
    name = f"咨询台账-{visit.viewer.organisation}-{of.since}至{of.until}"
    mark = watermark(visit.viewer, f"{visit.viewer.organisation}，{of.since}至{of.until}", clock.now())
    lines = (_cells(line) async for line in all_lines(visit.viewer, of))
    if kind == "csv":
        return csv_stream(name, HEADER, lines, mark)
    return await xlsx_download(name, HEADER, [line async for line in lines], mark)


async def _shared(visit: Visit, of: Period) -> dict[str, Any]:
    many = await count_lines(visit.viewer, of)
    return {"of": of, "many": many, "kind_of": kind_of, "waited": waited, "result_of": result_of}


def _asked(visit: Visit) -> tuple[Period, str]:
    """The period of the address, this month where none or a wrong one is named; and what was wrong."""
    asked, today = visit.request.query_params, clock.today()
    this_month = Period(today.replace(day=1), today)
    if not asked.get("since") and not asked.get("until"):
        return this_month, ""
    try:
        return _period(asked.get("since", ""), asked.get("until", "")), ""
    except Invalid as refusal:
        return this_month, refusal.message


def _period(since: str, until: str) -> Period:
    return period(calendar_day(since), calendar_day(until))


ROUTES = (
    require(Permission.INBOX_VIEW, "/inbox/ledger", ledger),
    require(Permission.INBOX_VIEW, "/inbox/ledger/print", print_ledger),
    require_post(Permission.INBOX_VIEW, "/inbox/ledger", download, step_up=True),
)
