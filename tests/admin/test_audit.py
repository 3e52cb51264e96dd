"""The audit trail on the panel, in words that can be searched for."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin.access import Guarded
from admin.app import ROUTES
from admin.pages import audit
from handlers.audit.actions import record, seal_tail
from handlers.staff.actions.logins import add_staff
from models.audit import AuditEntry
from models.states import StaffRole
from tests.admin.browser import PASSWORD, Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def auditor(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.AUDITOR, community.code)


async def test_a_deed_tells_who_what_from_to_and_why(auditor: Browser, community: Community) -> None:
    await record(
        "staff:lin",
        "binding.refuse",
        "binding:7",
        place=community.code,
        before="pending",
        after="refused",
        reason="缺合同",
    )
    page = words(await auditor.page("/admin/audit"))
    assert "工作人员 lin 退回登记 登记 7 待审核 已退回 缺合同 待封存" in page
    await seal_tail()
    assert re.search(r"缺合同 \d+ ", words(await auditor.page("/admin/audit")))


async def test_the_newest_comes_first_and_older_ones_by_next_page(
    auditor: Browser, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(3):
        await record("clock", "poll.open", f"poll:90{number}", place=community.code)
    first = await auditor.page("/admin/audit?deed=poll.open")
    assert words(first).index("投票 902") < words(first).index("投票 901")
    assert "投票 900" not in words(first)
    second = await auditor.page(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
    assert "投票 900" in words(second)
    assert "投票 901" not in words(second)


async def test_it_is_searched_by_the_words_on_the_page(auditor: Browser, community: Community) -> None:
    await record("clock", "poll.open", "poll:901", place=community.code)
    await record("account:12", "binding.request", "binding:7", place=community.code, reason="没有绑定码")
    for search, found in (
        ("系统定时", "投票 901"),
        ("投票 901", "投票 901"),
        ("居民微信 申请登记", "登记 7"),
        ("没有绑定码", "登记 7"),
    ):
        page = words(await auditor.page(f"/admin/audit?q={search}"))
        assert found in page
        assert page.count(" 待封存 ") == 1
    assert "没有符合的记录" in await auditor.page("/admin/audit?q=100%25")


async def test_it_is_narrowed_by_deed_person_place_and_days(
    signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    browser = await signed_in(StaffRole.AUDITOR, community.code[:6])
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community.code, "林工")
    await record("staff:lin", "poll.open", "poll:901", place=community.code)
    await record("staff:chen", "poll.close", "poll:902", place=elsewhere.code)
    await AuditEntry.filter(subject="poll:902").update(at=datetime(2026, 1, 2, 16, 30, tzinfo=UTC))
    for query, found in (
        ("who=林工", "901"),
        ("who=lin", "901"),
        ("deed=poll.close", "902"),
        (f"place={elsewhere.code}", "902"),
        ("since=2026-01-03&until=2026-01-03", "902"),
        ("since=2026-01-04&q=投票", "901"),
        ("until=2026-01-02&q=投票", ""),
    ):
        page = words(await browser.page(f"/admin/audit?{query}")).split("封存号")[-1]
        assert [number for number in ("901", "902") if f"投票 {number}" in page] == ([found] if found else []), query


async def test_a_deed_leads_to_its_thing_where_the_viewer_may_look(signed_in: SignIn, community: Community) -> None:
    await record("staff:lin", "poll.open", "poll:901", place=community.code)
    await record("staff:lin", "enquiry.take", "enquiry:902", place=community.code)
    page = await (await signed_in(StaffRole.AUDITOR, community.code)).page("/admin/audit")
    assert 'href="/admin/votes/901"' in page
    assert 'href="/admin/inbox/902"' not in page


def test_every_page_of_a_thing_is_there() -> None:
    pages = {(re.sub(r"{\w+}", "", route.path), route.permission) for route in ROUTES if isinstance(route, Guarded)}
    assert {(path.removeprefix("/admin") + "/", permission) for path, permission in audit.OBJECTS.values()} <= pages


async def test_another_communitys_deeds_are_not_shown(
    auditor: Browser, community: Community, elsewhere: Community
) -> None:
    await record("clock", "poll.open", "poll:901", place=elsewhere.code)
    assert "投票 901" not in words(await auditor.page("/admin/audit"))


async def test_a_reason_is_never_taken_for_markup(auditor: Browser, community: Community) -> None:
    await record("staff:lin", "binding.refuse", "binding:7", place=community.code, reason="<b>粗</b>")
    page = await auditor.page("/admin/audit?q=<b>")
    assert "<b>" not in page
    assert "&lt;b&gt;粗" in page


def test_every_deed_that_is_recorded_has_a_name_on_the_page() -> None:
    kinds = "|".join({deed.split(".")[0] for deed in audit.DEEDS})
    written = re.compile(rf'"((?:{kinds})\.[a-z_]+)(?<!_id)"')
    files = [*(ROOT / "handlers").glob("*/actions.py"), *(ROOT / "handlers").glob("*/actions/*.py")]
    recorded = {deed for file in files for deed in written.findall(file.read_text("utf-8"))}
    assert {"poll.draft", "binding.refuse", "staff.login"} <= recorded
    assert recorded - audit.DEEDS.keys() == set()
