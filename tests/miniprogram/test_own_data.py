"""One's own data on the page: seen, taken along, put right; consent taken back, the account closed."""

import json

import pytest

from handlers.residency.actions.consents import give_consent
from handlers.residency.rules import CONSENT_VERSION
from models.audit import AuditEntry
from models.households import ConsentRecord, Correction
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, CorrectionKind, MemberRole
from settings import get_settings
from tests.admin.browser import forms
from tests.factories import make_home
from tests.miniprogram.conftest import APP_ID, Handset, Handsets, make_account
from tests.miniprogram.test_pages import bind


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_home(estate="幸福里")


@pytest.fixture
async def li(home: Dwelling, handset: Handsets) -> Handset:
    await bind(await Account.get(id=await give_consent(APP_ID, "oLi")), home, "李秀英")
    phone = handset()
    await phone.enter("oLi")
    return phone


async def test_everything_held_is_shown_and_taken_along_and_nothing_of_others(li: Handset, home: Dwelling) -> None:
    await bind(await make_account("oWang"), home, "王大力", MemberRole.FAMILY)
    page = (await li.http.get("/m/stored")).text
    file = await li.press("/m/stored", "下载我的信息")
    assert file.headers["content-disposition"].startswith("attachment")
    data = json.loads(file.text)
    assert data["登记"][0]["姓名"] == "李秀英"
    for held in (page, file.text):
        assert home.address in held
        assert "李秀英" in held
        assert "王大力" not in held
        assert "oWang" not in held
    assert await AuditEntry.filter(action="personal.export").count() == 1


async def test_taking_along_is_limited(li: Handset) -> None:
    token = forms((await li.http.get("/m/stored")).text)[0].values["token"]
    statuses = [(await li.http.post("/m/stored/export", data={"token": token})).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


async def test_a_correction_reaches_the_worker_once(li: Handset, home: Dwelling) -> None:
    for _ in range(2):
        said = await li.press("/m/corrections", "提交", kind="name", words="李秀莹")
        page = await li.follow(said)
    correction = await Correction.get()
    assert (correction.kind, correction.words, correction.dwelling_id) == (CorrectionKind.NAME, "李秀莹", home.id)
    assert f"更正号 {correction.id}" in page.text
    assert "待处理" in page.text


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ({"words": "好"}, 422),
        ({"words": "长" * 201}, 422),
        ({"kind": "stranger", "words": "不认识"}, 422),
        ({"kind": "", "words": "不认识"}, 422),
        ({"binding": "999999", "words": "别人家的"}, 404),
        ({"binding": "x", "words": "别人家的"}, 404),
    ],
)
async def test_what_is_no_correction_of_ones_own_changes_nothing(
    li: Handset, written: dict[str, str], status: int
) -> None:
    answer = await li.press("/m/corrections", "提交", **{"kind": "name", **written})
    assert answer.status_code == status
    assert await Correction.all().count() == 0


async def test_nobody_corrects_at_anothers_home(li: Handset, home: Dwelling) -> None:
    other = await bind(await make_account("oWang"), home, "王大力", MemberRole.FAMILY)
    answer = await li.press("/m/corrections", "提交", kind="name", words="王小力", binding=str(other.id))
    assert answer.status_code == 404
    assert await Correction.all().count() == 0


async def test_terms_show_version_and_the_days_of_the_settings(li: Handset) -> None:
    page = (await li.http.get("/m/consent")).text
    settings = get_settings()
    assert f"第{CONSENT_VERSION}版" in page
    for days in (settings.retention_raw_days, settings.retention_conversation_days, settings.retention_log_days):
        assert f"{days}天" in page
    assert "谁能看" in page


async def test_consent_is_taken_back_after_a_warning(li: Handset) -> None:
    warning = (await li.http.get("/m/consent/residency/withdraw")).text
    assert "登记的住址全部解除" in warning
    token = forms(warning)[0].values["token"]
    for _ in range(2):
        done = await li.http.post("/m/consent/residency/withdraw", data={"token": token})
        assert done.status_code == 303
    assert await ConsentRecord.filter(withdrawn_at=None).count() == 0
    assert (await Binding.get()).state is BindingState.ENDED
    assert "您还没有登记住址" in (await li.http.get("/m/")).text
    assert (await li.http.get("/m/consent/anything/withdraw")).status_code == 404


async def test_new_terms_are_agreed_to_once_and_only_as_they_read_now(li: Handset) -> None:
    await Account.filter(openid="oLi").update(consent_version="1")
    await ConsentRecord.all().update(version="1")
    stale = await li.press("/m/consent", "同意新的须知", version="1")
    assert "看一看再同意" in (await li.follow(stale)).text
    agreed = await li.press("/m/consent", "同意新的须知")
    page = await li.follow(agreed)
    assert "同意新的须知" not in page.text
    assert await ConsentRecord.filter(version=CONSENT_VERSION, withdrawn_at=None).count() == 1


async def test_closing_asks_first_then_forgets_and_ends_the_session(li: Handset) -> None:
    assert "先勾选" in (await li.press("/m/closing", "注销", sure="")).text
    assert (await Account.get()).following
    done = await li.press("/m/closing", "注销", sure="yes")
    assert "已注销" in done.text
    assert not await Account.filter(openid="oLi").exists()
    assert (await li.http.get("/m/")).status_code == 302
