"""A community whose committee holds an interview: a host, a moderator, and residents who may speak."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from clock import clock
from handlers.interviews.actions.interviews import Announced, announce_interview, open_interview
from handlers.interviews.actions.questions import ask_question
from handlers.residency.visitors import Visitor, visitor_within
from handlers.staff.rules import Viewer
from models.deliberation import PostState
from models.interviews import Interview, Question
from models.participation import Post
from models.residency import Account, Binding
from models.states import BindingState, Level, MemberRole, StaffRole
from settings import get_settings
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident

APP_ID = get_settings().wechat_app_id
TEXT = "停车月卡什么时候放开？"


@dataclass(frozen=True)
class Hall:
    """Where the interview is held, and another community of the same district."""

    community: Community
    elsewhere: Community

    @property
    def host(self) -> Viewer:
        return viewer_in(self.community)

    async def announced(self, **different: Any) -> Interview:
        """An interview of tomorrow."""
        now = clock.now()
        written = {"title": "主任在线访谈", "host": "居委会主任", "starts_at": now + timedelta(days=1), "minutes": 90}
        return await announce_interview(self.host, self.community.code, Announced(**written | different), now)

    async def live(self) -> Interview:
        interview = await self.announced()
        return await open_interview(self.host, interview.id, clock.now())

    async def settle(self, openid: str, community: Community | None = None) -> Visitor:
        """A verified resident who follows the account."""
        dwelling = await make_dwelling(await make_estate(community or self.community, f"{openid[1:]}里"))
        resident = await make_resident("李秀英", dwelling)
        account = await Account.create(
            app_id=APP_ID, openid=openid, following=True, created_at=clock.now(), consent_version="2"
        )
        await Binding.create(
            account=account,
            dwelling=dwelling,
            resident=resident,
            role=MemberRole.OWNER,
            name="李秀英",
            verified=True,
            state=BindingState.ACTIVE,
            created_at=clock.now(),
        )
        return await visitor_within(APP_ID, openid)

    async def published(self, interview: Interview, text: str = TEXT, openid: str = "oAsker") -> Question:
        """A question that somebody asked and a moderator has published."""
        visitor = await visitor_within(APP_ID, openid)
        asker = visitor if visitor.account_id else await self.settle(openid)
        question = await ask_question(asker, interview.id, text, clock.now())
        await publish(question)
        return question


def viewer_in(community: Community, role: StaffRole = StaffRole.WORKER) -> Viewer:
    return Viewer(role.value, "", role, community.code, Level.COMMUNITY)


async def publish(question: Question) -> None:
    """What a moderator's 「通过」 leaves."""
    await Post.filter(id=question.post_id).update(state=PostState.PUBLISHED, published_at=clock.now())


Settle = Callable[[str], Awaitable[Visitor]]


@pytest.fixture
async def hall(database: str) -> Hall:
    district = await make_district()
    return Hall(await make_community(district), await make_community(district, "河西社区"))
