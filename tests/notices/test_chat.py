"""通知 as it is spoken: unread first, a single one at once, 「已阅」, numbers that also answer what came by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import handlers.notices.actions.sending as sending
from campaigns.audience import Audience
from clock import clock
from handlers.notices.actions.drafts import draft_notice
from handlers.notices.actions.sending import correct_notice, withdraw_notice
from models.campaigns import Delivery
from models.notices import NoticeReading
from models.reach import DeliveryState, NoticeClass
from tests.factories import make_code
from tests.notices.conftest import Office
from tests.phone import Phone

Phones = Callable[[str], Phone]


@pytest.fixture
async def anna(office: Office, phone: Phones) -> Phone:
    """A registered resident who has written lately."""
    await office.town.settle("oAnna", wrote_hours_ago=1)
    return phone("oAnna")


async def test_one_unread_notice_opens_at_once_and_is_acknowledged_by_its_number(office: Office, anna: Phone) -> None:
    notice = await office.sent()
    said = await anna.say("通知")
    assert "【便民】明天停水" in said
    assert "何立春" in said
    assert "1 已阅" in anna.read
    assert (await NoticeReading.get()).acknowledged_at is None
    said = await anna.say("1")
    assert "已阅" in said
    assert f"通知编号 {notice.id}" in said
    assert (await NoticeReading.get()).acknowledged_at is not None
    assert "已经回过" in await anna.say(f"已阅 {notice.id}")


@pytest.mark.parametrize("words", ["已阅", "收到", "一", "１"])
async def test_a_receipt_is_given_by_words_or_number(office: Office, anna: Phone, words: str) -> None:
    await office.sent()
    await anna.say("通知")
    assert "通知编号" in await anna.say(words)
    assert (await NoticeReading.get()).acknowledged_at is not None


async def test_unread_ones_come_first_and_each_opens_by_its_number(office: Office, anna: Phone) -> None:
    await office.sent(title="第一条", wants_receipt=False)
    await anna.say("通知")
    clock.shift += timedelta(minutes=1)
    await office.sent(title="第二条", wants_receipt=False)
    clock.shift += timedelta(minutes=1)
    await office.sent(title="着急的", topic=NoticeClass.URGENT, wants_receipt=False)
    await anna.say("通知")
    lines = [line for line in anna.read.split("\n") if line[:1].isdigit()]
    assert lines == ["1 着急的", "2 第二条", "3 第一条"]
    assert "便民 · 看过" in anna.read
    assert "【便民】第一条" in await anna.say("3")


async def test_a_number_beside_the_list_asks_again(office: Office, anna: Phone) -> None:
    await office.sent(title="第一条")
    await office.sent(title="第二条")
    await anna.say("通知")
    assert "回复通知前面的数字" in await anna.say("9")
    assert await NoticeReading.all().count() == 0


async def test_the_menu_counts_what_waits_and_its_button_opens_it(office: Office, anna: Phone) -> None:
    await office.sent(title="第一条")
    await office.sent(title="第二条")
    assert "您有2条通知" in await anna.say("菜单")
    assert "第一条" in await anna.event("CLICK", EventKey="notice")


async def test_what_is_over_waits_for_nobody(office: Office, anna: Phone) -> None:
    await office.sent()
    clock.shift += timedelta(days=4)
    assert "条通知" not in await anna.say("菜单")
    await office.sent(title="新的一条", ends_on=None)
    assert "新的一条" in await anna.say("通知")
    await anna.say("全部通知")
    assert "已过期" in anna.read


async def test_a_posting_is_taken_down_at_its_end(office: Office, anna: Phone) -> None:
    await office.sent(topic=NoticeClass.POSTING)
    clock.shift += timedelta(days=4)
    assert "没有给您的通知" in await anna.say("通知")


async def test_a_push_is_answered_by_its_number_even_after_another_list(office: Office, anna: Phone) -> None:
    await anna.say("菜单")
    clock.shift += timedelta(minutes=1)
    await office.sent()
    await office.drive()
    assert "1 已阅" in office.recorder.sent[0].text
    clock.shift += timedelta(minutes=1)
    assert "通知编号" in await anna.say("1")
    assert (await NoticeReading.get()).acknowledged_at is not None
    assert (await Delivery.get()).state is DeliveryState.READ


async def test_a_push_is_tapped_hours_later_and_its_second_number_is_the_list(office: Office, anna: Phone) -> None:
    await office.sent()
    await office.drive()
    clock.shift += timedelta(hours=20)
    assert "明天停水" in await anna.say("2")
    anna.last = office.recorder.sent[0].text
    assert "通知编号" in await anna.tap("已阅")


async def test_a_list_asked_for_after_the_push_has_the_number(office: Office, anna: Phone) -> None:
    await office.sent()
    await office.drive()
    clock.shift += timedelta(minutes=1)
    await anna.say("菜单")
    await anna.say("1")
    assert await NoticeReading.filter(acknowledged_at__not_isnull=True).count() == 0


async def test_without_a_push_a_bare_number_is_still_a_step_that_has_expired(office: Office, anna: Phone) -> None:
    await office.sent()
    assert "刚才的步骤已过期" in await anna.say("1")
    await office.drive()
    clock.shift += timedelta(hours=25)
    assert "刚才的步骤已过期" in await anna.say("1")


async def test_a_dialogue_under_way_keeps_its_numbers(office: Office, anna: Phone) -> None:
    await anna.say("人工")
    await office.sent()
    await office.drive()
    await anna.say("1")
    assert await NoticeReading.all().count() == 0


async def test_got_it_with_nothing_open_means_the_one_that_waits(office: Office, anna: Phone) -> None:
    await office.sent()
    await anna.say("通知")
    await anna.say("取消")
    assert "通知编号" in await anna.say("收到！")
    assert (await NoticeReading.get()).acknowledged_at is not None
    assert "通知编号" not in await anna.say("收到！")


async def test_acknowledging_asks_which_where_several_wait(office: Office, anna: Phone) -> None:
    assert "没有等您" in await anna.say("已阅")
    await office.sent(title="第一条")
    await office.sent(title="第二条")
    await anna.say("已阅")
    assert "第一条" in await anna.tap("第一条")
    assert await NoticeReading.filter(acknowledged_at__not_isnull=True).count() == 1


async def test_a_notice_without_receipt_asks_for_none(office: Office, anna: Phone) -> None:
    notice = await office.sent(wants_receipt=False)
    await anna.say("通知")
    assert "已阅" not in anna.read
    assert "不用回复" in await anna.say(f"已阅 {notice.id}")


async def test_a_correction_and_a_withdrawal_say_so_with_the_reason(office: Office, anna: Phone) -> None:
    notice = await office.sent()
    await anna.say("通知")
    await correct_notice(office.approver, notice.id, "后天停水", "改到后天。", "供水所改期", clock.now())
    assert "您有1条通知" in await anna.say("菜单")
    said = await anna.say("通知")
    assert "后天停水" in said
    assert "更正" in said
    assert "供水所改期" in said
    await withdraw_notice(office.approver, notice.id, "不停水了", clock.now())
    said = await anna.say("通知")
    assert "已撤回" in said
    assert "不停水了" in said
    assert "改到后天" not in said
    assert "已撤回" in await anna.say(f"已阅 {notice.id}")


async def test_who_is_not_registered_sees_nothing_of_any_notice(office: Office, phone: Phones) -> None:
    await office.town.settle("oSomebody")
    notice = await office.sent()
    stranger = phone("oStranger")
    for words in ("通知", f"通知 {notice.id}", "已阅", f"已阅 {notice.id}", "全部通知"):
        said = await stranger.say(words)
        assert "请先登记住址" in said
        assert "停水" not in said
    assert await NoticeReading.all().count() == 0


async def test_after_registering_the_notices_that_were_asked_for_follow(office: Office, phone: Phones) -> None:
    await office.town.settle()
    await office.sent()
    dwelling = office.town.dwellings[0]
    await make_code(dwelling, "7KQ2M9XD")
    resident = phone("oNew")
    await resident.say("通知")
    await resident.tap("登记住址")
    for words in ("同意", dwelling.address, "业主家人", "周桂兰", "是"):
        await resident.say(words)
    registered = await resident.say("7KQ2-M9XD")
    assert "登记成功" in registered
    assert "【便民】明天停水" in registered
    assert "通知编号" in await resident.say("1")


async def test_another_building_s_notice_can_not_be_opened_by_number(office: Office, anna: Phone) -> None:
    await office.town.settle("oOther")
    first = office.town.dwellings[0]
    other = await office.sent(audience=Audience((office.town.dwellings[1].code,)))
    assert first.code != office.town.dwellings[1].code
    assert "看不到" in await anna.say(f"通知 {other.id}")
    assert "看不到" in await anna.say(f"已阅 {other.id}")
    assert "没有给您的通知" in await anna.say("通知")
    assert await NoticeReading.all().count() == 0


async def test_a_draft_is_tried_on_one_s_own_phone_by_its_code_for_an_hour(office: Office, anna: Phone) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    words = await sending.test_send(office.editor, notice.id, clock.now())
    assert "这是试发" in await anna.say(words)
    assert "明天停水" in anna.read
    assert "试发码不对" in await anna.say(f"试发 {notice.id} AAAAAAAA")
    clock.shift += timedelta(hours=1)
    assert "试发码不对" in await anna.say(words)
    assert await NoticeReading.all().count() == 0


async def test_thirty_notices_are_paged_below_2048_bytes(office: Office, anna: Phone) -> None:
    for number in range(30):
        await office.sent(title=f"第{number}条通知，" + "字" * 40)
    pages = [await anna.say("通知")]
    while "下一页" in anna.read:
        pages.append(await anna.say("下一页"))
    assert len(pages) > 5
    assert all(len(page.encode()) <= 2048 for page in pages)
    assert sum(page.count("便民 · 未读") for page in pages) == 30
