"""消息模板: which template of the platform each official account uses for what, and what goes into its keys."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of
from errors import Forbidden, NotFound
from handlers.official_accounts import queries
from handlers.official_accounts.actions import keep_template, stop_template
from handlers.official_accounts.rules import CONTENT, MOST_KEYS, NewTemplate, template_faults
from handlers.staff.rules import Permission
from models.reach import Purpose, TemplateKind
from web.forms import one_line, row_id

TEMPLATES = "/admin/accounts/templates"
KEYS = range(1, MOST_KEYS + 1)
FIELDS = ("app_id", "purpose", "kind", "template_id", *(f"{part}_{at}" for at in KEYS for part in ("key", "content")))


async def templates(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("change", "")
    return await _page(visit, await _written(visit, row_id(wanted)) if wanted else dict.fromkeys(FIELDS, ""), {})


async def _written(visit: Visit, number: int) -> dict[str, str]:
    """What stands in the form of one that is changed."""
    for line in await queries.templates(visit.viewer, _first(visit)):
        if line.template.id == number:
            one = line.template
            known = {"app_id": one.app_id, "purpose": one.purpose.value, "kind": one.kind.value}
            pairs = dict(enumerate(one.mapping.items(), 1))
            filled = {f"key_{at}": key for at, (key, _) in pairs.items()}
            filled |= {f"content_{at}": name for at, (_, name) in pairs.items()}
            return dict.fromkeys(FIELDS, "") | known | {"template_id": one.template_id} | filled
    raise NotFound


async def _page(visit: Visit, values: dict[str, str], problems: dict[str, str]) -> Response:
    return await visit.show(
        "accounts/templates.html",
        422 if problems else 200,
        lines=await queries.templates(visit.viewer, _first(visit)),
        accounts=await queries.account_names(visit.viewer, _first(visit)),
        values=values,
        problems=problems,
        purposes=list(Purpose),
        kinds=list(TemplateKind),
        content=CONTENT,
        keys=KEYS,
    )


async def keep(visit: Visit) -> Response:
    """Add a template, or change the one that the account has for this."""
    values = {name: one_line(visit.field(name)) for name in FIELDS}
    if values["purpose"] not in set(Purpose) or values["kind"] not in set(TemplateKind):
        return await _page(visit, values, {"purpose": "请选用途和种类。"})
    new = NewTemplate(
        values["app_id"],
        Purpose(values["purpose"]),
        TemplateKind(values["kind"]),
        values["template_id"],
        {values[f"key_{at}"]: values[f"content_{at}"] for at in KEYS if values[f"key_{at}"]},
    )
    if problems := template_faults(new):
        return await _page(visit, values, problems)
    try:
        await keep_template(visit.viewer, new, _first(visit))
    except (Forbidden, NotFound) as refusal:
        return await _page(visit, values, {"app_id": refusal.message})
    return await visit.go(TEMPLATES, "模板已保存，下一条消息就用它。")


async def stop(visit: Visit) -> Response:
    await stop_template(visit.viewer, row_id(visit.request.path_params["template_id"]), _first(visit))
    return await visit.go(TEMPLATES, "模板已停用。")


def _first(visit: Visit) -> str:
    return panel_of(visit.request).settings.wechat_app_id


ROUTES = (
    require(Permission.SETTINGS_EDIT, "/accounts/templates", templates),
    require_post(Permission.SETTINGS_EDIT, "/accounts/templates", keep),
    require_post(Permission.SETTINGS_EDIT, "/accounts/templates/{template_id}/stop", stop),
)
