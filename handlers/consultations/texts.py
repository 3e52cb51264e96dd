"""Every sentence that a consultation sends: to who proposed and backs a topic, and into a group."""

from datetime import date, datetime

from clock import BEIJING
from models.consultations import Consultation
from models.deliberation import NotForUs

LAPSED = "收集期满，附议户数不够"
NOT_CARRIED_OUT = "居民评议：未落实"
LONGEST_FOR_GROUP = 200


def day(moment: datetime | date) -> str:
    """「5月1日」, in Beijing."""
    here = moment.astimezone(BEIJING) if isinstance(moment, datetime) else moment
    return f"{here.month}月{here.day}日"


def number(consultation: Consultation) -> str:
    """How a topic is quoted: 「议题12」."""
    return f"议题{consultation.id}"


def _about(consultation: Consultation) -> str:
    return f"{number(consultation)}「{consultation.title}」"


def taken_to_review(consultation: Consultation) -> str:
    due = f"，{day(consultation.review_due_on)}前答复" if consultation.review_due_on else ""
    return f"{_about(consultation)}附议够了，进入审题{due}。"


def accepted(consultation: Consultation) -> str:
    return f"{_about(consultation)}已列入议事。\n{consultation.answer}"


def declined(consultation: Consultation, why: NotForUs) -> str:
    return f"{_about(consultation)}没有列入议事：{why.label}。\n{consultation.answer}"


def merged(consultation: Consultation, into: Consultation, reason: str) -> str:
    return f"{_about(consultation)}并入{_about(into)}。\n原因：{reason}\n您家的附议跟着过去，不用再提。"


def split(consultation: Consultation, parts: list[Consultation], reason: str) -> str:
    named = "、".join(_about(part) for part in parts)
    return f"{_about(consultation)}拆出{named}，分开来议。\n原因：{reason}"


def lapsed(consultation: Consultation, count: int) -> str:
    need = consultation.endorse_need
    return f"{_about(consultation)}收集期满，{count}户附议，没有达到{need}户，不再收集。"


def overdue(days: int) -> str:
    return f"超过{days}个工作日还没有答复"


def review_overdue(consultation: Consultation) -> str:
    return f"{_about(consultation)}过了答复期限，还没有答复。\n街道和区里看得到这件事超期了。"


def begun(consultation: Consultation) -> str:
    return f"{_about(consultation)}开始协商。\n回复「议事」就能发言和表态。"


def decided(consultation: Consultation) -> str:
    until = f"，公示到{day(consultation.ends_at)}" if consultation.ends_at else ""
    return f"{_about(consultation)}有了决定{until}。\n回复「议事」看全文。"


def appraisal_begun(consultation: Consultation) -> str:
    until = f"{day(consultation.ends_at)}前" if consultation.ends_at else ""
    return f"{_about(consultation)}请您评议：落实了没有？\n{until}回复「议事」，选「已落实」或「未落实」。"


def reopened(said_no: int, voices: int) -> str:
    return f"{voices}人评议，{said_no}人说未落实"


def reopened_told(consultation: Consultation, reason: str) -> str:
    return f"{_about(consultation)}重新办理：{reason}。"


def closed(consultation: Consultation) -> str:
    return f"{_about(consultation)}评议结束，已办结。"


def poll_explanation(consultation: Consultation) -> str:
    return f"来自{_about(consultation)}。\n{consultation.problem}"


def for_group(consultation: Consultation, link: str) -> str:
    """What may be pasted into a group: the topic, where it stands, and the link to its page; 200 characters at most."""
    head = f"【{consultation.scope}议事】{consultation.title}，现在是「{consultation.stage.label}」。"
    tail = f"全过程都在这里：{link}"
    room = LONGEST_FOR_GROUP - len(head) - len(tail) - 2
    problem = consultation.problem.replace("\n", " ")
    short = problem if len(problem) <= room else problem[: max(room - 1, 0)] + "…"
    return "\n".join(part for part in (head, short if room > 10 else "", tail) if part)
