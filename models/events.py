"""Facts that others may act upon, written in the transaction that made them true (the outbox)."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Event(Model):
    id: int = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40)
    payload: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    dispatched_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "event"
        indexes = (Index(fields=("name", "id")),)
