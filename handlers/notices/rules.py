"""The law of a notice, pure: which step may follow which, who answers for a text, what it must say, by which paths."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from handlers.proofreading.rules import holds_id_number, holds_mobile
from models.reach import NoticeClass, NoticeState, Path, Repeat

LONGEST_TITLE, LONGEST_BODY = 60, 2000
LONGEST_RESPONSIBLE, LONGEST_PERSON, LONGEST_PHONE = 60, 40, 40
FURTHEST = timedelta(days=90)
"""Nobody plans a notice further ahead; a later date is a slip of the pen."""
LASTS = timedelta(days=60)
"""For so long a notice without an end waits to be read."""
RESOLVERS = frozenset({"not_voted", "not_read"})
"""Conditions of an audience that are looked up when it is resolved."""
LONGEST_REPEAT = timedelta(days=366)
"""For so long a notice may send itself again."""
_DAYS_BEFORE = {Repeat.DAY_BEFORE: 1, Repeat.THREE_DAYS_BEFORE: 3, Repeat.WEEK_BEFORE: 7}
_DAY_BEGINS, _DAY_ENDS = time(9), time(20)
"""Between these hours a reminder before the end keeps the hour of the first sending."""


class NoticeEvent(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    SEND = "send"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


MOVES: dict[tuple[NoticeState, NoticeEvent], NoticeState] = {
    (NoticeState.DRAFT, NoticeEvent.EDIT): NoticeState.DRAFT,
    (NoticeState.DRAFT, NoticeEvent.SUBMIT): NoticeState.REVIEW,
    (NoticeState.REVIEW, NoticeEvent.RETURN): NoticeState.DRAFT,
    (NoticeState.REVIEW, NoticeEvent.REVIEW): NoticeState.REVIEW,
    (NoticeState.DRAFT, NoticeEvent.SEND): NoticeState.SENT,
    (NoticeState.REVIEW, NoticeEvent.SEND): NoticeState.SENT,
    (NoticeState.SENT, NoticeEvent.CORRECT): NoticeState.SENT,
    (NoticeState.SENT, NoticeEvent.WITHDRAW): NoticeState.WITHDRAWN,
}
"""Which event moves a notice from which state to which; buttons and actions read this table."""

_TEMPLATED = frozenset({NoticeClass.URGENT, NoticeClass.POSTING})
"""Classes that a template message may carry: it is for what somebody must know (wechat-platform.md §3.7)."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a notice says and who answers for it, as it is to be published."""

    topic: NoticeClass
    title: str
    body: str
    body_responsible: str
    person_responsible: str
    phone: str
    starts_on: date
    ends_on: date | None


def move(state: NoticeState, event: NoticeEvent) -> NoticeState:
    """The state that follows.

    Raises:
        Conflict: the event is not possible in this state.
    """
    following = MOVES.get((state, event))
    if following is None:
        raise Conflict(f"这条通知已是「{state.label}」，刚才没有改动。")
    return following


def possible(state: NoticeState) -> frozenset[NoticeEvent]:
    """The events that are open in a state."""
    return frozenset(event for (at, event) in MOVES if at is state)


def allowed_paths(topic: NoticeClass) -> frozenset[Path]:
    """By which paths a class may be told.

    Urgent news never waits for a mass message, which an administrator of the account confirms within half an hour
    (wechat-platform.md §3.9).
    """
    never = {Path.MASS} if topic is NoticeClass.URGENT else set[Path]()
    if topic not in _TEMPLATED:
        never.add(Path.TEMPLATE)
    return frozenset(Path) - never


def usual_paths(topic: NoticeClass) -> frozenset[Path]:
    """Those that are ticked unless somebody chooses: SMS costs money, so only what is urgent takes it by itself."""
    return allowed_paths(topic) - (set[Path]() if topic is NoticeClass.URGENT else {Path.SMS})


def check_paths(topic: NoticeClass, paths: Collection[Path]) -> None:
    """Raise Invalid unless there is a path, and each is open to the class."""
    if not paths:
        raise Invalid("请至少选一种送达方式。")
    if refused := [path for path in Path if path in paths and path not in allowed_paths(topic)]:
        raise Invalid(f"「{topic.label}」通知不能用{refused[0].label}。")


def check_wording(wording: Wording, today: date) -> None:
    """Refuse what nobody may publish: a field empty or over-long, an end in the past, personal data (domain.md §2.10).

    Raises:
        Invalid: with what to put right.
    """
    check_text(wording.title, wording.body)
    _check_answering(wording)
    if wording.ends_on and wording.ends_on < wording.starts_on:
        raise Invalid("结束日期早于开始日期，请改过再存。")
    if wording.ends_on and wording.ends_on < today:
        raise Invalid("结束日期已经过去了，请改过再存。")
    if wording.starts_on > today + FURTHEST:
        raise Invalid(f"开始日期太远，最多提前{FURTHEST.days}天。")
    check_privacy(wording.topic, f"{wording.title}\n{wording.body}", wording.phone)
    if wording.topic is NoticeClass.POSTING:
        _check_posting(wording)


def check_text(title: str, body: str) -> None:
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"请填写标题，最多{LONGEST_TITLE}个字。")
    if "\n" in title:
        raise Invalid("标题要写在一行里。")
    if not 1 <= len(body) <= LONGEST_BODY:
        raise Invalid(f"请填写正文，最多{LONGEST_BODY}个字。")


