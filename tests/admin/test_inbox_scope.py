"""Whose conversations are whose, what is shown of who asks, and files that residents sent."""

from datetime import timedelta

import pytest

from admin.layout import Media
from clock import clock
from handlers.enquiries.actions.asked import add_to_enquiry, open_enquiry
from handlers.enquiries.rules import Said
from models.audit import AuditEntry
from models.enquiries import Enquiry, EnquiryLine
from models.organisations import Organisation
from models.residency import Account, Binding
from models.states import BindingState, EnquiryState, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import QUESTION, ask, page_of, state
from tests.admin.platform import Letterbox
from tests.factories import Community, District, make_dwelling, make_estate


@pytest.fixture
async def enquiry(community: Community) -> Enquiry:
    return await ask(community)


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def test_another_communitys_conversation_is_not_found_and_not_listed(
    signed_in: SignIn, enquiry: Enquiry, elsewhere: Community, letterbox: Letterbox
) -> None:
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert QUESTION not in await stranger.page("/admin/inbox")
    assert "条居民留言待接手" not in await stranger.page("/admin/")
    line = await EnquiryLine.get(enquiry_id=enquiry.id)
    for path in ("", "/lines", f"/media/{line.id}"):
        assert (await stranger.get(page_of(enquiry) + path)).status_code == 404
    key = "00000000-0000-0000-0000-000000000001"
    before = await AuditEntry.all().count()
    for deed in ("take", "answer", "close"):
        refused = await stranger.post(f"{page_of(enquiry)}/{deed}", text="好", key=key)
        assert refused.status_code == 404
    assert (letterbox.sent, await state(enquiry)) == ([], (EnquiryState.WAITING, ""))
    assert await AuditEntry.all().count() == before


async def test_who_lives_nowhere_yet_is_answered_by_the_district(
    signed_in: SignIn, community: Community, district: District, worker: Browser
) -> None:
    account = await Account.create(app_id="wx-test", openid="oStranger", created_at=clock.now())
    enquiry = await open_enquiry(account.id, None, Said("怎么登记"), clock.now())
    street = await signed_in(StaffRole.WORKER, community.code[:9])
    for browser in (worker, street):
        assert "怎么登记" not in await browser.page("/admin/inbox")
        assert (await browser.get(page_of(enquiry))).status_code == 404
        assert (await browser.post(f"{page_of(enquiry)}/take")).status_code == 404
    above = await signed_in(StaffRole.ADMIN, (await Organisation.get(id=district.district.id)).code)
    assert "未登记" in words(await above.page("/admin/inbox"))
    assert "已接手" in await above.follow(await above.press(page_of(enquiry), "接手"))
    assert "1 条居民留言待接手" not in words(await above.page("/admin/"))


async def test_homes_in_another_community_are_not_shown(
    worker: Browser, enquiry: Enquiry, elsewhere: Community
) -> None:
    dwelling = await make_dwelling(await make_estate(elsewhere, "河西里"))
    known = await Binding.get(account_id=enquiry.account_id)
    await Binding.create(
        account_id=enquiry.account_id,
        dwelling=dwelling,
        name="王秀英",
        role=known.role,
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )
    assert "河西里" not in await worker.page(page_of(enquiry))


async def test_who_is_not_registered_yet_is_shown_as_such(worker: Browser, community: Community) -> None:
    enquiry = await ask(community, state=BindingState.PENDING)
    assert "登记待审核" in words(await worker.page(page_of(enquiry)))


async def test_a_picture_is_shown_and_a_recording_saved_while_they_live(
    worker: Browser, community: Community, letterbox: Letterbox
) -> None:
    enquiry = await ask(community, Said("语音", "media-voice"))
    await add_to_enquiry(enquiry.account_id, Said("图片", "media-picture"), clock.now())
    await add_to_enquiry(enquiry.account_id, Said("图片", "media-page"), clock.now())
    letterbox.files = {
        "media-voice": Media(b"#!AMR", "audio/amr"),
        "media-picture": Media(b"\xff\xd8\xff", "image/jpeg"),
        "media-page": Media(b"<script>", "text/html"),
    }
    page = await worker.page(page_of(enquiry))
    assert "打开语音" in page
    links = [part.split('"')[0] for part in page.split('href="')[1:] if "/media/" in part.split('"')[0]]
    voice, picture, script = [await worker.get(link) for link in links]
    assert (voice.content, voice.headers["content-type"]) == (b"#!AMR", "application/octet-stream")
    assert voice.headers["content-disposition"].startswith("attachment")
    assert (picture.content, picture.headers["content-type"]) == (b"\xff\xd8\xff", "image/jpeg")
    assert script.headers["content-disposition"].startswith("attachment")
    letterbox.files = {}
    gone = await worker.get(links[0])
    assert gone.status_code == 404
    assert "只保存三天" in gone.text


async def test_after_three_days_no_link_is_offered(worker: Browser, community: Community) -> None:
    enquiry = await ask(community, Said("语音", "media-voice"))
    await EnquiryLine.all().update(at=clock.now() - timedelta(days=3))
    page = await worker.page(page_of(enquiry))
    assert "微信平台已删除" in page
    assert "打开语音" not in page
    line = await EnquiryLine.get()
    assert (await worker.get(f"{page_of(enquiry)}/media/{line.id + 1}")).status_code == 404


async def test_words_have_no_media(worker: Browser, enquiry: Enquiry) -> None:
    line = await EnquiryLine.get()
    assert (await worker.get(f"{page_of(enquiry)}/media/{line.id}")).status_code == 404


async def test_what_residents_say_is_never_taken_for_markup(worker: Browser, community: Community) -> None:
    enquiry = await ask(community, Said("<script>alert(1)</script>"))
    for path in ("/admin/inbox", page_of(enquiry), f"{page_of(enquiry)}/lines"):
        page = await worker.page(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
