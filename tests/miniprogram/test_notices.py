"""通知 on the residents' pages: read by opening, acknowledged by the button, nobody else's to be seen."""

import pytest

from clock import clock
from handlers.notices.actions.attachments import attach_file
from handlers.notices.actions.drafts import draft_notice
from handlers.notices.actions.sending import correct_notice, send_notice, withdraw_notice
from models.notices import NoticeReading
from tests.campaigns.conftest import recorder, town
from tests.miniprogram.conftest import Handset, Handsets, make_account
from tests.notices.conftest import Office, office

__all__ = ["office", "recorder", "town"]


@pytest.fixture
async def anna(office: Office, handset: Handsets) -> Handset:
    await office.town.settle("oAnna")
    browser = handset()
    await browser.enter("oAnna")
    return browser


async def test_a_notice_is_read_by_opening_and_acknowledged_by_the_button(office: Office, anna: Handset) -> None:
    notice = await office.sent()
    page = (await anna.http.get("/m/notices")).text
    assert "还没看的" in page
    assert f"/m/notices/{notice.id}" in page
    page = (await anna.http.get(f"/m/notices/{notice.id}")).text
    assert "自来水公司更换阀门" in page
    assert (await NoticeReading.get()).acknowledged_at is None
    done = await anna.follow(await anna.press(f"/m/notices/{notice.id}", "已阅"))
    assert f"通知编号 {notice.id}" in done.text
    assert (await NoticeReading.get()).acknowledged_at is not None
    assert '<button class="weui-btn weui-btn_primary">已阅' not in done.text


async def test_the_link_of_a_push_leads_to_the_notice(office: Office, anna: Handset) -> None:
    notice = await office.sent()
    assert "自来水公司更换阀门" in (await anna.enter("oAnna", f"/m/in/notices/{notice.id}")).text


async def test_who_lives_elsewhere_or_nowhere_sees_nothing(office: Office, anna: Handset, handset: Handsets) -> None:
    notice = await office.sent()
    await make_account("oStranger")
    stranger = handset()
    await stranger.enter("oStranger")
    assert "请先登记住址" in (await stranger.http.get("/m/notices")).text
    assert (await stranger.http.get(f"/m/notices/{notice.id}")).status_code == 404
    assert (await handset().http.get(f"/m/notices/{notice.id}")).status_code == 302
    assert await NoticeReading.all().count() == 0


async def test_a_file_is_for_whom_the_notice_is_for_until_it_is_withdrawn(
    office: Office, anna: Handset, handset: Handsets
) -> None:
    draft = await draft_notice(office.admin, office.written(), clock.now())
    kept = await attach_file(office.admin, draft.id, b"%PDF-1.4\n%%EOF\n", "方案.pdf")
    path = f"/m/notices/{draft.id}/files/{kept.id}"
    assert (await anna.http.get(path)).status_code == 404
    await send_notice(office.admin, draft.id, clock.now())
    assert "附件：方案.pdf" in (await anna.http.get(f"/m/notices/{draft.id}")).text
    assert (await anna.http.get(path)).content.startswith(b"%PDF")
    await make_account("oStranger")
    stranger = handset()
    await stranger.enter("oStranger")
    assert (await stranger.http.get(path)).status_code == 404
    await withdraw_notice(office.admin, draft.id, "发错了", clock.now())
    assert (await anna.http.get(path)).status_code == 404
    page = (await anna.http.get(f"/m/notices/{draft.id}")).text
    assert "已撤回" in page
    assert "更换阀门" not in page


async def test_a_correction_is_shown_with_its_reason(office: Office, anna: Handset) -> None:
    notice = await office.sent()
    await anna.http.get(f"/m/notices/{notice.id}")
    await correct_notice(office.approver, notice.id, "后天停水", "改到后天。", "供水所改期", clock.now())
    assert "有更正" in (await anna.http.get("/m/notices")).text
    page = (await anna.http.get(f"/m/notices/{notice.id}")).text
    assert "供水所改期" in page
    assert "改到后天" in page
