"""How 代办 ends by itself: its last day, nobody's answer, somebody who leaves."""

from datetime import timedelta

import pytest

from clock import clock
from handlers.delegations.jobs import end_due, remind_due
from handlers.residency.actions.erase import close_account
from models.residency import Account
from models.states import DelegationState
from tests.delegations.conftest import APP_ID, ASKING, CHILD, ELDER, Family, Phones, says
from tests.delegations.transcripts import agreed, state, told


async def test_both_are_reminded_once_and_told_when_it_is_over(family: Family, phone: Phones) -> None:
    delegation = await agreed(family, phone)
    last = delegation.expires_on
    clock.shift += last - clock.today() - timedelta(days=14)
    await remind_due(clock.now())
    await remind_due(clock.now())
    assert [text for text in await told(delegation.account_id) if "到期后要接着办" in text] == [
        f"{CHILD}代{ELDER}办事，到 {last} 为止。\n到期后要接着办，请回复「代办」。"
    ]
    clock.shift += timedelta(days=14)
    await end_due(clock.now())
    assert await state() is DelegationState.ACTIVE
    clock.shift += timedelta(days=1)
    await end_due(clock.now())
    assert await state() is DelegationState.EXPIRED
    assert "代办已到期" in (await told(delegation.account_id))[-1]


@pytest.mark.parametrize("leaves", ["oChild", "oElder"])
async def test_it_ends_when_one_side_leaves(family: Family, phone: Phones, leaves: str) -> None:
    await agreed(family, phone)
    await phone(leaves).event("unsubscribe")
    await end_due(clock.now())
    assert await state() is DelegationState.ENDED


async def test_what_nobody_confirms_is_over_after_thirty_days(family: Family, phone: Phones) -> None:
    await family.child()
    await says(phone("oChild"), *ASKING)
    await end_due(clock.now() + timedelta(days=29))
    assert await state() is DelegationState.ASKED
    await end_due(clock.now() + timedelta(days=31))
    assert await state() is DelegationState.EXPIRED


async def test_closing_an_account_ends_it_and_the_other_side_is_told(family: Family, phone: Phones) -> None:
    delegation = await agreed(family, phone)
    elder_account = (await Account.get(openid="oElder")).id
    await close_account(APP_ID, "oChild")
    assert await state() is DelegationState.ENDED
    assert f"代办号 {delegation.id}：对方已注销" in (await told(elder_account))[-1]


async def test_closing_an_account_does_not_let_anybody_guess_on(family: Family, phone: Phones) -> None:
    await family.child()
    child = phone("oChild")
    await says(child, "我替家人办", "幸福里3-2-501", "王不在", "张不在", "赵不在")
    await close_account(APP_ID, "oChild")
    await family.child()
    assert "还可以试1次" in await says(child, "我替家人办", "幸福里3-2-501", "钱不在")
