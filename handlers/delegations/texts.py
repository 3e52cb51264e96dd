"""Every sentence of 代办."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.delegations.rules import BUILT, Matter

FOR_FAMILY, FOR_ME = "我替家人办", "让家人替我办"
STOP = "停止代办"
CONFIRM = "确认"
AGREE, DISAGREE = "同意", "不同意"
ALL = "以上全部"
OTHER_HOME = "别的住址"

INTRO = """代办：家里人不方便用手机，可以请您信得过的人帮忙。
对方同意以后才能办，随时可以停止。
投票要本人投，不能代办。"""
REGISTER_FIRST = "请先登记住址，再办代办。"
REGISTER_PENDING = "您的登记还在审核，通过后就能办代办。"
CHOOSE = "请选一项："
WHOSE_HOME = "您替住在哪里的家人办？\n请选一项，或发送家人的住址。"
ADDRESS = "请发送家人的住址，例如 幸福里3-2-501"
ADDRESS_TAIL = "不对的话，请把住址再发一次。"
NAME = "请发送家人的姓名。\n要和社区登记册上的一样。"
NAME_EXPECTED = "请只发送姓名，例如 李秀英。\n不需要证件号码。"
RELATION = "您是家人的什么人？"
SCOPE = "请选要办的事，可以选几项，例如 1 2"
SCOPE_EXPECTED = "没看懂。请回复选项的数字，例如 1 2"
TERM = "办到什么时候为止？\n请选一项，或发送日期，例如 2027-06-30"
CONFIRM_EXPECTED = "请回复「确认」提交，或回复「取消」。"
CHOOSE_NUMBER = "没看懂。请回复选项的数字。"
WHICH_HOME = "是为哪一处住址？"
WHO = "请选替您办事的家人："
NOT_ON_REGISTER = "社区登记册上还没有您的姓名。\n请回复「人工」，核实后再来办。"
NOT_IN_HOUSEHOLD = "对方没有登记在您家，请重新选择。"
NOT_YOURS = "没有找到这份代办，可能已经结束。\n回复「代办」看看现在的情况。"
NOTHING_TO_STOP = "您现在没有代办。"
WHICH_TO_STOP = "要停止哪一份？"
NO_VOTING = "投票要本人投，代办人不能代投。\n家人可以用自己的微信投，或请社区工作人员上门。"
DECLINED, BY_ITSELF, LEFT = "本人没有同意", "自己停止", "有一方已解除登记"
REASON_MISSING = "请写明原因，双方都会看到。"
HOW_MISSING = "请选电话或上门，并写明本人怎么说的。"

FROM_OTHER_PHONE = """家人用自己的微信来申请也行：
1. 关注本号，回复「绑定」登记住址。
2. 回复「代办」，选「我替家人办」。
3. 填您的住址和姓名，您同意就开通。"""


@dataclass(frozen=True, slots=True)
class Between:
    """What notifications of one delegation name; `elder` is the person it is for."""

    elder: str
    delegate: str
    expires_on: date
    reason: str


Told = Callable[[Between], str]


def day(moment: date) -> str:
    return f"{moment:%Y-%m-%d}"


def matters(scope: Sequence[str]) -> str:
    """「留言求助、服务预约」"""
    return "、".join(matter.label for matter in Matter if matter in scope)


def not_built_yet(scope: Sequence[str]) -> str:
    """What of the scope can't be done yet, said plainly; empty where all can."""
    missing = [matter.label for matter in Matter if matter in scope and matter not in BUILT]
    return f"{'、'.join(missing)}还没开通，开通后就能代办。" if missing else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def nobody_at_home(address: str) -> str:
    return f"{address}\n还没有别的成年人登记在这户。\n{FROM_OTHER_PHONE}"


def summary(elder: str, address: str, scope: Sequence[str], expires_on: date) -> str:
    """What is about to be asked for."""
    return _lines(
        f"替{elder}办（{address}）",
        f"办什么：{matters(scope)}",
        f"到什么时候：{day(expires_on)}",
        "投票不能代办。",
        CONFIRM_EXPECTED,
    )


