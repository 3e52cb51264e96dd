"""What a careful colleague remarks on any text before it is published, pure.

A remark stops nothing, unless what is written is impossible: a day that does not exist, or a weekday that a day with
its year is not.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

WEEKDAYS = "一二三四五六日"
_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*年\s*)?(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]"
    r"(?:\s*[（(，,]?\s*(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))?(?P<ends>[）)]?[^，。；\n]{0,8}?(?:截止|结束))?"
)
_NUMBER = re.compile(r"(?<![\d.])0?\d[\d -]{5,18}\d(?![\d.])")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}|[2-9]\d{6,7}|[48]00\d{7}|9[56]\d{3,4}|1[012]\d|123\d{2}")
_ABOUT_PHONES = re.compile(r"电话|手机|热线|拨打|联系|致电")
_BLANK = re.compile(r"[XxＸ×]{2,}|某某|某(?=[先女同])|_{2,}|＿{2,}|待定|待填|此处填|【\s*】|（\s*）")
# `~` stands for what people put between the digits of a number.
_ID_NUMBER = re.compile(r"(?<!\d)(?:[1-9](?:~\d){16}~[\dXx]|[1-9](?:~\d){14})(?!\d)".replace("~", r"[\s-]{0,3}"))
_MOBILE = re.compile(r"(?<!\d)1~[3-9](?:~\d){9}(?!\d)".replace("~", r"[\s-]{0,3}"))
MISTAKES: Mapping[str, str] = {
    "帐号": "账号",
    "帐户": "账户",
    "按装": "安装",
    "既使": "即使",
    "截止目前": "截至目前",
    "截止到": "截至",
    "座落": "坐落",
    "布署": "部署",
    "报消": "报销",
    "辩认": "辨认",
    "联糸": "联系",
}
"""What is often mistyped in notices, and what it should read."""
_COMMERCIAL = re.compile(r"扫码领|领红包|限时折扣|抢购|优惠价|特价|打折|赠送礼品|免费领鸡蛋|加微信|投资理财|高收益")
_ILLNESS = re.compile(r"患有|身患|确诊|癌|精神障碍|艾滋|肝炎|尿毒症|残疾[一二三四]级")


@dataclass(frozen=True, slots=True)
class Remark:
    """What to look at again, and in which part of the text; `wrong` where it can't be as it is written."""

    part: str
    words: str
    wrong: bool = False


def dates(part: str, text: str, today: date, closes_on: date | None = None) -> Iterator[Remark]:
    """Days that do not exist, fall on another weekday, are over, or close on another day than was set."""
    for found in _DAY.finditer(text):
        day, written = _meant(found, today), f"{found['month']}月{found['day']}日"
        if day is None:
            yield Remark(part, f"没有{written}这一天。", wrong=True)
            continue
        weekday = WEEKDAYS[day.weekday()]
        if found["weekday"] and found["weekday"].replace("天", "日") != weekday:
            said = f"写的是周{found['weekday']}，{day.year}年{written}是周{weekday}。"
            yield Remark(part, said, wrong=bool(found["year"]))
        if closes_on and found["ends"] and day != closes_on:
            yield Remark(part, f"写的截止是{written}，设的截止时间是{closes_on.month}月{closes_on.day}日。")
        if day < today and (not found["year"] or day.year == today.year):
            yield Remark(part, f"{written}已经过去了，请核对。")


def _meant(found: re.Match[str], today: date) -> date | None:
    """The day; without a year the one nearest to today. None where there is no such day."""
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1, today.year - 1]
    days: list[date] = []
    for year in years:
        try:
            days.append(date(year, int(found["month"]), int(found["day"])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - today), default=None)


def phones(part: str, text: str) -> Iterator[Remark]:
    """Numbers that are said to be telephones and can't be."""
    for sentence in re.split(r"[。；，,\n]", text):
        if _ABOUT_PHONES.search(sentence):
            yield from numbers(part, sentence)


def numbers(part: str, text: str) -> Iterator[Remark]:
    for found in _NUMBER.findall(text):
        if not _PHONE.fullmatch(re.sub(r"\D", "", found)):
            yield Remark(part, f"「{found}」不像电话号码，请核对位数。")


def contact(part: str, text: str) -> Iterator[Remark]:
    """Whether residents can call somebody."""
    if not text:
        yield Remark(part, "没有写联系电话，居民有疑问找不到人。")
    elif not re.search(r"\d", text):
        yield Remark(part, "没有号码，居民打不了。")
    else:
        yield from numbers(part, text)


def blanks(part: str, text: str) -> Iterator[Remark]:
    """A place that was left to be filled in."""
    if blank := _BLANK.search(text):
        yield Remark(part, f"有没填完的地方：「{blank.group()}」。")


def slips(part: str, text: str) -> Iterator[Remark]:
    """Words that are often mistyped, and words that do not belong on a committee's notice (domain.md §5)."""
    for mistake, right in MISTAKES.items():
        if mistake in text:
            yield Remark(part, f"「{mistake}」请改成「{right}」。")
    if commercial := _COMMERCIAL.search(text):
        yield Remark(part, f"「{commercial.group()}」像商业推广，社区通知里不发广告。")


def illness(part: str, text: str) -> Iterator[Remark]:
    """What is posted must not tell of anybody's illness (《社会救助暂行办法》第六十一条)."""
    if told := _ILLNESS.search(text):
        yield Remark(part, f"「{told.group()}」可能说出了病情，公示里不要写。")


def holds_id_number(text: str) -> bool:
    """Whether an identity number stands in it in full, however it is spaced."""
    return _ID_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


def holds_mobile(text: str, allowed: str = "") -> bool:
    """Whether a mobile number stands in it in full, other than those in `allowed`."""
    found = {_digits(number) for number in _MOBILE.findall(unicodedata.normalize("NFKC", text))}
    known = {_digits(number) for number in _MOBILE.findall(unicodedata.normalize("NFKC", allowed))}
    return bool(found - known)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
