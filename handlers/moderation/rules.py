"""Moderation, pure: verdicts, what may follow which state of a post, and how long things take (domain.md §2.4)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from errors import Conflict, Forbidden, Invalid
from models.deliberation import ModerationReason, PostKind, PostState

LONGEST: Mapping[PostKind, int] = {
    PostKind.STATEMENT: 140,
    PostKind.REPLY: 140,
    PostKind.PROPOSAL: 500,
    PostKind.QUESTION: 100,
    PostKind.NICKNAME: 12,
}
LONGEST_TITLE = 60
"""Of a proposal."""
SHORTEST = 2
LONGEST_REMARK = 200
LEAST_AGE = 14
"""Nobody younger posts (domain.md §5)."""
A_MINUTE, PER_MINUTE = timedelta(minutes=1), 3
A_DAY, PER_DAY = timedelta(days=1), 20
REPORTS_WANTED = 3
"""So many people's reports bring a published text back into the queue; it stays to be seen."""
DUE_AFTER, APPEAL_DUE_AFTER = 1, 3
"""Working days until a held text, and an appeal, is decided (domain.md §2.4)."""
DUE_AT = time(17, 30)
MEASURE_DAYS = (1, 3, 7, 30, 90)
EMPTIED_AFTER = timedelta(days=180)
"""What was never shown, or taken back, is kept no longer (domain.md §5, retention)."""
GONE, NOBODY = "已注销居民", "邻居"
"""Who stands in front once an account is closed, or a nickname was hidden."""

MOVES: Mapping[PostState, frozenset[PostState]] = {
    PostState.HELD: frozenset({PostState.PUBLISHED, PostState.RETURNED, PostState.WITHDRAWN}),
    PostState.PUBLISHED: frozenset({PostState.HIDDEN, PostState.WITHDRAWN}),
    PostState.HIDDEN: frozenset({PostState.PUBLISHED, PostState.WITHDRAWN}),
    PostState.RETURNED: frozenset({PostState.PUBLISHED, PostState.WITHDRAWN}),
    PostState.WITHDRAWN: frozenset(),
}
"""Which state of a post may follow which; what was returned or hidden is put up again by an appeal or with a reason."""
APPEALABLE = (PostState.RETURNED, PostState.HIDDEN)


class Verdict(StrEnum):
    PASS = "pass"
    HOLD = "hold"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        return {"pass": "通过", "hold": "提醒", "refuse": "拦下"}[self]


@dataclass(frozen=True, slots=True)
class Check:
    """What one phase says of a text; `said` is for the author where it refuses, for moderators where it holds."""

    verdict: Verdict = Verdict.PASS
    reason: ModerationReason | None = None
    said: str = ""
    basis: str = ""


PASSED = Check()


@dataclass(frozen=True, slots=True)
class Watched:
    """A word that texts are held or refused for, with the article that says so."""

    word: str
    refuses: bool
    reason: ModerationReason
    basis: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same person wrote before: the digest of the folded text, where, when and what became of it."""

    fingerprint: str
    kind: PostKind
    subject: str
    at: datetime
    state: PostState


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way through the pipeline with all that the phases may know of it.

    Args:
        found: watched words that stand in it.
        offends: what the classifier says, None where none is installed.
        platform: "waiting" where the platform will be asked too.
    """

    kind: PostKind
    text: str
    longest: int
    now: datetime
    fingerprint: str = ""
    subject: str = ""
    earlier: Sequence[Earlier] = ()
    found: Sequence[Watched] = ()
    offends: bool | None = None
    platform: str = ""


class NotRegistered(Forbidden):
    code = "not_registered"
    message = "请先登记住址，再来发言。\n请回复「登记住址」。"


class NotVerified(Forbidden):
    code = "not_verified"
    message = "您的登记还没核实。\n发言前要先核实姓名，对外只显示昵称。\n核实好了会告诉您。"


class TooYoung(Forbidden):
    code = "too_young_to_post"
    message = "未满14周岁不能发言。\n有想法可以请家长来说。"


class Silenced(Forbidden):
    """A measure runs; `until` as people read it."""

    code = "silenced"

    def __init__(self, until: str, reason: str) -> None:
        super().__init__(f"因「{reason}」，您在{until}前不能发言。\n到时自动恢复。\n不服可以回复「申诉」。")


class DecidedAlready(Conflict):
    code = "decided_already"

    def __init__(self, state: PostState, login: str) -> None:
        super().__init__(f"{login or '作者'}刚刚处理过这条，现在是「{state.label}」。请看下一条。")


_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb]")
_BLANKS = re.compile(r"[ \t\u3000\u00a0]+")


def tidy(text: str) -> str:
    """A text without what nobody sees: control and direction marks, blanks in a row; lines stay."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    plain = "".join(character if character == "\n" or _shows(character) else " " for character in seen)
    return "\n".join(line for line in (_BLANKS.sub(" ", line).strip() for line in plain.split("\n")) if line)


def _shows(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def move(before: PostState, after: PostState, by: str = "") -> PostState:
    """The state that follows.

    Raises:
        DecidedAlready: it may not follow.
    """
    if after not in MOVES[before]:
        raise DecidedAlready(before, by)
    return after


def check_remark(reason: ModerationReason | None, remark: str) -> tuple[ModerationReason, str]:
    """Why, in one word of the list and one sentence; the author reads both.

    Raises:
        Invalid: one of them is missing, or the sentence is too long.
    """
    if reason is None:
        raise Invalid("请选择理由，作者会看到。")
    return reason, check_sentence(remark)


def check_sentence(remark: str) -> str:
    """The sentence that the author reads, on one line.

    Raises:
        Invalid: there is none, or it is too long.
    """
    said = " ".join(remark.split())
    if not said:
        raise Invalid("请写一句说明，作者会看到。")
    if len(said) > LONGEST_REMARK:
        raise Invalid(f"说明最多{LONGEST_REMARK}个字。")
    return said


_TAKEN_OUT = frozenset("某×*＊…□")


def check_cut(before: str, after: str) -> None:
    """A moderator takes something out of a text; nobody puts words into another's mouth.

    Raises:
        Invalid: nothing was taken out, everything was, or something was added.
    """
    left = iter(before)
    added = [character for character in after if character not in _TAKEN_OUT and character not in left]
    if before == after or not any(character not in _TAKEN_OUT for character in after):
        raise Invalid("请去掉不该公开的部分，留下其余的话。")
    if added:
        raise Invalid("改正只能去掉内容，或者换成「某」「×」，不能添加别的话。")


def is_young(age: int | None) -> bool:
    """Whether somebody of this age may not post; of unknown age the registration has asked."""
    return age is not None and age < LEAST_AGE


def is_marked(checks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any phase but the last, which holds everything, held or refused."""
    return any(check["verdict"] != Verdict.PASS and check["phase"] != "people" for check in checks)