def _check_answering(wording: Wording) -> None:
    if not 1 <= len(wording.body_responsible) <= LONGEST_RESPONSIBLE:
        raise Invalid(f"请填写责任单位，最多{LONGEST_RESPONSIBLE}个字。")
    if not 1 <= len(wording.person_responsible) <= LONGEST_PERSON:
        raise Invalid(f"请填写责任人，最多{LONGEST_PERSON}个字。")
    if len(wording.phone) > LONGEST_PHONE:
        raise Invalid(f"联系电话最多{LONGEST_PHONE}个字。")


def check_privacy(topic: NoticeClass, text: str, phone: str) -> None:
    """Refuse a whole identity number anywhere, and in a posting a private telephone (《社会救助暂行办法》第六十一条).

    Args:
        phone: the notice's own number, which may stand in the text as well.
    """
    if holds_id_number(text):
        raise Invalid("正文或标题里有完整的证件号码，请去掉或遮住一部分。")
    if topic is NoticeClass.POSTING and holds_mobile(text, phone):
        raise Invalid("公示里有完整的手机号码，请去掉或遮住一部分。")


def _check_posting(wording: Wording) -> None:
    """A posting has a term and a number for objections (domain.md §2.10)."""
    if wording.ends_on is None:
        raise Invalid("公示要写明结束日期。")
    if not any(letter.isdecimal() for letter in wording.phone):
        raise Invalid("公示要写明受理异议的电话。")


def check_launch(launch_at: datetime | None, ends_on: date | None, now: datetime, launch_on: date | None) -> None:
    """Refuse a time that has passed, is months away, or lies behind the notice's own end.

    Args:
        launch_on: the day of `launch_at` in Beijing.
    """
    if launch_at is None or launch_on is None:
        return
    if launch_at < now:
        raise Invalid("定时发送的时间已经过去了，请改时间。")
    if launch_at > now + FURTHEST:
        raise Invalid(f"定时发送太远，最多提前{FURTHEST.days}天。")
    if ends_on and launch_on > ends_on:
        raise Invalid("定时发送晚于通知的结束日期，请改时间。")


def firings(repeat: Repeat, first: datetime, ends_on: date | None) -> Iterator[datetime]:
    """Every time at which a notice is sent again by itself, in order, up to and including its last day.

    Every week and month at the weekday or day of month and the hour of the first sending; a month too short takes its
    last day. So many days before the end once, at the same hour, or at nine where that is early or late.

    Args:
        first: when it was sent first, in Beijing's time.
    """
    if ends_on is None or repeat is Repeat.NEVER:
        return
    if repeat in _DAYS_BEFORE:
        found = [_before(first, ends_on - timedelta(days=_DAYS_BEFORE[repeat]))]
    elif repeat is Repeat.WEEKLY:
        found = [first + timedelta(weeks=weeks) for weeks in range(1, LONGEST_REPEAT.days // 7 + 1)]
    else:
        found = [_months_later(first, months) for months in range(1, 13)]
    yield from (at for at in found if at > first and at.date() <= ends_on)


def _before(first: datetime, day: date) -> datetime:
    hour = first.timetz().replace(tzinfo=None)
    return datetime.combine(day, hour if _DAY_BEGINS <= hour <= _DAY_ENDS else _DAY_BEGINS, first.tzinfo)


def _months_later(first: datetime, months: int) -> datetime:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first.replace(year=year, month=month + 1, day=min(first.day, monthrange(year, month + 1)[1]))


def next_firing(repeat: Repeat, first: datetime, ends_on: date | None, after: datetime) -> datetime | None:
    """The first of `firings` that lies after a moment; None when there is no more."""
    return next((at for at in firings(repeat, first, ends_on) if at > after), None)


def check_repeat(repeat: Repeat, first: datetime, ends_on: date | None) -> None:
    """Refuse to send again without an end, for years, or never before the end.

    Args:
        first: when it is sent first, in Beijing's time.
    """
    if repeat is Repeat.NEVER:
        return
    if ends_on is None:
        raise Invalid(f"选了「{repeat.label}」，请写明结束日期。")
    if ends_on > first.date() + LONGEST_REPEAT:
        raise Invalid("自动再发最多一年，请把结束日期改近一些。")
    if not any(firings(repeat, first, ends_on)):
        raise Invalid(f"到结束日期轮不到「{repeat.label}」，请改其中一项。")


def check_work(topic: NoticeClass, tags: Collection[str]) -> None:
    """工作通知 is for those who work in the community, whom a tag marks."""
    if topic is NoticeClass.WORK and not tags:
        raise Invalid("工作通知只发给有标签的人，请选标签，例如「楼长」。")


def check_only(only: Collection[str]) -> None:
    """Raise Invalid for a condition that nobody can look up."""
    for condition in only:
        kind, _, number = condition.partition(":")
        if kind not in RESOLVERS or not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise Invalid("没有这个人群条件。")


def expired(ends_on: date | None, launched_on: date, today: date) -> bool:
    """Whether a notice is over: past its end, or two months old where it has none."""
    return (ends_on or launched_on + LASTS) < today


def hands(submitted_by: str, created_by: str, reviewed_by: str, sent_by: str) -> frozenset[str]:
    """Who answers for a text: editor, reviewer and approver, as many as they are (三审三校, domain.md §5)."""
    return frozenset({submitted_by or created_by, reviewed_by, sent_by} - {""})


THREE = 3
"""People who have looked at a text before residents do; of fewer the panel says 「未经三人审核」."""
