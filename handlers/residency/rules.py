"""Registering at a dwelling, pure: who counts as what, from which age, how guessing is braked, a claim's states."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from errors import Conflict, Forbidden, Invalid
from handlers.residency.numerals import fold, number
from models.states import BindingState, ConsentPurpose, MemberRole

CONSENT_VERSION = "2"
"""Goes up whenever the consent text says something new; who agreed to an older one is asked again."""
SENSITIVE_VERSION = "1"
"""The same for the texts by which sensitive purposes are asked for apart (《个人信息保护法》第二十九条)."""
ACCOUNTS_PER_CODE = 4
TRIES = 5
LOCKED_FOR = timedelta(hours=24)
MOST_PENDING = 3
"""Open claims of one account (domain.md §2.2)."""
MOST_CORRECTIONS = 5
REMINDED_BEFORE = timedelta(days=14)
"""A lease's end: tenants expire on contract end (domain.md §2.2)."""
FULL_AGE = 18
"""《民法典》第十七条: from 18 on a natural person is an adult; voting asks for the same age."""
LEAST_AGE = 14
"""《个人信息保护法》第三十一条: below 14 it is the parents who consent."""
PUBLIC_RENTAL = "公租房"
TENANT = "租户"

HOUSEHOLD_ROLES = ("户主", "家属", "租户", "借住")
"""What someone may be in a household, as the residents' register writes it."""

LIVE = (BindingState.PENDING, BindingState.ACTIVE)
MOVES: dict[BindingState, frozenset[BindingState]] = {
    BindingState.PENDING: frozenset({BindingState.ACTIVE, BindingState.REFUSED, BindingState.ENDED}),
    BindingState.ACTIVE: frozenset({BindingState.ENDED}),
    BindingState.REFUSED: frozenset(),
    BindingState.ENDED: frozenset(),
}
"""Which state of a binding may follow which; chat, panel buttons and actions all read this table."""


class AlreadyBound(Conflict):
    code = "already_bound"
    message = "您已登记这户，不用再登记。"


class TooManyPending(Conflict):
    code = "too_many_pending"
    message = "您已有3份申请在等审核。\n请等有了结果，再登记别的住址。"


class TooManyCorrections(Conflict):
    code = "too_many_corrections"
    message = "您已有5件更正在等处理。\n请等有了结果，再提新的。"


class ConsentMissing(Forbidden):
    code = "consent_missing"
    message = "还没有您的同意，不能登记。\n请回复「绑定」，从头来一次。"


class TooYoung(Forbidden):
    code = "too_young"
    message = "未满14周岁请由家长办理。"


class AddressLocked(Forbidden):
    code = "address_locked"
    message = "绑定码错了5次，这个地址24小时内不能再试。\n请过24小时再来，或回复「人工」。"


class CodeExpired(Invalid):
    code = "code_expired"
    message = "这个绑定码已过期。\n请用最近一张通知单上的码，没有请回复「无」。"


class CodeSpent(Conflict):
    code = "code_spent"
    message = "这个绑定码已有4个微信号用过，不能再用。\n请回复「无」，由工作人员为您核实。"


class WrongCode(Invalid):
    """`left` is how many tries remain."""

    code = "wrong_code"

    def __init__(self, left: int) -> None:
        super().__init__(f"绑定码不对，还可以试{left}次。\n请看清楚再发，没有请回复「无」。")
        self.left = left


@dataclass(frozen=True, slots=True)
class Registered:
    """A person as the registers of one dwelling name them; `resident_id` is None for an owner who lives elsewhere."""

    resident_id: int | None
    owner: bool
    tenant: bool
    birth_on: date | None


def version_of(purpose: ConsentPurpose) -> str:
    """The wording by which consent to this purpose is asked for now."""
    return CONSENT_VERSION if purpose is ConsentPurpose.RESIDENCY else SENSITIVE_VERSION


def move(before: BindingState, after: BindingState) -> BindingState:
    """The state that follows.

    Raises:
        Conflict: it may not follow.
    """
    if after not in MOVES[before]:
        raise Conflict(f"这份申请已是「{before.label}」，请刷新后再看。")
    return after


def role_on_register(person: Registered, kind: str) -> MemberRole:
    """How someone whom the register names stands to a dwelling of this kind (conversations.md, 登记住址)."""
    if person.owner:
        return MemberRole.OWNER
    return MemberRole.TENANT if person.tenant or kind == PUBLIC_RENTAL else MemberRole.FAMILY


