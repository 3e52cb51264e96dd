"""公众号: accounts of one's own part of the tree, secrets never shown again, the files at the domain's root."""

import pytest

from handlers.official_accounts.queries import served_accounts
from models.accounts import OfficialAccount, VerificationFile
from models.audit import AuditEntry
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community, District

FILE = "MP_verify_0123456789abcDEF.txt"
SECRET, TOKEN, AES_KEY = "s3cret" * 6, "tokenriver", "RiverKey" + "0" * 35
WRITTEN = {
    "标识": "river",
    "名称": "河东社区服务号",
    "AppID": "wx000000000river00",
    "AppSecret": SECRET,
    "Token": TOKEN,
    "EncodingAESKey": AES_KEY,
}


@pytest.fixture
async def chief(signed_in: SignIn, district: District, community: Community) -> Browser:
    """Whoever answers for the whole district."""
    return await signed_in(StaffRole.ADMIN, district.district.code)


async def test_an_account_is_added_and_its_secrets_are_never_shown_again(admin: Browser, community: Community) -> None:
    page = await admin.follow(await admin.press("/admin/accounts/new", "保存", WRITTEN))
    assert "河东社区服务号" in words(page)
    assert "/wechat/river" in words(page)
    for place in (page, await admin.page("/admin/accounts"), await admin.page("/admin/accounts/new")):
        assert not any(secret in place for secret in (SECRET, TOKEN, AES_KEY))
    [served] = await served_accounts()
    assert (served.app_secret, served.token, served.aes_key) == (SECRET, TOKEN, AES_KEY)
    [entry] = await AuditEntry.filter(action="official_account.add")
    assert (entry.subject, entry.place) == ("official_account:river", community.code)
    assert SECRET not in str(entry.detail)


async def test_what_is_wrong_is_said_and_secrets_are_not_sent_back(admin: Browser) -> None:
    refused = await admin.press("/admin/accounts/new", "保存", WRITTEN | {"AppID": "gh_1", "EncodingAESKey": "short"})
    assert refused.status_code == 422
    assert "AppID 以 wx 开头" in refused.text
    assert "43个字母或数字" in refused.text
    assert SECRET not in refused.text
    assert await OfficialAccount.all().count() == 0


async def test_another_communitys_account_is_neither_seen_nor_switched(
    admin: Browser, signed_in: SignIn, elsewhere: Community
) -> None:
    await admin.press("/admin/accounts/new", "保存", WRITTEN)
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert "river" not in words(await stranger.page("/admin/accounts"))
    assert (await stranger.post("/admin/accounts/river/off")).status_code == 404
    assert (await admin.post("/admin/accounts/nothing/off")).status_code == 404
    taken = await stranger.press("/admin/accounts/new", "保存", WRITTEN | {"名称": "抢来的"})
    assert taken.status_code == 422
    assert (await OfficialAccount.get()).name == "河东社区服务号"


async def test_an_account_is_switched_off_and_on_and_twice_is_once(admin: Browser) -> None:
    await admin.press("/admin/accounts/new", "保存", WRITTEN)
    for _ in range(2):
        assert "已停用" in await admin.follow(await admin.post("/admin/accounts/river/off"))
    assert await served_accounts() == []
    assert await AuditEntry.filter(action="official_account.deactivate").count() == 1
    assert "已启用" in await admin.follow(await admin.post("/admin/accounts/river/on"))
    assert len(await served_accounts()) == 1


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.ADMIN])
async def test_only_administrators_see_the_page(signed_in: SignIn, community: Community, role: StaffRole) -> None:
    browser = await signed_in(role, community.code)
    assert (await browser.get("/admin/accounts")).status_code == 403
    assert (await browser.post("/admin/accounts/river/off")).status_code == 403


async def send(browser: Browser, name: str, body: bytes) -> int:
    sent = {"data": {"token": await browser.token()}, "files": {"file": (name, body, "text/plain")}}
    return (await browser.http.post("/admin/accounts/files", **sent)).status_code


async def test_a_verification_file_is_kept_as_it_was_uploaded(chief: Browser) -> None:
    for _ in range(2):
        assert await send(chief, FILE, b"0123456789abcDEF") == 303
    assert (await VerificationFile.get()).body == "0123456789abcDEF"
    assert FILE in await chief.page("/admin/accounts")


@pytest.mark.parametrize(
    ("name", "body"),
    [("MP_verify_short.txt", b"a"), (FILE, b""), (FILE, b"a" * 201), (FILE, "汉".encode()), (FILE, b"\xff\xfe")],
)
async def test_anything_else_is_refused(chief: Browser, name: str, body: bytes) -> None:
    assert await send(chief, name, body) == 422
    assert await VerificationFile.all().count() == 0


async def test_the_domain_belongs_to_the_district(admin: Browser, chief: Browser) -> None:
    assert await send(admin, FILE, b"0123456789abcDEF") == 403
    foreign = {"data": {"token": "0" * 64}, "files": {"file": (FILE, b"0123456789abcDEF", "text/plain")}}
    assert (await chief.http.post("/admin/accounts/files", **foreign)).status_code == 403
    assert await VerificationFile.all().count() == 0
