"""What residents are told of their own data: the consent text, what is stored, and what leaving deletes."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.states import ConsentPurpose
from settings import Settings

SENSITIVE = {
    ConsentPurpose.HEALTH: ("健康信息", "安排上门照顾和急救联系"),
    ConsentPurpose.WELFARE: ("救助信息", "核对能不能申请救助"),
    ConsentPurpose.MINOR: ("未成年人信息", "由监护人替孩子办事"),
}
"""What is asked for and what for, each apart (《个人信息保护法》第二十九、三十一条)."""
REFUSE = "不同意"
REFUSED = "好的，这项信息不收集。\n照样可以回复「人工」，或到社区窗口办。"
CHOOSE_AGREEMENT = "请回复「同意」或「不同意」。"
SEE_TEXT, AGREE_ANEW, WITHDRAW, CLOSE = "看用户须知", "同意新的须知", "撤回同意", "注销"
WHICH_CONSENT = "要撤回哪一项？"
NOTHING_AGREED = "您还没有同意过任何事项。"
NEWER_TEXT = "用户须知有更新，请看一看再决定。"
AGREED_ANEW = "已记下您的同意。"
WITHDRAWN = "已撤回同意，登记已解除。\n以后想登记，回复「绑定」就行。"
CLOSED = "已注销。\n您说过的话、填过的资料已删除。\n以后想用，回复「绑定」从头登记。"
EXPORT_NOTE = "这是摘要。要完整的一份，请带证件到社区，或在网页「我的住户」下载。"
CODE_OF_WECHAT = "微信号的代码：用来认出是您"
NOT_STORED = "您还没有登记，我们没有存您的资料。\n聊天内容到期自动删除。"
NO_FAMILY = "这户现在只有您一人。"


WHO_KEEPS_WHAT = """谁来保管：您所在社区的居委会。
保管什么：姓名、住址、和这户的关系、微信号的代码。租户另有租期。
为了什么：核实您住在这里，请您投票，给您发通知。
谁能看：本社区的工作人员，平时只见姓。看全名要写原因，留下记录。"""
RIGHTS = """怎么撤回：回复「隐私」撤回同意，取消关注也算。
全部删除：回复「注销」。
查看、更正、导出：回复「我的」。"""


@dataclass(frozen=True, slots=True)
class Kinsman:
    """One of a household as its members see each other: by a masked name."""

    name: str
    role: str
    on_wechat: bool
    own: bool


def periods(settings: Settings) -> dict[str, str]:
    """How long each kind of thing is kept that the clock forgets."""
    return {
        "聊天内容": f"{settings.retention_raw_days}天",
        "找人工的留言": f"结束后{settings.retention_conversation_days}天",
        "运行日志": f"{settings.retention_log_days}天",
    }


def _periods(settings: Settings) -> str:
    return "\n".join(f"{kind}：{length}" for kind, length in periods(settings).items())


def consent(settings: Settings) -> str:
    """The terms, and the question."""
    return f"登记住址前，请先了解：\n{terms(settings)}\n愿意的话，回复「同意」继续。"


def terms(settings: Settings) -> str:
    """Who keeps what, why, who sees it, how long, how to withdraw (《个人信息保护法》第十七条)."""
    return "\n".join(
        (
            WHO_KEEPS_WHAT,
            "保管多久：",
            "登记资料：到您注销或取消关注",
            _periods(settings),
            "投票记录：依法另外保存",
            RIGHTS,
        )
    )


def sensitive(purpose: ConsentPurpose) -> str:
    """The text by which a sensitive purpose is asked for, apart from all else."""
    what, why = SENSITIVE[purpose]
    return f"""这一步要用到您的{what}，需要您单独同意。
