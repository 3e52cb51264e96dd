"""What the platform reports in chat: ticks, refusals, and what became of messages; each event once."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.actions.templates import map_template
from clock import clock
from models.campaigns import Attempt, Campaign, Delivery, MessageTemplate, Subscription
from models.reach import AttemptOutcome, CampaignState, DeliveryState, Path, Purpose, TemplateKind
from models.residency import Account
from settings import get_settings
from tests.phone import Phone

APP_ID = get_settings().wechat_app_id
Phones = Callable[[str], Phone]


@pytest.fixture
async def account(database: str) -> Account:
    """Somebody who follows, and templates of both kinds."""
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.CREDIT, "T-once", {"thing1": "title"})
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.STANDING, "T-always", {"thing1": "title"})
    await map_template(APP_ID, Purpose.POLL_OPEN, TemplateKind.TEMPLATE, "T-plain", {"thing1": "title"})
    return await Account.create(app_id=APP_ID, openid="oLi", created_at=clock.now())


async def waiting(account: Account, path: Path, message_id: str) -> None:
    """A message has been taken by a path; what became of it is not known yet."""
    now = clock.now()
    campaign = await Campaign.create(
        subject="notice:1:1",
        purpose=Purpose.NOTICE,
        place="88",
        title="停水",
        text="停水",
        paths=63,
        audience={},
        state=CampaignState.DONE,
        launch_at=now,
        created_at=now,
    )
    delivery = await Delivery.create(
        campaign=campaign,
        recipient=f"account:{account.id}",
        account=account,
        state=DeliveryState.SENT,
        path=path,
        tried=path.bit,
        next_at=now,
    )
    await Attempt.create(
        delivery=delivery,
        path=path,
        started_at=now,
        settled_at=now,
        outcome=AttemptOutcome.ACCEPTED,
        message_id=message_id,
    )


def tick(answer: str, *templates: str) -> dict[str, Any]:
    return {"List": [{"TemplateId": one, "SubscribeStatusString": answer, "PopupScene": "1"} for one in templates]}


async def allowed() -> dict[str, tuple[bool, int]]:
    found = await Subscription.all().select_related("template")
    return {one.template.template_id: (one.standing, one.credits) for one in found}


async def test_each_tick_is_one_message_more_and_a_repeated_event_is_none(account: Account, phone: Phones) -> None:
    li = phone("oLi")
    ticked = tick("accept", "T-once", "T-always", "T-plain", "T-of-nobody")
    for second in ("1700000001", "1700000001", "1700000002"):
        assert await li.event("subscribe_msg_popup_event", CreateTime=second, **ticked) == ""
    assert await allowed() == {"T-once": (False, 2), "T-always": (True, 0)}
    await li.event("subscribe_msg_popup_event", **tick("reject", "T-once"))
    assert (await allowed())["T-once"] == (False, 2)


async def test_what_is_taken_back_in_the_settings_is_gone(account: Account, phone: Phones) -> None:
    li = phone("oLi")
    await li.event("subscribe_msg_popup_event", **tick("accept", "T-once", "T-always"))
    await li.event("subscribe_msg_change_event", List=tick("reject", "T-always")["List"][0])
    assert await allowed() == {"T-once": (False, 1), "T-always": (False, 0)}


async def test_ticks_of_who_is_not_known_and_of_another_account_s_templates_are_nothing(
    account: Account, phone: Phones
) -> None:
    await MessageTemplate.all().update(app_id="wx-other")
    await phone("oLi").event("subscribe_msg_popup_event", **tick("accept", "T-once"))
    await phone("oStranger").event("subscribe_msg_popup_event", **tick("accept", "T-once"))
    assert await allowed() == {}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("success", DeliveryState.DELIVERED),
        ("failed:user block", DeliveryState.CREATED),
        ("failed: system failed", DeliveryState.CREATED),
    ],
)
async def test_a_template_message_is_reported(
    account: Account, phone: Phones, status: str, state: DeliveryState
) -> None:
    await waiting(account, Path.TEMPLATE, "200163836")
    await phone("oLi").event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status=status)
    assert (await Delivery.get()).state is state
    expected = CampaignState.DONE if state is DeliveryState.DELIVERED else CampaignState.RUNNING
    assert (await Campaign.get()).state is expected


async def test_a_subscription_notice_is_reported_and_a_refusal_takes_the_ticks(account: Account, phone: Phones) -> None:
    await phone("oLi").event("subscribe_msg_popup_event", **tick("accept", "T-once"))
    await waiting(account, Path.CREDIT, "1700827132819554304")
    sent = {"TemplateId": "T-once", "MsgID": "1700827132819554304", "ErrorCode": "43101", "ErrorStatus": "refused"}
    await phone("oLi").event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": sent})
    assert (await Delivery.get()).state is DeliveryState.CREATED
    assert (await allowed())["T-once"] == (False, 0)


@pytest.mark.parametrize(
    ("status", "counts", "state"),
    [
        ("send success", (2, 2, 2, 0), DeliveryState.DELIVERED),
        ("sendsuccess", (2, 2, 1, 1), DeliveryState.SENT),
        ("err(20001)", (2, 0, 0, 0), DeliveryState.CREATED),
    ],
)
async def test_a_mass_message_is_reported_for_all_or_for_nobody(
    account: Account, phone: Phones, status: str, counts: tuple[int, ...], state: DeliveryState
) -> None:
    await waiting(account, Path.MASS, "1000001625")
    named = zip(("TotalCount", "FilterCount", "SentCount", "ErrorCount"), map(str, counts), strict=True)
    await phone("gh_admin").event("MASSSENDJOBFINISH", MsgID="1000001625", Status=status, **dict(named))
    assert (await Delivery.get()).state is state


async def test_a_report_in_the_middle_of_a_dialogue_leaves_it_where_it_is(account: Account, phone: Phones) -> None:
    li = phone("oLi")
    asked = await li.say("登记住址")
    await li.event("TEMPLATESENDJOBFINISH", MsgID="1", Status="success")
    assert await li.say("嗯？") != ""
    assert "同意" in asked
    assert "登记" in await li.say("同意") or "地址" in li.last
