"""What proofreading remarks on a notice as it stands: mistyped words, dates, numbers, what a posting must not tell."""

import re
from collections.abc import Iterator
from datetime import date

from handlers.proofreading.rules import Remark, blanks, contact, dates, illness, phones, slips
from models.notices import Notice
from models.reach import NoticeClass

_MASKED = re.compile(r"[\u4e00-\u9fff][×*＊]{1,2}")
"""张×× is how a posting names people."""


def remarks(notice: Notice, today: date) -> list[Remark]:
    """All remarks on a notice, the impossible first."""
    found = [remark for part, text in _texts(notice) for remark in _of_text(notice.topic, part, text, today)]
    found += contact("联系电话", notice.phone)
    return sorted(dict.fromkeys(found), key=lambda remark: not remark.wrong)


def _texts(notice: Notice) -> Iterator[tuple[str, str]]:
    yield "标题", notice.title
    yield "正文", notice.body
    yield "责任单位", notice.body_responsible
    yield "责任人", notice.person_responsible


def _of_text(topic: NoticeClass, part: str, text: str, today: date) -> Iterator[Remark]:
    yield from dates(part, text, today)
    yield from phones(part, text)
    yield from blanks(part, _MASKED.sub("", text))
    yield from slips(part, text)
    if topic is NoticeClass.POSTING:
        yield from illness(part, text)
