"""Whom a consultation is for, and whom it concerns so far that they are told: who proposed it, who backs it."""

from collections.abc import Sequence

from errors import NotFound
from handlers.consultations.rules import NoHome, NotHere
from handlers.residency.visitors import Home, Visitor
from models.consultations import Consultation
from models.database import rows

IS_PUBLIC = """(c.post_id IS NULL OR post.state = 'published' AND (c.stage <> 'collecting' OR c.ends_at IS NOT NULL))"""
"""Whether a consultation `c` can be shown: a resident's proposal once its `post` has been looked at and taken over."""
_HERE = f"""
SELECT home.at FROM unnest($1::int[], $2::bigint[]) AS home (at, dwelling_id)
JOIN dwelling d ON d.id = home.dwelling_id JOIN estate ON estate.id = d.estate_id
JOIN consultation c ON c.id = $3 LEFT JOIN post ON post.id = c.post_id
WHERE {IS_PUBLIC} AND EXISTS (SELECT FROM jsonb_array_elements_text(c.places) place
                              WHERE estate.code = place OR starts_with(d.code, place)) ORDER BY home.at
"""
_SHOWN = f"SELECT c.id FROM consultation c LEFT JOIN post ON post.id = c.post_id WHERE c.id = $1 AND {IS_PUBLIC}"
_BACKERS = """
SELECT DISTINCT p.account_id FROM participant p WHERE p.account_id IS NOT NULL AND (
    p.id IN (SELECT participant_id FROM endorsement WHERE consultation_id = $1)
    OR p.id = (SELECT author_id FROM post WHERE id = $2)) ORDER BY 1
"""
_BACKED = "SELECT count(*) AS households FROM endorsement WHERE consultation_id = $1"


async def is_public(consultation_id: int) -> bool:
    """Whether there is such a topic that can be shown."""
    return bool(await rows(_SHOWN, consultation_id))


async def homes_here(homes: Sequence[Home], consultation_id: int) -> list[Home]:
    """Those of the homes that a public consultation is about.

    Raises:
        NotFound: there is no such consultation that is public.
    """
    if not await is_public(consultation_id):
        raise NotFound
    found = await rows(_HERE, list(range(len(homes))), [home.dwelling_id for home in homes], consultation_id)
    return [homes[row["at"]] for row in found]


async def home_here(visitor: Visitor, consultation_id: int, home: Home | None = None) -> Home:
    """The home by which a visitor takes part in a topic: the one that is named, else the first that it is about.

    Raises:
        NotFound: there is no such consultation that is public.
        NoHome, NotHere: nobody's home, or none that it is about.
    """
    here = await homes_here(visitor.homes, consultation_id)
    if not visitor.homes:
        raise NoHome
    meant = [one for one in here if home is None or one.dwelling_id == home.dwelling_id]
    if not meant:
        raise NotHere
    return meant[0]


async def backers(consultation: Consultation) -> list[int]:
    """The accounts of who proposed a topic and who backs it, each once."""
    return [row["account_id"] for row in await rows(_BACKERS, consultation.id, consultation.post_id)]


async def backed(consultation: Consultation) -> int:
    """How many households back a topic, those from before it was taken over here among them."""
    return consultation.endorsed_before + (await rows(_BACKED, consultation.id))[0]["households"]