def age(birth_on: date, today: date) -> int:
    """Completed years; a birthday counts from that day on."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


def is_adult(birth_on: date | None, today: date, declared: bool = True) -> bool:
    """Whether someone is of full age by the register, and where it does not know, as they say.

    Raises:
        TooYoung: under 14 it is the parents who register.
    """
    if birth_on is None:
        return declared
    if age(birth_on, today) < LEAST_AGE:
        raise TooYoung
    return age(birth_on, today) >= FULL_AGE


def has_run_out(lease_ends_on: date | None, today: date) -> bool:
    """Whether a tenancy is over: its last day still counts."""
    return lease_ends_on is not None and lease_ends_on < today


def wants_reminder(lease_ends_on: date | None, today: date) -> bool:
    """Whether a tenancy ends within 14 days."""
    return lease_ends_on is not None and today <= lease_ends_on <= today + REMINDED_BEFORE


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    return locked_until is not None and now < locked_until


def after_miss(misses: int, locked_until: datetime | None, now: datetime) -> tuple[int, datetime | None]:
    """Misses and lock after one more wrong code; a lock that is over wipes the slate."""
    counted = 1 if locked_until else misses + 1
    return counted, now + LOCKED_FOR if counted >= TRIES else None


_BEFORE_NAME = re.compile(r"(?:我的?(?:姓名|名字)?[叫是]|(?:姓名|名字)[叫是]?)[:：,，\s]*")
_NO_NAME = re.compile("[吗么呢]|没有|不知道|不想说|不告诉|业主|业主家人|租户|借住")
_NAME_MARKS = "·•.'- "
_LONGEST_NAME = 30


def read_name(text: str) -> str | None:
    """The person's name in what was typed, as 「我叫李秀英。」; None when it can't be one."""
    plain = text.strip(" 　\n。．.！!，,~")
    told = _BEFORE_NAME.match(plain)
    name = plain[told.end() :] if told else plain
    letters = [character for character in name if character not in _NAME_MARKS]
    fits = len(letters) >= 2 and len(name) <= _LONGEST_NAME and not _NO_NAME.search(name)
    return name if fits and all(map(str.isalpha, letters)) else None


def resembles_code(text: str) -> bool:
    """Whether eight letters and digits were typed: a guess at a code, right or wrong, not a question."""
    plain = fold(text).replace(" ", "").replace("-", "")
    return len(plain) == 8 and plain.isascii() and plain.isalnum()


def resembles_phone(digits: str) -> bool:
    """A mobile number, or a landline with its area code."""
    return digits.isdecimal() and 7 <= len(digits) <= 12


_NUMBER = "[0-9零〇一二三四五六七八九十两]"
_DAY = re.compile(
    rf"(?P<year>{_NUMBER}{{2,4}}|今|明|后)[年\-./](?P<month>{_NUMBER}{{1,3}})(?:[月\-./]份?底?(?:(?P<day>{_NUMBER}{{1,3}})[日号]?)?)?"
)
_RUN_OF_DIGITS = re.compile(r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_NAMED_YEARS = {"今": 0, "明": 1, "后": 2}


def read_lease_end(text: str, today: date) -> date | None:
    """The day a lease ends: `2027-06-30`, 2027年6月30日, `20270630`, 明年6月; a month alone means its last day.

    None when it is no date or one before today.
    """
    plain = fold(text).replace(" ", "").rstrip(".")
    found = _RUN_OF_DIGITS.fullmatch(plain) or _DAY.fullmatch(plain)
    if found is None:
        return None
    year, month = _year(found["year"], today), number(found["month"]) or 0
    if year is None or not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = number(found["day"]) if found["day"] else last
    ends = date(year, month, day) if day and 1 <= day <= last else None
    return ends if ends and ends >= today else None


def _year(written: str, today: date) -> int | None:
    if written in _NAMED_YEARS:
        return today.year + _NAMED_YEARS[written]
    year = number(written) or 0
    year = year if year >= 100 else 2000 + year
    return year if today.year <= year <= today.year + 70 else None


LONGEST_REASON = 100
_LONG_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){6,}")


def check_reason(reason: str) -> str:
    """The reason for a deed on somebody's data, as the audit trail keeps it.

    Raises:
        Invalid: none, too long, or a phone or ID number stands in it.
    """
    written = " ".join(reason.split())
    if not written:
        raise Invalid("请写明理由，以后查得到。")
    if len(written) > LONGEST_REASON:
        raise Invalid(f"理由最多{LONGEST_REASON}个字。")
    if _LONG_NUMBER.search(fold(written)):
        raise Invalid("理由里不要写电话和证件号。")
    return written


def check_stay(since: date | None, until: date | None, today: date) -> None:
    """Refuse days of moving in and out that are still to come or the wrong way round.

    Raises:
        Invalid.
    """
    if any(day and day > today for day in (since, until)):
        raise Invalid("日期不能晚于今天。")
    if since and until and until < since:
        raise Invalid("迁出日期不能早于迁入日期。")
