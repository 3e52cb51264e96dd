"""Reading the audit trail: the list on the panel, the age of its unsealed tail, and whether the chain still holds."""

from datetime import datetime, timedelta
from typing import Protocol

from tortoise.expressions import Q

from handlers.audit.seals import seal_of
from models.audit import AuditEntry
from models.states import Level

BATCH = 5_000


class Scope(Protocol):
    """The part of the tree someone answers for: everything whose code begins with `code`."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> Level: ...


async def entries(
    viewer: Scope, *, before_id: int | None = None, limit: int = 50, search: str = ""
) -> list[AuditEntry]:
    """Deeds inside the viewer's scope, newest first; deeds of no place only for districts and cities.

    Args:
        before_id: id of the last entry already shown; None begins with the newest.
        search: words found in actor, action, subject, place or reason.
    """
    scope = Q(place__startswith=viewer.code)
    if viewer.level.sees_all:
        scope |= Q(place="")
    found = AuditEntry.filter(scope)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    for word in search.split():
        columns = ("actor", "action", "subject", "place", "reason")
        found = found.filter(Q(*(Q(**{f"{column}__icontains": word}) for column in columns), join_type="OR"))
    return await found.order_by("-id").limit(limit)


async def unsealed_age(now: datetime) -> timedelta:
    """How long the oldest entry outside the chain has waited; zero when all are sealed."""
    oldest = await AuditEntry.filter(number__isnull=True).order_by("id").first()
    return now - oldest.at if oldest else timedelta()


async def verify_chain() -> int | None:
    """Walk the chain from its first link: the number of the first missing or changed one, None when it holds."""
    number, seal = 0, b""
    while links := await AuditEntry.filter(number__gt=number).order_by("number").limit(BATCH):
        for entry in links:
            number += 1
            seal = seal_of(seal, entry)
            if entry.number != number or entry.seal != seal:
                return number
    return None
