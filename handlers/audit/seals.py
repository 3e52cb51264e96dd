"""Seals: what binds each entry of the audit trail to all before it."""

import hashlib
import json
from datetime import UTC

from models.audit import AuditEntry


def seal_of(previous: bytes, entry: AuditEntry) -> bytes:
    """SHA-256 over the seal before and the canonical JSON of the entry, its running number included."""
    row = {
        "id": entry.id,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "place": entry.place,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "detail": entry.detail,
    }
    canonical = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()
