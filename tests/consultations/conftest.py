"""A community whose residents may speak, staff who lead its consultations, and a topic at any stage."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from clock import clock
from handlers.consultations.actions.proposing import Written, raise_topic
from handlers.consultations.actions.reviewing import accept
from handlers.consultations.actions.stages import go_on
from handlers.consultations.rules import StageEvent, replayed
from handlers.residency.visitors import Visitor, visitor_within
from handlers.staff.rules import Viewer
from models.consultations import Consultation, ConsultationStep
from models.deliberation import Stage
from models.organisations import Estate
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, Level, MemberRole, StaffRole
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident

Neighbour = Callable[..., Awaitable[Visitor]]
TOPIC = Written("电动车停哪里", "车棚不够，楼道里停满了车。", ("改造车棚", "北门增设车架"), ("居民", "物业", "消防"))


@pytest.fixture
async def community(database: str) -> Community:
    return await make_community(await make_district())


@pytest.fixture
async def estate(community: Community) -> Estate:
    return await make_estate(community)


@pytest.fixture
def neighbour(estate: Estate) -> Neighbour:
    """`await neighbour()`: somebody who is registered, verified, at a home of their own, or at that of another."""

    async def register(
        beside: Visitor | None = None, *, born: date | None = date(1980, 5, 20), where: Estate = estate
    ) -> Visitor:
        number = await Account.all().count()
        room = f"{number // 4 + 1}0{number % 4 + 1}"
        home = (
            await Dwelling.get(id=beside.homes[0].dwelling_id) if beside else await make_dwelling(where, "3", "1", room)
        )
        resident = await make_resident(f"王{'一二三四五六七八九十'[number % 10]}", home, birth_on=born)
        account = await Account.create(app_id="wx0", openid=f"o{number}", created_at=clock.now(), consent_version="2")
        await Binding.create(
            account=account,
            dwelling=home,
            resident=resident,
            role=MemberRole.OWNER,
            name="王某",
            verified=True,
            state=BindingState.ACTIVE,
            created_at=clock.now(),
        )
        return await visitor_within("wx0", account.openid)

    return register


def colleague(community: Community, role: StaffRole = StaffRole.ADMIN, login: str = "") -> Viewer:
    organisation = community.organisation
    return Viewer(login or str(role), str(role), role, organisation.code, Level.COMMUNITY, organisation.name)


@pytest.fixture
def staff(community: Community) -> Viewer:
    """Somebody with every permission in `community`."""
    return colleague(community)


async def make_topic(viewer: Viewer, place: str, stage: Stage = Stage.COLLECTING) -> Consultation:
    """A topic of staff's that has come as far as this without any stage left out."""
    now = clock.now()
    skip = "" if stage is Stage.COLLECTING else "居民代表会上已有二十户提出"
    topic = await raise_topic(viewer, TOPIC, place, (), now, skip_reason=skip)
    if stage in {Stage.COLLECTING, Stage.REVIEW}:
        return topic
    topic = await accept(viewer, topic.id, "列入议事，请大家来谈。", now)
    for event in (StageEvent.DELIBERATE, StageEvent.DECIDE):
        if topic.stage is not stage:
            topic = await go_on(viewer, topic.id, event, "", (topic.ends_at or now) + timedelta(seconds=1))
    return topic


async def timeline(consultation_id: int) -> list[ConsultationStep]:
    return await ConsultationStep.filter(consultation_id=consultation_id).order_by("id")


async def replays(consultation_id: int) -> bool:
    """Whether the timeline says where the topic stands."""
    steps = [(step.kind, step.stage) for step in await timeline(consultation_id)]
    return replayed(steps) is (await Consultation.get(id=consultation_id)).stage