def grant_summary(delegate: str, scope: Sequence[str], expires_on: date) -> str:
    return _lines(
        f"请{delegate}替您办",
        f"办什么：{matters(scope)}",
        f"到什么时候：{day(expires_on)}",
        "办了什么都会告诉您，随时可以停止。",
        CONFIRM_EXPECTED,
    )


def asked(elder: str, number: int, phone: str, *, reachable: bool) -> str:
    """Submitted; who confirms depends on whether the person can be asked in chat."""
    lines = (
        f"已提交，代办号 {number}。",
        f"{elder}同意以后才能办。",
        "已通知本人，请本人回复「代办」，选同意。" if reachable else "本人没有登记微信，社区会打电话或上门核实。",
        phone and f"着急请打社区电话：{phone}",
    )
    return _lines(*lines)


def asked_of_you(delegate: str, relation: str) -> str:
    return f"{delegate}（{relation}）想替您办事。\n请回复「代办」，选同意或不同意。"


def question(delegate: str, relation: str, scope: Sequence[str], expires_on: date) -> str:
    """Put to the person whom it is for."""
    return _lines(
        f"{delegate}（{relation}）想替您办事，您同意吗？",
        f"办什么：{matters(scope)}",
        f"到什么时候：{day(expires_on)}",
        "办了什么都会告诉您，随时可以停止。",
        "不认识这个人，请选不同意。",
    )


def in_force(elder: str, delegate: str, number: int, scope: Sequence[str], expires_on: date) -> str:
    """「代办已开通」, with scope and end date."""
    return _lines(
        f"代办已开通，代办号 {number}。",
        f"{delegate}代{elder}办：{matters(scope)}",
        f"到 {day(expires_on)} 为止。",
        not_built_yet(scope),
        "不用了，回复「停止代办」。",
    )


def granted(elder: str, expires_on: date) -> str:
    return f"代办已开通：{elder}请您代办，到 {day(expires_on)} 为止。\n回复「代办」看看能办什么。"


def opened(between: Between) -> str:
    until = day(between.expires_on)
    return (
        f"代办已开通：{between.delegate}代{between.elder}办事，到 {until} 为止。\n回复「代办」查看，「停止代办」结束。"
    )


def refused(elder: str, reason: str) -> str:
    return f"代{elder}办事没有开通，原因：{reason}。"


def declined(delegate: str) -> str:
    return f"好的，{delegate}不能替您办事。"


def stopped(between: Between) -> str:
    return f"代办已停止：{between.delegate}不再代{between.elder}办事。\n原因：{between.reason}"


def stopped_by_you(elder: str, delegate: str) -> str:
    return f"代办已停止：{delegate}不再代{elder}办事。"


def expired(between: Between) -> str:
    return f"代办已到期：{between.delegate}不再代{between.elder}办事。\n还需要的话，回复「代办」重新办。"


def ends_soon(between: Between) -> str:
    until = day(between.expires_on)
    return f"{between.delegate}代{between.elder}办事，到 {until} 为止。\n到期后要接着办，请回复「代办」。"


def acted(delegate: str, elder: str, act: str, number: str) -> str:
    """Told to the person each time."""
    return f"{delegate}刚才代{elder}{act}，编号 {number}。\n不是您的意思，请回复「停止代办」。"


def acting_line(elder: str, scope: Sequence[str], expires_on: date) -> str:
    return f"您代{elder}：{matters(scope)}，到 {day(expires_on)}"


def asked_line(elder: str) -> str:
    return f"您申请代{elder}办事：等本人同意"


def acted_for_line(delegate: str, scope: Sequence[str], expires_on: date) -> str:
    return f"{delegate}替您办：{matters(scope)}，到 {day(expires_on)}"


def speak_for(elder: str) -> str:
    return f"替{elder}留言"
