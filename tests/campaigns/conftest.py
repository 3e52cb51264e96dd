"""A building whose residents can be told by different paths, and channels that answer as a test wants."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from campaigns.channels import Channels, Outgoing, Result
from clock import clock
from models.campaigns import MessageTemplate, Subscription
from models.conversations import Message
from models.reach import AttemptOutcome, Path, Purpose, TemplateKind
from models.residency import Account, Binding, Dwelling, Membership, Resident
from models.sealed import blind_index
from models.states import BindingState, MemberRole
from settings import get_settings
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident

APP_ID = get_settings().wechat_app_id
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> None:
    """Quiet hours are none of most tests' matter."""
    clock.shift = NOON - datetime.now(UTC)


@dataclass
class Town:
    """A community with one building; people move in as a test needs them."""

    community: Community
    estate: Any
    dwellings: list[Dwelling] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.community.code

    async def settle(
        self, openid: str = "", *, phone: str | None = None, wrote_hours_ago: float | None = None
    ) -> Resident:
        """Somebody in a flat of their own; with an openid they follow the account and are bound."""
        number = len(self.dwellings) + 1
        dwelling = await make_dwelling(self.estate, "1", "1", f"{number // 4 + 1}0{number % 4 + 1}")
        self.dwellings.append(dwelling)
        await make_resident(f"居民{number}", dwelling)
        resident = await Resident.get(id=(await Membership.get(dwelling_id=dwelling.id)).resident_id)
        if phone:
            resident.phone = phone
            await resident.save()
        if openid:
            await self._follow(openid, resident, dwelling)
        if wrote_hours_ago is not None:
            await wrote(openid, wrote_hours_ago)
        return resident

    async def settle_crowd(self, number: int) -> list[str]:
        """So many people in flats of their own, all bound, who wrote an hour ago and have a phone; their openids."""
        start, now = len(self.dwellings), clock.now()
        first = await make_dwelling(self.estate, "9", "1", "0")
        openids = [f"oCrowd{start + at}" for at in range(number)]
        flats = [
            Dwelling(
                code=f"{first.code}-{at}",
                community_id=first.community_id,
                grid_id=first.grid_id,
                estate_id=first.estate_id,
                building_id=first.building_id,
                entrance="1",
                room=f"{at + 1}",
                address=f"{first.address}-{at}",
            )
            for at in range(number)
        ]
        await Dwelling.bulk_create(flats)
        people = [_person(f"众{at}", f"154{at:08d}") for at in range(number)]
        await Resident.bulk_create(people)
        await Account.bulk_create([Account(app_id=APP_ID, openid=openid, created_at=now) for openid in openids])
        dwellings = await Dwelling.filter(code__startswith=f"{first.code}-").order_by("id")
        residents = (await Resident.all().order_by("-id").limit(number))[::-1]
        accounts = await Account.filter(openid__in=openids).order_by("id")
        self.dwellings += dwellings
        homes = list(zip(dwellings, residents, accounts, strict=True))
        await Membership.bulk_create([Membership(resident=one, dwelling=home, role="家属") for home, one, _ in homes])
        await Binding.bulk_create([_binding(account, home, one) for home, one, account in homes])
        await Message.bulk_create([_message(openid, 1) for openid in openids])
        return openids

    async def _follow(self, openid: str, resident: Resident, dwelling: Dwelling) -> None:
        now = clock.now()
        account = await Account.create(app_id=APP_ID, openid=openid, created_at=now)
        await _binding(account, dwelling, resident).save()

    async def subscribe(self, openid: str, kind: TemplateKind, ticks: int = 0) -> None:
        template, _ = await MessageTemplate.get_or_create(
            app_id=APP_ID,
            purpose=Purpose.NOTICE,
            kind=kind,
            defaults={"template_id": f"T-{kind.value}", "mapping": {"thing1": "title"}},
        )
        await Subscription.create(
            account=await Account.get(openid=openid),
            template=template,
            standing=kind is TemplateKind.STANDING,
            credits=ticks,
            changed_at=clock.now(),
        )


async def wrote(openid: str, hours_ago: float = 0) -> None:
    """The account has sent a message so many hours ago."""
    await Message.bulk_create([_message(openid, hours_ago)])


def _message(openid: str, hours_ago: float) -> Message:
    return Message(
        key=UUID(bytes=random.randbytes(16)),
        app_id=APP_ID,
        sender=openid,
        kind="text",
        content=b"",
        received_at=clock.now() - timedelta(hours=hours_ago),
    )


def _person(name: str, phone: str) -> Resident:
    return Resident(
        name=name,
        name_index=blind_index(name, "name"),
        surname_index=blind_index("众", "surname"),
        birth_on=date(1980, 5, 20),
        phone=phone,
    )


def _binding(account: Account, dwelling: Dwelling, resident: Resident) -> Binding:
    return Binding(
        account=account,
        dwelling=dwelling,
        resident=resident,
        role=MemberRole.OWNER,
        name=resident.name,
        verified=True,
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )


@pytest.fixture
async def town(database: str) -> Town:
    community = await make_community(await make_district())
    return Town(community, await make_estate(community))


Answers = Callable[[Outgoing], Result]


@dataclass
class Recorder:
    """A channel for every path by machine: what was sent, and an answer made by `answers`."""

    answers: Answers = lambda _: Result(AttemptOutcome.ACCEPTED)
    sent: list[Outgoing] = field(default_factory=list)

    async def send(self, message: Outgoing) -> Result:
        self.sent.append(message)
        return self.answers(message)

    def channels(self) -> Channels:
        return {path: self for path in Path if path.by_machine}

    def by_path(self) -> Counter[Path]:
        return Counter(message.path for message in self.sent)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
