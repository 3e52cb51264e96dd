"""What is said of topics, statements and opinions in chat and on pages."""

from datetime import datetime

from bot.dialogue import Choice
from clock import BEIJING
from handlers.consultations.rules import Verb
from models.consultations import Consultation

CONSULT, SPEAK, STANCES, OPINION, PROPOSE, ENDORSE, APPRAISE = (
    *("议事", "发言", "表态", "观点", "提议", "我也想提"),
    "评议",
)
BACK = "上一条"
CONFIRM = "确认"
BIND_FIRST = "请先登记住址，再参加议事。\n登记好了，议题会接着打开。"
BIND_PENDING = "请先登记住址，再参加议事。\n您的申请还在审核，通过后就能参加。"
NO_TOPIC = "现在没有正在议的事。\n想让大家一起议一件事，请回复「提议」。"
NONE_OPEN = "现在没有正在协商的议题。\n回复「议事」看全部议题。"
CHOOSE = "请选要看的议题："
SAY_NUMBER = "没看懂。请回复议题前面的数字。"
SAY_STANCE = "没看懂。请回复1同意、2不同意、3说不好。"
SAY_CHOICE = "没看懂。请回复前面的数字，或点一下要办的事。"
GONE = "这个议题已经看不到了。\n请重新回复「议事」。"
STATEMENT_GONE = "这条观点现在不能表态了。"
NO_DISCUSSION = "这个议题没有开放讨论。\n请回复「发言」说您的观点。"
MERGED_ALREADY = "这两条观点已经合并过了。"
NAME_A_BODY = "请写明是哪个单位说的，如物业、消防，最多20个字。居民请自己发言。"
ONE_IDEA = "一条只说一个意思，大家才好表态。\n请把几件事分开，一条一条发。"
WRITE = "请用一句话说您的观点，最多140个字。\n只说一个意思，不写电话和姓名。"
ONE_SENTENCE = "请写一句话，1到140个字。"
SAID = "收到，谢谢您的观点。\n工作人员看过就发布，结果会告诉您。"
ALL_ANSWERED = "这个议题的观点您都表过态了，谢谢。"
NO_STATEMENTS = "还没有人发言。\n您可以第一个说，请回复「发言」。"
WRITE_TITLE = "您想让大家议什么事？\n请用一句话写个题目，最多60个字。"
WRITE_PROBLEM = "请说说情况：在哪里，有什么不方便，您希望怎样。\n最多500个字。"
WHICH_HOME = "是哪个社区的事？"
NO_COLLECTING = "现在没有等附议的议题。\n想提一件新的，请回复「提议」。"
NO_APPRAISAL = "现在没有等您评议的议题。"
CARRIED_OUT, NOT_CARRIED_OUT = "已落实", "未落实"
ASK_CARRIED_OUT = "商定的事落实了吗？"
ASK_STARS = "您给这件事打几颗星？5颗最好。"
APPRAISED = "已记下您的评议，谢谢。\n评议结束前可以改。"
STANCE_WORDS = {1: "同意", -1: "不同意", 0: "说不好"}
STANCE_ALIASES = {
    **dict.fromkeys(("赞成", "支持", "对", "可以", "我同意", "赞同"), 1),
    **dict.fromkeys(("反对", "不赞成", "不支持", "不行", "我不同意", "不可以"), -1),
    **dict.fromkeys(("不好说", "不知道", "没想好", "跳过", "弃权", "不清楚", "中立"), 0),
}
STANCE_CHOICES = tuple(Choice(words, str(value)) for value, words in STANCE_WORDS.items())
TITLE_SHOWN, TEXT_SHOWN = 30, 120


def waiting(topics: int) -> str:
    """「2条观点」 for the main menu: what waits for this person's word."""
    return f"{topics}条观点" if topics else ""


def heading(consultation: Consultation) -> str:
    return f"{consultation.title}\n进行到：{consultation.stage.label}"


def standing(consultation: Consultation, now: datetime) -> str:
    """The line under a topic's title in a list."""
    left = until(consultation, now)
    return f"{consultation.stage.label} · {left}" if left else consultation.stage.label


def until(consultation: Consultation, now: datetime) -> str:
    """How long the stage lasts still; empty where it has no end or is over."""
    if consultation.ends_at is None or consultation.ends_at <= now:
        return ""
    end = consultation.ends_at.astimezone(BEIJING)
    days = (end.date() - now.astimezone(BEIJING).date()).days
    return f"还有{days}天" if days else f"今天{end.hour}:{end.minute:02}截止"


def too_long(length: int) -> str:
    return f"写了{length}个字，最多140个字，请改短一些。"


def ask_confirm(text: str) -> str:
    return f"您要说的是：\n{text}\n回复「确认」提交。"


def confirm_proposal(title: str, problem: str) -> str:
    return f"题目：{title}\n情况：{problem}\n回复「确认」提交。"


def proposed(consultation: Consultation) -> str:
    """What was recorded of a proposal, with the number to quote."""
    return (
        f"已收到您的提议，编号{consultation.id}。\n工作人员看过文字就发布，再请邻居附议。\n"
        f"够{consultation.endorse_need}户附议，居委会就审题并答复。"
    )


def asked(speaker: str, nickname: str, text: str, number: int, every: int) -> str:
    """A statement to take a stance on, with progress."""
    who = speaker if nickname in ("", speaker) else f"{speaker} {nickname}"
    return f"第{number}条，共{every}条\n{who}说：{text}"


def anew(text: str) -> str:
    """The statement answered just now, to answer it otherwise."""
    return f"请重新选：\n{text}"


def taken(value: int) -> str:
    return f"已记下：{STANCE_WORDS[value]}。"


def endorsed(count: int, need: int, *, first: bool) -> str:
    """What an endorsement has come to."""
    said = "附议成功。" if first else "您家已经附议过了。"
    if count >= need:
        return f"{said}\n已有{count}户附议，够{need}户，居委会会按时审题并答复。"
    return f"{said}\n已有{count}户附议，还差{need - count}户。"


def collecting(count: int, need: int) -> str:
    return f"已有{count}户附议，要{need}户。"


def merged(consultation: Consultation, gone: str, kept: str) -> str:
    """To the author of a statement that was made one with another."""
    return (
        f"「{shortened(consultation.title)}」里，您的观点「{shortened(gone)}」和「{shortened(kept)}」意思相同，"
        "已合并，表态一起算。"
    )


def two_sentences(common: str, divisive: str) -> str:
    """「观点」: what all agree on, and where views differ.

    Args:
        common: the statement that every group agrees with most; empty where there is none.
        divisive: the one that sets people apart most; empty where there is none.
    """
    first = f"大家都比较同意：{common}" if common else "目前还没有各方都同意的观点。"
    second = f"看法最不一样的是：{divisive}" if divisive else "目前没有明显分歧。"
    return f"{first}\n{second}"


def few(people: int) -> str:
    """While too few have answered for anything to be said."""
    return f"已有{people}人表态，人还少。\n表态的人多了，这里会说大家都同意什么。"


def shortened(words: str) -> str:
    return words if len(words) <= TITLE_SHOWN else f"{words[: TITLE_SHOWN - 1]}…"


def excerpt(words: str) -> str:
    return words if len(words) <= TEXT_SHOWN else f"{words[: TEXT_SHOWN - 1]}…"


VERB_WORDS = {Verb.ENDORSE: ENDORSE, Verb.SPEAK: SPEAK, Verb.STANCE: STANCES, Verb.APPRAISE: APPRAISE}
