"""Interviews as residents find them: held where they live, what is new for the menu, those that all may read."""

from collections.abc import Sequence
from datetime import date

from batches import Batch
from errors import NotFound
from handlers.interviews import texts
from handlers.interviews.addressees import interview_here
from handlers.residency.visitors import Visitor
from handlers.undertakings.queries import Owed, owed, undertakings_of
from models.database import rows
from models.deliberation import InterviewState
from models.interviews import Interview

LATEST = 10
_CURRENT = "i.state IN ('announced', 'live')"
_HERE = f"""
SELECT i.id FROM interview i JOIN organisation o ON o.id = i.organisation_id
WHERE EXISTS (SELECT FROM unnest($1::text[]) home WHERE starts_with(home, o.code))
ORDER BY i.state <> 'live', i.state <> 'announced', CASE WHEN {_CURRENT} THEN i.starts_at END,
         i.starts_at DESC, i.id DESC LIMIT $2
"""
_NEWS = f"""
SELECT who.at, i.state,
       (SELECT count(*) FROM question q JOIN post p ON p.id = q.post_id AND p.state = 'published'
        WHERE q.interview_id = i.id AND q.answered_at IS NOT NULL) AS answers
FROM unnest($1::int[], $2::text[]) AS who (at, code)
JOIN organisation o ON starts_with(who.code, o.code)
JOIN interview i ON i.organisation_id = o.id AND {_CURRENT}
ORDER BY who.at, i.state <> 'live', i.starts_at
"""


async def interviews_for(visitor: Visitor, limit: int = LATEST) -> list[Interview]:
    """Interviews held where the visitor lives: live ones, those to come, then the latest that are over."""
    found = await rows(_HERE, _codes(visitor), limit) if visitor.homes else []
    known = await Interview.in_bulk([row["id"] for row in found], "id")
    return [known[row["id"]] for row in found]


async def interview_for(visitor: Visitor, interview_id: int) -> Interview:
    """One that is held where the visitor lives.

    Raises:
        NotFound: there is none, or it is of another place.
    """
    return (await interview_here(visitor, interview_id))[0]


async def public_interviews(before: int = 0, limit: int = LATEST) -> list[Interview]:
    """All interviews, the latest announced first, page by page; anybody may read them.

    Args:
        before: id below which the page begins; 0 for the first.
    """
    found = Interview.filter(id__lt=before) if before else Interview.all()
    return await found.order_by("-id").limit(limit).select_related("organisation")


async def public_interview(interview_id: int) -> Interview:
    """One interview, for anybody.

    Raises:
        NotFound: there is none.
    """
    found = await Interview.get_or_none(id=interview_id).select_related("organisation")
    if found is None:
        raise NotFound
    return found


async def promises_of(interview_id: int, today: date) -> list[Owed]:
    """What was promised in an interview, as it stands today, the soonest due first."""
    return owed(await undertakings_of(interview_id=interview_id), today)


def people(visitor: Visitor) -> tuple[int, ...]:
    """The residents that a visitor is, by each home."""
    return tuple(home.resident_id for home in visitor.homes if home.resident_id)


async def _look_up(places: Sequence[tuple[str, ...]]) -> list[str | None]:
    pairs = [(at, code) for at, codes in enumerate(places) for code in codes]
    found = await rows(_NEWS, [at for at, _ in pairs], [code for _, code in pairs])
    said: dict[int, str] = {}
    for row in found:
        said.setdefault(row["at"], texts.waiting(InterviewState(row["state"]), row["answers"]))
    return [said.get(at) for at in range(len(places))]


_news: Batch[tuple[str, ...], str | None] = Batch(_look_up)


async def news_for(visitor: Visitor) -> str | None:
    """What the menu says of an interview that is live or to come, empty while it only collects; None without one."""
    return await _news(tuple(_codes(visitor))) if visitor.homes else None


def _codes(visitor: Visitor) -> list[str]:
    return sorted({home.community_code for home in visitor.homes})
