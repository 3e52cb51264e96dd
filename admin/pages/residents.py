"""The people of the viewer's communities: found by whole name, surname and estate, phone or address; added by hand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import RedirectResponse, Response

from admin.access import Visit, require, require_post
from admin.layout import COOKIE, panel_of
from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.residency import places, rules
from handlers.residency.actions.residents import Place, add_resident
from handlers.residency.people import SEXES
from handlers.residency.queries import residents as queries
from handlers.staff.rules import Permission
from web.forms import LONGEST_SEARCH, one_line

REGISTER = "/admin/residents"
PAGE = 50
EMPTY = {"name": "", "phone": "", "id_no": "", "sex": "", "birth_on": "", "tags": ""}
EMPTY_STAY = {"address": "", "role": "家属", "relation": "", "since": ""}


async def residents(visit: Visit) -> Response:
    """The list: of a search that this session remembers, or of all."""
    query = visit.request.query_params
    name, after = query.get("search", ""), queries.page_key(query.get("after", ""))
    if query.get("after", "") != after:
        raise NotFound
    words = await panel_of(visit.request).sessions.search(visit.request.cookies[COOKIE], name) if name else ""
    if words is None:
        return await visit.go(REGISTER, "这次查找已经过期，请再输一次。", bad=True)
    try:
        found = await queries.residents(visit.viewer, words, after, PAGE + 1)
    except queries.SurnameAlone:
        return await visit.go(REGISTER, "只有姓的人太多，请再写上小区，例如「王 松涛苑」。", bad=True)
    more = found[PAGE - 1].key if len(found) > PAGE else None
    return await visit.show("residents/list.html", lines=found[:PAGE], words=words, search=name, more=more)


async def search(visit: Visit) -> Response:
    """Keep what was typed in the session: names and phones are to stand in no address and no log."""
    words = one_line(visit.field("words"))[:LONGEST_SEARCH]
    if not words:
        return RedirectResponse(REGISTER, 303)
    name = await panel_of(visit.request).sessions.keep_search(visit.request.cookies[COOKIE], words)
    return RedirectResponse(f"{REGISTER}?search={name}", 303)


async def new_resident(visit: Visit) -> Response:
    return await _form(visit, EMPTY | EMPTY_STAY | {"since": str(clock.today())})


async def add(visit: Visit) -> Response:
    values = {name: one_line(visit.field(name)) for name in EMPTY | EMPTY_STAY}
    try:
        place = await place_of(visit)
        resident_id = await add_resident(visit.viewer, particulars(values), place)
    except (Invalid, Conflict) as problem:
        return await _form(visit, values, problem.status, problem.message)
    return await visit.go(f"{REGISTER}/{resident_id}", "已添加。")


async def _form(visit: Visit, values: Mapping[str, str], status: int = 200, problem: str = "") -> Response:
    return await visit.show(
        "residents/new.html", status, values=values, problem=problem, sexes=SEXES[1:], roles=rules.HOUSEHOLD_ROLES
    )


def particulars(values: Mapping[str, str]) -> dict[str, Any]:
    """What was written of a person, by column.

    Raises:
        Invalid: a birthday that is no day.
    """
    written: dict[str, Any] = {
        column: values[column] for column in ("name", "phone", "id_no", "sex") if column in values
    }
    if "birth_on" in values:
        written["birth_on"] = day(values["birth_on"], "出生日期") if values["birth_on"] else None
    if "tags" in values:
        written["tags"] = list(dict.fromkeys(values["tags"].replace("，", " ").replace("、", " ").split()))
    return written


async def place_of(visit: Visit) -> Place:
    """Where somebody is to live, as a form says it.

    Raises:
        Invalid: with what to write instead.
    """
    role, relation = one_line(visit.field("role")), one_line(visit.field("relation"))
    if len(relation) > 20:
        raise Invalid("与户主关系最多20个字。")
    since = day(visit.field("since"), "迁入日期")
    return Place(await dwelling_meant(visit, one_line(visit.field("address"))), role, relation, since)


async def dwelling_meant(visit: Visit, address: str) -> int:
    """The one dwelling that an address means.

    Raises:
        Invalid: it means none of the viewer's, or several.
    """
    finding = await places.find(address)
    found = await places.place(finding.dwelling_id) if finding.dwelling_id else None
    if found and visit.viewer.sees(found.community_code):
        return found.dwelling_id
    raise Invalid("没有找到这个地址，请写全，例如「松涛苑3号楼2单元501」。")


def day(text: str, label: str) -> date:
    """A day as the browser's own field writes it.

    Raises:
        Invalid: it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"请填写{label}，例如 2026-05-01。") from None


ROUTES = (
    require(Permission.RESIDENTS_VIEW, "/residents", residents),
    require_post(Permission.RESIDENTS_VIEW, "/residents/search", search),
    require(Permission.RESIDENTS_EDIT, "/residents/new", new_resident),
    require_post(Permission.RESIDENTS_EDIT, "/residents/new", add),
)
