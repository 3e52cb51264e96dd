"""Every sentence about a director's interview: in chat, in what residents are told, and what its page says of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from clock import BEIJING
from models.deliberation import InterviewState
from models.interviews import Interview, Undertaking

INTERVIEW, ASK, BACK, READ, PROMISES = "访谈", "我要提问", "我也想问", "问题和回答", "承诺办得怎么样"
CONFIRM, REWRITE, RETURN = "确认", "重写", "返回访谈"
SHOWN_ANSWERS, SHOWN_CHARACTERS = 3, 100
"""So many answers, and so much of each, stand in one message; the page has all of it."""
SHOWN_PROMISES = 10

BIND_FIRST = "请先登记住址，再看主任访谈。\n登记好了，访谈会接着打开。"
BIND_PENDING = "请先登记住址，再看主任访谈。\n您的申请还在审核，通过后就能看。"
NONE = "现在没有主任访谈。\n要问事情，直接说就行。"
NONE_COLLECTING = "现在没有收集问题的主任访谈。\n要问事情，直接说就行。"
CHOOSE = "请选一场主任访谈："
SAY_NUMBER = "没看懂。请回复前面的数字。"
WRITE = "请写您的问题，一次只问一件事，最多100个字。\n不要写姓名、电话和门牌。\n回复「0」不提问。"
TOO_SHORT = "没看懂。请用一句话写您的问题。"
NOTHING_TO_BACK = "现在没有等着回答的问题。"
WHICH_TO_BACK = "您也想问哪一个？请回复数字："
NO_QUESTIONS = "还没有问题。"
QUESTIONS = "想问的人多的在前，选一个看看："
NO_PROMISES = "这次访谈还没有承诺。"


def moment(at: datetime) -> str:
    """「12月3日19:00」 in Beijing."""
    here = at.astimezone(BEIJING)
    return f"{day(here.date())}{here:%H:%M}"


def day(on: date) -> str:
    return f"{on.month}月{on.day}日"


def short(text: str, most: int = SHOWN_CHARACTERS) -> str:
    """One line of a text, cut where it is long."""
    plain = text.replace("\n", " ")
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def waiting(state: InterviewState, answers: int) -> str:
    """What the main menu says somebody has: 「主任访谈的3个回答」; empty while questions are collected."""
    if state is not InterviewState.LIVE:
        return ""
    return f"主任访谈的{answers}个回答" if answers else "1场正在进行的主任访谈"


def standing(interview: Interview) -> str:
    """The line under an interview's title in a list."""
    return f"{interview.state.label} · {moment(interview.starts_at)}"


def times(interview: Interview) -> str:
    """「12月3日19:00到20:30」, the day again where it ends on another."""
    ends = interview.starts_at + timedelta(minutes=interview.minutes)
    same = ends.astimezone(BEIJING).date() == interview.starts_at.astimezone(BEIJING).date()
    return (
        f"{moment(interview.starts_at)}到{ends.astimezone(BEIJING):%H:%M}"
        if same
        else (f"{moment(interview.starts_at)}到{moment(ends)}")
    )


def reason(interview: Interview) -> str:
    """Why it was put off or called off; empty where it was not."""
    if not interview.reason:
        return ""
    word = "取消" if interview.state is InterviewState.CANCELLED else "改期"
    return f"{word}的原因：{interview.reason}"


def card(interview: Interview, asked: int, answered: Sequence[tuple[str, str]], kept: str, page: str) -> str:
    """An interview as chat shows it.

    Args:
        asked: how many questions can be read.
        answered: those with an answer, the newest first.
        kept: how many promises are done, in words; empty where there are none.
        page: where all of it stands.
    """
    told = [f"{interview.host}主持，{times(interview)}。", reason(interview)]
    if interview.state is InterviewState.CANCELLED:
        return _lines(_heading(interview), *told)
    if not answered:
        told.append(interview.introduction and short(interview.introduction, 200))
    head = "刚刚的回答：" if interview.state is InterviewState.LIVE else "回答："
    said = [f"问：{short(text)}\n答：{short(answer)}" for text, answer in answered[:SHOWN_ANSWERS]]
    counted = f"收到{asked}个问题，答了{len(answered)}个。" if asked else NO_QUESTIONS
    return _lines(_heading(interview), *told, counted, head if said else "", *said, kept, f"全文：{page}")


def _heading(interview: Interview) -> str:
    return f"【主任访谈】{interview.title}\n{interview.state.label}"


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def asked_by(voices: int) -> str:
    return f"{voices}人想问"


def note(voices: int, *, answered: bool, mine: bool) -> str:
    """The line under a question in a list."""
    return " · ".join(part for part in (asked_by(voices), answered and "已回答", mine and "您也想问") if part)


def question(text: str, voices: int, answer: str, corrected_at: datetime | None, promises: Sequence[str]) -> str:
    """One question with its answer and what was promised with it."""
    if not answer:
        return f"问：{text}\n{asked_by(voices)}，还没有回答。"
    corrected = f"（{moment(corrected_at)}更正）" if corrected_at else ""
    return _lines(f"问：{text}", f"答：{answer}{corrected}", *promises)


def promise(undertaking: Undertaking, standing: str) -> str:
    """「承诺：换声控灯。物业部负责，12月20日前，办理中。」"""
    what, owner = undertaking.what.rstrip("。"), undertaking.owner
    return f"承诺：{what}。\n{owner}负责，{day(undertaking.due_on)}前，{standing}。"


def kept(done: int, promised: int, percent: int) -> str:
    return f"承诺{promised}件，办完{done}件，{percent}%。" if promised else ""


def confirm(text: str) -> str:
    return f"您的问题：{text}\n回复「确认」提交，对外只显示昵称。"


def received(question_id: int) -> str:
    return f"提问已收到，编号{question_id}。\n工作人员看过后公开，一般1个工作日内。\n有回答会告诉您。"


def backed(question_id: int, text: str, voices: int, *, first: bool) -> str:
    said = "已记下：您也想问" if first else "您已经说过也想问"
    return f"{said}「{short(text, 30)}」。\n现在{asked_by(voices)}，问题编号{question_id}。"


def answered(interview: Interview, text: str, answer: str) -> str:
    """To who asked or backed a question."""
    return f"您想问的「{short(text, 40)}」，{interview.host}回答了：\n{short(answer, 200)}\n回复「访谈」看全文。"


def done(interview: Interview, undertaking: Undertaking) -> str:
    """To who asked or backed the question that a promise was made for."""
    what, outcome = undertaking.what.rstrip("。"), short(undertaking.outcome, 150)
    return f"「{interview.title}」上的承诺办完了：{what}。\n{undertaking.owner}：{outcome}"


def put_off(interview: Interview) -> str:
    """To who asked or backed a question of it."""
    return f"「{interview.title}」改到{moment(interview.starts_at)}。\n原因：{interview.reason}"


def cancelled(interview: Interview) -> str:
    return f"「{interview.title}」取消了，对不起。\n原因：{interview.reason}"
