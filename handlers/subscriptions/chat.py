"""The platform's reports in chat: what became of a message, and what a resident has ticked. None is answered."""

from bot.dialogue import Turn, commits
from bot.messages import subscription_items
from bot.router import Routes
from campaigns.actions.settle import report, report_mass
from campaigns.actions.subscriptions import allow, refuse

ARRIVED = "success"
ALL_SENT = frozenset({"sendsuccess", "send success"})
NONE_SENT = ("send fail", "sendfail", "err")


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
    """The reports that somebody waits for."""
    routes = Routes()
    routes.event(template_sent, "templatesendjobfinish")
    routes.event(subscription_sent, "subscribe_msg_sent_event")
    routes.event(mass_sent, "masssendjobfinish")
    routes.event(asked, "subscribe_msg_popup_event")
    routes.event(changed, "subscribe_msg_change_event")
    return routes
