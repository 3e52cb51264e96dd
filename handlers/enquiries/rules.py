"""Which words mean danger, by explicit rules and their negatives, and how a conversation with a worker goes on."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from models.states import EnquiryState


class Danger(StrEnum):
    """The number to call: 120 for bodies, 119 for fire and gas, 110 for crime; despair gets 120 and a person."""

    MEDICAL = "medical"
    FIRE = "fire"
    GAS = "gas"
    CRIME = "crime"
    DESPAIR = "despair"
    UNKNOWN = "unknown"


_SIGNS: tuple[tuple[Danger, re.Pattern[str]], ...] = tuple(
    (danger, re.compile(pattern))
    for danger, pattern in (
        (Danger.DESPAIR, r"不想活|想死|自杀|轻生|活不下去|割腕|跳楼|了结(自己|生命)|结束(自己|我)的?生命|遗书"),
        (
            Danger.GAS,
            r"(煤气|燃气|天然气|液化气|瓦斯)(味|泄漏|泄露|漏了|漏气|中毒)|漏煤气|漏燃气|闻到(了)?(煤气|燃气|天然气)",
        ),
        (
            Danger.FIRE,
            r"着火了|起火了|失火了|着大火|火灾了|冒(着)?(浓|黑)烟|(楼|家|屋|房|厨房|车|电瓶|电池)[^,，。]{0,6}(着火|起火|烧起来)|快救火|烧起来了",
        ),
        (
            Danger.MEDICAL,
            r"(摔|跌)(倒|伤|了)[^,，。]{0,8}(起不来|动不了|站不起|不能动|不动)|起不来了|晕倒|昏(倒|迷|过去)|喘不(上|过)(来)?气"
            r"|没(有)?(呼吸|心跳)|心脏病(发|犯)|胸口(很|好|剧)?痛|胸痛|中风了|抽搐|大出血|流(了)?(好多|很多)血|吞了?药|喝了?农药|噎住|溺水|触电了",
        ),
        (
            Danger.CRIME,
            r"(有人|有贼|小偷)[^,，。]{0,6}(撬|砸|闯|进来|入室|抢|打人|砍|捅|拿刀)|入室|抢劫|被打了|家暴|打我|跟踪我|拿(着)?刀|绑架|强奸|报警",
        ),
        (Danger.UNKNOWN, r"救命|救救(我|他|她|人|老人|孩子)|快来人|sos"),
    )
)
_NEGATIVES = re.compile(
    r"怕(摔|跌|晕|着火|起火|煤气)|担心|害怕|防(火|摔|跌|盗|止|范|抢)|预防|以防|演练|演习|培训|讲座|宣传|知识|课程|学习|检查|检测|巡查|巡检|隐患"
    r"|怎么(办(?=.*(培训|讲座|演练|课))|预防|防|报名|申请|买|装|安装)|如果|万一|假如|要是|会不会|容易|安装|报警器|报警灯|报警电话|保险|补贴|卡上|救命恩人|救命钱"
    r"|以前|去年|前年|上次|上个?月|曾经|电视|新闻|小说|电影|昨天.*(已经|好了)|已经(好|没事|处理|扑灭|灭)|没事了|误报"
)
_STILL = re.compile(r"正在|现在|马上|快来|快点|起不来|动不了|救命(?!恩人|钱)|不想活|想死|自杀")


def danger_of(words: str) -> Danger | None:
    """The emergency a folded text speaks of, None where there is none or where it is only talked about.

    A negative (怕摔倒, 消防演练, 着火怎么办培训) silences a sign unless the text says that it happens now.
    """
    found = next((danger for danger, sign in _SIGNS if sign.search(words)), None)
    if found is None or (_NEGATIVES.search(words) and not _STILL.search(words)):
        return None
    return found


SILENCE = timedelta(hours=2)
"""After which a conversation is given back (conversations.md)."""
LONGEST_ANSWER = 600
MOST_ANSWER_BYTES = 1900
"""The platform takes 2,048 bytes (wechat-platform.md §2.3), of which the greeting before an answer needs a few."""
MEDIA_LIVES = timedelta(days=3)


class EnquiryEvent(StrEnum):
    TAKE = "take"
    GIVE_BACK = "give_back"
    CLOSE = "close"


MOVES: dict[tuple[EnquiryState, EnquiryEvent], EnquiryState] = {
    (EnquiryState.WAITING, EnquiryEvent.TAKE): EnquiryState.HELD,
    (EnquiryState.HELD, EnquiryEvent.TAKE): EnquiryState.HELD,
    (EnquiryState.HELD, EnquiryEvent.GIVE_BACK): EnquiryState.WAITING,
    (EnquiryState.WAITING, EnquiryEvent.CLOSE): EnquiryState.CLOSED,
    (EnquiryState.HELD, EnquiryEvent.CLOSE): EnquiryState.CLOSED,
}
"""Which event moves an enquiry from which state to which; buttons and actions read this table."""


class AlreadyClosed(Conflict):
    code = "already_closed"
    message = "这次留言已经结束，刚才没有改动。"


class HeldByAnother(Conflict):
    code = "held_by_another"
    message = "同事正在处理这条留言。要由您来办，请先点「接手」。"


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident said: words, or the kind of a recording or picture with the platform's id of it."""

    text: str
    media: str = ""


def move(state: EnquiryState, event: EnquiryEvent) -> EnquiryState:
    """The state that follows.

    Raises:
        AlreadyClosed: nothing follows any more.
    """
    if (following := MOVES.get((state, event))) is None:
        raise AlreadyClosed
    return following


def after_silence(*, answered: bool) -> EnquiryEvent:
    """What two silent hours do to a held enquiry: one that still wants an answer goes back to whoever is there."""
    return EnquiryEvent.CLOSE if answered else EnquiryEvent.GIVE_BACK


def check_holder(held_by: str, login: str) -> None:
    """Raise HeldByAnother unless the enquiry is free or this worker's own."""
    if held_by not in {"", login}:
        raise HeldByAnother


def check_answer(text: str) -> None:
    """Raise Invalid unless a worker's words are there and fit into one message."""
    if not text:
        raise Invalid("请先写回复的内容。")
    if len(text) > LONGEST_ANSWER or len(text.encode()) > MOST_ANSWER_BYTES:
        raise Invalid(f"一次最多{LONGEST_ANSWER}个字，请分几次发。")
