"""公众号: the official accounts beside the first one, and the files by which the platform checks our domain."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.official_accounts import queries, rules
from handlers.official_accounts.actions import add_account, keep_verification_file, set_active
from handlers.official_accounts.rules import NewAccount
from handlers.staff import queries as staff
from handlers.staff.rules import Permission
from web.forms import one_line

ACCOUNTS = "/admin/accounts"
FIELDS = ("slug", "name", "place", "app_id", "mode")
SECRETS = ("app_secret", "wechat_token", "aes_key")
PAGE_NAMES = {"token": "wechat_token"}
MODES = {"safe": "安全模式（推荐）", "compatible": "兼容模式", "plain": "明文模式"}


async def accounts(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """All accounts and files; above the files what was wrong with the one that was sent."""
    settings = panel_of(visit.request).settings
    return await visit.show(
        "accounts/list.html",
        status,
        accounts=await queries.accounts(visit.viewer),
        files=await queries.uploads(),
        first=settings.wechat_app_id,
        base=settings.base_url,
        modes=MODES,
        problem=problem,
    )


async def new(visit: Visit) -> Response:
    return await _new(visit, dict.fromkeys(FIELDS, "") | {"place": visit.viewer.code, "mode": rules.MODES[0]}, {})


async def _new(visit: Visit, values: dict[str, str], problems: dict[str, str]) -> Response:
    """The form; secrets are never sent back to the page."""
    organisations = await staff.organisations(visit.viewer)
    status = 422 if problems else 200
    return await visit.show(
        "accounts/new.html", status, values=values, problems=problems, organisations=organisations, modes=MODES
    )


async def add(visit: Visit) -> Response:
    """Add an account, or replace the secrets of one that is there."""
    values = {name: one_line(visit.field(name)) for name in FIELDS}
    secret, token, aes_key = (visit.field(name) for name in SECRETS)
    account = NewAccount(
        values["slug"], values["name"], values["place"], values["app_id"], secret, token, aes_key, values["mode"]
    )
    if problems := rules.faults(account):
        # The form's own field `token` proves where it comes from.
        return await _new(visit, values, {PAGE_NAMES.get(part, part): said for part, said in problems.items()})
    try:
        await add_account(account, panel_of(visit.request).settings.wechat_app_id, visit.viewer)
    except (Conflict, NotFound) as refusal:
        return await _new(visit, values, {"slug": refusal.message})
    return await visit.go(ACCOUNTS, f"公众号 {account.slug} 已保存，十秒内生效。")


async def switch_off(visit: Visit) -> Response:
    return await _switch(visit, active=False, done="已停用，十秒内生效。")


async def switch_on(visit: Visit) -> Response:
    return await _switch(visit, active=True, done="已启用，十秒内生效。")


async def _switch(visit: Visit, *, active: bool, done: str) -> Response:
    slug = visit.request.path_params["slug"]
    await set_active(visit.viewer, slug, active)
    return await visit.go(ACCOUNTS, f"公众号 {slug} {done}")


async def upload(visit: Visit) -> Response:
    """Take a verification file as it was downloaded from the platform's console."""
    name = visit.form.get("file.name", "").replace("\\", "/").rsplit("/")[-1]
    if not name:
        return await _list(visit, 422, "请先选择文件。")
    try:
        await keep_verification_file(visit.viewer, name, visit.form.get("file", ""))
    except (Invalid, Forbidden) as refusal:
        return await _list(visit, refusal.status, refusal.message)
    return await visit.go(ACCOUNTS, f"{name} 已上传，十秒后到公众号后台点「保存」。")


ROUTES = (
    require(Permission.SETTINGS_EDIT, "/accounts", accounts),
    require(Permission.SETTINGS_EDIT, "/accounts/new", new),
    require_post(Permission.SETTINGS_EDIT, "/accounts", add),
    require_post(Permission.SETTINGS_EDIT, "/accounts/files", upload),
    require_post(Permission.SETTINGS_EDIT, "/accounts/{slug}/off", switch_off),
    require_post(Permission.SETTINGS_EDIT, "/accounts/{slug}/on", switch_on),
)
