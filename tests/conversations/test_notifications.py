"""Notifications: sent once and in order, never twice when in doubt, and shown to whoever was not certainly told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from clock import clock
from handlers.conversations.actions import notify, send_next
from handlers.conversations.jobs import forget_notifications, send_waiting
from handlers.conversations.rules import MOST_SHOWN, Outcome
from models.conversations import Message, Notification
from models.residency import Account, Dwelling
from models.states import Delivered
from settings import get_settings
from tests.factories import make_code, make_home, make_resident
from tests.phone import Phone
from tests.residency.transcripts import registers

Phones = Callable[[str], Phone]


@dataclass
class Post:
    """A platform that takes what it is given, refuses it, or dies before it can say."""

    sent: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    outcome: Outcome = field(default_factory=lambda: Outcome(Delivered.SENT))
    dies: bool = False
    slow: float = 0

    async def __call__(self, app_id: str, address: str, text: str) -> Outcome:
        self.sent.append((address, text))
        await asyncio.sleep(self.slow)
        if self.dies:
            raise KeyboardInterrupt
        return self.outcome


@pytest.fixture
def post() -> Post:
    return Post()


async def make_account(name: str = "oLi") -> int:
    return (await Account.create(app_id=get_settings().wechat_app_id, openid=name, created_at=clock.now())).id


async def outcomes() -> list[Delivered | None]:
    return [one.outcome for one in await Notification.all().order_by("id")]


async def test_a_notification_is_sent_once(database: str, post: Post) -> None:
    await notify(await make_account(), "登记已通过。")
    await send_waiting(post, clock.now())
    await send_waiting(post, clock.now())
    assert post.sent == [("oLi", "登记已通过。")]
    assert await outcomes() == [Delivered.SENT]


async def test_two_workers_at_once_send_each_once_and_in_order_for_each_account(database: str, post: Post) -> None:
    post.slow = 0.01
    accounts = [await make_account(name) for name in ("oLi", "oWang", "oZhao")]
    for number in range(4):
        for account_id in accounts:
            await notify(account_id, f"第{number}条")
    for _ in range(4):
        await asyncio.gather(send_waiting(post, clock.now()), send_waiting(post, clock.now()))
    for name in ("oLi", "oWang", "oZhao"):
        assert [text for address, text in post.sent if address == name] == [f"第{number}条" for number in range(4)]


async def test_what_is_under_way_holds_back_what_comes_after_it(database: str, post: Post) -> None:
    account_id = await make_account()
    await notify(account_id, "先")
    await notify(account_id, "后")
    slow = Post(slow=0.3)
    sending = asyncio.create_task(send_next(slow))
    await asyncio.sleep(0.1)
    assert not await send_next(post)
    await sending
    assert await send_next(post)
    assert (slow.sent, post.sent) == ([("oLi", "先")], [("oLi", "后")])


async def test_an_attempt_without_an_answer_is_never_repeated_but_shown(
    database: str, post: Post, phone: Phones
) -> None:
    account_id = await make_account()
    await notify(account_id, "登记已通过。")
    post.dies = True
    with pytest.raises(KeyboardInterrupt):
        await send_next(post)
    assert await outcomes() == [Delivered.UNKNOWN]
    assert "登记已通过" not in await phone("oLi").say("菜单")
    clock.shift += timedelta(minutes=2)
    assert not await send_next(post)
    assert len(post.sent) == 1
    assert "【通知】登记已通过。" in await phone("oLi").say("菜单")


@pytest.mark.parametrize("words", ["菜单", "帮助", "我的"])
async def test_what_the_platform_refused_is_shown_first_and_only_once(
    database: str, post: Post, phone: Phones, words: str
) -> None:
    await notify(await make_account(), "登记已退回，原因回复「我的」。")
    post.outcome = Outcome(Delivered.FAILED, 45015)
    await send_waiting(post, clock.now())
    answer = await phone("oLi").say(words, msg_id=7)
    assert answer.startswith("【通知】登记已退回")
    assert await phone("oLi").say(words, msg_id=7) == answer
    assert (await Notification.get()).errcode == 45015
    assert "【通知】" not in await phone("oLi").say(words)
    assert await Message.all().count() == 2


async def test_what_was_shown_before_its_turn_is_not_sent_any_more(database: str, post: Post, phone: Phones) -> None:
    await notify(await make_account(), "代办已开通。")
    assert "代办已开通" in await phone("oLi").say("菜单")
    await send_waiting(post, clock.now())
    assert post.sent == []


async def test_many_are_shown_a_few_at_a_time(database: str, phone: Phones) -> None:
    account_id = await make_account()
    for number in range(MOST_SHOWN + 2):
        await notify(account_id, f"第{number}条。")
    first = await phone("oLi").say("菜单")
    assert "第0条" in first
    assert "还有2条" in first
    again = await phone("oLi").say("菜单")
    assert "第0条" not in again
    assert f"第{MOST_SHOWN + 1}条" in again
    assert "还有" not in again


async def test_whoever_has_missed_nothing_is_answered_without_writing(database: str, post: Post, phone: Phones) -> None:
    await notify(await make_account(), "代办已开通。")
    await send_waiting(post, clock.now())
    assert (await phone("oLi").say("菜单")).startswith("您好")
    assert (await Notification.get()).seen_at is None


async def test_whoever_registers_is_told_there(database: str, phone: Phones) -> None:
    home: Dwelling = await make_home()
    await make_resident("李秀英", home)
    await make_code(home)
    await notify(await make_account(), "代办没有开通。")
    answer = await registers(phone("oLi"), "李秀英")
    assert answer.startswith("【通知】代办没有开通。")
    assert "登记成功" in answer


async def test_whoever_left_is_told_nothing(database: str, post: Post, phone: Phones) -> None:
    account_id = await make_account()
    await notify(account_id, "登记已通过。")
    await phone("oLi").event("unsubscribe")
    await notify(account_id, "登记已退回。")
    await send_waiting(post, clock.now())
    assert post.sent == []
    await phone("oLi").event("subscribe")
    assert "【通知】" not in await phone("oLi").say("菜单")


async def test_what_arrived_or_is_too_old_is_forgotten(database: str, post: Post) -> None:
    account_id = await make_account()
    await notify(account_id, "收到了的")
    await send_waiting(post, clock.now())
    await notify(account_id, "没人来看的")
    await forget_notifications(clock.now())
    assert await Notification.all().count() == 1
    await forget_notifications(clock.now() + timedelta(days=91))
    assert not await Notification.exists()
