"""What the bot says of itself: emergencies, the menu, a person to talk to."""

from handlers.enquiries.rules import Danger

_CALL = "我们没有值班人员收到这条消息，请您自己打电话。"
_CALLS = {
    Danger.MEDICAL: "请马上拨打 120 急救电话！\n说清地址和伤病情况，别挂电话。",
    Danger.FIRE: "请马上拨打 119 火警电话！\n先离开现场，弯腰捂住口鼻，不要坐电梯。",
    Danger.GAS: "请马上开窗，关总阀，离开屋子！\n到屋外再拨打 119。\n不要开灯、不要点火、不要在屋里打电话。",
    Danger.CRIME: "请马上拨打 110 报警！\n先到安全的地方，锁好门。",
    Danger.DESPAIR: "您现在一定很难受，请先别一个人扛。\n请拨打 12356 心理援助热线，或 120。\n身边有人的话，请叫他陪着您。",
    Danger.UNKNOWN: "有危险请马上打电话：\n受伤发病 120，着火漏气 119，坏人 110。",
}


def emergency(danger: Danger) -> str:
    """Whom to call; nothing is claimed of people being told, since no ringing duty gateway is configured."""
    return f"{_CALLS[danger]}\n{_CALL}"


GREETING = "您好，这里是邻里。"
WELCOME = "您好，欢迎来到邻里。\n这里可以登记住址、参加投票。"
CHOOSE = "请选一项，回复数字也行："
UNKNOWN = "这句没看懂，对不起。\n看看下面能办什么："
MORE = "更多"
MEDIA = "暂时看不了这类消息，请用文字告诉我们。\n键盘上的话筒，能把您说的话变成字。"


def waiting(things: list[str]) -> str:
    """「您有1个投票、2条通知」"""
    return f"您有{'、'.join(things)}。"


def human(phones: list[tuple[str, str]]) -> str:
    """Who can be reached by telephone: (community, number) pairs; nothing is promised that nobody answers."""
    if not phones:
        return "在线人工还没有开通。\n请先登记住址，就能看到您社区的电话。"
    lines = "\n".join(f"{community}：{phone}" for community, phone in phones)
    return f"在线人工还没有开通，请打社区电话：\n{lines}\n周一至周五上班时间有人接听。"
