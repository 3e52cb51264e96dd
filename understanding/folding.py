"""One spelling for what is said in several ways: width, case, marks, greetings, spoken and dialect words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

SPOKEN = Path(__file__).parent / "spoken.txt"
LONGEST = 2000
"""Characters that are looked at; what comes after says the same again."""
_MARKS = re.compile(r"[\W_]+")
_POLITE = re.compile(
    r"请问(一下)?|我?想问(一下|下)?|问(一下|下)|咨询(一下|下)|打听(一下|下)?|帮我看(一下|下|看)|麻烦(您|你)?|您好|你好|谢谢(您|你)?|哈喽"
)
_ENDINGS = re.compile(r"[吗呢吧啊呀嘛么的了哦噢喔哈嘞咧呗哇]+$")


def bare(text: str) -> str:
    """A text in one width and case, without marks and spaces."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).lower())


@lru_cache(50_000)
def fold(text: str) -> str:
    """A question as it is compared: bare, without greetings and endings, each word in its standard form."""
    said = bare(text)
    said = _POLITE.sub("", said) or said
    pattern, standard = _table()
    return _ENDINGS.sub("", pattern.sub(lambda found: standard[found[0]], said)) or said


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    lines = SPOKEN.read_text("utf-8").splitlines()
    standard = dict(_forms(line.split() for line in lines if not line.startswith("#")))
    return re.compile("|".join(sorted(map(re.escape, standard), key=len, reverse=True))), standard


def _forms(meanings: Iterable[list[str]]) -> Iterable[tuple[str, str]]:
    for meaning in meanings:
        for word in meaning:
            yield word, meaning[0]
