"""Proofreading a vote before it is published: what a careful colleague would remark, pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.proofreading.rules import Remark, blanks, contact, dates, phones
from models.states import PollKind

EARLIEST_HOUR, LATEST_HOUR = 8, 21
_NUMBERED = re.compile(
    r"\s*(?:[(（]?\d{1,2}[)）.．、:：]|[A-Ha-hＡ-Ｈ][.．、:：)）]|[①-⑳]|[一二三四五六七八九十][、.．])"
)
_LEADING = re.compile(r"强烈|坚决|当然|理应|毫无|无理|盲目|落后|进步|美好|积极支持|明智|狭隘|自私|大家都|必须")
_YES, _NO = ("同意", "赞成", "支持"), ("不同意", "反对", "不赞成", "不支持")
_NEUTRAL = re.compile(r"弃权|说不清|不清楚|都可以|无所谓|其他")
_OWNERS = re.compile(
    r"维修资金|业主委员会|业委会|物业合同|(?:选聘|续聘|解聘|更换)物业|加装电梯|改建|重建|管理规约|议事规则"
)
_ELECTION = re.compile(r"(?:居委会|居民委员会).{0,6}(?:选举|换届)|(?:选举|换届).{0,6}(?:居委会|居民委员会)")
_MATTERS = {
    1: re.compile(r"议事规则"),
    2: re.compile(r"管理规约|管理公约"),
    3: re.compile(r"业委会|业主委员会"),
    4: re.compile(r"(?:选聘|续聘|解聘|更换|聘).{0,6}物业|物业.{0,6}(?:选聘|续聘|解聘|更换)"),
    5: re.compile(r"使用.{0,8}维修资金|维修资金.{0,4}使用"),
    6: re.compile(r"(?:筹集|续筹|续交|补交).{0,8}维修资金"),
    7: re.compile(r"改建|重建|加装电梯|加建"),
    8: re.compile(r"改变.{0,8}用途|经营|广告位|改为.{0,8}车位"),
}
"""Words by which a title tells its matter (《民法典》第二百七十八条)."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is going to be published; times as Beijing's clock shows them."""

    kind: PollKind
    title: str
    explanation: str
    choices: Sequence[str]
    organiser: str
    contact: str
    opens_at: datetime
    closes_at: datetime
    matter: int | None = None


def proofread(copy: Copy, today: date, works: Callable[[date], bool]) -> list[Remark]:
    """All remarks, the impossible first.

    Args:
        works: whether a day is a working day.
    """
    found = [
        *_dates(copy, today),
        *_phones(copy),
        *_names(copy),
        *_options(copy),
        *_titles(copy),
        *_closing(copy, works),
    ]
    return sorted(dict.fromkeys(found), key=lambda remark: not remark.wrong)


def _texts(copy: Copy) -> Iterator[tuple[str, str]]:
    yield "标题", copy.title
    yield "说明", copy.explanation
    for choice in copy.choices:
        yield "选项", choice


def _dates(copy: Copy, today: date) -> Iterator[Remark]:
    for part, text in _texts(copy):
        yield from dates(part, text, today, copy.closes_at.date())


def _phones(copy: Copy) -> Iterator[Remark]:
    yield from phones("说明", copy.explanation)
    yield from contact("联系电话", copy.contact)


def _names(copy: Copy) -> Iterator[Remark]:
    if not copy.organiser:
        yield Remark("主办单位", "没有写主办单位。")
    for part, text in (*_texts(copy), ("主办单位", copy.organiser), ("联系电话", copy.contact)):
        yield from blanks(part, text)


def _options(copy: Copy) -> Iterator[Remark]:
    if copy.kind is PollKind.SCORE:
        return
    for choice in copy.choices:
        if _NUMBERED.match(choice):
            yield Remark("选项", f"「{choice}」前面不用写编号，系统会自动编号。")
        if _LEADING.search(choice):
            yield Remark("选项", f"「{choice}」带有倾向，请换成中性的说法。")
    yield from _sides(copy)
    yield from _overlaps(copy.choices)


def _sides(copy: Copy) -> Iterator[Remark]:
    agrees = any(choice.startswith(_YES) for choice in copy.choices)
    refuses = any(choice.startswith(_NO) for choice in copy.choices)
    if agrees != refuses:
        yield Remark("选项", "有同意没有反对。" if agrees else "有反对没有同意。")
    if copy.kind is not PollKind.OPINION and not any(_NEUTRAL.search(choice) for choice in copy.choices):
        yield Remark("选项", "没有「弃权」，拿不定主意的人没法选。")


def _overlaps(choices: Sequence[str]) -> Iterator[Remark]:
    """One option that holds another, but for its negation: 「扶手」 and 「扶手和凳子」."""
    plain = {choice: re.sub(r"\s", "", choice) for choice in choices}
    for one, inner in plain.items():
        for other, outer in plain.items():
            if (
                one != other
                and len(inner) > 1
                and inner in outer
                and not re.search(f"[不反未没]{re.escape(inner)}", outer)
            ):
                yield Remark("选项", f"「{one}」和「{other}」有重叠，请说清区别。")


def _titles(copy: Copy) -> Iterator[Remark]:
    if _LEADING.search(copy.title):
        yield Remark("标题", "标题带有倾向，请换成中性的说法。")
    if _ELECTION.search(copy.title):
        yield Remark("标题", "居委会选举有法定程序，不能在这里投。")
    if copy.kind is not PollKind.OWNERS and _OWNERS.search(copy.title):
        yield Remark("标题", "看起来是业主共同决定的事，请考虑用「业主表决」。")
    if copy.kind is PollKind.OWNERS:
        told = [matter for matter, words in _MATTERS.items() if words.search(copy.title)]
        if told and copy.matter not in told:
            yield Remark("事项", f"标题像是第{told[0]}项事项，选的是第{copy.matter}项，门槛可能不同。")


def _closing(copy: Copy, works: Callable[[date], bool]) -> Iterator[Remark]:
    closes_at = copy.closes_at
    if not works(closes_at.date()):
        yield Remark("截止时间", "截止这天不上班，居民有疑问找不到人。")
    if not EARLIEST_HOUR <= closes_at.hour <= LATEST_HOUR:
        yield Remark("截止时间", "截止在夜里，请考虑改到白天。")
    if closes_at - copy.opens_at < timedelta(days=1):
        yield Remark("截止时间", "投票不到一天，很多人来不及投。")
