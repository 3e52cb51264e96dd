"""The procedure of a consultation, pure: which stage may follow which, what each leaves open, and its timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from errors import Conflict, Forbidden, Invalid
from models.deliberation import DecisionKind, Stage, StepKind

LONGEST_TITLE, LONGEST_PROBLEM = 60, 500
SHORTEST_TITLE = 4
LONGEST_REASON, LONGEST_ANSWER, LONGEST_RESOLUTION = 200, 500, 2000
LONGEST_OPTION, MOST_OPTIONS = 30, 10
LONGEST_PARTY, MOST_PARTIES = 20, 12
MOST_PARTS = 5
LONGEST_CONTACT = 60
BEST_STARS = 5


class StageEvent(StrEnum):
    ENDORSED = "endorsed"
    TAKE_UP = "take_up"
    LAPSE = "lapse"
    ACCEPT = "accept"
    DECLINE = "decline"
    MERGE = "merge"
    SPLIT = "split"
    DELIBERATE = "deliberate"
    DECIDE = "decide"
    RESUME = "resume"
    PUBLISH = "publish"
    APPRAISE = "appraise"
    CLOSE = "close"
    REOPEN = "reopen"
    SKIP = "skip"
    EXTEND = "extend"


_S, _E = Stage, StageEvent
MOVES: dict[tuple[Stage, StageEvent], Stage] = {
    (_S.COLLECTING, _E.ENDORSED): _S.REVIEW,
    (_S.COLLECTING, _E.TAKE_UP): _S.REVIEW,
    (_S.COLLECTING, _E.LAPSE): _S.DECLINED,
    (_S.COLLECTING, _E.EXTEND): _S.COLLECTING,
    (_S.COLLECTING, _E.MERGE): _S.MERGED,
    (_S.REVIEW, _E.ACCEPT): _S.POSTED,
    (_S.REVIEW, _E.SKIP): _S.DELIBERATING,
    (_S.REVIEW, _E.DECLINE): _S.DECLINED,
    (_S.REVIEW, _E.MERGE): _S.MERGED,
    (_S.REVIEW, _E.SPLIT): _S.REVIEW,
    (_S.REVIEW, _E.EXTEND): _S.REVIEW,
    (_S.POSTED, _E.DELIBERATE): _S.DELIBERATING,
    (_S.POSTED, _E.SKIP): _S.DECIDING,
    (_S.POSTED, _E.EXTEND): _S.POSTED,
    (_S.POSTED, _E.MERGE): _S.MERGED,
    (_S.POSTED, _E.SPLIT): _S.POSTED,
    (_S.DELIBERATING, _E.DECIDE): _S.DECIDING,
    (_S.DELIBERATING, _E.EXTEND): _S.DELIBERATING,
    (_S.DELIBERATING, _E.MERGE): _S.MERGED,
    (_S.DELIBERATING, _E.SPLIT): _S.DELIBERATING,
    (_S.DECIDING, _E.PUBLISH): _S.CARRYING_OUT,
    (_S.DECIDING, _E.RESUME): _S.DELIBERATING,
    (_S.CARRYING_OUT, _E.APPRAISE): _S.APPRAISAL,
    (_S.CARRYING_OUT, _E.SKIP): _S.CLOSED,
    (_S.APPRAISAL, _E.CLOSE): _S.CLOSED,
    (_S.APPRAISAL, _E.REOPEN): _S.CARRYING_OUT,
    (_S.APPRAISAL, _E.EXTEND): _S.APPRAISAL,
}
"""Which event moves a consultation from which stage to which; buttons and actions all read this table."""
SKIPPED = {_S.REVIEW: _S.POSTED, _S.POSTED: _S.DELIBERATING, _S.CARRYING_OUT: _S.APPRAISAL}
"""Which stage is left out by SKIP from where; a review and a decision never are."""
RUN_OUT = frozenset({_E.DELIBERATE, _E.DECIDE, _E.APPRAISE})
"""The events that a stage is left by when its time is up; earlier they shorten it."""
ROAD = (_S.COLLECTING, _S.REVIEW, _S.POSTED, _S.DELIBERATING, _S.DECIDING, _S.CARRYING_OUT, _S.APPRAISAL)
"""The six steps and the appraisal after them, in their order (domain.md §2.4)."""
ENDED = frozenset({_S.CLOSED, _S.DECLINED, _S.MERGED})
MERGES_INTO = frozenset({_S.COLLECTING, _S.REVIEW, _S.POSTED, _S.DELIBERATING})
"""Where another consultation may still be joined to this one: nothing is decided yet."""
MEETS = frozenset({_S.POSTED, _S.DELIBERATING, _S.DECIDING, _S.CARRYING_OUT, _S.APPRAISAL})
"""Where people may sit down together about a topic."""
REWRITTEN = frozenset({_S.COLLECTING, _S.REVIEW})
"""Where title and problem can still be put otherwise; options and parties also while it is posted and talked about."""
ADDED_TO = REWRITTEN | {_S.POSTED, _S.DELIBERATING}
_KINDS = {
    _E.LAPSE: StepKind.DECLINED,
    _E.DECLINE: StepKind.DECLINED,
    _E.MERGE: StepKind.MERGED,
    _E.SPLIT: StepKind.SPLIT,
    _E.REOPEN: StepKind.REOPENED,
    _E.EXTEND: StepKind.EXTENDED,
}
_WITH_REASON = frozenset(StepKind) - {StepKind.PROPOSED, StepKind.ADVANCED, StepKind.REOPENED}
_ENTERING = frozenset(StepKind) - {StepKind.SKIPPED, StepKind.SHORTENED, StepKind.SPLIT}


class Verb(StrEnum):
    """What residents may do with a topic."""

    ENDORSE = "endorse"
    SPEAK = "speak"
    STANCE = "stance"
    REPLY = "reply"
    APPRAISE = "appraise"


_VERBS = {
    _S.COLLECTING: frozenset({Verb.ENDORSE}),
    _S.POSTED: frozenset({Verb.SPEAK}),
    _S.DELIBERATING: frozenset({Verb.SPEAK, Verb.STANCE, Verb.REPLY}),
    _S.APPRAISAL: frozenset({Verb.APPRAISE}),
}


class NotOpen(Conflict):
    code = "stage_not_open"


class NoHome(Forbidden):
    code = "no_home"
    message = "请先登记住址。"


class NotHere(Forbidden):
    """A topic is for those who live in the place it is about."""

    code = "not_here"
    message = "这个议题不是您这片的。"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline that a move writes."""

    kind: StepKind
    stage: Stage
    reason: str = ""


