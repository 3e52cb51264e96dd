"""What an article may hold, and what asks for nothing. Pure."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from errors import Invalid

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_SHORT, LONGEST_KEYWORD = 60, 500, 60, 20
MOST_QUESTIONS, MOST_KEYWORDS = 20, 20
LONGEST_KEPT = 200
"""Characters that are kept of a question nobody could answer."""
MOST_ANSWER_BYTES = 1500
"""The platform takes 2,048 bytes a message, of which the question, the choices and their links need the rest."""
DISTRICT_DIGITS = 6
"""The codes of districts, and of what is above them, are no longer (domain.md §2.1)."""


_SMALL_TALK = re.compile(
    r"(谢谢|多谢|感谢|辛苦)(了|您|你|啦|大家|你们|您了|你了)*|好+(的|了|滴|哒|嘞)*|嗯+|哦+|噢+|行(了|吧)?|可以(了|的)?|没事(了|儿)?|不用(了|谢)?|再见|拜拜|知道了|明白(了)?|收到"
    r"|哈+|呵+|早上好|晚上好|下午好|早|晚安"
)
_SPEECH = re.compile(r"[\u4e00-\u9fff]|[a-z]{2,}")


def is_small_talk(words: str) -> bool:
    """Whether a folded text asks for nothing: thanks, a yes, a greeting, a smile."""
    return bool(_SMALL_TALK.fullmatch(words.strip("，。！,.!~～ "))) or not _SPEECH.search(words)


def concerns(owner: str, places: Collection[str]) -> bool:
    """Whether an article is for somebody who lives at these places.

    Args:
        owner: code of the body whose article it is.
        places: codes of communities; for who has no home here, the articles of districts are.
    """
    return any(place.startswith(owner) for place in places) if places else len(owner) <= DISTRICT_DIGITS


def next_try(now: datetime, times: int) -> datetime:
    """When learning that has failed so many times is tried again: after two minutes, four, eight, at most an hour."""
    return now + timedelta(minutes=min(2 ** min(times, 6), 60))


def check_article(questions: Sequence[str], keywords: Sequence[str], answer: str, short: str) -> None:
    """Raise Invalid with what to put right."""
    if not questions:
        raise Invalid("请填写标准问题。")
    if len(questions) > MOST_QUESTIONS:
        raise Invalid(f"问法最多{MOST_QUESTIONS}种。")
    if any(not 2 <= len(question) <= LONGEST_QUESTION for question in questions):
        raise Invalid(f"每种问法2到{LONGEST_QUESTION}个字。")
    if len(keywords) > MOST_KEYWORDS or any(len(word) > LONGEST_KEYWORD for word in keywords):
        raise Invalid(f"关键词最多{MOST_KEYWORDS}个，每个最多{LONGEST_KEYWORD}个字。")
    if not answer or len(answer) > LONGEST_ANSWER or len(answer.encode()) > MOST_ANSWER_BYTES:
        raise Invalid(f"请填写答案，最多{LONGEST_ANSWER}个字。")
    if len(short) > LONGEST_SHORT:
        raise Invalid(f"大字版答案最多{LONGEST_SHORT}个字。")
