"""通知 on the residents' pages: the list, unread first, and one notice with its files and 「已阅」."""

from urllib.parse import quote

from starlette.responses import Response

from clock import clock
from errors import NotFound
from handlers.files.queries import content_of
from handlers.notices import texts
from handlers.notices.actions.readings import acknowledge_notice, read_notice
from handlers.notices.addressees import own_notice
from handlers.notices.queries.residents import files_of, last_version, notices_for
from handlers.notices.registers import asked_poll
from miniprogram.access import Visit, resident_page, resident_post
from models.reach import NoticeState
from web.forms import row_id

NOTICES = "/m/notices"


async def notices(visit: Visit) -> Response:
    found = await notices_for(visit.visitor, clock.now())
    parts = [
        ("还没看的", [mine for mine in found if mine.unread]),
        ("请回复已阅", [mine for mine in found if not mine.unread and mine.wants_receipt]),
        ("看过的和已结束的", [mine for mine in found if not mine.unread and not mine.wants_receipt]),
    ]
    listed = [
        (heading, [(f"{NOTICES}/{mine.notice.id}", mine.notice.title, mine.standing) for mine in lines])
        for heading, lines in parts
        if lines
    ]
    return await visit.show("notices.html", parts=listed, bound=bool(visit.visitor.homes))


async def notice(visit: Visit) -> Response:
    """A notice; opening it is reading it."""
    mine = await read_notice(visit.visitor, _asked(visit), clock.now())
    version = await last_version(mine.notice)
    return await visit.show(
        "notice.html",
        notice=mine.notice,
        gone=texts.withdrawn(mine.notice).split("\n")[1:] if mine.notice.state is NoticeState.WITHDRAWN else [],
        corrected=texts.corrected(version) if version else "",
        facts=texts.facts(mine.notice),
        files=await files_of(mine.notice.id),
        mine=mine,
        poll=await asked_poll(mine.notice),
    )


async def acknowledge(visit: Visit) -> Response:
    """「已阅」; pressed twice it is said once."""
    number = _asked(visit)
    new = await acknowledge_notice(visit.visitor, number, clock.now())
    said = "已记下：您已阅这条通知。" if new else "您已经回过「已阅」。"
    answer = await visit.go(f"{NOTICES}/{number}", f"{said}通知编号 {number}。")
    if new:
        await visit.invite()
    return answer


async def attachment(visit: Visit) -> Response:
    """A file of a notice, for whom the notice is for, unless it was withdrawn."""
    wanted = row_id(visit.request.path_params["file"])
    mine = await own_notice(visit.visitor, _asked(visit), clock.now())
    files = await files_of(mine.notice.id) if mine.notice.state is NoticeState.SENT else []
    found = next((one for one in files if one.id == wanted), None)
    if found is None:
        raise NotFound
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.file.name, safe='')}"}
    return Response(await content_of(found.file), headers=headers, media_type=found.file.content_type)


def _asked(visit: Visit) -> int:
    return row_id(visit.request.path_params["notice"])


ROUTES = (
    resident_page("/notices", notices),
    resident_page("/notices/{notice}", notice),
    resident_post("/notices/{notice}", acknowledge),
    resident_page("/notices/{notice}/files/{file}", attachment),
)
