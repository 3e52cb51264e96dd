"""Statements of a topic: the next one to take a stance on, and all of them as staff see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.residency.visitors import Visitor
from models.database import rows
from models.deliberation import PostState
from models.participation import Participant
from models.statements import Statement

# The weighted draw of Efraimidis and Spirakis: the smallest of exponential variables, each as fast as its priority.
_NEXT = """
WITH open AS (
  SELECT s.id, s.post_id, s.priority, t.id IS NOT NULL AS answered
  FROM statement s JOIN post p ON p.id = s.post_id AND p.state = 'published'
  LEFT JOIN stance t ON t.statement_id = s.id AND t.participant_id = $2
  WHERE s.consultation_id = $1 AND s.merged_into_id IS NULL
), drawn AS (
  SELECT id, post_id FROM open WHERE NOT answered ORDER BY -ln(1 - random()) / greatest(priority, 1e-9) LIMIT $3
)
SELECT drawn.id, p.speaker, p.nickname, p.text,
       (SELECT count(*) FROM open) AS every, (SELECT count(*) FROM open WHERE answered) AS answered
FROM (SELECT 1) AS one LEFT JOIN drawn ON TRUE LEFT JOIN post p ON p.id = drawn.post_id
"""
_LISTED = """
SELECT s.id, s.priority, s.agreed, s.disagreed, s.passed, s.merged_into_id, s.kept_apart, p.id AS post_id, p.text,
       p.speaker, p.nickname, p.state, p.created_at, p.author_id IS NULL AS by_staff
FROM statement s JOIN post p ON p.id = s.post_id WHERE s.consultation_id = $1 ORDER BY s.id
"""
_PUBLIC = """
SELECT s.id, p.id AS post_id, p.text, p.speaker, p.nickname, p.published_at,
       (SELECT count(*) FROM post_like WHERE post_id = p.id) AS likes, 0::bigint AS answers
FROM statement s JOIN post p ON p.id = s.post_id AND p.state = 'published'
WHERE s.consultation_id = $1 AND s.merged_into_id IS NULL
UNION ALL
SELECT p.id, p.id, p.text, p.speaker, p.nickname, p.published_at,
       (SELECT count(*) FROM post_like WHERE post_id = p.id), s.id
FROM statement s JOIN statement_reply r ON r.statement_id = s.id JOIN post p ON p.id = r.post_id
WHERE s.consultation_id = $1 AND s.merged_into_id IS NULL AND p.state = 'published'
ORDER BY 8, 6, 2
"""
_OPEN = """
SELECT c.id, c.title, count(*) AS waiting FROM consultation c JOIN statement s ON s.consultation_id = c.id
JOIN post p ON p.id = s.post_id AND p.state = 'published'
WHERE c.stage = 'deliberating' AND s.merged_into_id IS NULL
  AND EXISTS (SELECT FROM dwelling d JOIN estate e ON e.id = d.estate_id, jsonb_array_elements_text(c.places) place
              WHERE d.id = ANY($1::bigint[]) AND (e.code = place OR starts_with(d.code, place)))
  AND NOT EXISTS (SELECT FROM stance t JOIN participant h ON h.id = t.participant_id
                  WHERE t.statement_id = s.id AND h.resident_id = ANY($2::bigint[]))
GROUP BY c.id ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement that somebody is asked about, empty where none is left, and how far they have come."""

    id: int
    speaker: str
    nickname: str
    text: str
    answered: int
    every: int

    @property
    def done(self) -> bool:
        return not self.id


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as staff see it, with the stances as they were counted last."""

    id: int
    post_id: int
    text: str
    speaker: str
    nickname: str
    state: PostState
    created_at: datetime
    by_staff: bool
    agreed: int
    disagreed: int
    passed: int
    merged_into: int | None
    kept_apart: tuple[int, ...]

    @property
    def voices(self) -> int:
        return self.agreed + self.disagreed + self.passed

    @property
    def stands(self) -> bool:
        """Whether it is asked about: published, and not merged into another."""
        return self.state is PostState.PUBLISHED and self.merged_into is None


@dataclass(frozen=True, slots=True)
class Heard:
    """A public statement with the answers to it, as others read it."""

    id: int
    post_id: int
    text: str
    speaker: str
    nickname: str
    published_at: datetime | None
    likes: int
    answers: tuple["Heard", ...] = ()


async def public_statements(consultation_id: int) -> list[Heard]:
    """What was said on a topic, oldest first, each with its answers."""
    found = await rows(_PUBLIC, consultation_id)
    answers: dict[int, list[Heard]] = {}
    for row in found:
        if row["answers"]:
            answers.setdefault(row["answers"], []).append(_heard(row))
    return [_heard(row, answers.get(row["id"], [])) for row in found if not row["answers"]]


def _heard(row: dict[str, Any], answers: Sequence[Heard] = ()) -> Heard:
    known = {name: row[name] for name in ("id", "post_id", "text", "speaker", "nickname", "published_at", "likes")}
    return Heard(**known, answers=tuple(answers))


async def participant_id_of(visitor: Visitor) -> int | None:
    """Who a visitor is in public talk; None before they first take part."""
    people = [home.resident_id for home in visitor.homes if home.resident_id and home.verified]
    found = await Participant.filter(resident_id__in=people).order_by("id").first().values("id") if people else None
    return found["id"] if found else None


async def next_statement(consultation_id: int, participant_id: int | None) -> Asked:
    """The statement to ask this person about next, so that few answers cover all.

    Args:
        participant_id: None for who never took part.
    """
    return (await next_statements(consultation_id, participant_id, 1))[0]


async def next_statements(consultation_id: int, participant_id: int | None, limit: int) -> list[Asked]:
    """So many statements to ask this person about; an empty one where none is left."""
    found = await rows(_NEXT, consultation_id, participant_id, limit)
    return [
        Asked(
            row["id"] or 0,
            row["speaker"] or "",
            row["nickname"] or "",
            row["text"] or "",
            row["answered"],
            row["every"],
        )
        for row in found
    ]


async def statements_of(consultation_id: int) -> list[Said]:
    """All statements of a topic in the order they came, also those held, hidden or merged."""
    return [_said(row) for row in await rows(_LISTED, consultation_id)]


def _said(row: dict[str, Any]) -> Said:
    known = {name: row[name] for name in ("id", "post_id", "text", "speaker", "nickname", "created_at", "by_staff")}
    counts = {name: row[name] for name in ("agreed", "disagreed", "passed")}
    apart = tuple(json.loads(row["kept_apart"]))
    return Said(**known, **counts, state=PostState(row["state"]), merged_into=row["merged_into_id"], kept_apart=apart)


async def waiting_statements(dwellings: list[int], residents: list[int]) -> int:
    """How many statements on open topics these people have not answered."""
    return sum(row["waiting"] for row in await rows(_OPEN, dwellings, residents))


async def words_of(consultation_id: int, statement_id: int) -> str | None:
    """What a statement says that is asked about; None where it is not any more."""
    found = await Statement.get_or_none(
        id=statement_id, consultation_id=consultation_id, merged_into_id=None, post__state=PostState.PUBLISHED
    ).prefetch_related("post")
    return found.post.text if found else None
