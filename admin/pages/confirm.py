"""Before a sensitive act: the page that asks for a code, and then does what was asked."""

import time
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.access import (
    ANY_STAFF,
    CODE_FIELD,
    CONFIRM,
    HOME,
    StepUpNeeded,
    Visit,
    local_path,
    require,
    require_post,
    with_query,
)
from admin.layout import panel_of
from handlers.staff import queries as staff


async def ask_for_code(request: Request, error: Exception) -> Response:
    """The page that asks for a code, holding what is to be done with it; a page that is only looked at is gone back to.

    A script's request can't be held: whoever sent it confirms and presses again.
    """
    assert isinstance(error, StepUpNeeded)
    scripted = "HX-Request" in request.headers
    if scripted or request.method == "GET":
        address = urlsplit(request.headers.get("HX-Current-URL", HOME) if scripted else str(request.url))
        question = f"{CONFIRM}?{urlencode({'next': _local(address.path, address.query)})}"
        if scripted:
            return Response(status_code=204, headers={"HX-Redirect": question})
        return RedirectResponse(question, 303)
    kept = {name: text for name, text in error.visit.form.items() if name not in {"token", CODE_FIELD}}
    back = urlsplit(request.headers.get("Referer", ""))
    return await _question(error.visit, 403, str(request.url.path), kept, _local(back.path, back.query), error.problem)


def _local(path: str, query: str) -> str:
    return local_path(with_query(path, query))


async def _question(
    visit: Visit, status: int, action: str, kept: Mapping[str, str], back: str, problem: str
) -> Response:
    """Ask for a code, or lead to setting up the phone that shows it."""
    factor = await staff.second_factor(visit.viewer)
    shown = panel_of(visit.request).settings.demo and factor is not None and factor.confirmed
    return await visit.show(
        "confirm.html",
        status,
        action=action,
        kept=kept,
        back=back,
        problem=problem,
        hint=factor.next_code(int(time.time())) if shown and factor else "",
        field=CODE_FIELD,
    )


async def question(visit: Visit) -> Response:
    then = local_path(visit.request.query_params.get("next", HOME))
    return await _question(visit, 200, CONFIRM, {"next": then}, HOME, "")


async def confirm(visit: Visit) -> Response:
    return await visit.go(local_path(visit.field("next")), "已确认是您本人，五分钟内有效。")


ROUTES = (
    require(ANY_STAFF, "/account/confirm", question),
    require_post(ANY_STAFF, "/account/confirm", confirm, step_up=True),
)
