"""How a community's residents' texts were moderated, for anybody: what came, what became of it, counted by reason."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import clock
from errors import NotFound
from handlers.moderation.queries.figures import Figures, community_of, counts_by_reason, hidden_lately
from handlers.moderation.texts import hidden_line
from miniprogram.layout import show
from models.organisations import Organisation

DAYS = 90


async def _counted(request: Request) -> tuple[Organisation, Figures, date]:
    code = str(request.path_params["community"])
    place = await community_of(code) if code.isascii() and code.isdigit() and len(code) <= 12 else None
    if place is None:
        raise NotFound
    since = clock.today() - timedelta(days=DAYS - 1)
    return place, await counts_by_reason(place, since, clock.today()), since


async def moderation(request: Request) -> Response:
    place, figures, since = await _counted(request)
    hidden = [(one.decided_at, hidden_line(one)) for one in await hidden_lately(place, since)]
    return await show(request, "moderation.html", place=place, figures=figures, since=since, days=DAYS, hidden=hidden)


async def table(request: Request) -> Response:
    """The same as a table; figures only, nobody's words."""
    place, figures, _ = await _counted(request)
    lines = [("项目", "数量"), *figures.lines(), ("理由", "退回", "隐藏")]
    lines += [(reason.label, *counted) for reason, counted in figures.reasons.items()]
    body = "".join(",".join(map(str, line)) + "\r\n" for line in lines)
    saved = {"Content-Disposition": f'attachment; filename="moderation-{place.code}.csv"'}
    return Response(body.encode("utf-8-sig"), media_type="text/csv", headers=saved)


ROUTES = (Route("/moderation/{community}", moderation), Route("/moderation/{community}/table.csv", table))
