"""The pipeline that every text goes through, as one ordered table of pure phases; each passes, holds or refuses.

That a text criticises the committee is no reason of any phase (domain.md §2.4).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from handlers.moderation.identifiers import holds_link, numbers_in
from handlers.moderation.rules import (
    A_DAY,
    A_MINUTE,
    PASSED,
    PER_DAY,
    PER_MINUTE,
    SHORTEST,
    Check,
    Draft,
    Verdict,
)
from models.deliberation import ModerationReason, PostKind, PostState

_BEIJING = timezone(timedelta(hours=8))
_MARKS = re.compile(r"[\W_]+")
_SAME = re.compile(r"(.{1,10}?)\1{3,}")
_LEAST_REPEATED = 6
_OFFICIAL = re.compile(
    "居委|社区|街道|物业|业委|管理员|管理处|警|公安|政府|党支部|党委|书记|主任|网格|官方|客服|工作人员|民警|城管|消防|法院|法官|律师"
    "|市长|区长|镇长|局长|处长|科长|代表|委员|志愿者|邻里小助手|系统|admin|公告|通知"
)
_RUN_OF_DIGITS = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class Phase:
    """One look at a text: `label` is what it is called on screens."""

    name: str
    label: str
    run: Callable[[Draft], Check]


def _refuse(reason: ModerationReason | None, said: str, basis: str = "") -> Check:
    return Check(Verdict.REFUSE, reason, said, basis)


def _length(draft: Draft) -> Check:
    if len(_bare(draft.text)) < SHORTEST:
        return _refuse(ModerationReason.UNREADABLE, "请写成一句话，至少两个字。")
    if len(draft.text) > draft.longest:
        said = f"{draft.kind.label}最多{draft.longest}个字，您写了{len(draft.text)}个字。\n请缩短后再发。"
        return _refuse(ModerationReason.UNREADABLE, said)
    return PASSED


def _repetition(draft: Draft) -> Check:
    bare = _bare(draft.text)
    same = _SAME.fullmatch(bare) if len(bare) >= _LEAST_REPEATED else None
    if same or (len(bare) >= _LEAST_REPEATED and len(set(bare)) == 1):
        return _refuse(ModerationReason.REPETITION, "同样的字写了好多遍，看不出意思。\n请写成一句话。")
    for one in draft.earlier:
        again = (one.fingerprint, one.kind, one.subject) == (draft.fingerprint, draft.kind, draft.subject)
        if again and one.state is not PostState.WITHDRAWN:
            return _refuse(ModerationReason.REPETITION, f"这句话您发过了，现在是「{one.state.label}」。\n不用再发。")
    return PASSED


def _flood(draft: Draft) -> Check:
    for span, most, said in ((A_MINUTE, PER_MINUTE, "一分钟"), (A_DAY, PER_DAY, "一天")):
        recent = sorted(one.at for one in draft.earlier if draft.now - span < one.at)
        if len(recent) >= most:
            again = _clock(recent[-most] + span, draft.now)
            return _refuse(ModerationReason.REPETITION, f"{said}里最多发{most}条，{again}以后可以再发。")
    return PASSED


def _clock(moment: datetime, now: datetime) -> str:
    local, today = moment.astimezone(_BEIJING), now.astimezone(_BEIJING).date()
    if moment - now < A_MINUTE:
        return "一分钟"
    return f"{local:%H:%M}" if local.date() == today else f"明天{local:%H:%M}"


def _numbers(draft: Draft) -> Check:
    found = numbers_in(draft.text)
    if found:
        said = f"里面有{'、'.join(found)}，大家都会看到。\n为保护隐私，请去掉后再发。"
        return _refuse(ModerationReason.PRIVACY, said, "《个人信息保护法》第十条")
    return PASSED


def _links(draft: Draft) -> Check:
    if holds_link(draft.text):
        return _refuse(ModerationReason.ADVERTISING, "里面有网址，发言里不放网址。\n请去掉后再发。")
    return PASSED


def _words(draft: Draft) -> Check:
    """The gravest word that was found counts."""
    found = sorted(draft.found, key=lambda one: (not one.refuses, one.reason is not ModerationReason.UNLAWFUL))
    for one in found:
        if one.refuses:
            said = f"里面有不能发的话（{one.reason.label}）。\n请换一种说法再发。"
            return _refuse(one.reason, said, one.basis)
        return Check(Verdict.HOLD, one.reason, f"有词表里的词「{one.word}」，请看是不是{one.reason.label}。", one.basis)
    return PASSED


def _classifier(draft: Draft) -> Check:
    """It only marks: people decide."""
    if draft.offends is None:
        return Check(said="没有启用。")
    if draft.offends:
        return Check(Verdict.HOLD, ModerationReason.ABUSE, "识别程序觉得像骂人的话，请看一下。")
    return PASSED


def _platform(draft: Draft) -> Check:
    return Check(said="等微信检查。" if draft.platform else "不适用。")


def _nickname(draft: Draft) -> Check:
    """A nickname must not look like an office, or like a number to call."""
    if draft.kind is not PostKind.NICKNAME:
        return Check(said="不适用。")
    plain = unicodedata.normalize("NFKC", draft.text).casefold()
    if official := _OFFICIAL.search(plain):
        return _refuse(ModerationReason.UNREADABLE, f"昵称里有「{official[0]}」，会被当成单位或工作人员。\n请换一个。")
    if _RUN_OF_DIGITS.search(plain):
        return _refuse(ModerationReason.PRIVACY, "昵称里不要用一长串数字。\n请换一个。")
    if "\n" in plain or not _bare(plain):
        return _refuse(ModerationReason.UNREADABLE, "昵称请写成一个词。")
    return PASSED


def _people(_: Draft) -> Check:
    return Check(Verdict.HOLD, None, "先审后发。")


LENGTH = Phase("length", "字数", _length)
REPETITION = Phase("repetition", "重复", _repetition)
FLOOD = Phase("flood", "频率", _flood)
NUMBERS = Phase("numbers", "号码", _numbers)
LINKS = Phase("links", "网址", _links)
NICKNAME = Phase("nickname", "昵称", _nickname)
WORDS = Phase("words", "词表", _words)
CLASSIFIER = Phase("classifier", "冒犯识别", _classifier)
PLATFORM = Phase("platform", "微信检查", _platform)
PEOPLE = Phase("people", "人工审核", _people)
PIPELINE: Sequence[Phase] = (
    LENGTH,
    REPETITION,
    FLOOD,
    NUMBERS,
    LINKS,
    NICKNAME,
    WORDS,
    CLASSIFIER,
    PLATFORM,
    PEOPLE,
)
"""In this order; what a phase refuses, the next ones do not see."""
STAFF: Sequence[Phase] = (LENGTH, NUMBERS, WORDS)
"""What is looked at where staff write down what a body said."""
LABELS = {phase.name: phase.label for phase in PIPELINE}


def looked_at(draft: Draft, phases: Sequence[Phase] = PIPELINE) -> list[tuple[Phase, Check]]:
    """Every phase with what it says, up to the first that refuses."""
    done: list[tuple[Phase, Check]] = []
    for phase in phases:
        done.append((phase, phase.run(draft)))
        if done[-1][1].verdict is Verdict.REFUSE:
            break
    return done


def kept(done: Sequence[tuple[Phase, Check]]) -> list[dict[str, Any]]:
    """The phases as a post keeps them."""
    return [
        {
            "phase": phase.name,
            "verdict": check.verdict.value,
            "reason": check.reason.value if check.reason else "",
            "said": check.said,
            "basis": check.basis,
        }
        for phase, check in done
    ]


def _bare(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
