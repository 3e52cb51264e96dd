"""What a vote came to: sentences, chart and table, participation by building, tables to save, lists to recount."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from admin.access import Visit, require
from admin.archives import Content, zip_stream
from admin.layout import panel_of, percent
from admin.sheets import csv_download, watermark, xlsx_download
from clock import clock
from errors import Conflict
from handlers.staff.rules import Permission, Viewer
from handlers.votes import card, outcomes, recount
from handlers.votes.actions.filing import note_taken
from handlers.votes.outcomes import Figure
from handlers.votes.queries.exports import HOW_TO, auditor_list, last_seals, public_list
from handlers.votes.queries.participation import Part, participation
from handlers.votes.queries.polls import poll_of
from models.states import PollState
from models.votes import Poll
from web.forms import row_id

OVER = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})
HEADER = ("项目", "数字", "比例", "分子", "分母", "要求", "达到", "依据")
WHOLE = 1000
PUBLIC_LIST = "公众清单.json"


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure as a bar; `width` is out of a thousand."""

    figure: Figure
    width: int


async def result(visit: Visit) -> Response:
    poll = await _poll(visit)
    if poll.result is None:
        raise Conflict("还没有计票，没有结果可以看。")
    return await visit.show(
        "votes/result.html",
        poll=poll,
        outcome=outcomes.outcome(poll),
        effect=outcomes.effect(poll),
        conditions=card.conditions(poll),
        figures=outcomes.figures(poll),
        bars=_bars(poll),
        parts=await participation(visit.viewer, poll.id),
        seals=await last_seals(poll.id),
        over=poll.state in OVER,
        link=f"{panel_of(visit.request).settings.base_url}/m/results/{poll.id}",
    )


def _bars(poll: Poll) -> list[Bar]:
    """A bar for each figure that is part of a whole; a mean is part of the best score."""
    best = poll.scale[1] if poll.dimensions and poll.scale else 1
    return [
        Bar(one, int(one.numerator * WHOLE // (one.denominator * (1 if one.share else best))))
        for one in outcomes.figures(poll)
        if one.numerator is not None and one.denominator
    ]


async def table_csv(visit: Visit) -> Response:
    poll, mark = await _taken(visit, "result.csv")
    return csv_download(f"{poll.title}-结果", [HEADER, *await result_lines(visit.viewer, poll)], mark)


async def table_xlsx(visit: Visit) -> Response:
    poll, mark = await _taken(visit, "result.xlsx")
    return await xlsx_download(f"{poll.title}-结果", HEADER, await result_lines(visit.viewer, poll), mark)


async def _taken(visit: Visit, what: str) -> tuple[Poll, str]:
    """The counted poll, and the watermark of what is taken out of it, which is noted."""
    poll = await _poll(visit)
    if poll.result is None:
        raise Conflict("还没有计票，没有结果可以下载。")
    await note_taken(visit.viewer, poll.id, what)
    return poll, watermark(visit.viewer, poll.scope, clock.now())


async def result_lines(viewer: Viewer, poll: Poll) -> list[Sequence[object]]:
    """The result as lines of a table under `HEADER`, exact numbers beside those that are shown."""
    figures = [
        (one.label, one.number, one.share, one.numerator, one.denominator, one.threshold, one.verdict, one.source)
        for one in outcomes.figures(poll)
    ]
    facts = [
        ("投票", poll.title),
        ("范围", poll.scope),
        ("结论", outcomes.outcome(poll)),
        ("性质", outcomes.effect(poll)),
    ]
    return [*figures, *_by_building(await participation(viewer, poll.id)), (), *facts]


def _by_building(parts: Sequence[Part]) -> list[Sequence[object]]:
    lines = [(part.name, f"{part.voted}/{part.roll}", percent(part.voted, part.roll)) for part in parts]
    return [(), ("各楼栋参与", "已投/名册", "参与率"), *lines] if lines else []


async def public_zip(visit: Visit) -> Response:
    """The public list, as anybody may have it, and the program that checks its chain."""
    pieces = await public_list((await _poll(visit)).id)
    poll, _ = await _taken(visit, "public.zip")
    return zip_stream(f"{poll.title}-公众清单", public_members(pieces), clock.now())


async def sealed_zip(visit: Visit) -> Response:
    """The auditor's sealed export: choices with their weights, without receipts, and the program that recounts them."""
    pieces = await auditor_list(visit.viewer, (await _poll(visit)).id)
    poll, mark = await _taken(visit, "sealed.zip")
    return zip_stream(f"{poll.title}-审计清单", _sealed(pieces, mark), clock.now())


async def public_members(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, Content]]:
    """The public list beside the program that checks it."""
    yield PUBLIC_LIST, pieces
    yield "recount.py", _script()
    yield "怎样核对.txt", HOW_TO.format(name=PUBLIC_LIST).encode("utf-8-sig")


async def _sealed(pieces: AsyncIterator[bytes], mark: str) -> AsyncIterator[tuple[str, Content]]:
    yield "auditor.json", pieces
    yield "recount.py", _script()
    yield "README.txt", f"{HOW_TO.format(name='auditor.json')}\n{mark}\n".encode("utf-8-sig")


def _script() -> bytes:
    return Path(recount.__file__).read_bytes()


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, row_id(visit.request.path_params["poll_id"]))


ROUTES = (
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/result", result),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/result.csv", table_csv),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/result.xlsx", table_xlsx),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/public.zip", public_zip),
    require(Permission.AUDIT_VIEW, "/votes/{poll_id}/sealed.zip", sealed_zip),
)
