"""What the residents' and owners' registers of a dwelling know of a name."""

from handlers.residency.people import name_key
from handlers.residency.rules import TENANT, Registered
from models.residency import Membership, Ownership
from models.sealed import blind_index


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
