"""A small community that votes: four households on the roll, one without adults, staff, and a poll."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from clock import clock
from handlers.residency.visitors import Home, Visitor, visitor_within
from handlers.staff.rules import Viewer
from handlers.votes.actions.conduct import publish_poll
from handlers.votes.actions.drafts import Draft, draft_poll
from models.organisations import Organisation
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, Level, MemberRole, StaffRole
from models.votes import Poll
from settings import get_settings
from tests.factories import make_community, make_district, make_dwelling, make_estate, make_resident

APP_ID = get_settings().wechat_app_id


@dataclass
class Community:
    organisation: Organisation
    viewer: Viewer
    dwellings: list[Dwelling] = field(default_factory=list)

    async def poll(
        self, title: str = "楼道里装不装扶手", choices: tuple[str, ...] = ("同意", "不同意", "弃权"), days: int = 7
    ) -> Poll:
        """A published household vote of the whole community that takes ballots now."""
        now = clock.now()
        draft = Draft(
            title,
            "一楼到六楼都装。",
            choices,
            self.organisation.code,
            now,
            now + timedelta(days=days),
            abstain="弃权" if "弃权" in choices else "",
        )
        poll = await draft_poll(self.viewer, draft, now)
        return await publish_poll(self.viewer, poll.id, now)

    async def bind(self, openid: str, name: str, *dwellings: Dwelling, adult: bool = True) -> Visitor:
        """An account that is bound to these dwellings."""
        now = clock.now()
        account, _ = await Account.get_or_create(app_id=APP_ID, openid=openid, defaults={"created_at": now})
        for dwelling in dwellings:
            await Binding.create(
                account=account,
                dwelling=dwelling,
                role=MemberRole.FAMILY,
                name=name,
                state=BindingState.ACTIVE,
                adult=adult,
                created_at=now,
            )
        return await visitor_within(APP_ID, openid)

    async def home(self, openid: str, dwelling: Dwelling, name: str = "周桂兰", *, adult: bool = True) -> Home:
        return (await self.bind(openid, name, dwelling, adult=adult)).homes[0]


def viewer(code: str, role: StaffRole = StaffRole.ADMIN) -> Viewer:
    return Viewer("tester", "测试员", role, code, Level.COMMUNITY)


def second(community: Community) -> Viewer:
    """A colleague who certifies what the first has counted."""
    return Viewer("second", "第二人", StaffRole.APPROVER, community.organisation.code, Level.COMMUNITY)


@pytest.fixture
async def community(database: str) -> Community:
    """河东社区: rooms 101–104 with an adult each, 105 with a child only."""
    place = await make_community(await make_district(), "河东社区")
    estate = await make_estate(place, "幸福里")
    world = Community(place.organisation, viewer(place.organisation.code))
    for number in range(1, 5):
        dwelling = await make_dwelling(estate, "1", "1", f"10{number}")
        await make_resident(f"户主{number}", dwelling)
        world.dwellings.append(dwelling)
    childish = await make_dwelling(estate, "1", "1", "105")
    await make_resident("小朋友", childish, birth_on=date(clock.today().year - 10, 1, 1))
    world.dwellings.append(childish)
    return world
