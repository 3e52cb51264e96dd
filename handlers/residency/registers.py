"""What the registers know: whom a dwelling's ones mean by a name, and to which part of the tree somebody belongs."""

from handlers.residency.people import name_key
from handlers.residency.rules import TENANT, Registered
from models.database import rows
from models.residency import Membership, Ownership
from models.sealed import blind_index

OF_SCOPE = """(
    EXISTS (SELECT FROM (
                SELECT dwelling_id FROM membership WHERE resident_id = r.id
                UNION ALL SELECT dwelling_id FROM ownership WHERE resident_id = r.id
                UNION ALL SELECT dwelling_id FROM binding WHERE resident_id = r.id
            ) p JOIN dwelling d ON d.id = p.dwelling_id JOIN organisation o ON o.id = d.community_id
            WHERE starts_with(o.code, $1))
    OR starts_with(r.key, $1)
)"""
"""Resident `r` belongs to the part of the tree whose codes begin with $1: lives, lived, owns or is bound there.

A key begins with the district's code, so that a district sees also those on its register who have no home.
"""
_PLACES = """
SELECT o.code FROM (
    SELECT dwelling_id, until IS NULL AS now FROM membership WHERE resident_id = $2
    UNION ALL SELECT dwelling_id, TRUE FROM ownership WHERE resident_id = $2
    UNION ALL SELECT dwelling_id, state = 'active' FROM binding WHERE resident_id = $2
) p JOIN dwelling d ON d.id = p.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE starts_with(o.code, $1) GROUP BY o.code ORDER BY bool_or(p.now) DESC, o.code
"""


async def belongs(resident_id: int, code: str) -> bool:
    """Whether someone lives, lived, owns or is bound under an organisation's code."""
    return bool(await rows(f"SELECT FROM resident r WHERE r.id = $2 AND {OF_SCOPE}", code, resident_id))


async def communities(resident_id: int, code: str = "") -> list[str]:
    """Codes of the communities someone belongs to, under `code`; where they are now comes first."""
    return [row["code"] for row in await rows(_PLACES, code, resident_id)]


async def on_register(dwelling_id: int, name: str) -> Registered | None:
    """The person of this name whom the residents' or owners' register places at the dwelling, or None."""
    index = blind_index(name_key(name), "name")
    ownership = await Ownership.filter(dwelling_id=dwelling_id, name_index=index, holder="person").first()
    membership = (
        await Membership.filter(dwelling_id=dwelling_id, until__isnull=True, resident__name_index=index)
        .select_related("resident")
        .first()
    )
    if membership:
        tenant = membership.role == TENANT
        return Registered(membership.resident_id, ownership is not None, tenant, membership.resident.birth_on)
    return Registered(ownership.resident_id, True, False, None) if ownership else None
