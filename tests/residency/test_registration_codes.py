"""Door codes in chat: scanned, mistyped, guessed, expired, spent, delivered twice and used by two at once."""

import asyncio
from datetime import timedelta

import pytest

from clock import clock
from models.database import rows
from models.residency import Binding, DoorCode, Dwelling
from models.states import BindingState
from tests.factories import (
    make_code,
    make_dwelling,
)
from tests.residency.transcripts import CODE, WRONG, Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_the_letter_s_qr_skips_address_and_code(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await p.event("subscribe", EventKey=f"qrscene_bd_{CODE}", Ticket="t")
    assert "同意" in p.read
    assert "「幸福里3号楼2单元501」" in await says(p, "同意")
    assert "登记成功" in await says(p, "2", "李秀英")


async def test_a_follower_who_scans_the_letter_goes_straight_to_the_home(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意")
    await p.event("SCAN", EventKey=f"bd_{CODE}", Ticket="t")
    assert "「幸福里3号楼2单元501」" in p.read
    assert "登记成功" in await says(p, "1", "赵新", "1")
    assert "业主（待核实）" in p.read


async def test_another_address_than_the_letter_s_is_asked_for_its_own_code(home: Dwelling, phone: Phones) -> None:
    await make_dwelling(await home.estate, "3", "2", "502")
    p = phone("oLi")
    await p.event("subscribe", EventKey=f"qrscene_bd_{CODE}")
    assert "绑定码，没有请回复「无」" in await says(p, "同意", "幸福里3-2-502", "1", "赵新", "1")


async def test_a_qr_that_is_no_longer_valid_says_so_and_asks_for_the_address(home: Dwelling, phone: Phones) -> None:
    await DoorCode.all().update(expires_at=clock.now())
    p = phone("oLi")
    await p.event("subscribe", EventKey=f"qrscene_bd_{CODE}")
    assert "二维码已失效" in p.read
    assert "请发送您家的地址" in await says(p, "同意")


async def test_a_code_found_later_grants_what_was_waiting(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英", "没有")
    assert "还在等审核" in await says(p, "绑定 幸福里3-2-501")
    assert "登记成功" in await says(p, "2", "李秀英", CODE)
    assert await Binding.all().count() == 1


async def test_a_wrong_code_shows_the_tries_left_and_five_lock_the_address(home: Dwelling, phone: Phones) -> None:
    p = phone("oGuess")
    await registers(p, "李秀英", WRONG)
    for left in (4, 3, 2, 1):
        assert f"还可以试{left}次" in p.read
        await p.say("ZZZZ-ZZZZ")
    assert "24小时" in p.read
    assert "24小时" in await says(p, "幸福里3-2-501")
    assert "24小时" in await says(p, "绑定", "幸福里3-2-501")
    assert (await DoorCode.get()).uses == 0
    other = await make_dwelling(await home.estate, "3", "2", "502")
    assert f"「{other.address}」" in await says(p, "幸福里3-2-502")


async def test_a_lock_is_one_account_s_own_and_ends_after_a_day(home: Dwelling, phone: Phones) -> None:
    p = phone("oGuess")
    await registers(p, "李秀英", WRONG)
    await says(p, *[WRONG] * 4)
    assert "登记成功" in await registers(phone("oLi"), "李秀英")
    clock.shift = timedelta(hours=23, minutes=59)
    assert "24小时" in await says(p, "绑定", "幸福里3-2-501")
    clock.shift = timedelta(hours=24, minutes=1)
    assert "登记成功" in await says(p, "绑定", "幸福里3-2-501", "1", "2", "李秀英", CODE)


async def test_the_right_code_wipes_out_the_misses(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英", WRONG)
    assert "登记成功" in await says(p, WRONG, CODE)
    assert await rows("SELECT 1 FROM code_brake") == []


async def test_another_dwelling_s_code_is_a_wrong_code(home: Dwelling, phone: Phones) -> None:
    other = await make_dwelling(await home.estate, "3", "2", "502")
    await make_code(other, "WXYZ6789")
    assert "还可以试4次" in await registers(phone("oLi"), "李秀英", "WXYZ6789")


async def test_an_old_code_is_named_as_such_and_is_no_guess(home: Dwelling, phone: Phones) -> None:
    await DoorCode.all().update(replaced_at=clock.now())
    await make_code(home, "WXYZ6789")
    p = phone("oLi")
    assert "已过期" in await registers(p, "李秀英", CODE)
    assert "登记成功" in await says(p, "WXYZ6789")


async def test_a_code_expires_after_its_days(home: Dwelling, phone: Phones) -> None:
    clock.shift = timedelta(days=30, minutes=1)
    p = phone("oLi")
    assert "已过期" in await registers(p, "李秀英")
    assert "已提交审核" in await says(p, "无")


async def test_the_fifth_account_is_refused_kindly_and_offered_the_queue(home: Dwelling, phone: Phones) -> None:
    for number in range(4):
        assert "登记成功" in await registers(phone(f"oMember{number}"), "李秀英")
    p = phone("oFifth")
    assert "已有4个微信号用过" in await registers(p, "李秀英")
    assert "已提交审核" in await says(p, "无")


async def test_only_one_of_two_accounts_gets_the_last_use_of_a_code(home: Dwelling, phone: Phones) -> None:
    await DoorCode.all().update(uses=3)
    phones = [phone("oFirst"), phone("oSecond")]
    for p in phones:
        await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李秀英")
    answers = await asyncio.gather(*(p.say(CODE) for p in phones))
    assert sorted("登记成功" in answer for answer in answers) == [False, True]
    assert sorted("已有4个微信号用过" in answer for answer in answers) == [False, True]
    assert (await DoorCode.get()).uses == 4
    assert await Binding.filter(state=BindingState.ACTIVE).count() == 1


async def test_a_repeated_delivery_of_the_code_binds_once(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李秀英")
    answers: list[str] = await asyncio.gather(*(p.say(CODE, msg_id=77) for _ in range(3)))
    assert len(set(answers)) == 1
    assert "登记成功" in answers[0]
    assert await Binding.all().count() == 1
    assert (await DoorCode.get()).uses == 1


async def test_a_repeated_delivery_of_a_wrong_code_costs_one_try(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李秀英")
    first = await p.say(WRONG, msg_id=78)
    assert await p.say(WRONG, msg_id=78) == first
    assert "还可以试3次" in await says(p, WRONG)
