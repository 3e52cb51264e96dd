"""Every sentence of registering a home, of 「我的」, and of those who come, move and go."""

from collections.abc import Sequence
from datetime import date

from handlers.residency.rules import AddressLocked
from models.states import CorrectionKind

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

FAMILY, NEWCOMER, MISTAKEN, CHANGED = "我是家人", "我是新住户", "有误", "我换了微信"
NEWCOMER_REASON = "户内已有人登记，自述为新住户"
MISTAKEN_REASON = "户内已有人登记，自述登记有误"
CHANGED_REASON = "换了微信号"
NO_CODE_REASON = "没有绑定码"
RETURNED_REASON = "曾核实"
QUEUED_AS = {NEWCOMER: NEWCOMER_REASON, MISTAKEN: MISTAKEN_REASON, CHANGED: CHANGED_REASON}
REASONS = (NO_CODE_REASON, NEWCOMER_REASON, MISTAKEN_REASON, CHANGED_REASON, RETURNED_REASON)
"""Why a claim stands in the queue; the panel filters by them."""
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

ANSWER_MISSING = "请写明答复，居民会看到。"
THERE_ALREADY = "他登记的就是这一户，没有改动。"
REGISTERED_THERE = "这个微信号在那一户已有登记或申请，没有改动。"
NAME_WANTED = "请填写正确的姓名。"
PHONE_WANTED = "请填写正确的电话号码。"

UNLINKED = {
    "unsubscribe": "取消关注",
    "user_authorization_revoke": "撤回授权",
    "user_authorization_cancellation": "注销微信",
}
WITHDRAWN_REASON = "撤回同意"
MOVED_REASON = "本人搬走"
LEASE_OVER_REASON = "租约到期"
CLOSED_REASON = "注销"
STRANGER_REASON = "经核实不是这户的人"
WELCOME = "欢迎您关注！"
WELCOME_BACK = "欢迎您回来！\n您原来的登记已转给工作人员，核实后恢复。"
QR_UNKNOWN = "通知单上的二维码已失效，请用最近的一张。\n也可以直接发送地址来登记。"

NOT_REGISTERED = "您还没有登记住址。\n登记后，就能看到家里的事。"
ANOTHER_HOME = "再登记一处"
NO_HOME_TO_REPORT = "您还没有登记住址，看不到同住的人。\n有事请回复「人工」。"
NOBODY_ELSE = "这户现在只有您一人登记，没有别人。"
NO_SUCH_HOME = "这处住址现在没有您的登记。"
NO_TENANCY = "您没有以租户身份登记的住址，不用续租。"
WHICH_HOME = "是哪一处住址？"
MOVED_HOW = "搬家了，先登记新住址，再解除旧的。\n您要办哪一样？"
NEW_HOME, OLD_HOME = "登记新住址", "解除旧住址"
RENEWAL_ASKED = "新的租约到哪一天为止？\n请发送日期，例如 2027-06-30"
CHANGED_HOW = """换了微信号，请用新的微信号关注这里。
再回复「绑定」，地址和姓名照旧。
问到您和这户的关系，请选「我换了微信」。
工作人员核实后，旧的登记自动解除。
只换手机、没换微信号，什么都不用办。"""
CONFIRM = "确认"
CONFIRM_WORDS = frozenset({"确认", "确定", "是", "确认提交", "确认注销", "确认撤回", "确认解除"})
CONFIRM_EXPECTED = "要提交，请回复「确认」。\n不提交，请回复「取消」。"
WHAT_IS_WRONG = "哪里有误？"
CORRECTION_WORDS = {
    CorrectionKind.NAME: "请发送正确的姓名。",
    CorrectionKind.PHONE: "请发送现在用的电话号码。",
    CorrectionKind.MEMBERS: "请用一句话说说，家里人哪里不对。",
    CorrectionKind.ADDRESS: "请用一句话说说，住址哪里不对。",
    CorrectionKind.OTHER: "请用一句话说说，哪里不对。",
}
MORE_WORDS = "请说清楚一点，2到200个字。\n不需要证件号码。"


def unknown_dwelling(estate: str, community: str, phone: str) -> str:
    lines = (
        f"{estate}归{community}管，登记册里没有这一户。",
        "请核对楼号、单元和房号，再发一次。",
        phone and f"也可以打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))


def incomplete(estate: str) -> str:
    return f"请发送完整的地址：楼号、单元和房号。\n例如 {estate}3-2-501"


def served_elsewhere(address: str, community: str, phone: str, account: str) -> str:
    """The dwelling is known, but another official account serves its community, or none."""
    lines = (
        f"{address}归{community}管，不在本号的服务范围。",
        account and f"请关注公众号「{account}」，在那里登记。",
        phone and f"也可以打社区电话：{phone}",
        "是别的地址，请再发一次。",
    )
    return "\n".join(filter(None, lines))


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
        "结果和原因会告诉您，回复「我的」也能看到。",
        phone and f"着急请打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))


def home(address: str, role: str, number: int, worker: str, *, verified: bool) -> str:
    return f"{address}\n身份：{role}{'，已核实' if verified else ''}\n登记号：{number}\n{worker}"


def pending_home(address: str, number: int, phone: str) -> str:
    return f"{address}\n待审核，申请号 {number}" + (f"\n社区电话 {phone}" if phone else "")


def refused_home(address: str, reason: str) -> str:
    return f"{address}\n已退回，原因：{reason}"


def on_the_page(address: str) -> str:
    """Where the same stands as a page; the phone makes the address a link."""
    return f"在网页上看、下载：{address}"


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


def confirm_moving_out(address: str) -> str:
    return f"要解除这处登记：\n{address}\n解除后，家里的投票和通知不再给您。\n回复「确认」提交。"


def moved_out(address: str, number: int) -> str:
    return f"已解除登记：{address}\n登记号：{number}\n住进新家，回复「绑定」再登记。"


def renewed(address: str, ends_on: date) -> str:
    return f"已记下新的租期。\n{address}\n{lease(ends_on)}"


def confirm_correction(kind: str, words: str, address: str) -> str:
    return f"请核对：\n{kind}：{words}\n住址：{address}\n回复「确认」提交。"


def correction_received(number: int, kind: str, phone: str) -> str:
    lines = (
        "已提交更正。",
        f"更正号：{number}",
        f"事项：{kind}",
        "工作人员核对后告诉您结果和原因。",
        phone and f"着急请打社区电话：{phone}",
    )
    return "\n".join(filter(None, lines))


def correction_line(number: int, kind: str, state: str, answer: str) -> str:
    return f"更正 {number}：{kind}，{state}" + (f"\n答复：{answer}" if answer else "")


def not_active(state: str) -> str:
    return f"这份登记已是「{state}」，刚才没有改动。"


def on_request(number: int) -> str:
    """Why the register was put right, as the audit trail says it."""
    return f"居民申请，更正号{number}"


def decided_already(state: str) -> str:
    return f"这件更正已是「{state}」，刚才没有改动。"


def delegation_closed(number: int) -> str:
    """To the other side of a 代办 when one of the two has closed the account."""
    return f"代办已停止，代办号 {number}：对方已注销。\n回复「代办」看看现在的情况。"
