"""Interviews with their counts: questions that can be read, answers, promises and how many of them are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.undertakings.queries import Progress
from models.database import rows
from models.interviews import Interview

_COUNTED = """
SELECT i.id, (SELECT count(*) FROM question q JOIN post p ON p.id = q.post_id AND p.state = 'published'
              WHERE q.interview_id = i.id) AS asked,
       (SELECT count(*) FROM question q JOIN post p ON p.id = q.post_id AND p.state = 'published'
        WHERE q.interview_id = i.id AND q.answered_at IS NOT NULL) AS answered,
       (SELECT count(*) FROM undertaking u WHERE u.interview_id = i.id) AS promised,
       (SELECT count(*) FROM undertaking u WHERE u.interview_id = i.id AND u.done_at IS NOT NULL) AS done
FROM interview i WHERE i.id = ANY($1::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Line:
    """An interview in a list: how many questions can be read, how many are answered, how many promises kept."""

    interview: Interview
    asked: int
    answered: int
    progress: Progress


async def lines(listed: Sequence[Interview]) -> list[Line]:
    """Interviews with their counts, in the order given."""
    counted = {row["id"]: row for row in await rows(_COUNTED, [one.id for one in listed])}
    return [_line(one, counted[one.id]) for one in listed]


def _line(interview: Interview, row: dict[str, int]) -> Line:
    return Line(interview, row["asked"], row["answered"], Progress(row["done"], row["promised"]))
