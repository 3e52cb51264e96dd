"""A committee that sends notices: one building, an editor, a reviewer, an approver, and channels that record."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.audience import Audience
from campaigns.jobs import drive
from clock import clock
from handlers.notices.actions.drafts import NoticeDraft, draft_notice, review_notice, submit_notice
from handlers.notices.actions.sending import send_notice
from handlers.residency.visitors import Visitor, visitor_within
from handlers.staff.rules import Viewer
from models.notices import Notice
from models.reach import NoticeClass
from models.states import Level, StaffRole
from tests.campaigns.conftest import APP_ID, Recorder, Town, recorder, town

__all__ = ["recorder", "town"]

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@dataclass
class Office:
    """The committee of the town; `written` makes a draft, of which a test says what differs."""

    town: Town
    recorder: Recorder

    def as_(self, role: StaffRole, login: str = "", code: str = "") -> Viewer:
        return Viewer(login or role.value, "", role, code or self.town.code, Level.COMMUNITY)

    @property
    def editor(self) -> Viewer:
        return self.as_(StaffRole.EDITOR)

    @property
    def reviewer(self) -> Viewer:
        return self.as_(StaffRole.REVIEWER)

    @property
    def approver(self) -> Viewer:
        return self.as_(StaffRole.APPROVER)

    @property
    def admin(self) -> Viewer:
        return self.as_(StaffRole.ADMIN)

    def written(self, **different: Any) -> NoticeDraft:
        today = clock.today()
        draft = NoticeDraft(
            topic=NoticeClass.CONVENIENCE,
            title="明天停水",
            body="自来水公司更换阀门，请提前储水。",
            organisation=self.town.code,
            audience=Audience((self.town.code,)),
            body_responsible="河东社区居委会",
            person_responsible="何立春",
            starts_on=today,
            phone="0101-7000-0001",
            ends_on=today + timedelta(days=3),
            wants_receipt=True,
        )
        return replace(draft, **different)

    async def reviewed(self, **different: Any) -> Notice:
        now = clock.now()
        notice = await draft_notice(self.editor, self.written(**different), now)
        await submit_notice(self.editor, notice.id)
        return await review_notice(self.reviewer, notice.id, True, "", now)

    async def sent(self, **different: Any) -> Notice:
        notice = await self.reviewed(**different)
        return await send_notice(self.approver, notice.id, clock.now())

    async def drive(self) -> int:
        """Let the clock do its part of outreach."""
        return await drive(self.recorder.channels(), {}, clock.now())


@pytest.fixture
async def office(town: Town, recorder: Recorder) -> Office:
    clock.shift = NOON - datetime.now(UTC)
    return Office(town, recorder)


LookUp = Callable[[str], Awaitable[Visitor]]


async def visitor_of(openid: str) -> Visitor:
    return await visitor_within(APP_ID, openid)