为了什么：{why}。
谁能看：经办的社区工作人员，每次查看都有记录。
怎么撤回：回复「隐私」，随时可以。
不同意也行，可以找人工或到窗口办。"""


def family(address: str, people: Sequence[Kinsman]) -> str:
    if len(people) <= 1:
        return f"{address}\n{NO_FAMILY}"
    return "\n".join([address, *map(_kinsman, people)])


def _kinsman(one: Kinsman) -> str:
    marks = "，".join(
        filter(None, (one.role, "已用微信" if one.on_wechat else "未用微信", "您自己" if one.own else ""))
    )
    return f"{one.name}：{marks}"


def stored(given: Sequence[str], register: Sequence[str], counts: str, settings: Settings) -> str:
    """What is stored of somebody: what they gave, what the register says, how much was said; how long, who sees it."""
    parts = [
        "我们存了您的这些信息。",
        "\n".join(["【您填写的】", *given, "保管到您注销或取消关注。"]),
        "\n".join(["【居委会登记册】", *register, "依法保管，不随注销删除。"]) if register else "",
        f"【往来】\n{counts}\n{_periods(settings)}",
        "【谁能看】\n本社区的工作人员，平时只见姓。\n看全名、电话要写原因，留下记录。",
        "有错请回复「信息有误」。",
    ]
    return "\n\n".join(filter(None, parts))


def agreements(lines: Sequence[str], *, outdated: bool) -> str:
    heading = "您同意过的事项：" if lines else NOTHING_AGREED
    return "\n".join([heading, *lines, *([NEWER_TEXT] if outdated else [])])


def agreement(purpose: str, version: str, given: str, withdrawn: str) -> str:
    """「登记住址：第2版，2026-11-23同意」"""
    return f"{purpose}：第{version}版，{given}同意" + (f"，{withdrawn}为止" if withdrawn else "")


def closing(settings: Settings) -> str:
    """What follows, and the question."""
    return f"注销之前，请先了解：\n{farewell(settings)}\n确定注销，请回复「确认」。"


def farewell(settings: Settings) -> str:
    """What is deleted, what the law keeps and until when (《个人信息保护法》第四十七条)."""
    return f"""【马上删除】
住址登记和您填写的姓名
同意记录即告撤回，代办停止
聊天、留言的内容，没看的通知
【依法留下】
居委会的居民登记册：您住在这里期间
投过的票照算，到表决档案期满，只记哪户投过
运行日志：{settings.retention_log_days}天；操作记录：留着查账；都没有姓名
注销后不能恢复，再来要重新登记。"""


def counts(messages: int, lines: int, corrections: int, delegations: int) -> str:
    return f"聊天{messages}条，人工留言{lines}条\n更正申请{corrections}件，代办{delegations}件"


def export(given: Sequence[str], register: Sequence[str], agreed: Sequence[str], messages: int, waiting: int) -> str:
    """A summary to take along."""
    parts = [
        "\n".join(["【您填写的】", *given]),
        "\n".join(["【居委会登记册】", *register]) if register else "",
        "\n".join(["【同意】", *agreed]) if agreed else "",
        f"聊天{messages}条，待处理的更正{waiting}件。",
        EXPORT_NOTE,
    ]
    return "\n\n".join(filter(None, parts))


def confirm_withdrawal(purpose: ConsentPurpose) -> str:
    """What follows, and the question."""
    return f"{withdrawal(purpose)}\n确定撤回，请回复「确认」。"


def withdrawal(purpose: ConsentPurpose) -> str:
    """What taking a consent back ends; what was done before stays lawful (《个人信息保护法》第十五条)."""
    if purpose is not ConsentPurpose.RESIDENCY:
        return f"撤回后，不再使用您的{purpose.label}。"
    return """撤回同意后：
您登记的住址全部解除，姓名随即删除。
不再收到投票和通知。
聊天和留言按期限自动删除。
要全部删除，请回复「注销」。"""


def withdrawn(purpose: ConsentPurpose) -> str:
    return f"已撤回同意：{purpose.label}。\n以前办过的事不受影响。"
