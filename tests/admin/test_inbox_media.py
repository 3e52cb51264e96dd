"""Pictures and recordings on the panel: shown and played as they were kept, in parts too, to nobody else."""

from uuid import uuid4

import pytest

from admin.pages.inbox_media import wanted
from clock import clock
from handlers.enquiries.rules import Said
from handlers.files.actions import store
from models.desk import Fetched
from models.enquiries import Enquiry, EnquiryLine
from models.files import StoredFile
from models.states import FilePurpose, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import ask, page_of
from tests.admin.platform import Letterbox
from tests.factories import Community
from tests.files.uploads import drawn

SOUND = b"\xff\xfb\x90\x00" + bytes(range(200))


@pytest.fixture
async def enquiry(community: Community) -> Enquiry:
    return await ask(community, Said("语音", "media-voice"))


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def kept(enquiry: Enquiry, content: bytes) -> str:
    """The line's file is there; its address."""
    file = await store(content, "1", FilePurpose.CONVERSATION, enquiry.place, "account:1")
    await EnquiryLine.filter(enquiry_id=enquiry.id).update(file=file.key, fetched=Fetched.KEPT, fetch_at=None)
    return f"{page_of(enquiry)}/media/{(await EnquiryLine.get(enquiry_id=enquiry.id)).id}"


async def test_a_recording_is_played_where_it_was_said(worker: Browser, enquiry: Enquiry) -> None:
    address = await kept(enquiry, SOUND)
    page = await worker.page(page_of(enquiry))
    assert f'<audio controls preload="none" src="{address}"' in page
    assert "media-src 'self'" in (await worker.get(page_of(enquiry))).headers["content-security-policy"]
    whole = await worker.get(address)
    assert (whole.status_code, whole.content) == (200, SOUND)
    told = {"content-type": "audio/mpeg", "accept-ranges": "bytes", "cache-control": "private, no-store"}
    told |= {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
    assert {name: whole.headers[name] for name in told} == told


@pytest.mark.parametrize(
    ("asked", "status", "told", "begin", "end"),
    [
        ("bytes=0-1", 206, "bytes 0-1/204", 0, 2),
        ("bytes=100-", 206, "bytes 100-203/204", 100, 204),
        ("bytes=100-9999", 206, "bytes 100-203/204", 100, 204),
        ("bytes=-4", 206, "bytes 200-203/204", 200, 204),
        ("bytes=204-", 416, "bytes */204", 0, 0),
        ("bytes=9-3", 416, "bytes */204", 0, 0),
        ("bytes=0-1,5-6", 200, None, 0, 204),
        ("bytes=-", 200, None, 0, 204),
        ("pages=1-2", 200, None, 0, 204),
    ],
)
async def test_it_comes_in_parts_as_safari_asks_for_it(
    worker: Browser, enquiry: Enquiry, asked: str, status: int, told: str | None, begin: int, end: int
) -> None:
    part = await worker.get(await kept(enquiry, SOUND), Range=asked)
    assert (part.status_code, part.headers.get("content-range")) == (status, told)
    assert part.content == SOUND[begin:end]


def test_no_part_lies_outside() -> None:
    assert wanted("", "9999", 10) == (0, 10)
    assert wanted("3", "", 10) == (3, 10)


async def test_a_picture_is_shown_and_what_cannot_be_played_is_saved(worker: Browser, enquiry: Enquiry) -> None:
    address = await kept(enquiry, drawn("PNG"))
    assert f'<img src="{address}"' in await worker.page(page_of(enquiry))
    assert (await worker.get(address)).headers["content-type"] == "image/png"
    address = await kept(enquiry, b"#!AMR\n" + bytes(40))
    assert f'<a href="{address}" download>保存语音' in await worker.page(page_of(enquiry))
    saved = await worker.get(address)
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")


async def test_others_are_told_that_there_is_none(
    signed_in: SignIn, enquiry: Enquiry, elsewhere: Community, worker: Browser
) -> None:
    address = await kept(enquiry, SOUND)
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert (await stranger.get(address)).status_code == 404
    file = await StoredFile.get()
    assert (await stranger.get(f"/admin/files/{file.key}")).status_code == 404
    other = await ask(elsewhere)
    foreign = f"{page_of(enquiry)}/media/{(await EnquiryLine.get(enquiry_id=other.id)).id}"
    assert (await worker.get(foreign)).status_code == 404


@pytest.mark.parametrize(
    ("fetched", "says"),
    [(Fetched.WAITING, "正在从微信取来"), (Fetched.REFUSED, "太大或格式不对"), (Fetched.GONE, "没有取到")],
)
async def test_what_is_not_there_is_said(worker: Browser, enquiry: Enquiry, fetched: Fetched, says: str) -> None:
    await EnquiryLine.all().update(fetched=fetched, fetch_at=clock.now())
    page = await worker.page(page_of(enquiry))
    assert says in words(page)
    assert ("打开语音" in words(page)) is (fetched is Fetched.WAITING)
    assert "<audio" not in page


async def test_bytes_that_are_lost_are_said_to_be(worker: Browser, enquiry: Enquiry, letterbox: Letterbox) -> None:
    address = await kept(enquiry, SOUND)
    await EnquiryLine.all().update(file=uuid4())
    lost = await worker.get(address)
    assert lost.status_code == 404
    assert "只保存三天" in lost.text
