"""Registering as people do it: by tap and number, mistyped, misunderstood, restarted, cancelled, forgotten."""

import re
from datetime import timedelta

import pytest

from bot.listing import MAX_BYTES
from clock import clock
from handlers.residency import rules, texts
from models.conversations import Message
from models.database import rows
from models.residency import Binding, Dwelling
from models.states import MemberRole
from tests.factories import (
    make_code,
    make_community,
    make_district,
    make_dwelling,
    make_estate,
)
from tests.residency.transcripts import CODE, Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_numbers_may_be_full_width_or_chinese(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "请发送您的姓名" in await says(p, "登记住址", "１", "幸福里三号楼二单元五零一", "二")


async def test_every_choice_can_be_tapped(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await p.event("CLICK", EventKey="bind")
    await p.tap("同意")
    await p.say("幸福里3-2-501")
    await p.tap("业主家人")
    await p.say("李秀英")
    await p.tap("无")
    assert "已提交审核" in p.read


@pytest.mark.parametrize(
    ("before", "misses", "expects"),
    [
        ((), ("嗯", "啥", "哦哦"), "同意"),
        (("同意",), ("啥", "不晓得", "嗯"), "小区、楼号、单元和房号"),
        (("同意", "幸福里3-2-501"), ("9", "都不是", "嗯"), "回复选项的数字"),
        (("同意", "幸福里3-2-501", "3"), ("啥", "不晓得", "嗯"), "2027-06-30"),
        (("同意", "幸福里3-2-501", "2"), ("9", "为什么要姓名", "李"), "只发送姓名"),
        (("同意", "幸福里3-2-501", "2", "赵新"), ("5", "啥", "嗯"), "「是」或「否」"),
        (("同意", "幸福里3-2-501", "2", "李秀英"), ("在哪里", "啥", "1234"), "8位字母和数字"),
    ],
)
async def test_after_three_misses_a_person_is_offered(
    home: Dwelling, phone: Phones, before: tuple[str, ...], misses: tuple[str, ...], expects: str
) -> None:
    p = phone("oLost")
    await says(p, "绑定", *before)
    for miss in misses[:2]:
        answer = await says(p, miss)
        assert expects in answer
        assert "几次没看懂" not in answer
    assert "「人工」" in await says(p, misses[2])
    assert "几次没看懂" in p.read


async def test_a_restart_in_the_middle_forgets_what_was_said(home: Dwelling, phone: Phones) -> None:
    await make_code(await make_dwelling(await home.estate, "5", "1", "301"), "WXYZ6789")
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501", "3", "说不准")
    assert "请发送您家的地址" in await says(p, "绑定")
    assert "登记成功" in await says(p, "幸福里5-1-301", "1", "赵新", "1", "WXYZ6789")
    binding = await Binding.get()
    assert (binding.role, binding.lease_ends_on) == (MemberRole.OWNER, None)


async def test_another_address_may_be_sent_instead_of_a_choice(home: Dwelling, phone: Phones) -> None:
    other = await make_dwelling(await home.estate, "4", "1", "102")
    p = phone("oLi")
    assert "没看懂" in await says(p, "绑定", "同意", "幸福里3-2-501", "4-1-109")
    assert f"「{other.address}」" in await says(p, "幸福里4-1-102")
    await says(p, "1", "赵新", "1", "无")
    assert (await Binding.get()).dwelling_id == other.id


async def test_cancelling_leaves_nothing(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "已取消" in await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李秀英", "取消")
    assert await Binding.all().count() == 0
    await says(p, CODE)
    assert await Binding.all().count() == 0


async def test_the_dialogue_is_remembered_for_a_day_and_then_forgotten(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501")
    clock.shift = timedelta(hours=23)
    assert "请发送您的姓名" in await says(p, "2")
    clock.shift = timedelta(hours=23 + 25)
    assert "刚才的步骤已过期" in await says(p, "1")
    assert "绑定码" not in await says(p, "李秀英")


async def test_a_tap_on_an_older_list_does_nothing(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501")
    older = p.last
    await says(p, "幸福里3-2-501", "2", "李秀英")
    p.last = older
    await p.tap("业主")
    assert "刚才的步骤已过期" in p.read
    assert await Binding.all().count() == 0


async def test_one_estate_name_in_two_communities_is_asked_about(home: Dwelling, phone: Phones) -> None:
    second = await make_estate(await make_community(await make_district("880413"), "河西社区"), "幸福里")
    there = await make_dwelling(second)
    p = phone("oLi")
    asked = await says(p, "绑定", "同意", "幸福里3-2-501")
    assert "1 幸福里（河东社区）" in asked
    assert "2 幸福里（河西社区）" in asked
    await says(p, "2", "1", "赵新", "1", "无")
    assert (await Binding.get()).dwelling_id == there.id


async def test_a_mistyped_estate_or_room_offers_the_nearest(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "1 幸福里" in await says(p, "绑定", "同意", "幸服里3-2-501")
    assert "「幸福里3号楼2单元501」" in await says(p, "1")
    assert "1 幸福里3号楼2单元501" in await says(p, "绑定", "幸福里3-2-510")
    assert "「幸福里3号楼2单元501」" in await says(p, "1")


async def test_an_address_that_is_not_served_says_how_to_find_out(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "12345" in await says(p, "绑定", "同意", "紫金东郡3-2-501")
    known = await says(p, "幸福里9-2-501")
    assert "幸福里归河东社区管" in known
    assert "0XXX-7000-0001" in known


async def test_an_address_without_estate_or_room_is_asked_for_in_full(home: Dwelling, phone: Phones) -> None:
    await make_estate(await make_community(await make_district("880413"), "河西社区"), "望江园")
    p = phone("oLi")
    assert "小区的名字" in await says(p, "绑定", "同意", "3-2-501")
    assert "完整的地址" in await says(p, "幸福里3号楼")


async def test_an_id_number_typed_as_name_is_masked_and_not_kept(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    answer = await says(p, "绑定", "同意", "幸福里3-2-501", "2", "990103198005200011")
    assert "身份证号已隐去" in answer
    assert "不需要证件号码" in answer


async def test_names_lie_in_no_table_in_clear(home: Dwelling, phone: Phones) -> None:
    await registers(phone("oLi"), "李秀英")
    in_bytes = "李秀英".encode().hex()
    for table in ("resident", "binding", "account", "message", "event", "audit_entry"):
        found = await rows(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%李秀英%' OR t::text LIKE '%{in_bytes}%'")
        assert found == []


async def test_every_answer_is_stored_and_fits_one_message(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    sent = ["绑定", "同意", "幸福里3-2-501", "2", "李秀英", CODE]
    for line in sent:
        assert len((await p.say(line)).encode()) <= MAX_BYTES
    assert await Message.all().count() == len(sent)


def test_every_sentence_is_short() -> None:
    refusals = [refusal.message for refusal in vars(rules).values() if hasattr(refusal, "message")]
    said = [words for name, words in vars(texts).items() if name.isupper() and isinstance(words, str)]
    for sentence in re.split("[。？！\\n]", "\n".join(said + refusals)):
        assert len(sentence) <= 40, sentence
