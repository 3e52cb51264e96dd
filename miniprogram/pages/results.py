"""公布的结果: figures, chart, participation and the list of receipts, for anybody; and a receipt checked by its number.

A number that is looked for is sent, not put into an address: of a named vote it leads to what was chosen.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from handlers.consultations.queries.consultations import of_poll
from handlers.votes import card, finished, outcomes, texts
from handlers.votes.answers import answer_from, spoken
from handlers.votes.outcomes import Figure
from handlers.votes.queries.exports import public_list
from handlers.votes.queries.lists import ballot_of, posted, posted_receipt, posted_receipts
from handlers.votes.queries.notices import changes_of
from handlers.votes.queries.participation import posted_participation
from handlers.votes.receipts import written
from handlers.votes.seals import last_seals
from miniprogram.access import TooOften, own_form
from miniprogram.layout import show, surface_of
from web.forms import clean, page_after, row_id
from web.headers import client_address

PAGE = 50
LONGEST_NUMBER = 40
MOST_CHECKS, CHECKS_SECONDS = 60, 600


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure as a bar; `width` in thousandths of the whole, that an SVG takes as it is."""

    figure: Figure
    width: int


async def result(request: Request) -> Response:
    """The posted result, counts only (《个人信息保护法》第二十五条)."""
    poll = await posted(row_id(request.path_params["poll"]))
    figures = outcomes.figures(poll)
    return await show(
        request,
        "result.html",
        poll=poll,
        outcome=outcomes.outcome(poll),
        effect=outcomes.effect(poll),
        facts=card.facts(poll),
        standing="",
        changes=card.corrections(await changes_of(poll.id)),
        figures=figures,
        bars=[bar for figure in figures if (bar := _bar(figure, card.shape(poll).scale[1]))],
        unit=outcomes.unit(poll),
        parts=await posted_participation(poll.id),
        seals=await last_seals(poll.id),
        topic=await of_poll(poll.id),
    )


def _bar(figure: Figure, highest: int) -> Bar | None:
    """Of the whole that a figure is a share of; a mean of the highest score."""
    if figure.numerator is None or not figure.denominator:
        return None
    whole = figure.denominator if figure.share else figure.denominator * highest
    return Bar(figure, int(1000 * figure.numerator / whole))


async def download(request: Request) -> Response:
    """The public list with its seals as one file, which anybody can check by themselves."""
    poll = await posted(row_id(request.path_params["poll"]))
    saved = {"Content-Disposition": f'attachment; filename="poll-{poll.id}-public.json"'}
    return StreamingResponse(await public_list(poll.id), media_type="application/json", headers=saved)


async def receipts(request: Request) -> Response:
    """The list of receipts as it was sealed, page by page."""
    return await _list(request)


async def look_for(request: Request) -> Response:
    """Where on the list a receipt is."""
    number = await _number(request)
    poll = await posted(row_id(request.path_params["poll"]))
    line = await posted_receipt(poll.id, number) if number else None
    if line is None:
        return await _list(request, f"名单里查不到{number or '这个号码'}。请核对一下，再查一次。")
    chosen = f"，选择是{spoken(answer_from(line.answer), card.shape(poll))}" if line.answer else ""
    return await _list(request, f"{line.receipt}在名单里，第{line.number}号{chosen}。")


async def _list(request: Request, found: str = "") -> Response:
    poll = await posted(row_id(request.path_params["poll"]))
    lines = await posted_receipts(poll.id, after=page_after(request), limit=PAGE)
    shape = card.shape(poll)
    said = [
        (line.number, line.receipt, spoken(answer_from(line.answer), shape) if line.answer else "") for line in lines
    ]
    following = lines[-1].number if len(lines) == PAGE else 0
    return await show(request, "receipts_posted.html", poll=poll, lines=said, following=following, found=found)


async def check(request: Request) -> Response:
    return await show(request, "receipts.html", lines=[])


async def check_number(request: Request) -> Response:
    """凭证: whether a ballot is in the box, or on the list that was posted; the same answer as in chat."""
    number = await _number(request)
    held = await ballot_of(number) if number else None
    said = finished.receipt_standing(held.poll, stands=held.stands) if held else texts.RECEIPT_UNKNOWN
    return await show(request, "receipts.html", lines=said.split("\n"))


async def _number(request: Request) -> str:
    """The receipt number that was sent, by whoever it was, not too often."""
    surface = surface_of(request)
    address = client_address(request, surface.settings.trusted_proxies)
    if not await surface.limits.within("receipt", address, MOST_CHECKS, CHECKS_SECONDS):
        raise TooOften
    return written(clean((await own_form(request)).get("number", ""))[:LONGEST_NUMBER])


ROUTES = (
    Route("/results/{poll}", result),
    Route("/results/{poll}/list.json", download),
    Route("/results/{poll}/receipts", receipts),
    Route("/results/{poll}/receipts", look_for, methods=["POST"]),
    Route("/receipts", check),
    Route("/receipts", check_number, methods=["POST"]),
)
