"""Somebody at home, an office clock that can be set, and staff who answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from clock import BEIJING, clock
from handlers.staff.rules import Viewer
from models.organisations import Organisation
from models.residency import Account, Binding, Dwelling
from models.staff import StaffMember
from models.states import BindingState, Level, MemberRole, StaffRole
from settings import get_settings
from tests.factories import make_community, make_district, make_dwelling, make_estate

APP_ID = get_settings().wechat_app_id
SetClock = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """河东社区 with one dwelling and a worker."""

    community: Organisation
    dwelling: Dwelling
    worker: Viewer
    colleague: Viewer

    async def settle(self, openid: str, *, state: BindingState = BindingState.ACTIVE) -> Account:
        """Bind a new account to the dwelling."""
        now = clock.now()
        account = await Account.create(app_id=APP_ID, openid=openid, created_at=now)
        known = {"role": MemberRole.OWNER, "name": "王秀英", "state": state, "created_at": now}
        await Binding.create(account=account, dwelling=self.dwelling, **known)
        return account


async def make_worker(login: str, name: str, organisation: Organisation) -> Viewer:
    await StaffMember.create(
        login=login,
        name=name,
        password_hash="",
        role=StaffRole.WORKER,
        organisation=organisation,
        created_at=clock.now(),
    )
    return Viewer(login, name, StaffRole.WORKER, organisation.code, organisation.level)


@pytest.fixture
async def neighbourhood(database: str) -> Neighbourhood:
    community = await make_community(await make_district(), "河东社区", phone="0XXX-7000-0001")
    dwelling = await make_dwelling(await make_estate(community))
    assert community.organisation.level is Level.COMMUNITY
    return Neighbourhood(
        community.organisation,
        dwelling,
        await make_worker("lin", "林工", community.organisation),
        await make_worker("zhou", "周工", community.organisation),
    )


@pytest.fixture
def set_clock() -> SetClock:
    """`set_clock("2026-05-04 09:00")`: it is this time in Beijing now."""

    def move(text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=BEIJING)
        clock.shift = moment - datetime.now(UTC)

    return move