def verbs(stage: Stage) -> frozenset[Verb]:
    """What a stage declares open to residents; chat menu, pages and buttons are drawn from this."""
    return _VERBS.get(stage, frozenset())


def open_verbs(stage: Stage, ends_at: datetime | None, now: datetime) -> frozenset[Verb]:
    """The same when asked at a moment: collecting and appraisal end on time, not when a job ran.

    Deliberation goes on until somebody closes it.
    """
    over = ends_at is not None and ends_at <= now and stage in {Stage.COLLECTING, Stage.APPRAISAL}
    return frozenset() if over else verbs(stage)


def check_open(stage: Stage, ends_at: datetime | None, verb: Verb, now: datetime) -> None:
    """Refuse what the stage does not leave open.

    Raises:
        NotOpen: with the stage it is in.
    """
    if verb not in open_verbs(stage, ends_at, now):
        over = verb in verbs(stage)
        raise NotOpen(
            "时间已过，不能再提交了。" if over else f"这个议题现在是「{stage.label}」，还不能或不能再这样做。"
        )


def possible(stage: Stage) -> frozenset[StageEvent]:
    """The events that are open in a stage."""
    return frozenset(event for (at, event) in MOVES if at is stage)


def move(stage: Stage, event: StageEvent) -> Stage:
    """The stage that follows.

    Raises:
        Conflict: the event is not possible in this stage.
    """
    following = MOVES.get((stage, event))
    if following is None:
        raise Conflict(f"这个议题已是「{stage.label}」，刚才没有改动。")
    return following


def early(event: StageEvent, ends_at: datetime | None, now: datetime) -> bool:
    """Whether taking the step now cuts its stage short; taking a topic up before it is endorsed always does."""
    return event is StageEvent.TAKE_UP or (event in RUN_OUT and ends_at is not None and now < ends_at)


