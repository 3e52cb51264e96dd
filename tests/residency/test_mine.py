"""我的: homes and their people, what is stored, corrections with a number, consent, all spoken as residents do."""

import re

import pytest

from bot.listing import MAX_BYTES
from clock import clock
from handlers.residency import disclosures, told
from handlers.residency.actions.consents import give
from handlers.residency.queries.consents import needs_consent
from handlers.residency.queries.personal import personal_data
from models.households import ConsentRecord, Correction
from models.residency import Account, Binding, Dwelling, Resident
from models.states import BindingState, ConsentPurpose, CorrectionKind, CorrectionState
from settings import Settings
from tests.factories import make_code, make_dwelling, make_resident
from tests.residency.transcripts import Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_my_page_shows_homes_and_a_numbered_menu(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    mine = await says(p, "我的")
    for shown in (home.address, "业主家人，已核实", "您的网格员 何立春", "1 家里人", "2 存了什么", "9 注销"):
        assert shown in mine
    assert "请发送您家的地址" in await says(p, "６")


async def test_family_is_masked_and_the_register_is_for_those_it_knows(home: Dwelling, phone: Phones) -> None:
    await make_resident("王芳", home, role="户主")
    known, stranger = phone("oLi"), phone("oZhao")
    await registers(known, "李秀英")
    await registers(stranger, "赵新")
    told_to_known = await says(known, "我的", "一")
    assert "李**：业主家人，已用微信，您自己" in told_to_known
    assert "王**：户主，未用微信" in told_to_known
    told_to_stranger = await says(stranger, "家里人")
    assert "李**" in told_to_stranger
    assert "王**" not in told_to_stranger
    assert "还没有登记住址" in await says(phone("oNew"), "家里人")


async def test_what_is_stored_is_told_with_its_end_and_who_sees_it(home: Dwelling, phone: Phones) -> None:
    await Resident.all().update(phone="15400000001")
    p = phone("oLi")
    await registers(p, "李秀英")
    stored = await says(p, "存了什么")
    for shown in ("姓名：李秀英", "154****0001", "180天", "30天", "谁能看", "依法保管，不随注销删除"):
        assert shown in stored
    assert "15400000001" not in stored
    summary = await says(p, "导出")
    assert "登记住址：第2版" in summary
    assert len(p.last.encode()) <= MAX_BYTES
    assert "没有存您的资料" in await says(phone("oNew"), "存了什么")


async def test_an_unverified_account_is_never_given_the_register(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await registers(p, "赵新")
    assert "登记册" not in await says(p, "存了什么")
    data = await personal_data((await Account.get()).id)
    assert data["居民登记册"] == []
    assert data["登记"][0]["姓名"] == "赵新"


async def test_the_export_holds_all_of_this_account_and_nothing_of_another(home: Dwelling, phone: Phones) -> None:
    await Resident.all().update(id_no="990103198005200011")
    p, other = phone("oLi"), phone("oZhao")
    await registers(p, "李秀英")
    await registers(other, "赵新")
    await says(other, "人工", "我的钥匙丢了")
    await says(p, "人工", "楼道灯坏了", "信息有误", "5", "门牌写错了", "确认")
    data = await personal_data((await Account.get(openid="oLi")).id)
    assert data["人工留言"][0]["内容"] == "楼道灯坏了"
    assert data["更正"][0]["内容"] == "门牌写错了"
    assert data["同意"][0]["版本"] == "2"
    assert data["居民登记册"][0]["证件号"] == "9901**********0011"
    assert "登记成功" in "".join(one["回答"] for one in data["聊天"])
    assert "bizmsgmenu" not in str(data)
    assert "钥匙" not in str(data)
    assert "赵新" not in str(data)


async def test_a_correction_is_confirmed_and_gets_a_number(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "2 电话有误" in await says(p, "信息有误")
    assert "请发送现在用的电话号码" in await says(p, "二")
    assert "电话有误：154 0000 0009" in await says(p, "154 0000 0009")
    assert "要提交，请回复「确认」" in await says(p, "好的")
    assert await Correction.all().count() == 0
    done = await says(p, "确认")
    correction = await Correction.get()
    assert f"更正号：{correction.id}" in done
    assert (correction.kind, correction.words) == (CorrectionKind.PHONE, "154 0000 0009")
    assert f"更正 {correction.id}：电话有误，待处理" in await says(p, "我的")


async def test_a_confirmation_delivered_twice_asks_once(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "信息有误", "5", "门牌写错了")
    first = await p.say("确认", msg_id=77)
    assert await p.say("确认", msg_id=77) == first
    assert "确认" in first or "更正号" in first
    assert await Correction.all().count() == 1
    await says(p, "信息有误", "5", "门牌写错了", "确认")
    assert await Correction.all().count() == 1


async def test_corrections_that_wait_are_five_at_most(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    for number in range(6):
        answer = await says(p, "信息有误", "5", f"第{number}处写错了", "确认")
    assert "已有5件更正" in answer
    assert await Correction.filter(state=CorrectionState.PENDING).count() == 5


async def test_the_home_is_asked_for_where_there_are_two(home: Dwelling, phone: Phones) -> None:
    await make_code(await make_dwelling(await home.estate, "4", "1", "102"), "WXYZ6789")
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "绑定 幸福里4-1-102", "1", "李秀英", "1", "WXYZ6789")
    assert "哪一处住址" in await says(p, "信息有误")
    await says(p, "2", "4", "房号应为103", "确认")
    binding = await Binding.get(id=(await Correction.get()).binding_id).prefetch_related("dwelling")
    assert binding.dwelling.address == "幸福里4号楼1单元102"


async def test_privacy_shows_what_was_agreed_and_an_older_text_is_asked_again(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await Account.all().update(consent_version="1")
    await ConsentRecord.all().update(version="1")
    assert "用户须知有更新" in await says(p, "我的")
    assert "登记住址：第1版" in await says(p, "隐私")
    await p.tap("同意新的须知")
    assert "保管多久" in p.read
    assert "已记下您的同意" in await says(p, "同意")
    records = await ConsentRecord.all().order_by("id")
    assert [(one.version, one.withdrawn_at is None) for one in records] == [("1", False), ("2", True)]
    assert "有更新" not in await says(p, "我的")


async def test_taking_consent_back_ends_the_homes_and_is_not_refollowing(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "登记的住址全部解除" in await says(p, "撤回同意")
    assert (await Binding.get()).state is BindingState.ACTIVE
    assert "已撤回同意" in await says(p, "确认")
    binding = await Binding.get()
    assert (binding.state, binding.name) == (BindingState.ENDED, "")
    assert (await ConsentRecord.get()).withdrawn_at is not None
    await p.event("unsubscribe")
    await p.event("subscribe", EventKey="")
    assert "欢迎您关注" in p.read
    assert await Binding.filter(state=BindingState.PENDING).count() == 0


async def test_a_sensitive_consent_is_listed_and_withdrawn_alone(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    account_id = (await Account.get()).id
    await give(account_id, ConsentPurpose.HEALTH)
    assert not await needs_consent(account_id, ConsentPurpose.HEALTH)
    assert "健康信息：第1版" in await says(p, "隐私")
    assert "要撤回哪一项" in await says(p, "撤回同意")
    assert "不再使用您的健康信息" in await says(p, "2")
    assert "已撤回同意：健康信息" in await says(p, "确认")
    assert await needs_consent(account_id, ConsentPurpose.HEALTH)
    assert (await Binding.get()).state is BindingState.ACTIVE


def test_what_is_disclosed_and_told_is_short() -> None:
    settings = Settings()
    said = [disclosures.consent(settings), disclosures.closing(settings), told.lease_ending("", str(clock.today()))]
    said += [disclosures.sensitive(purpose) for purpose in disclosures.SENSITIVE]
    said += [disclosures.confirm_withdrawal(purpose) for purpose in ConsentPurpose]
    said += [
        told.moved("", "", ""),
        told.ended("", ""),
        told.replaced(""),
        told.lease_over(""),
        told.refused("", "", "1"),
    ]
    said += [words for name, words in vars(disclosures).items() if name.isupper() and isinstance(words, str)]
    assert len(disclosures.consent(settings).encode()) < 1800
    for sentence in re.split("[。？！\\n]", "\n".join(said)):
        assert len(sentence) <= 40, sentence
