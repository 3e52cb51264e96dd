"""A notice that asks to vote says so in what is pushed, in chat and on the page, as long as one can."""

from collections.abc import Callable

from campaigns.jobs import drive
from clock import clock
from handlers.notices import texts
from handlers.notices.actions.sending import correct_notice
from handlers.votes.actions.conduct import close_poll
from main import RESOLVERS
from models.notices import Notice
from tests.admin.things import make_poll
from tests.miniprogram.conftest import Handsets, handset, surface, wechat
from tests.notices.conftest import Office
from tests.phone import Phone

__all__ = ["handset", "surface", "wechat"]


async def pushed(office: Office, title: str) -> str:
    """What was sent of a notice; the vote tells of itself as well."""
    await drive(office.recorder.channels(), RESOLVERS, clock.now())
    return next(one.text for one in office.recorder.sent if f"】{title}" in one.text)


async def test_it_asks_until_the_vote_is_closed(
    office: Office, phone: Callable[[str], Phone], handset: Handsets
) -> None:
    await office.town.settle("oAnna", wrote_hours_ago=1)
    poll_id = await make_poll(office.town.community, "要不要装路灯")
    notice = await office.sent(about=f"poll:{poll_id}")
    text = await pushed(office, "明天停水")
    assert "请参加投票：要不要装路灯" in text
    assert f"/votes/{poll_id}" in text
    anna, browser = phone("oAnna"), handset()
    await browser.enter("oAnna")
    page = f"/m/notices/{notice.id}"
    assert "回复「投票」就能投" in await anna.say(f"通知 {notice.id}")
    assert f'href="/m/votes/{poll_id}"' in (await browser.http.get(page)).text
    assert "要不要装路灯" in await anna.say("投票")
    await close_poll(poll_id, clock.now())
    assert "请参加投票" not in await anna.say(f"通知 {notice.id}")
    assert "请参加投票" not in (await browser.http.get(page)).text


async def test_the_longest_of_everything_still_asks_and_fits_one_message(office: Office) -> None:
    await office.town.settle("oAnna", wrote_hours_ago=1)
    poll_id = await make_poll(office.town.community, "灯" * 60)
    long = {"body_responsible": "社" * 60, "person_responsible": "何" * 40, "phone": "电" * 40}
    notice = await office.sent(about=f"poll:{poll_id}", title="停" * 60, body="水" * 2000, **long)
    await correct_notice(office.approver, notice.id, "水" * 60, "停" * 2000, "改" * 100, clock.now())
    text = await pushed(office, "水" * 60)
    assert "请参加投票：灯" in text
    assert len(f"{text}\n{office.recorder.sent[-1].link}".encode()) <= 2048
    assert text.rstrip().endswith("2 全部通知</a>")
    short = texts.pushed(await Notice.get(), "p" * 100, asks=texts.ask_to_vote("灯", "p" * 900))
    assert texts.JUST_VOTE in short
    assert len(f"{short}\n{'p' * 100}".encode()) <= 2048
