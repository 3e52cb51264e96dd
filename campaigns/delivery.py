"""The life of one delivery, pure: which paths come in question, and what follows from the outcome of a try.

created → sending → sent → delivered → read, or on the way temporary (tried again), permanent and technical (no path
left: on the list), uncertain (may have arrived: never sent again), cancelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from models.reach import AttemptOutcome, DeliveryState, Path

LEASE = timedelta(minutes=2)
"""How long a try may be under way; after that nobody answers for it."""
MOST_TRIES = 4
"""Tries by one path while the platform says "later" (wechat-platform.md §3.2 asks for three with a growing pause)."""
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
BROKEN_FOR = timedelta(minutes=10)
"""How long a path rests after our own configuration was refused."""
SHUT_FOR_LONG = timedelta(minutes=2)
"""What is urgent goes on to its next path where this one has no budget for longer."""
REPORT_WITHIN = timedelta(days=3)
"""After that no result event is waited for."""
LATE = timedelta(minutes=30)
"""A campaign that missed its time by more asks before it starts: the machine was off, or a backup came back."""
KEPT_FOR_WORKER = 2
"""Of the five customer messages after a resident's words, so many are left for the person who answers."""
CUSTOMER_MESSAGES = 5
MOST_PUSHED = CUSTOMER_MESSAGES - KEPT_FOR_WORKER
QUIET_FROM, QUIET_UNTIL = time(21, 30), time(8)
"""Nobody is told between these hours of Beijing what can wait until morning."""
CONFIRMED_LATER = frozenset({Path.STANDING, Path.CREDIT, Path.TEMPLATE, Path.MASS, Path.SMS})
"""Paths that report afterwards whether a message arrived; a customer message that was taken is in the chat."""

GROUPED = frozenset({Path.MASS})
"""Paths that tell many people by one call."""
PUSHES = frozenset({Path.CUSTOMER, Path.STANDING, Path.CREDIT, Path.TEMPLATE, Path.MASS})
"""Paths through an official account."""


class Obstacle(StrEnum):
    """Why nobody could be told by machine (wechat-platform.md §3.2, §3.6)."""

    UNCERTAIN = "uncertain"
    STRANGER = "stranger"
    NOT_FOLLOWING = "not_following"
    LEFT = "left"
    NO_WINDOW = "no_window"
    KEPT = "kept"
    MASS_SPENT = "mass_spent"
    DECLINED = "declined"
    REFUSED = "refused"
    SMS = "sms"
    TECHNICAL = "technical"

    @property
    def label(self) -> str:
        return {
            "uncertain": "可能已收到",
            "stranger": "没有关注，也没有电话",
            "not_following": "没有关注公众号",
            "left": "取消了关注",
            "no_window": "48小时内没来过信，也没订阅",
            "kept": "公众号消息名额留给了工作人员",
            "mass_spent": "本月群发次数用完",
            "declined": "微信没有收下",
            "refused": "不接收公众号消息",
            "sms": "短信没有送到",
            "technical": "公众号设置有误",
        }[self]

    @property
    def meaning(self) -> str:
        """What a member of staff makes of it, in a sentence."""
        return {
            "uncertain": "发出以后没有回音，系统不会重发，问一声就好。",
            "stranger": "公众号里没有他，登记册上也没有电话，只能上门。",
            "not_following": "登记册上有电话，可以打。",
            "left": "以前登记过，现在收不到了。",
            "no_window": "公众号不能主动找他；请他点「订阅」，下次就收得到。",
            "kept": "他刚来过信，系统的三条用完了；可以在「居民留言」里回他。",
            "mass_spent": "每人每月最多群发四次，他的用完了，下个月才有。",
            "declined": "试过了，微信没有收；请管理员看看模板和额度。",
            "refused": "他关了消息，或者把公众号拉黑了。",
            "sms": "短信公司说没有送到，号码可能变了。",
            "technical": "请管理员看看公众号设置，这几位先上门或打电话。",
        }[self]


@dataclass(frozen=True, slots=True)
class Change:
    """What a try leaves behind: the state, whether the path is used up, and when the delivery is due again."""

    state: DeliveryState
    used_up: bool
    next_at: datetime | None = None


def after(outcome: AttemptOutcome, path: Path, tries: int, now: datetime, retry_at: datetime | None = None) -> Change:
    """What follows from a try's outcome.

    Args:
        tries: how often this path has been tried, this time included.
        retry_at: when the path said it may be asked again.
    """
    match outcome:
        case AttemptOutcome.ACCEPTED:
            return Change(DeliveryState.SENT if path in CONFIRMED_LATER else DeliveryState.DELIVERED, True)
        case AttemptOutcome.CONFIRMED:
            return Change(DeliveryState.DELIVERED, True)
        case AttemptOutcome.UNCERTAIN:
            return Change(DeliveryState.UNCERTAIN, True)
        case AttemptOutcome.TEMPORARY | AttemptOutcome.TECHNICAL if tries < MOST_TRIES:
            pause = BROKEN_FOR if outcome is AttemptOutcome.TECHNICAL else BACK_OFF[tries - 1]
            return Change(DeliveryState.TEMPORARY, False, max(retry_at or now, now + pause))
        case _:
            return Change(DeliveryState.CREATED, True, now)


def is_quiet(hour: time) -> bool:
    """Whether what is not urgent waits until morning; `hour` is Beijing's."""
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def paths_of(bits: int) -> list[Path]:
    """The paths of a set that is kept as one number, in the order in which they are tried."""
    return [path for path in Path if path.bit & bits]


def bits_of(paths: Iterable[Path]) -> int:
    return sum(path.bit for path in set(paths))
