"""Holidays at the panel: an announcement is read and looked at before it counts, by those who answer for a district."""

import pytest

from clock import clock
from models.audit import AuditEntry
from models.calendar import HolidayTable
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community, District

NOTICE = "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月9日（周六）上班。\n国务院办公厅 2026年11月4日"


@pytest.fixture
async def chief(signed_in: SignIn, district: District) -> Browser:
    return await signed_in(StaffRole.ADMIN, district.district.code)


async def test_a_notice_is_read_looked_at_and_then_kept(chief: Browser) -> None:
    page = words(await chief.page("/admin/calendar?year=2027"))
    assert "还没有放假安排，只把周末当休息" in page
    read = await chief.press("/admin/calendar?year=2027", "检查", {"放假安排": NOTICE, "来源": "国办发明电〔2026〕9号"})
    page = await chief.follow(read)
    assert "放假3天，调休上班1天" in words(page)
    assert "不是2027年的日期没有记入：2026-11-04" in page
    assert 'class="free">1<span>休</span>' in page
    assert 'class="worked">9<span>班</span>' in page
    assert not await HolidayTable.exists()
    saved = await chief.press(read.headers["location"], "保存")
    page = words(await chief.follow(saved))
    assert "来源：国办发明电〔2026〕9号。由 admin-880412 填写" in page
    kept = await HolidayTable.get(year=2027)
    assert (kept.free, kept.worked) == (["2027-01-01", "2027-01-02", "2027-01-03"], ["2027-01-09"])
    assert (await AuditEntry.get(action="calendar.holidays")).actor == "staff:admin-880412"


async def test_what_can_not_be_read_comes_back_as_it_was_and_nothing_is_kept(chief: Browser) -> None:
    refused = await chief.post("/admin/calendar/check", year="2027", days="春节放假三天", source="通知")
    assert refused.status_code == 422
    assert "没有读到放假的日期" in refused.text
    assert "春节放假三天" in refused.text
    for fields in (
        {"year": "2027", "free": "0101", "worked": "0102", "source": ""},
        {"year": "2027", "free": "1332", "worked": "", "source": "通知"},
        {"year": "2027", "free": "0101", "worked": "0101", "source": "通知"},
        {"year": "x", "free": "<b>", "worked": "", "source": "通知"},
    ):
        assert (await chief.post("/admin/calendar", **fields)).status_code == 422, fields
    for query in ("year=99999", "year=abcd&free=<script>", "year=2027&free=9999", "free=0230"):
        assert (await chief.get(f"/admin/calendar?{query}")).status_code == 200
    assert not await HolidayTable.exists()


async def test_a_community_looks_and_others_do_not_see_the_page(
    signed_in: SignIn, admin: Browser, community: Community
) -> None:
    page = await admin.page("/admin/calendar?year=2026")
    assert "节假日由区里统一填写" in page
    assert "系统自带的放假安排" in page
    assert "检查" not in words(page)
    fields = {"year": "2027", "free": "0101", "worked": "", "source": "通知"}
    assert (await admin.post("/admin/calendar", **fields)).status_code == 403
    worker = await signed_in(StaffRole.WORKER, community.code)
    assert (await worker.get("/admin/calendar")).status_code == 403
    assert (await worker.post("/admin/calendar", **fields)).status_code == 403
    assert not await HolidayTable.exists()


async def test_whoever_may_change_it_is_told_that_a_year_is_unknown(chief: Browser, signed_in: SignIn) -> None:
    clock.shift += clock.now().replace(2027, 1, 5, 2) - clock.now()
    assert "2027 年的放假安排还没有填" in words(await chief.page("/admin/"))
    assert "2027年的放假安排还没有填" in words(await chief.page("/admin/calendar"))
    worker = await signed_in(StaffRole.WORKER, "880412")
    assert "放假安排" not in await worker.page("/admin/")
