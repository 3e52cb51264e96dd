"""The panel's pages about one notice to 100,000 people, as a district's administrator opens them: milliseconds each."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from redis.asyncio import Redis

from admin.app import create_panel
from admin.layout import COOKIE, Media, Platform
from admin.sessions import PanelSessions
from benches.ballots import open_poll
from benches.district import DISTRICT
from benches.residency import TOO_SLOW, Timing, timed
from campaigns.actions.launch import Message, launch_due, start_campaign
from campaigns.audience import Audience
from clock import clock
from handlers.conversations.rules import Outcome
from handlers.votes.actions.roll import draw_roll
from handlers.votes.queries.standing import not_voted
from models.database import rows
from models.notices import Notice
from models.reach import NoticeClass, NoticeState, Path, Purpose
from models.staff import StaffMember
from models.states import Delivered, StaffRole
from models.votes import Poll
from settings import get_settings

LOGIN, ORIGIN = "bench", "http://127.0.0.1:8000"
ROUNDS = 20
PATHS = (Path.CUSTOMER, Path.TEMPLATE, Path.MASS, Path.SMS)
# As it stands on the second day: of who follows some have read, of the others half got an SMS and few have been told.
_ARRIVED = """
UPDATE delivery SET sent_at = $1,
  path = CASE WHEN account_id IS NOT NULL THEN 'template' WHEN id % 2 = 0 THEN 'sms' WHEN id % 20 = 3 THEN 'paper' END,
  tried = CASE WHEN account_id IS NULL THEN 32 ELSE 8 END,
  state = CASE WHEN account_id IS NOT NULL THEN (ARRAY['sent', 'delivered', 'read', 'uncertain'])[1 + id % 4]
               WHEN id % 2 = 0 THEN 'sent' ELSE 'permanent' END,
  reached_at = CASE WHEN id % 20 = 3 AND account_id IS NULL THEN $1::timestamptz END, reached_by = 'bench'
RETURNING id
"""
_READ = """
INSERT INTO notice_reading (notice_id, account_id, dwelling_id, version, read_at, acknowledged_at)
SELECT $1, account_id, dwelling_id, 1, $2, CASE WHEN id % 3 = 0 THEN $2::timestamptz END FROM delivery
WHERE campaign_id = $3 AND state = 'read' RETURNING id
"""
_VOTED = """
INSERT INTO roll_mark (entry_id, channel, voter, cast_at)
SELECT id, 'chat', ''::bytea, $1 FROM roll_entry WHERE id % 2 = 0 RETURNING id
"""
# The district was copied in with its own numbers.
_NUMBERED = "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), (SELECT max(id) FROM audit_entry))"
Say = Callable[[str], None]


async def arrive(campaign: int) -> None:
    """Let a campaign have come far, and a vote that it asks for too, with a campaign of its own."""
    now = clock.now()
    poll = await open_poll()
    await draw_roll(poll, now)
    message, audience = Message(poll.title, poll.title), Audience((DISTRICT,), only=(f"not_voted:{poll.id}",))
    await start_campaign(f"poll:{poll.id}:open", Purpose.POLL_OPEN, DISTRICT, message, audience, PATHS, now)
    await launch_due({"not_voted": not_voted}, now)
    notice = await Notice.create(
        organisation_id=1,
        topic=NoticeClass.URGENT,
        state=NoticeState.SENT,
        title="明天停水",
        body="明天停水。",
        body_responsible="测速区",
        person_responsible="值班",
        starts_on=clock.today(),
        wants_receipt=True,
        audience={"places": [DISTRICT]},
        paths=0,
        launch_at=now,
        about=f"poll:{poll.id}",
        created_at=now,
        sent_at=now,
    )
    await rows(_ARRIVED, now)
    await rows(_READ, notice.id, now, campaign)
    await rows(_VOTED, now)
    await rows(_NUMBERED)


def panel_alone(redis: Redis) -> FastAPI:
    """The panel without chat, on a platform that answers nothing."""
    app = FastAPI(openapi_url=None)
    app.include_router(create_panel(get_settings(), redis, Platform(_send, _media, _scene, _fitted), {}))
    return app


@asynccontextmanager
async def browser_of(app: FastAPI, redis: Redis, login: str, organisation_id: int) -> AsyncGenerator[httpx.AsyncClient]:
    """The browser of a new administrator of this organisation, signed in."""
    await StaffMember.create(
        login=login,
        role=StaffRole.ADMIN,
        organisation_id=organisation_id,
        password_hash="",
        created_at=clock.now(),
    )
    cookie = {COOKIE: (await PanelSessions(redis).begin(login)).id}
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 40000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookie) as browser:
        yield browser


async def open_pages(redis: Redis, say: Say) -> list[Timing]:
    """Open each page of the first notice and the first vote twenty times, and tell how long that took."""
    async with browser_of(panel_alone(redis), redis, LOGIN, 1) as browser:
        pages = await _pages()
        timings = [await _timed(browser, name, path) for name, path in pages.items()]
    _tell(timings, say)
    return timings


async def _pages() -> dict[str, str]:
    notice, poll = (await Notice.all().order_by("id"))[0], (await Poll.all().order_by("id"))[0]
    found = await rows("SELECT min(w.building_id) AS id FROM delivery d JOIN dwelling w ON w.id = d.dwelling_id")
    here, vote, building = f"/admin/notices/{notice.id}", f"/admin/votes/{poll.id}", found[0]["id"]
    return {
        "通知": "/admin/notices",
        "一条通知": here,
        "送达情况": f"{here}/reach",
        "分楼栋表": f"{here}/reach.csv",
        "没送到的": f"{here}/unreached",
        "没送到的 一栋": f"{here}/unreached?building={building}",
        "上门单 一栋": f"{here}/doorstep?building={building}",
        "投票送达情况": f"{vote}/reach",
        "投票没送到的": f"{vote}/unreached",
    }


async def _timed(browser: httpx.AsyncClient, name: str, path: str) -> Timing:
    async def ask(_: int) -> None:
        (await browser.get(path)).raise_for_status()

    return await timed(name, ask, ROUNDS)


def _tell(timings: Sequence[Timing], say: Say) -> None:
    say("   p50 毫秒    p95 毫秒")
    for timing in timings:
        mark = f"  ✗ 超过 {TOO_SLOW} 毫秒" if timing.p50 > TOO_SLOW else ""
        say(f"{timing.p50:10.1f}  {timing.p95:10.1f}  {timing.question}{mark}")


async def _send(app_id: str, address: str, text: str) -> Outcome:
    return Outcome(Delivered.FAILED)


async def _media(app_id: str, media_id: str) -> Media | None:
    return None


async def _scene(scene: str, seconds: int) -> str | None:
    return None


def _fitted(values: Mapping[str, str]) -> Mapping[str, str] | None:
    return values
