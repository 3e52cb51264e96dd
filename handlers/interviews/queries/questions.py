"""Questions of an interview that can be read, with their voices and answers, and how many wait to be looked at."""

from dataclasses import dataclass
from datetime import datetime

from models.database import rows
from models.deliberation import PostKind, PostState
from models.participation import Post

_READ = """
SELECT q.id, p.text, p.nickname, q.answer, q.answered_at, q.corrected_at,
       q.backed_before + (SELECT count(*) FROM question_backing b WHERE b.question_id = q.id) AS voices,
       EXISTS (SELECT FROM question_backing b JOIN participant one ON one.id = b.participant_id
               WHERE b.question_id = q.id AND one.resident_id = ANY($2::bigint[])) AS mine
FROM question q JOIN post p ON p.id = q.post_id AND p.state = 'published'
WHERE q.interview_id = $1 ORDER BY voices DESC, q.id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it can be read; `voices` is how many want to ask it, `mine` whether the reader does."""

    id: int
    text: str
    nickname: str
    answer: str
    answered_at: datetime | None
    corrected_at: datetime | None
    voices: int
    mine: bool

    @property
    def answered(self) -> bool:
        return self.answered_at is not None


async def questions_of(interview_id: int, resident_ids: tuple[int, ...] = ()) -> list[Asked]:
    """The published questions, those that most people want to ask first.

    Args:
        resident_ids: of the reader, by each of their homes.
    """
    return [Asked(**row) for row in await rows(_READ, interview_id, list(resident_ids))]


def open_ones(asked: list[Asked]) -> list[Asked]:
    """Those that wait for an answer, most wanted first."""
    return [one for one in asked if not one.answered]


def answered_ones(asked: list[Asked]) -> list[Asked]:
    """Those with an answer, the newest first."""
    found = [(one.answered_at, one) for one in asked if one.answered_at]
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


async def count_held(interview_id: int) -> int:
    """How many questions wait to be looked at."""
    held = Post.filter(subject=f"interview:{interview_id}", kind=PostKind.QUESTION, state=PostState.HELD)
    return await held.count()
