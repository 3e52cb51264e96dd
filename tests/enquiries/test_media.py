"""Pictures and recordings are fetched while the platform has them, kept, and forgotten with what was said."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from clock import clock
from handlers.conversations.rules import Found, Unfetched
from handlers.enquiries import rules
from handlers.enquiries.actions.asked import open_enquiry
from handlers.enquiries.jobs import fetch_media
from handlers.enquiries.rules import Said
from handlers.files.queries import content_of
from handlers.privacy.jobs import forget_old
from handlers.residency.actions.erase import close_account
from models.desk import Fetched
from models.enquiries import Enquiry, EnquiryLine
from models.events import Event
from models.files import StoredFile
from models.residency import Account
from models.states import EnquiryState
from tests.enquiries.conftest import APP_ID, Neighbourhood
from tests.files.recordings import heard, spoken
from tests.files.uploads import drawn, photograph

DAY = timedelta(days=1)


@dataclass
class Shelf:
    """The platform's files by their ids; what is not there comes later."""

    files: dict[str, Found | Unfetched] = field(default_factory=dict[str, Found | Unfetched])
    asked: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])

    async def fetch(self, app_id: str, media_id: str, most_bytes: int) -> Found | Unfetched:
        self.asked.append((app_id, media_id, most_bytes))
        await asyncio.sleep(0)
        return self.files.get(media_id, Unfetched.LATER)


@pytest.fixture
async def account(neighbourhood: Neighbourhood) -> Account:
    return await neighbourhood.settle("oWang")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def sends(account: Account, media: str = "m1", label: str = "图片") -> EnquiryLine:
    await open_enquiry(account.id, None, Said(label, media), clock.now())
    return (await EnquiryLine.all().order_by("-id"))[0]


async def after(line: EnquiryLine) -> EnquiryLine:
    return await EnquiryLine.get(id=line.id)


async def test_a_picture_is_kept_without_what_its_camera_wrote(account: Account, shelf: Shelf) -> None:
    line = await sends(account)
    shelf.files["m1"] = Found(photograph(), "image/jpeg")
    await fetch_media(shelf.fetch, clock.now())
    assert shelf.asked == [(APP_ID, "m1", rules.MOST_MEDIA)]
    kept = await after(line)
    assert kept.fetched is Fetched.KEPT
    file = await StoredFile.get(key=kept.file)
    assert (file.content_type, file.expires_at, file.owner) == ("image/jpeg", None, f"account:{account.id}")
    assert b"SECRET" not in await content_of(file)


async def test_a_recording_is_kept_as_browsers_play_it(account: Account, shelf: Shelf) -> None:
    line = await sends(account, label="语音")
    shelf.files["m1"] = Found(spoken(0.5), "audio/amr")
    await fetch_media(shelf.fetch, clock.now())
    file = await StoredFile.get(key=(await after(line)).file)
    assert file.content_type == "audio/mpeg"
    assert heard(await content_of(file)) == pytest.approx(0.5, abs=0.2)


async def test_a_recording_that_cannot_be_heard_is_kept_to_be_saved(account: Account, shelf: Shelf) -> None:
    line = await sends(account, label="语音")
    shelf.files["m1"] = Found(b"#!AMR\n", "audio/amr")
    await fetch_media(shelf.fetch, clock.now())
    assert (await StoredFile.get(key=(await after(line)).file)).content_type == "audio/amr"


