"""Taking over an interview from a folder: `interview` of `consultations.yaml`, its day counted from that of import."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from handlers.audit.actions import record
from handlers.interviews import rules
from handlers.interviews.actions.interviews import TOPIC
from handlers.moderation.actions.posting import fingerprint_of
from handlers.residency.ledgers.sheets import BadCell, Row, items
from models.deliberation import InterviewState, PostKind, PostState
from models.interviews import Interview, Question
from models.organisations import Organisation
from models.participation import Post

BY = "import"
BEGINS = time(19)
"""The file names a day: an interview is in the evening, when people are at home."""


async def load_interview(district: str, row: Row, now: datetime) -> bool:
    """Add the folder's interview with the questions that were collected for it. Returns False if it is there already.

    Args:
        district: code of the folder's district; the key begins with it.

    Raises:
        BadCell, Invalid: what is written can't be taken; nothing was added.
    """
    key = f"{district}:{TOPIC}"
    if await Interview.exists(key=key):
        return False
    async with in_transaction():
        interview = await _add(key, district, row, now)
        for text, voices in _questions(row):
            await _ask(interview, text, voices, now)
    return True


async def _add(key: str, district: str, row: Row, now: datetime) -> Interview:
    name, days = row.text("community", 40, needed=True), row.whole("day")
    organisation = await Organisation.get_or_none(code__startswith=district, name=name)
    if organisation is None:
        raise BadCell("没有 community 写的单位")
    day = now.astimezone(BEIJING).date() + timedelta(days=days or 0)
    starts_at = datetime.combine(day, BEGINS, BEIJING)
    title, host = row.text("title", rules.LONGEST_TITLE, needed=True), row.text("host", rules.LONGEST_HOST, needed=True)
    minutes = row.whole("minutes") or 0
    rules.check_announced(title, host, "", minutes)
    rules.check_start(starts_at, now)
    interview = await Interview.create(
        key=key,
        organisation=organisation,
        state=InterviewState.ANNOUNCED,
        title=title,
        host=host,
        starts_at=starts_at,
        minutes=minutes,
        created_by=BY,
        created_at=now,
    )
    await record("cli", f"{TOPIC}.load", f"{TOPIC}:{interview.id}", place=organisation.code, after=interview.state)
    return interview


def _questions(row: Row) -> Iterator[tuple[str, int]]:
    """Each question and how many people wanted to ask it, as `pre_questions` pairs them."""
    for pair in items((row.cells or {}).get("pre_questions")):
        written: list[Any] = items(pair)
        if len(written) != 2:
            raise BadCell("pre_questions 应为 [问题, 人数] 的列表")
        cells = Row(row.line, {"question": written[0], "voices": written[1]})
        text, voices = cells.text("question", rules.LONGEST_QUESTION, needed=True), cells.text("voices", 6)
        if not (voices.isascii() and voices.isdecimal()):
            raise BadCell("pre_questions 里的人数应为整数")
        yield text, int(voices)


async def _ask(interview: Interview, text: str, voices: int, now: datetime) -> None:
    """A question that people here have looked at before it was taken over."""
    post = await Post.create(
        kind=PostKind.QUESTION,
        organisation_id=interview.organisation_id,
        subject=f"{TOPIC}:{interview.id}",
        written_by=BY,
        nickname="居民",
        text=text,
        fingerprint=fingerprint_of(text),
        state=PostState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    await Question.create(interview=interview, post=post, backed_before=voices)
