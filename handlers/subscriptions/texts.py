"""Every sentence about what residents allow: subscriptions, and the topics they want no messages of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.dialogue import Choice
from campaigns.queries import Allowance
from handlers.subscriptions.rules import TOPICS
from models.reach import Purpose, TemplateKind

SUBSCRIBE, SETTINGS = "订阅", "通知设置"
INVITATION = "想及时收到通知，点这里订阅"
WITHOUT = "给公众号发过话，48小时内也能收到通知。"
NOTHING = f"现在没有要订阅的消息。\n{WITHOUT}"
BIND_FIRST = "请先登记住址，再订阅通知。"
URGENT = "紧急通知关系到安全，关不了，一定会发。"
KEPT = "关了的，在「通知」里还看得到，只是不推送。"
SAY_NUMBER = "没看懂。请回复前面的数字。"
ASK = "要改哪一类，请回复数字："


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of message: how it stands, and the template that is left to be ticked for it, if one is."""

    label: str
    standing: str
    template_id: str
    once: bool = False


def lines(allowed: Sequence[Allowance]) -> list[Line]:
    """A line for each purpose that has a template to tick."""
    purposes = [purpose for purpose in Purpose if any(one.purpose is purpose for one in allowed)]
    return [_line(purpose, [one for one in allowed if one.purpose is purpose]) for purpose in purposes]


def _line(purpose: Purpose, allowed: Sequence[Allowance]) -> Line:
    """For good rather than once, where the account has both."""
    if any(one.standing for one in allowed):
        return Line(purpose.label, "已开通，一直能收到", "")
    left = sum(one.credits for one in allowed)
    standing = f"还能收{left}次" if left else "还没有订阅"
    best = min(allowed, key=lambda one: one.kind is TemplateKind.CREDIT)
    return Line(purpose.label, standing, best.template_id, best.kind is TemplateKind.CREDIT)


def subscribed(allowed: Sequence[Allowance], page: str) -> str:
    """The answer to 「订阅」."""
    known = lines(allowed)
    if not known:
        return f"{NOTHING}\n不想收哪一类，请回复「{SETTINGS}」。"
    open_ = [line for line in known if line.template_id]
    said = (
        "您订阅的消息：",
        *(f"{line.label}：{line.standing}" for line in known),
        ONCE if any(line.once for line in open_) else "",
        f"要订阅，请点开：{page}" if open_ else "",
        f"不想收哪一类，请回复「{SETTINGS}」。",
    )
    return "\n".join(line for line in said if line)


ONCE = "点一次「允许」，能收一条。"


def invitation(page: str) -> str:
    return f"{INVITATION}：\n{page}"


def choices(closed: Collection[str]) -> list[Choice]:
    return [Choice(name, topic, "不收" if topic in closed else "收") for topic, name in TOPICS.items()]


def settings() -> str:
    return f"哪些通知推送给您：\n{URGENT}\n{KEPT}\n{ASK}"


def changed(topic: str, *, closed: bool) -> str:
    """What a number has done, and how to take it back."""
    name = _named(topic)
    if closed:
        return f"已关闭{name}的推送。\n再回复这个数字，就重新打开。"
    return f"已打开{name}的推送。"


def _named(topic: str) -> str:
    name = TOPICS[topic]
    return name if name in ("公示", "居务公开", "寻物招领", "投票") else f"{name}通知"


SAVED = "已保存。"


def saved(closed: Collection[str]) -> str:
    """What the boxes of the page say now."""
    names = [_named(topic) for topic in TOPICS if topic in closed]
    return f"{SAVED}不推送：{'、'.join(names)}。" if names else f"{SAVED}每一类都会推送。"
