"""What leaves the masks: one person's fields, or a table, each with a reason, a code and an audit entry."""

import io
from datetime import date

import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from handlers.residency.actions import export
from handlers.residency.queries import export as lines
from handlers.staff.actions.logins import add_staff
from models.audit import AuditEntry
from models.residency import Dwelling, Resident
from models.states import StaffRole
from tests.admin.browser import PASSWORD, Browser, words
from tests.admin.conftest import SignIn
from tests.admin.phones import fresh_code, set_up_phone
from tests.factories import Community, make_dwelling, make_estate
from tests.residency.register import make_person

REGISTER = "/admin/residents"
EXPORT = f"{REGISTER}/export"


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


@pytest.fixture
async def person(home: Dwelling) -> Resident:
    return await make_person(
        "=王秀英", home, phone="15400000001", id_no="990103195005010036", birth_on=date(1950, 5, 1), tags=["高龄"]
    )


async def with_phone(panel: FastAPI, community: Community, role: StaffRole = StaffRole.ADMIN) -> Browser:
    """Somebody whose phone is set up, and who has not given a code lately."""
    await add_staff("lin", PASSWORD, role, community.code, "林工")
    browser = Browser(panel)
    await browser.sign_in("lin")
    await set_up_phone(browser, "lin")
    again = Browser(panel)
    asked = await again.sign_in("lin")
    await again.press(asked.headers["location"], "登录", {"验证码": await fresh_code("lin")})
    return again


async def test_a_field_is_shown_once_for_a_reason_and_the_auditor_reads_who_saw_it(
    panel: FastAPI, community: Community, person: Resident, signed_in: SignIn
) -> None:
    browser = await with_phone(panel, community, StaffRole.WORKER)
    path = f"{REGISTER}/{person.id}"
    shown = await browser.press(path, "查看", {"看哪一项": "phone", "为什么看": "电话通知", "补充说明": "通知停水"})
    assert shown.status_code == 200
    assert "15400000001" in words(shown.text)
    assert "990103195005010036" not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert "15400000001" not in await browser.page(path)
    auditor = await signed_in(StaffRole.AUDITOR, community.code)
    trail = words(await auditor.page("/admin/audit"))
    for told in ("查看完整信息", f"居民 {person.id}", "lin", "电话通知：通知停水"):
        assert told in trail
    assert (await AuditEntry.get(action="resident.reveal")).detail == {"fields": ["phone"]}
    assert "15400000001" not in str(await AuditEntry.all().values())
    assert (await auditor.post(f"{path}/reveal", set="phone", why="电话通知")).status_code == 403


async def test_without_a_code_nothing_is_shown_and_without_a_phone_it_is_told_how_to_set_one_up(
    signed_in: SignIn, community: Community, person: Resident
) -> None:
    worker = await signed_in(StaffRole.WORKER, community.code)
    path = f"{REGISTER}/{person.id}"
    asked = await worker.press(path, "查看", {"看哪一项": "phone", "为什么看": "电话通知"})
    assert "15400000001" not in asked.text
    assert "/admin/account" in asked.text
    asked = await worker.post(EXPORT, place=community.code, kind="csv", content="clear", reason="核对")
    assert asked.status_code in {403, 404}
    assert "王秀英" not in asked.text
    assert not await AuditEntry.filter(action__startswith="resident").exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"set": "tags", "why": "电话通知"},
        {"set": "phone", "why": ""},
        {"set": "phone", "why": "其他"},
        {"set": "phone", "why": "其他", "reason": "打给15400000001"},
    ],
    ids=str,
)
async def test_without_a_proper_reason_nothing_is_shown(
    panel: FastAPI, community: Community, person: Resident, sent: dict[str, str]
) -> None:
    browser = await with_phone(panel, community)
    refused = await browser.post(f"{REGISTER}/{person.id}/reveal", **sent)
    assert refused.status_code == 303
    assert "15400000001" not in await browser.follow(refused)
    assert not await AuditEntry.filter(action="resident.reveal").exists()


async def test_a_masked_table_needs_no_code_runs_no_formula_and_says_who_took_it(
    signed_in: SignIn, community: Community, person: Resident, elsewhere: Community
) -> None:
    await make_person("别处人", await make_dwelling(await make_estate(elsewhere, "彼岸苑")))
    admin = await signed_in(StaffRole.ADMIN, community.code)
    table = await admin.press(EXPORT, "导出")
    rows = table.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith(f"admin-{community.code}（admin-{community.code}）")
    assert "范围：河东社区" in rows[0]
    assert rows[2].split(",")[1:6] == ["'=**", "", "1950", "9901**********0036", "154****0001"]
    assert rows[3:] == ["完，共1行"]
    entry = await AuditEntry.get(action="residents.export")
    assert entry.detail == {"rows": 1, "format": "csv", "masked": True}
    book = await admin.press(EXPORT, "导出", {"格式": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert (sheet[1][1], sheet[2][1], len(sheet)) == ("姓名", "=**", 3)
    assert "河东社区" in str(sheet[0][0])


async def test_a_table_in_clear_needs_a_code_and_a_reason(
    panel: FastAPI, community: Community, person: Resident
) -> None:
    browser = await with_phone(panel, community)
    refused = await browser.press(EXPORT, "导出", {"内容": "clear"})
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    table = await browser.press(EXPORT, "导出", {"内容": "clear", "导出理由": "上门核对"})
    assert "'=王秀英,,1950-05-01,990103195005010036,15400000001," in table.content.decode()
    entry = await AuditEntry.get(action="residents.export")
    assert (entry.reason, entry.detail["masked"]) == ("上门核对", False)


async def test_what_is_not_ones_own_or_too_long_is_not_exported(
    signed_in: SignIn, community: Community, home: Dwelling, elsewhere: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("王一", "王二", "王三"):
        await make_person(name, home)
    admin = await signed_in(StaffRole.ADMIN, community.code)
    for place in (elsewhere.code, "880412", "", "'"):
        assert (await admin.post(EXPORT, place=place, kind="csv", content="masked")).status_code == 404
    assert (await admin.post(EXPORT, place=community.code, kind="exe", content="masked")).status_code == 422
    monkeypatch.setattr(export, "MOST_XLSX", 2)
    monkeypatch.setattr(lines, "PART", 2)
    refused = await admin.press(EXPORT, "导出", {"格式": "xlsx"})
    assert "请选一个社区，或者用 CSV" in refused.text
    assert not await AuditEntry.exists()
    assert len((await admin.press(EXPORT, "导出")).content.splitlines()) == 6
    worker = await signed_in(StaffRole.WORKER, community.code)
    assert (await worker.get(EXPORT)).status_code == 403
