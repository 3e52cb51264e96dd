"""What is done from a person's page: moving in and out, another role, 户代表, guardians."""

from collections.abc import Awaitable
from functools import wraps

from starlette.responses import Response

from admin.access import Guarded, Page, Visit, require_post
from admin.pages.residents import REGISTER, day, place_of
from errors import Conflict, Invalid
from handlers.residency.actions import households
from handlers.residency.queries.resident import seen_resident
from handlers.staff.rules import Permission
from web.forms import one_line, row_id


async def move_in(visit: Visit) -> Response:
    async def move() -> int:
        place = await place_of(visit)
        return await households.move_in(visit.viewer, _id(visit), place, leaving=visit.field("leaving") == "yes")

    return await _done(visit, move(), "已迁入。")


async def move_out(visit: Visit) -> Response:
    async def move() -> int:
        return await households.move_out(visit.viewer, _of(visit, "stay_id"), day(visit.field("until"), "迁出日期"))

    return await _done(visit, move(), "已迁出，原来的住址留在历史里。")


async def change_role(visit: Visit) -> Response:
    role, relation = visit.field("role"), one_line(visit.field("relation"))[:20]
    return await _done(
        visit, households.change_role(visit.viewer, _of(visit, "stay_id"), role, relation), "身份已更改。"
    )


async def represent(visit: Visit) -> Response:
    named = visit.field("named") == "yes"
    said = "已定为户代表，这户的票由这位居民来投。" if named else "已取消户代表，这户任何成年居民都可以投票。"
    deed = households.name_representative(visit.viewer, _of(visit, "binding_id"), named=named)
    return await _done(visit, deed, said)


async def add_guardian(visit: Visit) -> Response:
    async def add() -> int:
        chosen = visit.field("guardian") or visit.field("number")
        if not chosen.isascii() or not chosen.isdecimal():
            raise Invalid("请选择监护人，或填写监护人的居民编号。")
        since = day(visit.field("since"), "开始日期")
        relation = one_line(visit.field("kinship"))
        return await households.add_guardian(visit.viewer, _id(visit), row_id(chosen), relation, since)

    return await _done(visit, add(), "监护关系已登记。")


async def end_guardian(visit: Visit) -> Response:
    async def end() -> int:
        until = day(visit.field("until"), "结束日期")
        return await households.end_guardian(visit.viewer, _of(visit, "guardianship_id"), until)

    return await _done(visit, end(), "监护关系已结束。")


async def _done(visit: Visit, deed: Awaitable[object], said: str) -> Response:
    """Back to the person's page, with what was done or why it was not."""
    back = f"{REGISTER}/{_id(visit)}"
    try:
        await deed
    except (Invalid, Conflict) as problem:
        return await visit.go(back, problem.message, bad=True)
    return await visit.go(back, said)


def _id(visit: Visit) -> int:
    return _of(visit, "resident_id")


def _of(visit: Visit, name: str) -> int:
    return row_id(visit.request.path_params[name])


def _button(path: str, deed: Page) -> Guarded:
    """What is done to somebody; of another branch's people not even a faulty form tells anything."""

    @wraps(deed)
    async def done(visit: Visit) -> Response:
        await seen_resident(visit.viewer, _id(visit))
        return await deed(visit)

    return require_post(Permission.RESIDENTS_EDIT, f"/residents/{{resident_id}}{path}", done)


ROUTES = (
    _button("/move-in", move_in),
    _button("/stays/{stay_id}/move-out", move_out),
    _button("/stays/{stay_id}/role", change_role),
    _button("/bindings/{binding_id}/represent", represent),
    _button("/guardians", add_guardian),
    _button("/guardians/{guardianship_id}/end", end_guardian),
)
