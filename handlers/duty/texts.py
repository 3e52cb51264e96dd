"""What is said when somebody is in danger: whom to call, and of our own people only what has happened."""

from datetime import datetime

from clock import BEIJING
from handlers.duty.emergencies import Danger

_HURT = "有人受伤，再打 120。"
_CALLS = {
    Danger.MEDICAL: "请马上拨打 120 急救电话！\n说清地址和伤病情况，别挂电话。",
    Danger.FIRE: f"请马上拨打 119 火警电话！\n先离开现场，弯腰捂住口鼻，不要坐电梯。\n{_HURT}",
    Danger.GAS: (
        "请马上开窗，关总阀，离开屋子！\n到屋外再拨打 119，有人不舒服打 120。\n不要开灯、不要点火、不要在屋里打电话。"
    ),
    Danger.RESCUE: f"请马上拨打 119 或 110 求救！\n困在电梯里别扒门，有人落水别自己下水。\n{_HURT}",
    Danger.CRIME: f"请马上拨打 110 报警！\n先到安全的地方，锁好门。\n{_HURT}",
    Danger.DESPAIR: (
        "您现在一定很难受，请先别一个人扛。\n请拨打 12356 心理援助热线，或 120。\n身边有人的话，请叫他陪着您。"
    ),
    Danger.SUICIDE: "请马上拨打 110 和 120！\n陪着他说话，收好刀和药，别让他一个人。\n也可以打 12356 心理援助热线。",
    Danger.UNKNOWN: "有危险请马上打电话：\n受伤发病 120，着火漏气 119，坏人 110。",
}
_NUMBERS = {
    Danger.MEDICAL: "120",
    Danger.FIRE: "119",
    Danger.GAS: "119",
    Danger.RESCUE: "119 或 110",
    Danger.CRIME: "110",
    Danger.DESPAIR: "12356 或 120",
    Danger.SUICIDE: "110 和 120",
    Danger.UNKNOWN: "120、119 或 110",
}
_NOBODY = "我们没有值班人员收到这条消息，请您自己打电话。"
_NOT_YET = "值班人员还没有看到这条消息，请您自己打电话。"
UNREGISTERED = "未登记住址"
NO_PHONE = "没有电话"


def emergency(danger: Danger, *, on_call: bool = False) -> str:
    """Whom to call. Nothing is claimed of people being told; `on_call`: somebody is on duty who may see it."""
    return f"{_CALLS[danger]}\n{_NOT_YET if on_call else _NOBODY}"


def rung(danger: Danger, at: datetime) -> str:
    """Said once a gateway has taken a ring, which does not tell whether anybody answers."""
    return f"{_moment(at)}，已给值班人员打电话，接没接通还不知道。\n请您照样拨打 {_NUMBERS[danger]}。"


def seen(name: str, at: datetime, *, on_shift: bool) -> str:
    """Said once somebody has pressed 「我来处理」, who may have no shift."""
    return f"{_moment(at)}，{'值班' if on_shift else '工作'}人员{name}已看到，正在联系您。"


def unanswered(danger: Danger, at: datetime) -> str:
    """Said when the last of the chain has had a minute."""
    return f"{_moment(at)}，值班人员还没有人应答。\n请您马上自己拨打 {_NUMBERS[danger]}。"


def spoken(danger: Danger, community: str) -> str:
    """What the phone says to somebody on duty; nobody's name or address."""
    return f"邻里紧急消息：{community}有居民求助，{danger.label}。请马上打开工作台处理。"


def _moment(at: datetime) -> str:
    """What is told may be read much later, so it says when it was so."""
    there = at.astimezone(BEIJING)
    return f"{there.month}月{there.day}日{there:%H:%M}"


def asker(name: str, address: str, *, pending: bool) -> str:
    return f"{name}，{address}{'（登记待审核）' if pending else ''}"
