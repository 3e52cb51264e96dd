"""订阅 and 通知设置 in chat, and the platform's reports: what became of a message, what a resident has ticked."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from redis.exceptions import RedisError

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.messages import subscription_items
from bot.router import Routes
from campaigns.actions.settle import report, report_mass
from campaigns.actions.subscriptions import allow, refuse
from campaigns.actions.topics import close_topics, open_topics
from campaigns.queries import allowances, closed_topics, lacks_allowance
from handlers.residency.visitors import Visitor
from handlers.subscriptions import rules, texts
from settings import get_settings

ARRIVED = "success"
ALL_SENT = frozenset({"sendsuccess", "send success"})
NONE_SENT = ("send fail", "sendfail", "err")


@asks()
async def subscribe(turn: Turn) -> Reply:
    """「订阅」: what may still be sent, and the page on which more can be ticked."""
    visitor: Visitor = turn.visitor
    if visitor.account_id is None:
        return Reply(texts.BIND_FIRST, (Choice("登记住址"),))
    return Reply(texts.subscribed(await allowances(visitor.account_id), _page(visitor)))


class TopicsDialogue(Dialogue):
    """「通知设置」: the classes of notices by number, each pushed or not."""

    name: ClassVar[str] = "subscriptions.topics"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if visitor.account_id is None:
            return Reply(texts.BIND_FIRST, (Choice("登记住址"),))
        return turn.ask("toggle", texts.settings(), *texts.choices(await closed_topics(visitor.account_id)))

    @commits()
    async def toggle(self, turn: Turn) -> Reply:
        """A number closes a class, or opens it again."""
        visitor: Visitor = turn.visitor
        if turn.choice is None or visitor.account_id is None:
            return turn.again(texts.URGENT if "紧急" in turn.words else texts.SAY_NUMBER)
        closed = bool(await close_topics(visitor.account_id, [turn.choice], turn.now))
        if not closed:
            await open_topics(visitor.account_id, [turn.choice])
        standing = texts.choices(await closed_topics(visitor.account_id))
        return turn.ask("toggle", texts.changed(turn.choice, closed=closed), *standing)


def invitation(within: Callable[[str, str, int, int], Awaitable[bool]]) -> Callable[[Visitor], Awaitable[str]]:
    """What is said below a confirmed act: where something could be ticked, and nothing of it is, once a day.

    Args:
        within: whether (what, who, how often, in how many seconds) is still allowed; it counts.
    """

    async def invite(visitor: Visitor) -> str:
        if visitor.account_id is None:
            return ""
        try:
            first = await within(*rules.invited(visitor.account_id))
        except RedisError:
            return ""
        return texts.invitation(_page(visitor)) if first and await lacks_allowance(visitor.account_id) else ""

    return invite


def _page(visitor: Visitor) -> str:
    return f"{get_settings().pages_address(visitor.app_id)}/subscribe"


@commits()
async def template_sent(turn: Turn) -> None:
    """A template message has arrived, or has not (wechat-platform.md §2.2)."""
    message = turn.message
    arrived = str(message.fields.get("Status", "")).strip().lower() == ARRIVED
    await report(message.app_id, message.sender, str(message.fields.get("MsgID", "")), arrived, turn.now)


@commits()
async def subscription_sent(turn: Turn) -> None:
    """Subscription notices have arrived, or have not; code 0 says that one has."""
    message = turn.message
    for item in subscription_items(message):
        errcode = _number(item.get("ErrorCode", ""))
        await report(message.app_id, message.sender, item.get("MsgID", ""), errcode == 0, turn.now, errcode)


@commits()
async def mass_sent(turn: Turn) -> None:
    """A mass message has reached all, or nobody; of one that reached some it is not told whom."""
    fields = turn.message.fields
    status = str(fields.get("Status", "")).strip().lower()
    missed = _number(str(fields.get("ErrorCount", ""))) + _number(str(fields.get("TotalCount", "")))
    missed -= _number(str(fields.get("FilterCount", "")))
    reached_all = status in ALL_SENT and missed == 0
    if reached_all or status.startswith(NONE_SENT):
        await report_mass(turn.message.app_id, str(fields.get("MsgID", "")), reached_all, turn.now)


@commits()
async def asked(turn: Turn) -> None:
    """A resident was asked whether we may write by some templates; a no this time leaves earlier ticks as they are."""
    await allow(turn.message.app_id, turn.message.sender, _answered(turn, "accept"), turn.now)


@commits()
async def changed(turn: Turn) -> None:
    """A resident has taken back in WeChat's settings what was allowed."""
    await refuse(turn.message.app_id, turn.message.sender, _answered(turn, "reject"), turn.now)


def _answered(turn: Turn, answer: str) -> list[str]:
    """The ids of the templates that got this answer."""
    items = subscription_items(turn.message)
    return [item.get("TemplateId", "") for item in items if item.get("SubscribeStatusString") == answer]


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() else 0


def routes() -> Routes:
    """The two commands, and the reports that somebody waits for."""
    routes = Routes()
    topics = routes.dialogue(TopicsDialogue())
    routes.command(subscribe, texts.SUBSCRIBE, "订阅通知", "订阅消息", key="subscribe")
    routes.command(topics.start, texts.SETTINGS, "不想收通知", "关闭通知", dialogue=topics)
    routes.event(template_sent, "templatesendjobfinish")
    routes.event(subscription_sent, "subscribe_msg_sent_event")
    routes.event(mass_sent, "masssendjobfinish")
    routes.event(asked, "subscribe_msg_popup_event")
    routes.event(changed, "subscribe_msg_change_event")
    return routes
