"""消息模板: which template an account uses for what, what goes into its keys, and who may say so."""

import pytest

from clock import clock
from models.accounts import OfficialAccount
from models.audit import AuditEntry
from models.campaigns import MessageTemplate
from models.reach import Purpose, TemplateKind
from models.states import StaffRole
from settings import get_settings
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.notices import drafted
from tests.factories import Community, District

HERE = "/admin/accounts/templates"
FIRST = get_settings().wechat_app_id
WRITTEN = {
    "公众号": FIRST,
    "用途": Purpose.NOTICE.value,
    "种类": TemplateKind.TEMPLATE.value,
    "模板 ID": "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY",
    "格子1": "thing1",
    "格子1填": "title",
    "格子2": "phrase2",
    "格子2填": "class",
}


@pytest.fixture
async def chief(signed_in: SignIn, district: District, community: Community) -> Browser:
    """Whoever answers for the whole district."""
    return await signed_in(StaffRole.ADMIN, district.district.code)


async def test_a_template_is_kept_changed_stopped_and_used_again(chief: Browser) -> None:
    page = words(await chief.follow(await chief.press(HERE, "保存", WRITTEN)))
    assert "thing1 填标题，phrase2 填类别" in page
    kept = await MessageTemplate.get()
    assert (kept.app_id, kept.mapping) == (FIRST, {"thing1": "title", "phrase2": "class"})
    await chief.follow(await chief.press(HERE, "停用"))
    assert not (await MessageTemplate.get()).enabled
    await MessageTemplate.all().update(failure="模板被平台删除")
    assert "模板被平台删除" in await chief.page(HERE)
    await chief.follow(await chief.press(f"{HERE}?change={kept.id}", "保存", {"格子2": "", "格子2填": ""}))
    kept = await MessageTemplate.get()
    assert (kept.mapping, kept.enabled, kept.failure) == ({"thing1": "title"}, True, "")
    assert await AuditEntry.filter(action="official_account.template").count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"模板 ID": "短"}, "模板 ID 是公众号后台给的一串字符"),
        ({"格子1": "标题"}, "不像模板里的格子"),
        ({"格子1填": ""}, "每一格都要选填什么内容"),
        ({"格子1": "", "格子2": ""}, "请填1到5格"),
        ({"用途": "spam"}, "请选用途和种类"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(chief: Browser, wrong: dict[str, str], said: str) -> None:
    refused = await chief.press(HERE, "保存", WRITTEN | wrong)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert not await MessageTemplate.exists()


async def test_a_community_sets_its_own_accounts_and_no_others(
    admin: Browser, chief: Browser, community: Community, elsewhere: Community
) -> None:
    await chief.follow(await chief.press(HERE, "保存", WRITTEN))
    shared = await MessageTemplate.get()
    refused = await admin.press(HERE, "保存", WRITTEN)
    assert (refused.status_code, "请区里的管理员设置" in refused.text) == (422, True)
    assert (await admin.post(f"{HERE}/{shared.id}/stop")).status_code == 403
    for place, app_id in ((community, "wx000000000000ours"), (elsewhere, "wx00000000000their")):
        secrets = {"app_secret": "s", "token": "t", "aes_key": "k", "created_at": clock.now()}
        await OfficialAccount.create(
            slug=app_id, name=f"{app_id}号", organisation=place.organisation, app_id=app_id, **secrets
        )
    await admin.follow(await admin.press(HERE, "保存", WRITTEN | {"公众号": "wx000000000000ours"}))
    assert "没有找到" in (await admin.press(HERE, "保存", WRITTEN | {"公众号": "wx00000000000their"})).text
    foreign = await MessageTemplate.create(
        app_id="wx00000000000their", purpose=Purpose.NOTICE, kind=TemplateKind.CREDIT, template_id="T" * 43, mapping={}
    )
    assert (await admin.post(f"{HERE}/{foreign.id}/stop")).status_code == 404
    assert "their" not in words(await admin.page(HERE))


async def test_the_preview_of_a_notice_shows_each_key_as_the_platform_takes_it(
    chief: Browser, admin: Browser, community: Community
) -> None:
    await chief.follow(await chief.press(HERE, "保存", WRITTEN))
    notice = await drafted(admin, community.code, 标题="水" * 40)
    page = words(await admin.page(f"/admin/notices/{notice.id}/preview"))
    assert f"thing1 {'水' * 19}…" in page
    assert "phrase2 便民" in page
