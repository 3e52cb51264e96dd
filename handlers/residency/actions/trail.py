"""What every deed about a binding leaves behind: an audit entry with its community, and a fact for others."""

from clock import clock
from handlers.audit.actions import record
from models.events import Event
from models.residency import Binding, Dwelling


async def audit_binding(actor: str, verb: str, binding: Binding, before: str, reason: str = "") -> None:
    place = await community_code(binding.dwelling_id)
    await record(actor, verb, f"binding:{binding.id}", place=place, before=before, after=binding.state, reason=reason)


async def tell(name: str, binding: Binding) -> Event:
    """Write down what became true, for whoever acts on it later."""
    payload = {"binding": binding.id, "dwelling": binding.dwelling_id}
    return await Event.create(name=name, payload=payload, created_at=clock.now())


async def community_code(dwelling_id: int) -> str:
    """The code of the community a dwelling belongs to."""
    return (await Dwelling.get(id=dwelling_id).select_related("community")).community.code


def actor_of(account_id: int) -> str:
    """How the audit trail names a resident: by account, never by name or chat address."""
    return f"account:{account_id}"
