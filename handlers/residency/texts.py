"""Every sentence of registering a home, of 「我的」, and of those who come and go."""

from collections.abc import Sequence
from datetime import date

from handlers.residency.rules import AddressLocked

CONSENT = """登记住址前，请先了解：
谁来保管：您所在社区的居委会。
保管什么：姓名、住址、和这户的关系，还有微信号的代码。租户另有租期，聊天内容加密保存。
为了什么：核实您住在这里，请您投票，给您发通知。
保管多久：登记期间一直保管。解除登记时，姓名随即删除。投过票的记录，依法另外保存。
怎么撤回：取消关注，就解除登记。
更正或删除，请回复「人工」。
愿意的话，回复「同意」继续。"""
AGREE = "同意"
AGREE_WORDS = frozenset({"同意", "我同意", "同意了", "我同意了", "同意继续"})
CONSENT_EXPECTED = "愿意登记，请回复「同意」。\n不愿意，请回复「取消」。"
CONSENT_DECLINED = "好的，没有您的同意，什么也不会保存。\n以后想登记，回复「绑定」就行。"

ADDRESS_ASKED = "请发送您家的地址，例如 幸福里3-2-501"
ADDRESS_EXPECTED = "没看懂这个地址。\n请发送小区、楼号、单元和房号，例如 幸福里3-2-501"
ESTATE_MISSING = "请带上小区的名字，例如 幸福里3-2-501"
ESTATE_UNKNOWN = """没有找到这个小区，可能还没有开通。
请核对小区的名字，再发一次。
不清楚归哪个社区，可以拨打 12345 问一问。"""
WHICH_ESTATE = "这个名字不止一处，您家是哪一处？"
NEAR_ESTATES = "没有找到这个小区，您是不是要找："
WHICH_DWELLING = "请选您家是哪一户："
NEAR_DWELLINGS = "没有找到这一户，您是不是要找："
STILL_PENDING = "您的申请还在等审核。\n有绑定码的话，现在就能登记好。"
OTHER_ADDRESS = "不对的话，请把地址再发一次。"

FAMILY, NEWCOMER, MISTAKEN = "我是家人", "我是新住户", "有误"
QUEUED_AS = {NEWCOMER: "户内已有人登记，自述为新住户", MISTAKEN: "户内已有人登记，自述登记有误"}
NO_CODE_REASON = "没有绑定码"
RETURNED_REASON = "曾核实"
CHOOSE_NUMBER = "没看懂。请回复选项的数字。"
ROLE_ASKED = "您是："
LEASE_ASKED = "租约到哪一天为止？\n请发送日期，例如 2027-06-30"
LEASE_UNKNOWN = "说不准"
LEASE_EXPECTED = "没看懂这个日期，或者已经过了。\n请像这样发送：2027-06-30"
NAME_ASKED = "请发送您的姓名。"
NAME_EXPECTED = "请只发送姓名，例如 李秀英。\n不需要证件号码。"
OF_AGE_ASKED = "您已满18周岁吗？"
LEAST_AGE_ASKED = "您已满14周岁吗？"
YES, NO = "是", "否"
YES_OR_NO = "请回复「是」或「否」。"
CODE_ASKED = "请发送入户通知单上的绑定码，没有请回复「无」"
CODE_EXPECTED = "绑定码是8位字母和数字，印在入户通知单上。\n没有请回复「无」。"
NO_CODE = "无"
NO_CODE_WORDS = frozenset({"无", "没有", "没", "没收到", "丢了", "没有码", "没有绑定码", "找不到", "不知道"})
YES_WORDS = frozenset({"是", "是的", "对", "满了", "已满", "成年了"})
NO_WORDS = frozenset({"否", "不是", "没有", "没满", "未满", "还没有"})
DECLINE_WORDS = frozenset({"不同意", "我不同意", "不", "不愿意", "我不愿意", "拒绝"})

REASON_MISSING = "退回要写明原因。"

UNLINKED = {
    "unsubscribe": "取消关注",
    "user_authorization_revoke": "撤回授权",
    "user_authorization_cancellation": "注销微信",
}
WELCOME = "欢迎您关注！"
WELCOME_BACK = "欢迎您回来！\n您原来的登记已转给工作人员，核实后恢复。"
QR_UNKNOWN = "通知单上的二维码已失效，请用最近的一张。\n也可以直接发送地址来登记。"

NOT_REGISTERED = "您还没有登记住址。\n登记后，就能看到家里的事。"
ANOTHER_HOME = "再登记一处"
NO_HOME_TO_REPORT = "您还没有登记住址，看不到同住的人。\n有事请回复「人工」。"
NOBODY_ELSE = "这户现在只有您一人登记，没有别人。"
WHICH_HOME = "是哪一处住址？"


def unknown_dwelling(estate: str, community: str, phone: str) -> str:
    lines = (
        f"{estate}归{community}管，登记册里没有这一户。",
        "请核对楼号、单元和房号，再发一次。",
        phone and f"也可以打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))


def incomplete(estate: str) -> str:
    return f"请发送完整的地址：楼号、单元和房号。\n例如 {estate}3-2-501"


def found(address: str) -> str:
    return f"找到了：「{address}」"


def household(masked: Sequence[str]) -> str:
    """Who is registered there already, by masked names."""
    shown = "、".join(masked[:6]) + ("等" if len(masked) > 6 else "")
    return f"这户已登记{len(masked)}人：{shown}。\n您和这户是什么关系？"


def goes_to_worker(question: str) -> str:
    return f"这件事由工作人员核实，原来的登记不变。\n{question}"


def locked(address: str) -> str:
    return f"{address}：\n{AddressLocked.message}"


def standing(role: str, *, verified: bool, adult: bool) -> str:
    """「业主（待核实）」"""
    marks = "，".join(filter(None, ("" if verified else "待核实", "" if adult else "未成年")))
    return f"{role}（{marks}）" if marks else role


def grid_worker(name: str, phone: str) -> str:
    """Who answers for the grid, and the community's telephone."""
    worker = f"您的网格员 {name}" if name else "您的网格员还没有安排"
    return f"{worker}\n社区电话 {phone}" if phone else worker


def registered(address: str, role: str, number: int, worker: str) -> str:
    return f"""登记成功！
地址：{address}
身份：{role}
登记号：{number}
{worker}

家里还有人用微信？
请他关注本号，回复「绑定」。
用同一个绑定码，一户最多4个微信号。"""


def submitted(address: str, number: int, phone: str) -> str:
    lines = (
        "已提交审核。",
        f"地址：{address}",
        f"申请号：{number}",
        "一般1个工作日内有结果。",
        "结果和原因，回复「我的」就能看到。",
        phone and f"着急请打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))


def home(address: str, role: str, number: int, worker: str) -> str:
    return f"{address}\n身份：{role}，登记号 {number}\n{worker}"


def pending_home(address: str, number: int, phone: str) -> str:
    return f"{address}\n待审核，申请号 {number}" + (f"\n社区电话 {phone}" if phone else "")


def refused_home(address: str, reason: str) -> str:
    return f"{address}\n已退回，原因：{reason}"


def homes(parts: Sequence[str]) -> str:
    return "您登记的住址：\n\n" + "\n\n".join(parts)


def lease(ends_on: date) -> str:
    return f"租期到 {ends_on:%Y-%m-%d}"


def reported(address: str, number: int, phone: str) -> str:
    """Someone disputed a member of the household."""
    lines = (
        "已转给社区工作人员核实。",
        f"住址：{address}",
        f"受理号：{number}",
        "核实之前，原来的登记不变。",
        phone and f"着急请打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))
