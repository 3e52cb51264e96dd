"""A community with one registered resident who may speak, for what is tested of moderation."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from clock import clock
from handlers.residency.visitors import Visitor, visitor_within
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, MemberRole
from tests.factories import make_home, make_resident

Neighbour = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_home()


@pytest.fixture
def neighbour(home: Dwelling) -> Neighbour:
    """`await neighbour("王秀英")`: somebody registered at home, who writes to the account."""

    async def register(
        name: str = "王秀英", *, verified: bool = True, born: date | None = date(1980, 5, 20), place: Dwelling = home
    ) -> Visitor:
        resident = await make_resident(name, place, birth_on=born)
        number = await Account.all().count()
        account = await Account.create(app_id="wx0", openid=f"o{number}", created_at=clock.now(), consent_version="2")
        await Binding.create(
            account=account,
            dwelling=place,
            resident=resident if verified else None,
            role=MemberRole.OWNER,
            name=name,
            verified=verified,
            state=BindingState.ACTIVE,
            created_at=clock.now(),
        )
        return await visitor_within("wx0", account.openid)

    return register
