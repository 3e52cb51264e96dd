"""Who did what to which thing, when, from which state to which, and why; sealed into a chain each minute."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class AuditEntry(Model):
    """One deed. `number` and `seal` stay empty until the sealer links the committed rows."""

    id: int = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=60)
    action = fields.CharField(max_length=40)
    subject = fields.CharField(max_length=60)
    place = fields.CharField(max_length=40, default="")
    before = fields.CharField(max_length=20, default="")
    after = fields.CharField(max_length=20, default="")
    reason = fields.CharField(max_length=200, default="")
    detail: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    number: int | None = fields.BigIntField(null=True)
    seal = fields.BinaryField(null=True)

    class Meta(Model.Meta):
        table = "audit_entry"
        indexes = (Index(fields=("place", "id")), Index(fields=("subject",)))
        constraints = (UniqueConstraint(fields=("number",), name="uq_audit_number", condition="number IS NOT NULL"),)
