"""咨询台账 writes itself, cut to the branch, masked, and leaves the panel only after a code."""

from datetime import timedelta
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from admin.layout import COOKIE
from admin.sessions import PanelSessions
from clock import clock
from handlers.enquiries.actions.answering import answer_enquiry, close_enquiry
from handlers.enquiries.rules import Said
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.enquiries import Enquiry
from models.states import Level, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import ask
from tests.admin.platform import Letterbox
from tests.factories import Community

LEDGER = "/admin/inbox/ledger"
FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


def viewer(community: Community) -> Viewer:
    return Viewer(f"worker-{community.code}", "", StaffRole.WORKER, community.code, Level.COMMUNITY)


async def answered(community: Community, letterbox: Letterbox, asked: str = FORMULA) -> Enquiry:
    enquiry = await ask(community, Said(asked))
    await answer_enquiry(viewer(community), enquiry.id, "明天来修。", uuid4(), letterbox.send_text)
    return enquiry


async def test_answering_adds_one_line_with_no_typing(
    worker: Browser, community: Community, letterbox: Letterbox
) -> None:
    enquiry = await ask(community)
    assert "还没有答复过" in await worker.page(LEDGER)
    await answer_enquiry(viewer(community), enquiry.id, "明天来修。", uuid4(), letterbox.send_text)
    page = words(await worker.page(LEDGER))
    for said in (
        "共 1 条",
        f" {enquiry.id} ",
        "微信",
        "王**",
        "幸福0里",
        "楼道灯坏了三天",
        "明天来修。",
        "0分钟",
        "未结束",
    ):
        assert said in page, said
    assert "王秀英" not in page
    await close_enquiry(viewer(community), enquiry.id)
    assert "已答复" in words(await worker.page(LEDGER))


async def test_it_is_cut_to_the_branch_and_to_the_days(
    worker: Browser, community: Community, elsewhere: Community, signed_in: SignIn, letterbox: Letterbox
) -> None:
    enquiry = await answered(community, letterbox, "楼道灯坏了三天")
    stranger = await signed_in(StaffRole.WORKER, elsewhere.code)
    assert "楼道灯" not in await stranger.page(LEDGER)
    await Enquiry.filter(id=enquiry.id).update(opened_at=clock.now() - timedelta(days=40))
    assert "楼道灯" not in await worker.page(LEDGER)
    since, until = clock.today() - timedelta(days=41), clock.today() - timedelta(days=39)
    assert "楼道灯" in await worker.page(f"{LEDGER}?since={since}&until={until}")
    for wrong in (f"since={until}&until={since}", "since=1&until=2", "since=2000-01-01&until=2026-01-01"):
        assert (await worker.get(f"{LEDGER}?{wrong}")).status_code == 422


async def test_it_is_downloaded_after_a_code_runs_no_formula_and_is_noted(
    worker: Browser, community: Community, letterbox: Letterbox, redis: Redis
) -> None:
    await answered(community, letterbox)
    refused = await worker.press(LEDGER, "下载 CSV")
    assert "验证码" in refused.text
    assert not await AuditEntry.filter(action="enquiry.ledger").exists()
    await PanelSessions(redis).step_up(worker.http.cookies[COOKIE])
    table = (await worker.press(LEDGER, "下载 CSV")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in table
    assert "明天来修。" in table
    assert "范围：" in table.splitlines()[0]
    assert "王秀英" not in table
    book = await worker.press(LEDGER, "下载 Excel")
    assert book.content.startswith(b"PK")
    noted = await AuditEntry.filter(action="enquiry.ledger").order_by("id")
    assert [entry.detail["kind"] for entry in noted if entry.detail] == ["csv", "xlsx"]


async def test_it_is_printed_under_the_heading_of_the_body(
    worker: Browser, community: Community, letterbox: Letterbox
) -> None:
    await answered(community, letterbox, "<script>alert(1)</script>")
    page = await worker.page(f"{LEDGER}/print")
    assert community.organisation.name in page
    assert "&lt;script&gt;" in page
    assert (await AuditEntry.get(action="enquiry.ledger")).detail["kind"] == "print"  # type: ignore[index]
