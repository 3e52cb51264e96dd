"""Writing the audit trail, and sealing what has been committed into one chain."""

from typing import Any

from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.seals import facts_of, seal_of
from models.audit import AuditEntry
from models.database import rows

SEAL_LOCK = 0x6175646974
BATCH = 5_000


async def record(
    actor: str,
    action: str,
    subject: str,
    *,
    place: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one deed in the transaction under way.

    Args:
        actor: who, as `staff:zhang`, `account:12`, `clock` or `cli`; never a name, phone or openid.
        action: a verb of one capability, as `poll.publish`.
        subject: the thing, as `poll:7`.
        place: code of the place it concerns; decides who may read the entry.
        before: state left, `after`: state entered.
        detail: further facts for machines, never personal data.
    """
    await AuditEntry.create(
        at=clock.now(),
        actor=actor,
        action=action,
        subject=subject,
        place=place,
        before=before,
        after=after,
        reason=reason,
        detail=detail or {},
    )


async def note_export(actor: str, place: str, count: int) -> None:
    """Note that entries of the trail were taken out as a file."""
    async with in_transaction():
        await record(actor, "audit.export", f"organisation:{place}", place=place, detail={"entries": count})


async def seal_tail() -> int:
    """Link the committed entries that are not in the chain yet; one sealer at a time. Returns how many were linked."""
    sealed = 0
    while count := await _seal_batch():
        sealed += count
    return sealed


async def _seal_batch() -> int:
    async with in_transaction():
        await rows("SELECT pg_advisory_xact_lock($1)", SEAL_LOCK)
        last = await AuditEntry.filter(number__not_isnull=True).order_by("-number").first()
        number, seal = (last.number or 0, last.seal or b"") if last else (0, b"")
        tail = await AuditEntry.filter(number__isnull=True).order_by("id").limit(BATCH)
        for entry in tail:
            number += 1
            entry.number = number
            entry.seal = seal = seal_of(seal, facts_of(entry))
        await rows(
            "UPDATE audit_entry SET number = link.number, seal = link.seal"
            " FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS link (id, number, seal)"
            " WHERE audit_entry.id = link.id",
            [entry.id for entry in tail],
            [entry.number for entry in tail],
            [entry.seal for entry in tail],
        )
        return len(tail)
