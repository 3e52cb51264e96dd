"""The month of notices: what is planned, will come again, was sent or ends, with votes and holidays, of one's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from clock import clock
from models.notices import Notice
from models.reach import NoticeClass, NoticeState
from models.states import StaffRole
from tests.admin import polls
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.notices import WRITTEN, drafted, people, sent
from tests.factories import Community, make_estate

CALENDAR = "/admin/notices/calendar"


@pytest.fixture(autouse=True)
def in_september() -> None:
    clock.shift = datetime(2026, 9, 8, 2, tzinfo=UTC) - datetime.now(UTC)


def day(page: str, date: str) -> str:
    """What stands under a date."""
    below = page.split(f'datetime="{date}"')[1].split("</td>")[0]
    return words(f"<main><p{below}</main>")


async def test_a_month_shows_what_comes_what_was_and_what_ends(admin: Browser, community: Community) -> None:
    await people(await make_estate(community), 1)
    weekly = await sent(admin, community.code, 标题="每周灭蚊", 再发="weekly", 结束日期="2026-10-06")
    later = await drafted(admin, community.code, 标题="月底停水", 类别="posting", 结束日期="2026-09-29")
    await admin.follow(await admin.press(f"/admin/notices/{later.id}", "发送", {"定时发送": "2026-09-20T09:30"}))
    poll = await polls.published(admin, community.code)
    page = await admin.page(CALENDAR)
    assert "10:00 已发 每周灭蚊" in day(page, "2026-09-08")
    assert "投票开始" in day(page, "2026-09-08")
    assert "今天" in day(page, "2026-09-08")
    for date in ("2026-09-15", "2026-09-22", "2026-09-29"):
        assert "10:00 将再发 每周灭蚊" in day(page, date)
    assert "09:30 定时待发 月底停水" in day(page, "2026-09-20")
    assert "班" in day(page, "2026-09-20")
    assert "公示到期 月底停水" in day(page, "2026-09-29")
    assert "休" in day(page, "2026-09-25")
    for link in (f"/admin/notices/{weekly.id}", f"/admin/notices/{later.id}", f"/admin/votes/{poll.id}"):
        assert f'href="{link}"' in page
    october = await admin.page(f"{CALENDAR}?month=2026-10")
    assert "将再发 每周灭蚊" in day(october, "2026-10-06")
    assert october.count("将再发</span>") == 1
    for month in ("2026-13", "x", "9999-01", "0000-01"):
        assert "2026年9月" in words(await admin.page(f"{CALENDAR}?month={month}"))
    assert "这个月没有安排" in await admin.page(f"{CALENDAR}?month=2025-02")


async def test_it_asks_the_database_little_and_shows_nothing_of_others(
    admin: Browser, signed_in: SignIn, community: Community, elsewhere: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[str, Any] = {"state": NoticeState.SENT, "body_responsible": "居委会", "person_responsible": "何立春"}
    known |= {"paths": 1, "created_at": clock.now(), "starts_on": clock.today(), "audience": {"places": ["1"]}}
    for number in range(30):
        await Notice.create(
            organisation=community.organisation,
            topic=NoticeClass.POLICY,
            title=f"第{number}条",
            body=WRITTEN["正文"],
            launch_at=clock.now() + timedelta(minutes=number),
            **known,
        )
    await admin.page(CALENDAR)
    asked: list[str] = []
    ask = AsyncpgDBClient.execute_query

    async def counted(self: AsyncpgDBClient, query: str, *values: Any) -> Any:
        asked.append(query)
        return await ask(self, query, *values)

    monkeypatch.setattr(AsyncpgDBClient, "execute_query", counted)
    page = await admin.page(CALENDAR)
    assert len(asked) <= 5, asked
    assert "还有26条" in page
    assert "第29条" in page
    stranger = await signed_in(StaffRole.AUDITOR, elsewhere.code)
    assert "第29条" not in await stranger.page(CALENDAR)
