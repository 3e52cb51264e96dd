"""One person: masked, with homes, ownership, WeChat, guardians and history; put right, shown in clear with a reason."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from admin.access import Visit, require, require_post
from admin.pages.residents import REGISTER, particulars
from campaigns.arrivals import history
from clock import clock
from errors import Conflict, Invalid
from handlers.residency import rules
from handlers.residency.actions.residents import correct_resident, reveal_fields
from handlers.residency.people import SEXES
from handlers.residency.queries import resident as queries
from handlers.staff.rules import Permission
from models.residency import Resident
from web.forms import one_line, row_id

SETS = {
    "name": ("姓名", ("name",)),
    "phone": ("电话", ("phone",)),
    "id_no": ("证件号和出生日期", ("id_no", "birth_on")),
}
"""What is shown in clear at one time, no more than one deed needs (《个人信息保护法》第六条)."""
MOST_TOLD = 20
REASONS = ("上门核实", "电话通知", "办理业务", "紧急情况", "其他")
LABELS = {
    "name": "姓名",
    "phone": "电话",
    "id_no": "证件号",
    "sex": "性别",
    "birth_on": "出生日期",
    "tags": "标签",
    "huji": "户籍",
    "dwelling": "住址",
}
KEPT = ("name", "phone", "id_no", "birth_on")
"""Fields of which the form shows no value: what is left empty stays as it is, unless its name stands in `clear`."""


async def resident(visit: Visit) -> Response:
    found = await queries.seen_resident(visit.viewer, _id(visit))
    if found.id != _id(visit):
        return RedirectResponse(f"{REGISTER}/{found.id}", 303)
    return await visit.show(
        "residents/resident.html",
        person=await queries.person(visit.viewer, found),
        housemates=await queries.housemates(visit.viewer, found.id),
        corrected=[LABELS[column] for column in found.corrected if column in LABELS],
        sets={name: label for name, (label, _) in SETS.items()},
        reasons=REASONS,
        roles=rules.HOUSEHOLD_ROLES,
        told=await history(found.id, visit.viewer.code, MOST_TOLD),
        today=str(clock.today()),
        editing=visit.viewer.may(Permission.RESIDENTS_EDIT),
        revealing=visit.viewer.may(Permission.RESIDENTS_REVEAL),
    )


async def reveal(visit: Visit) -> Response:
    """Show one set of fields in clear in this answer alone; it is stored nowhere and found in no cache."""
    await queries.seen_resident(visit.viewer, _id(visit))
    choice, written = visit.field("why"), one_line(visit.field("reason"))
    back = f"{REGISTER}/{_id(visit)}"
    if visit.field("set") not in SETS or choice not in REASONS or (choice == REASONS[-1] and not written):
        return await visit.go(back, "请选择要看什么、为什么看；选「其他」请写明。", bad=True)
    label, columns = SETS[visit.field("set")]
    try:
        reason = f"{choice}：{written}" if written else choice
        values = await reveal_fields(visit.viewer, _id(visit), columns, reason)
    except Invalid as problem:
        return await visit.go(back, problem.message, bad=True)
    shown = [(LABELS[column], value or "未登记") for column, value in values.items()]
    return await visit.show("residents/reveal.html", label=label, shown=shown, reason=reason, back=back)


async def edit(visit: Visit) -> Response:
    found = await queries.seen_resident(visit.viewer, _id(visit))
    return await _form(visit, found, {"sex": found.sex, "tags": " ".join(found.tags), "reason": ""})


async def correct(visit: Visit) -> Response:
    found = await queries.seen_resident(visit.viewer, _id(visit))
    names = (*KEPT, "sex", "tags", "reason")
    values = {name: one_line(visit.field(name)) for name in names}
    cleared = visit.field("clear")
    changes = {name: values[name] for name in ("sex", "tags")}
    changes |= {name: values[name] for name in KEPT if values[name]}
    changes |= {cleared: ""} if cleared in KEPT[1:] and not values[cleared] else {}
    try:
        changed = await correct_resident(visit.viewer, found.id, particulars(changes), values["reason"])
    except (Invalid, Conflict) as problem:
        return await _form(visit, found, values, problem.status, problem.message)
    said = f"已更正：{'、'.join(LABELS[column] for column in changed)}。" if changed else "没有改动。"
    return await visit.go(f"{REGISTER}/{found.id}", said)


async def _form(
    visit: Visit, found: Resident, values: Mapping[str, str], status: int = 200, problem: str = ""
) -> Response:
    return await visit.show(
        "residents/edit.html",
        status,
        person=await queries.person(visit.viewer, found),
        values=dict.fromkeys(KEPT, "") | dict(values),
        clearing={name: LABELS[name] for name in KEPT[1:]},
        problem=problem,
        sexes=SEXES[1:],
    )


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["resident_id"])


ROUTES = (
    require(Permission.RESIDENTS_VIEW, "/residents/{resident_id}", resident),
    require_post(Permission.RESIDENTS_REVEAL, "/residents/{resident_id}/reveal", reveal, step_up=True),
    require(Permission.RESIDENTS_EDIT, "/residents/{resident_id}/edit", edit),
    require_post(Permission.RESIDENTS_EDIT, "/residents/{resident_id}/edit", correct),
)