def lines(stage: Stage, event: StageEvent, reason: str, *, shortened: bool) -> list[Line]:
    """What a move writes into the timeline: a stage left out or cut short has a line of its own, with the reason.

    Raises:
        Conflict: the event is not possible in this stage.
        Invalid: there is no reason where the public must read one (domain.md §2.4), or it is too long.
    """
    following = move(stage, event)
    written: list[Line] = []
    if event is StageEvent.SKIP:
        written.append(Line(StepKind.SKIPPED, SKIPPED[stage], reason))
    elif shortened:
        written.append(Line(StepKind.SHORTENED, stage, reason))
    kind = _KINDS.get(event, StepKind.ADVANCED)
    written.append(Line(kind, following, "" if written else reason))
    if event is StageEvent.RESUME or any(line.kind in _WITH_REASON for line in written):
        check_reason(reason)
    return written


def replayed(steps: Iterable[tuple[StepKind, Stage]]) -> Stage | None:
    """The stage that a timeline ends in; None of an empty one."""
    stage = None
    for kind, named in steps:
        if kind in _ENTERING or stage is None:
            stage = named
    return stage


def check_reason(reason: str) -> None:
    """Raise Invalid unless there is a reason of at most 200 characters."""
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(f"请填写原因，最多{LONGEST_REASON}个字。居民看得到。")


def check_topic(title: str, problem: str) -> None:
    """Refuse a title or a problem that is too short or too long.

    Raises:
        Invalid: with what to change.
    """
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"标题请写{SHORTEST_TITLE}到{LONGEST_TITLE}个字。")
    if not 1 <= len(problem) <= LONGEST_PROBLEM:
        raise Invalid(f"请写明是什么问题，最多{LONGEST_PROBLEM}个字。")


def check_lists(options: Sequence[str], parties: Sequence[str]) -> None:
    """Refuse options and parties that are too many, too long or said twice.

    Raises:
        Invalid: with what to change.
    """
    flaws = {
        f"方案最多{MOST_OPTIONS}个，每个最多{LONGEST_OPTION}个字。": len(options) > MOST_OPTIONS
        or any(len(one) > LONGEST_OPTION for one in options),
        f"参与方最多{MOST_PARTIES}个，每个最多{LONGEST_PARTY}个字。": len(parties) > MOST_PARTIES
        or any(len(one) > LONGEST_PARTY for one in parties),
        "方案和参与方里有重复的。": len(set(options)) < len(options) or len(set(parties)) < len(parties),
    }
    for sentence, wrong in flaws.items():
        if wrong:
            raise Invalid(sentence)


def check_contact(contact: str) -> None:
    """Raise Invalid when it is longer than 60 characters."""
    if len(contact) > LONGEST_CONTACT:
        raise Invalid(f"联系电话最多{LONGEST_CONTACT}个字。")


def check_answer(answer: str) -> None:
    """Raise Invalid unless a review is answered, in at most 500 characters."""
    if not 1 <= len(answer) <= LONGEST_ANSWER:
        raise Invalid(f"请写明答复，最多{LONGEST_ANSWER}个字。提议人和附议的住户会收到。")


def check_resolution(resolution: str, dissent: str) -> None:
    """Refuse a decision without its text, or without a word about who saw it otherwise; 「无」 is one.

    Raises:
        Invalid: with what is missing.
    """
    if not 1 <= len(resolution) <= LONGEST_RESOLUTION:
        raise Invalid(f"请写明协商意见，最多{LONGEST_RESOLUTION}个字。")
    if not 1 <= len(dissent) <= LONGEST_RESOLUTION:
        raise Invalid("请写明不同意见，没有就写「无」。")


def check_decided(kind: DecisionKind | None, resolution: str, *, poll_stands: bool) -> None:
    """Refuse to publish what is not decided: by a text, or by a vote whose posted result came about.

    Raises:
        Conflict: with what is missing.
    """
    if kind is DecisionKind.POLL and not poll_stands:
        raise Conflict("投票结果还没有公布，或表决不成立，不能写成决定。")
    if not kind or (kind is DecisionKind.CONSENSUS and not resolution):
        raise Conflict("还没有决定：请先写协商意见书，或发起投票。")


def check_stars(stars: int | None) -> None:
    """Raise Invalid unless there are one to five stars, or none were given."""
    if stars is not None and not 1 <= stars <= BEST_STARS:
        raise Invalid(f"请打1到{BEST_STARS}星。")