@pytest.mark.parametrize(
    ("found", "ends"),
    [
        (Unfetched.TOO_LARGE, Fetched.REFUSED),
        (Unfetched.GONE, Fetched.GONE),
        (Found(b"<html><script>", "image/jpeg"), Fetched.REFUSED),
        (Found(b"MZ\x90\x00" + bytes(99), "audio/amr"), Fetched.REFUSED),
        (Found(b"#!AMR\n" + bytes(rules.MOST_VOICE), "audio/amr"), Fetched.REFUSED),
    ],
)
async def test_what_may_not_be_kept_is_said_to_be_so(
    account: Account, shelf: Shelf, found: Found | Unfetched, ends: Fetched
) -> None:
    line = await sends(account)
    shelf.files["m1"] = found
    await fetch_media(shelf.fetch, clock.now())
    assert ((await after(line)).fetched, (await after(line)).file) == (ends, None)
    assert not await StoredFile.exists()
    await fetch_media(shelf.fetch, clock.now() + DAY)
    assert len(shelf.asked) == 1


async def test_it_is_tried_less_and_less_until_the_three_days_are_over(account: Account, shelf: Shelf) -> None:
    line, now = await sends(account), clock.now()
    tried: list[timedelta] = []
    at = now
    while (await after(line)).fetched is Fetched.WAITING:
        before = len(shelf.asked)
        await fetch_media(shelf.fetch, at)
        if len(shelf.asked) > before:
            tried.append(at - now)
        at += timedelta(minutes=1) if at < now + timedelta(hours=1) else timedelta(hours=1)
    assert (await after(line)).fetched is Fetched.GONE
    assert tried[1] <= timedelta(minutes=1)
    assert tried[-1] >= rules.MEDIA_LIVES
    assert len(tried) < 90


async def test_two_processes_fetch_one_file_once(account: Account, shelf: Shelf) -> None:
    lines = [await sends(account, f"m{number}") for number in range(9)]
    shelf.files = {f"m{number}": Found(drawn("PNG"), "image/png") for number in range(9)}
    await asyncio.gather(*(fetch_media(shelf.fetch, clock.now()) for _ in range(3)))
    assert sorted(media for _, media, _ in shelf.asked) == sorted(shelf.files)
    assert len({(await after(line)).file for line in lines}) == await StoredFile.all().count() == 9


async def test_a_process_that_died_leaves_it_to_the_next(account: Account, shelf: Shelf) -> None:
    line = await sends(account)

    async def dies(app_id: str, media_id: str, most_bytes: int) -> Found:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await fetch_media(dies, clock.now())
    shelf.files["m1"] = Found(drawn("PNG"), "image/png")
    await fetch_media(shelf.fetch, clock.now())
    assert not shelf.asked
    await fetch_media(shelf.fetch, clock.now() + timedelta(minutes=3))
    assert (await after(line)).fetched is Fetched.KEPT


async def test_who_leaves_takes_their_pictures_along_also_one_that_is_under_way(account: Account, shelf: Shelf) -> None:
    kept, under_way = await sends(account, "m1"), await sends(account, "m2")
    shelf.files = {"m1": Found(drawn("PNG"), "image/png")}
    await fetch_media(shelf.fetch, clock.now())

    async def leaves_meanwhile(app_id: str, media_id: str, most_bytes: int) -> Found:
        await close_account(APP_ID, "oWang")
        return Found(drawn("PNG"), "image/png")

    await fetch_media(leaves_meanwhile, clock.now() + DAY)
    for line in (await after(kept), await after(under_way)):
        assert (line.text, line.media, line.fetched, line.file) == ("", "", None, None)
    assert not await StoredFile.exists()
    assert await Event.filter(name="FileForgotten").count() == 2


async def test_files_go_when_the_conversation_is_forgotten(account: Account, shelf: Shelf) -> None:
    await sends(account)
    shelf.files["m1"] = Found(drawn("PNG"), "image/png")
    await fetch_media(shelf.fetch, clock.now())
    await Enquiry.all().update(state=EnquiryState.CLOSED, closed_at=clock.now())
    await forget_old(clock.now() + 179 * DAY)
    assert await StoredFile.all().count() == 1
    await forget_old(clock.now() + 181 * DAY)
    assert not await Enquiry.exists()
    assert not await StoredFile.exists()
    assert await Event.filter(name="FileForgotten").count() == 1
