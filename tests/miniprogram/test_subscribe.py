"""订阅 on the residents' pages: WeChat's button, what is left without it, and the boxes of what is not wanted."""

from campaigns.actions.templates import map_template
from clock import clock
from miniprogram.layout import Refused
from models.campaigns import MessageTemplate, OptOut, Subscription
from models.reach import Purpose, TemplateKind
from settings import get_settings
from tests.miniprogram.conftest import APP_ID, Handset, Handsets, Wechat, make_account

PAGE = "/m/subscribe"


async def entered(handset: Handsets, openid: str = "oAnna") -> tuple[Handset, int]:
    account = await make_account(openid)
    phone = handset()
    await phone.enter(openid, "/m/in/subscribe")
    return phone, account.id


async def test_the_button_is_signed_for_this_very_page_and_only_its_policy_lets_wechat_in(
    handset: Handsets, wechat: Wechat
) -> None:
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.CREDIT, "T1", {"thing1": "title"})
    phone, account_id = await entered(handset)
    await Subscription.create(
        account_id=account_id, template=await MessageTemplate.get(), credits=3, changed_at=clock.now()
    )
    page = await phone.http.get(f"{PAGE}?from=chat")
    assert wechat.signed[-1] == (APP_ID, f"{get_settings().base_url}{PAGE}?from=chat")
    assert 'template="T1"' in page.text
    assert 'data-signature="s1gned"' in page.text
    assert "还能收3次" in page.text
    assert "没看到「允许」按钮" in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' https://res.wx.qq.com;" in policy
    assert "unsafe" not in policy
    other = await phone.http.get("/m/notices")
    assert "qq.com" not in other.headers["content-security-policy"]


async def test_without_a_signature_or_a_template_the_page_says_in_words_what_to_do(
    handset: Handsets, wechat: Wechat
) -> None:
    phone, account_id = await entered(handset)
    page = await phone.http.get(PAGE)
    assert "现在没有要订阅的消息" in page.text
    assert wechat.signed == []
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.STANDING, "T1", {"thing1": "title"})
    wechat.answer = Refused.AWAY
    page = await phone.http.get(PAGE)
    assert page.status_code == 200
    assert "wx-open-subscribe" not in page.text
    assert "回复「订阅」" in page.text
    assert "qq.com" not in page.headers["content-security-policy"]
    wechat.answer = None
    template = await MessageTemplate.get()
    await Subscription.create(account_id=account_id, template=template, standing=True, changed_at=clock.now())
    page = await phone.http.get(PAGE)
    assert "已开通" in page.text
    assert "wx-open-subscribe" not in page.text


async def test_boxes_that_are_not_ticked_close_their_class_and_ticked_ones_open_it(handset: Handsets) -> None:
    phone, account_id = await entered(handset)
    _, other = await entered(handset, "oBen")
    await OptOut.create(account_id=account_id, topic="policy", since=clock.now())
    page = await phone.http.get(PAGE)
    assert 'name="topic-policy" value="on">' in page.text
    assert 'name="topic-votes" value="on" checked>' in page.text
    assert "topic-urgent" not in page.text
    answer = await phone.press(PAGE, "保存", **{"topic-policy": "on", "topic-votes": ""})
    assert "不推送：投票。" in (await phone.follow(answer)).text
    assert await OptOut.all().values_list("account_id", "topic") == [(account_id, "votes")]
    assert not await OptOut.filter(account_id=other).exists()
    refused = await phone.http.post(PAGE, data={"token": "forged", "topic-votes": "on"})
    assert refused.status_code == 403
    assert await OptOut.all().count() == 1
