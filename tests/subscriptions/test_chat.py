"""「订阅」 and 「通知设置」 in chat, and the line below a confirmed act."""

from collections.abc import Callable

from redis.asyncio import Redis

from campaigns.actions.templates import map_template
from campaigns.audience import Audience
from campaigns.jobs import drive
from campaigns.queries import preview
from clock import clock
from models.campaigns import Campaign, Delivery, MessageTemplate, OptOut, Subscription
from models.reach import NoticeClass, Path, Purpose, TemplateKind
from models.residency import Account
from tests.campaigns.conftest import APP_ID, Town
from tests.notices.conftest import Office, office, recorder, town
from tests.phone import Phone

__all__ = ["office", "recorder", "town"]

Phones = Callable[[str], Phone]
INVITED = "想及时收到通知，点这里订阅"


async def people(town: Town, number: int) -> None:
    for at in range(number):
        await town.settle(f"o{at}", wrote_hours_ago=1)


async def templates() -> None:
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.CREDIT, "T1", {"thing1": "title"})
    await map_template(APP_ID, Purpose.POLL_OPEN, TemplateKind.STANDING, "T2", {"thing1": "title"})
    await map_template("wxElsewhere", Purpose.POLL_RESULT, TemplateKind.CREDIT, "T3", {"thing1": "title"})


async def tick(openid: str, template_id: str) -> None:
    template = await MessageTemplate.get(template_id=template_id)
    standing = template.kind is TemplateKind.STANDING
    await Subscription.create(
        account=await Account.get(openid=openid),
        template=template,
        standing=standing,
        credits=0 if standing else 2,
        changed_at=clock.now(),
    )


async def test_what_is_subscribed_stands_there_with_the_page_to_tick_more(town: Town, phone: Phones) -> None:
    await people(town, 1)
    anna = phone("o0")
    assert "没有要订阅的消息" in await anna.say("订阅")
    await templates()
    answer = await anna.say("订阅")
    assert "社区通知：还没有订阅\n投票开始：还没有订阅" in answer
    assert "投票结果" not in answer
    assert "/m/in/subscribe" in answer
    await tick("o0", "T1")
    await tick("o0", "T2")
    answer = await anna.say("订阅")
    assert "社区通知：还能收2次\n投票开始：已开通，一直能收到" in answer
    assert "登记住址" in await phone("oStranger").say("订阅")


async def test_a_number_closes_a_class_and_the_same_number_opens_it(town: Town, phone: Phones) -> None:
    await people(town, 1)
    anna = phone("o0")
    await anna.say("通知设置")
    assert "1 便民" in anna.read
    assert "已关闭便民通知的推送" in await anna.say("1")
    assert [one.topic for one in await OptOut.all()] == ["convenience"]
    assert "安全" in await anna.say("紧急")
    assert "已打开便民通知的推送" in await anna.say("1")
    assert not await OptOut.exists()


async def test_a_closed_class_is_listed_but_neither_pushed_nor_counted(office: Office, phone: Phones) -> None:
    await people(office.town, 2)
    anna, ben = phone("o0"), phone("o1")
    await anna.say("通知设置")
    await anna.say("1")
    now = clock.now()
    audience, paths = Audience((office.town.code,)), (Path.CUSTOMER,)
    counted = await preview(audience, office.town.code, NoticeClass.CONVENIENCE, Purpose.NOTICE, paths, now, {})
    assert counted.people == 1
    await office.sent(topic=NoticeClass.CONVENIENCE)
    await office.drive()
    accounts = {row.account_id for row in await Delivery.all()}
    assert accounts == {(await Account.get(openid="o1")).id}
    assert "明天停水" in await anna.say("通知")
    assert "明天停水" in await ben.say("通知")
    await office.sent(topic=NoticeClass.URGENT)
    await drive(office.recorder.channels(), {}, clock.now())
    assert await Delivery.filter(campaign__urgent=True).count() == 2
    assert await Campaign.all().count() == 2


async def test_a_confirmed_act_asks_for_a_tick_once_a_day(office: Office, phone: Phones, redis: Redis) -> None:
    await people(office.town, 1)
    await templates()
    for _ in range(2):
        await office.sent()
    anna = phone("o0")
    first, second = sorted(await _notice_ids())
    assert INVITED in await anna.say(f"已阅 {first}")
    assert INVITED not in await anna.say(f"已阅 {first}")
    assert INVITED not in await anna.say(f"已阅 {second}")
    assert await redis.keys("resident:limit:invite:*")


async def test_whoever_has_ticked_or_has_nothing_to_tick_is_not_asked(office: Office, phone: Phones) -> None:
    await people(office.town, 2)
    notice = await office.sent()
    assert INVITED not in await phone("o0").say(f"已阅 {notice.id}")
    await templates()
    for template in ("T1", "T2"):
        await tick("o1", template)
    assert INVITED not in await phone("o1").say(f"已阅 {notice.id}")


async def _notice_ids() -> list[int]:
    return [int(campaign.subject.split(":")[1]) for campaign in await Campaign.all()]


async def test_an_enquiry_asks_too_and_still_goes_on(town: Town, phone: Phones) -> None:
    await people(town, 1)
    await templates()
    anna = phone("o0")
    await anna.say("人工")
    assert INVITED in await anna.say("楼道的灯坏了")
    assert "已补充" in await anna.say("三单元二楼")
