"""Pure reading of what people type: folding, numbers, global words, and ID numbers that must not be kept."""

import re
import unicodedata

CANCEL_WORDS = frozenset({"0", "零", "〇", "取消", "退出"})
HELP_WORDS = frozenset(
    {"帮助", "菜单", "?", "你好", "您好", "在吗", "在不在", "hi", "hello", "help", "开始", "首页", "主菜单"}
)
HUMAN_WORDS = frozenset({"人工", "找人", "客服", "转人工", "人工客服", "我要跟活人说话"})
BARE_WORDS = frozenset({"是", "确认", "否", "同意", "不同意", "赞成", "反对", "弃权"})
NEXT_PAGE = "下一页"

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = re.compile(r"([一二两三四五六七八九])?十([一二三四五六七八九])?")
# Place, year, month, day, serial and check digit (GB 11643); `~` stands for blanks or hyphens that people put between.
_ID_NUMBER = re.compile(
    r"(?<!\d)([1-9]~\d~\d~\d~\d~\d)~(1~[89]|2~0)~\d~\d~(0~[1-9]|1~[0-2])~(0~[1-9]|[12]~\d|3~[01])~\d~\d~\d~[\dXx](?!\d)".replace(
        "~", r"[\s-]{0,3}"
    ),
    re.ASCII,
)
_TRAILING = re.compile(r"[\s。.!?~]+\Z")
_BETWEEN = re.compile(r"[\s,、;。./+和]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


def fold(text: str) -> str:
    """Full-width to half-width, letters lowered, blanks at the ends and 。！？ at the end dropped."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", plain).strip()
    return _TRAILING.sub("", folded) or folded


def picked_number(words: str) -> int | None:
    """The number meant by `2`, `２`, `二`, `十二`, `第2个`, `2号`; None for anything else."""
    bare = words.removeprefix("第").removesuffix("个").removesuffix("项").removesuffix("号").removesuffix("、").strip()
    if bare.isascii() and bare.isdigit() and len(bare) <= 3:
        return int(bare)
    if match := _TENS.fullmatch(bare):
        tens, ones = match.groups()
        return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
    return _DIGITS.get(bare)


def is_bare(words: str) -> bool:
    """Whether folded words only answer a question: 「确认」, a number, or several as `1 3` and `5 4 4 3 5`."""
    parts = _BETWEEN.split(words)
    return words in BARE_WORDS or all(picked_number(part) is not None for part in parts)


def mask_id_numbers(text: str) -> tuple[str, bool]:
    """The text with every resident ID number reduced to its first six digits, and whether there was one.

    The bot never asks for an ID number; one that is typed is masked before it is stored (conversations.md).
    """
    if len(text) < 18:
        return text, False
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    masked, count = _ID_NUMBER.subn(lambda match: match[1] + "************", plain)
    return (masked, True) if count else (text, False)
