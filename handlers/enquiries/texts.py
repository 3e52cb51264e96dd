"""What the bot says of itself: the menu, a person to talk to."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Kind
from clock import BEIJING
from models.desk import EnquiryChannel
from models.states import Delivered

GREETING = "您好，这里是邻里。"
WELCOME = "您好，欢迎来到邻里。\n这里可以登记住址、参加投票。"
CHOOSE = "请选一项，回复数字也行："
NOTHING_ASKED = "好的，有事随时说。\n也可以看看下面能办什么："
MORE = "更多"


def waiting(things: list[str]) -> str:
    """「您有1个投票、2条通知」"""
    return f"您有{'、'.join(things)}。"


TOO_SHORT = "请多说几个字，讲清楚是什么事。\n发语音、发图片也行。"
ADDED = "已补充，工作人员会看到。"
MEDIA_NAMES = {
    Kind.VOICE: "语音",
    Kind.IMAGE: "图片",
    Kind.VIDEO: "视频",
    Kind.SHORTVIDEO: "视频",
    Kind.LOCATION: "位置",
    Kind.LINK: "链接",
    Kind.FILE: "文件",
}
DICTATION = "键盘上的话筒，能把您说的话变成字，这样更快。"
OVER = "上次的留言已经结束。\n还有事，请回复「人工」。"
NONE_OPEN = "您现在没有等人回的留言。\n有事请回复「人工」。"
LEFT = "已取消这一步，您的留言还在，会有人看。\n不用回了，请回复「结束」。"
UNREGISTERED = "未登记"
NO_CHAT = "这位居民没有用微信来问，请打电话答复，再点「结束」。"
LEFT_US = "这位居民已取消关注，微信里找不到他了，请打电话。"
ELSEWHERE = "这条留言已转给上级处理，这里只能看。"
ASKING = "留言"
"""What a delegate does, as the person is told of it."""
_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_PROBLEMS = {
    45015: "对方超过48小时没来信，或已取消关注，不能主动发，请打电话。",
    45047: "对方这次来信后，5条回复已用完，请打电话，或等对方再来信。",
    43004: "对方已取消关注，发不到，请打电话。",
}
"""What staff can do about a refusal of the platform (wechat-platform.md §3.2, §3.6)."""


def ask_what(phones: Sequence[tuple[str, str]], elder: str = "") -> str:
    """`elder` is the person in whose name it is asked, empty where one asks for oneself."""
    for_whom = f"代{elder}留言。\n" if elder else ""
    return f"{for_whom}请用一句话或语音说说什么事，发来就转给工作人员。\n{_in_a_hurry(phones)}"


def still_open(number: int, phones: Sequence[tuple[str, str]], elder: str = "") -> str:
    if elder:
        return (
            f"您代{elder}的留言还在处理，编号 {number}。\n请用一句话或语音接着说。\n"
            f"说自己的事，请先回复「结束」。\n{_in_a_hurry(phones)}"
        )
    return f"您的留言还在处理，编号 {number}。\n请用一句话或语音说说什么事，会接在后面。\n{_in_a_hurry(phones)}"


def first_end(number: int) -> str:
    """One conversation at a time: the one that is open comes first."""
    return f"您还有一条留言没结束，编号 {number}。\n请先回复「结束」，再替家人留言。"


def handed_over(number: int, opening: str, phones: Sequence[tuple[str, str]], elder: str = "") -> str:
    """The enquiry's number and when to expect an answer; `opening` is empty while somebody is there."""
    when = f"现在没人上班，{opening}上班后回复您。" if opening else "工作人员会在这里回复您。"
    more = "还有要说的，接着发就行；不用了，请回复「结束」。"
    for_whom = f"（代{elder}）" if elder else ""
    return f"已转人工{for_whom}，编号 {number}。\n{when}\n{more}\n{_in_a_hurry(phones)}"


def received(kind: Kind) -> str:
    """That a recording or the like was passed on; empty for words."""
    if kind not in MEDIA_NAMES:
        return ""
    told = f"{MEDIA_NAMES[kind]}已转给工作人员。"
    return f"{told}\n{DICTATION}" if kind is Kind.VOICE else told


