"""Households that can vote and people who ask to be registered, for the panel's tests."""

from clock import clock
from handlers.residency.rules import CONSENT_VERSION
from models.organisations import Estate
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, MemberRole
from tests.factories import make_dwelling, make_resident


async def make_claim(dwelling: Dwelling, name: str, state: BindingState = BindingState.PENDING) -> Binding:
    """An account that is bound to a dwelling, or asks to be."""
    number = await Account.all().count()
    account = await Account.create(
        app_id="wx-test", openid=f"o{number}", consent_version=CONSENT_VERSION, created_at=clock.now()
    )
    return await Binding.create(
        account=account,
        dwelling=dwelling,
        name=name,
        role=MemberRole.FAMILY,
        state=state,
        created_at=clock.now(),
    )


async def make_households(estate: Estate, count: int) -> list[Dwelling]:
    """Dwellings 101, 102 … of building 3, each with one grown-up who is bound to it."""
    dwellings: list[Dwelling] = []
    for number in range(count):
        dwelling = await make_dwelling(estate, room=f"{101 + number}")
        await make_resident("王秀英", dwelling)
        await make_claim(dwelling, "王秀英", BindingState.ACTIVE)
        dwellings.append(dwelling)
    return dwellings
