"""Whom an interview concerns: who lives where it is held, and who asked or backed a question of it."""

from errors import NotFound
from handlers.residency.visitors import Home, Visitor
from models.database import rows
from models.interviews import Interview

_BACKERS = """
SELECT DISTINCT p.account_id FROM participant p JOIN question_backing b ON b.participant_id = p.id
JOIN question q ON q.id = b.question_id
WHERE p.account_id IS NOT NULL AND q.interview_id = $1 AND ($2::bigint IS NULL OR q.id = $2) ORDER BY 1
"""


async def interview_here(visitor: Visitor, interview_id: int) -> tuple[Interview, Home]:
    """An interview that is held where the visitor lives, and the home by which they take part.

    Raises:
        NotFound: there is none, or it is of another place.
    """
    interview = await Interview.get_or_none(id=interview_id).select_related("organisation")
    code = interview.organisation.code if interview else ""
    home = next((home for home in visitor.homes if home.community_code.startswith(code)), None)
    if interview is None or home is None:
        raise NotFound
    return interview, home


async def backers(interview_id: int, question_id: int | None = None) -> list[int]:
    """The accounts of who asked or backed any question of an interview, or this one, each once."""
    return [row["account_id"] for row in await rows(_BACKERS, interview_id, question_id)]