def passed_on(kind: Kind, number: int, opening: str) -> str:
    """The same where it opened a conversation; `opening` is empty while somebody is there."""
    when = f"现在没人上班，{opening}上班后回复您。" if opening else "工作人员会在这里回复您。"
    return f"{received(kind)}\n编号 {number}。\n{when}\n想说说是什么事，接着发就行；不用了，请回复「结束」。"


def of_kind(kind: Kind, *words: str) -> str:
    """A line of the conversation for what is no text, as 「位置：幸福里3号楼\n31.2304,121.4737」."""
    said = "\n".join(one for one in words if one)
    return f"{MEDIA_NAMES[kind]}：{said}" if said else MEDIA_NAMES[kind]


def opening(moment: datetime, now: datetime) -> str:
    """「明天8:30」, after a long holiday 「10月8日8:30」, both times by the office's clock."""
    days = (moment.date() - now.date()).days
    day = ("今天", "明天")[days] if days < 2 else _DAYS[moment.weekday()] if days < 7 else f"{moment:%-m月%-d日}"
    return f"{day}{moment:%-H:%M}"


def ended(number: int) -> str:
    return f"留言已结束，编号 {number}。\n还有事，请回复「人工」。"


def recorded(channel: EnquiryChannel, number: int, *, answered: bool) -> str:
    """What somebody who called or came by is told in chat; never what it was about."""
    how = "来电" if channel is EnquiryChannel.PHONE else "来社区"
    if answered:
        return f"您今天{how}问的事已答复，编号 {number}。"
    return f"您今天{how}反映的事已记下，编号 {number}。\n有了答复，会在这里告诉您。"


def called(channel: EnquiryChannel, text: str) -> str:
    """A call or visit in the middle of a conversation."""
    return f"（{channel.label}）{text}"


def routed(department: str, act: str) -> str:
    """What colleagues read of an enquiry that was put among others."""
    return f"归到「{'，'.join(word for word in (department, act) if word)}」"


def from_worker(text: str) -> str:
    """A worker's answer as it stands in chat."""
    return f"工作人员回复：\n{text}"


def asker(name: str, address: str, *, pending: bool) -> str:
    return f"{name}，{address}{'（登记待审核）' if pending else ''}"


def stranger(masked: str) -> str:
    """Somebody on no register; `masked` is the name they gave, if any."""
    return f"{masked}（{UNREGISTERED}）" if masked else UNREGISTERED


def put_off(until: datetime) -> str:
    return f"稍后处理，{until.astimezone(BEIJING):%-m月%-d日%-H:%M}再提醒"


def passed_to(whom: str, reason: str) -> str:
    return f"转给{whom}：{reason}"


def now_with(number: int, branch: str) -> str:
    """What a resident is told when another body answers."""
    return f"您的留言（编号 {number}）已转给{branch}，由他们回复您。"


def merged_here(number: int) -> str:
    return f"留言 {number} 并入这一条，回复两边都收到"


def merged(number: int, into: int) -> str:
    return f"您家另有一条留言说的是同一件事。\n您的留言（编号 {number}）和编号 {into} 一起办理。"


def left_for(number: int, text: str) -> str:
    """An answer that waited for the resident to write."""
    return f"您的留言（编号 {number}），工作人员回复：\n{text}"


def acting(delegate: str, elder: str, address: str) -> str:
    """Who asks in whose name, as staff see it."""
    return f"{delegate}，代{elder}，{address}"


def undelivered(delivered: Delivered, errcode: int) -> str:
    """Why an answer did not reach the resident and what to do; empty where it was sent."""
    if delivered in {Delivered.SENT, Delivered.LEFT}:
        return ""
    if delivered is Delivered.UNKNOWN:
        return "不确定对方收到没有，请打电话问一下。"
    return _PROBLEMS.get(errcode, "微信平台没有收下，请稍后再发，或打电话。")


def _in_a_hurry(phones: Sequence[tuple[str, str]]) -> str:
    if not phones:
        return "着急请拨打 12345；登记住址后，能看到社区电话。"
    return "\n".join(("着急请打社区电话：", *(f"{community} {phone}" for community, phone in phones)))
