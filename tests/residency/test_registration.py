"""登记住址 from consent to 「登记成功」: who is taken for whom, and where somebody is registered already."""

from datetime import timedelta

import pytest

from clock import clock
from models.events import Event
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, MemberRole
from tests.factories import (
    make_code,
    make_community,
    make_district,
    make_dwelling,
    make_estate,
    make_owner,
    make_resident,
)
from tests.residency.transcripts import CODE, Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_the_contract_s_example_word_for_word(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    consent = await says(p, "绑定")
    for word in ("居委会", "姓名", "为了什么", "多久", "撤回", "回复「同意」继续"):
        assert word in consent
    assert "请发送您家的地址" in await says(p, "同意")
    found = await says(p, "幸福里 ３栋二单元501")
    assert "「幸福里3号楼2单元501」" in found
    assert "1 业主\n2 业主家人\n3 租户\n4 借住" in found
    assert "请发送您的姓名" in await says(p, "2")
    assert "请发送入户通知单上的绑定码，没有请回复「无」" in await says(p, "李秀英")
    done = await says(p, "7kq2-m9xd")
    for word in ("登记成功", "幸福里3号楼2单元501", "业主家人", "您的网格员 何立春", "家里还有人用微信？"):
        assert word in done
    assert "待核实" not in done
    binding = await Binding.get()
    assert (binding.state, binding.role, binding.verified) == (BindingState.ACTIVE, MemberRole.FAMILY, True)
    assert f"登记号：{binding.id}" in done


async def test_consent_is_asked_once_and_nothing_is_stored_without_it(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    for refusal in ("不同意", "我不同意"):
        assert "什么也不会保存" in await says(p, "绑定", refusal)
    assert await Account.all().count() == 0
    assert "请发送您家的地址" in await says(p, "绑定", "我同意")
    account = await Account.get(openid="oLi")
    assert account.consented_at is not None
    assert "请发送您家的地址" in await says(p, "绑定")


async def test_an_address_sent_with_the_command_is_used_after_consent(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "同意" in await says(p, "绑定 幸福里3-2-501")
    assert "「幸福里3号楼2单元501」" in await says(p, "同意")
    assert "「幸福里3号楼2单元501」" in await says(p, "绑定幸福里3栋2单元501室")


async def test_a_question_about_codes_does_not_start_registering(home: Dwelling, phone: Phones) -> None:
    assert "同意" not in await says(phone("oLi"), "绑定码丢了怎么办")


async def test_no_code_goes_to_a_worker_with_the_community_s_phone(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    submitted = await registers(p, "李秀英", "无")
    for word in ("已提交审核", "一般1个工作日内", "0XXX-7000-0001"):
        assert word in submitted
    binding = await Binding.get()
    assert (binding.state, binding.reason) == (BindingState.PENDING, "没有绑定码")
    assert "待审核" in await says(p, "我的")


@pytest.mark.parametrize(
    ("named", "kind", "role", "label"),
    [
        ("owner", "商品房", "家属", "业主"),
        ("resident", "商品房", "租户", "租户"),
        ("resident", "商品房", "户主", "业主家人"),
        ("resident", "公租房", "户主", "租户"),
    ],
)
async def test_the_register_gives_the_role(
    database: str, phone: Phones, named: str, kind: str, role: str, label: str
) -> None:
    estate = await make_estate(await make_community(await make_district("990211")), "望江园")
    dwelling = await make_dwelling(estate, "12", "", "1803", kind=kind)
    await make_code(dwelling, "ABCD2345")
    resident = await make_resident("欧阳明月", dwelling, role=role)
    if named == "owner":
        await make_owner("欧阳明月", dwelling, resident)
    p = phone("oY")
    done = await says(p, "绑定", "同意", "望江园12号楼1803", "4", "欧阳明月", "abcd 2345")
    assert f"身份：{label}\n" in done
    assert (await Binding.get()).resident_id == resident.id


async def test_an_owner_who_lives_elsewhere_is_known_by_the_owners_register(home: Dwelling, phone: Phones) -> None:
    await make_owner("孙珍强", home)
    assert "身份：业主\n" in await registers(phone("oSun"), "孙珍强")
    assert (await Binding.get()).verified


async def test_a_name_the_register_does_not_know_is_bound_as_chosen_and_unverified(
    home: Dwelling, phone: Phones
) -> None:
    p = phone("oZhao")
    assert "您已满18周岁吗" in await says(p, "绑定", "同意", "幸福里3-2-501", "1", "赵新")
    assert "业主（待核实）" in await says(p, "是", CODE)


async def test_from_14_to_17_one_is_bound_without_votes(home: Dwelling, phone: Phones) -> None:
    p = phone("oTeen")
    assert "您已满14周岁吗" in await says(p, "绑定", "同意", "幸福里3-2-501", "2", "赵小新", "2")
    assert "未成年" in await says(p, "1", CODE)
    assert not (await Binding.get()).adult


async def test_under_14_the_parents_register(home: Dwelling, phone: Phones) -> None:
    p = phone("oChild")
    assert "未满14周岁请由家长办理" in await says(p, "绑定", "同意", "幸福里3-2-501", "2", "赵小小", "否", "否")
    assert await Binding.all().count() == 0
    assert "刚才的步骤已过期" in await says(p, "1")


@pytest.mark.parametrize(("years", "answer"), [(13, "未满14周岁请由家长办理"), (15, "请发送入户通知单上的绑定码")])
async def test_the_register_knows_the_age(home: Dwelling, phone: Phones, years: int, answer: str) -> None:
    birth_on = clock.today() - timedelta(days=years * 365 + 30)
    await make_resident("李小英", home, birth_on=birth_on)
    p = phone("oKid")
    assert answer in await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李小英")


async def test_a_tenant_is_asked_when_the_lease_ends(home: Dwelling, phone: Phones) -> None:
    p = phone("oTenant")
    year = clock.today().year + 1
    assert "租约到哪一天" in await says(p, "绑定", "同意", "幸福里3-2-501", "3")
    assert "没看懂这个日期" in await says(p, "以后再说")
    assert "请发送您的姓名" in await says(p, f"{year}年6月30日")
    assert "租户（待核实）" in await says(p, "钱进", "1", CODE)
    assert str((await Binding.get()).lease_ends_on) == f"{year}-06-30"


async def test_a_second_member_sees_masked_names_first(home: Dwelling, phone: Phones) -> None:
    await make_resident("王芳", home)
    await registers(phone("oWang"), "王芳")
    await registers(phone("oLi"), "李秀英")
    p = phone("oZhao")
    there = await says(p, "绑定", "同意", "幸福里3-2-501")
    assert "这户已登记2人：王**、李**" in there
    assert "王芳" not in there
    assert "1 我是家人\n2 我是新住户\n3 有误" in there
    assert "登记成功" in await says(p, "1", "2", "赵新", "1", CODE)
    joined = await Event.filter(name="MemberJoined").order_by("-id").first()
    assert joined is not None
    assert joined.payload["dwelling"] == home.id


@pytest.mark.parametrize(("choice", "reason"), [("2", "新住户"), ("3", "有误")])
async def test_newcomers_and_mistakes_go_to_a_worker_and_nobody_is_removed(
    home: Dwelling, phone: Phones, choice: str, reason: str
) -> None:
    await registers(phone("oLi"), "李秀英")
    p = phone("oZhao")
    assert "工作人员" in await says(p, "绑定", "同意", "幸福里3-2-501", choice)
    assert "已提交审核" in await says(p, "3", "说不准", "赵新", "1")
    waiting = await Binding.get(state=BindingState.PENDING)
    assert reason in waiting.reason
    assert await Binding.filter(state=BindingState.ACTIVE).count() == 1


async def test_two_flats_are_added_by_the_same_dialogue(home: Dwelling, phone: Phones) -> None:
    other = await make_dwelling(await home.estate, "4", "1", "102")
    await make_code(other, "WXYZ6789")
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "登记成功" in await says(p, "绑定", "幸福里4-1-102", "1", "李秀英", "1", "wxyz-6789")
    mine = await says(p, "我的")
    assert "幸福里3号楼2单元501\n身份：业主家人" in mine
    assert "幸福里4号楼1单元102\n身份：业主（待核实）" in mine
    assert "您的网格员 何立春\n社区电话 0XXX-7000-0001" in mine


async def test_whoever_is_registered_already_is_told_so(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "您已登记这户" in await says(p, "绑定 幸福里3-2-501")


async def test_the_vote_that_was_put_off_goes_on_after_registering(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    assert "请先登记住址" in await says(p, "投票")
    await p.tap("登记住址")
    done = await says(p, "同意", "幸福里3-2-501", "2", "李秀英", CODE)
    assert "登记成功" in done
    assert "没有需要您投的票" in done
