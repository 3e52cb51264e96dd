"""Who is on duty for a branch and when, and what one shift leaves to the next."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.organisations import Organisation


class DutyShift(Model):
    """Somebody on duty from `starts_at` until `ends_at`; `rank` 1 is called first. `begun_at`: 开始值班 was pressed."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="shifts"
    )
    organisation_id: int
    login = fields.CharField(max_length=40)
    rank: int = fields.SmallIntField(default=1, db_default=1)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    begun_at = fields.DatetimeField(null=True)
    written_by = fields.CharField(max_length=40)
    written_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "duty_shift"
        unique_together = (("organisation", "login", "starts_at"),)
        indexes = (Index(fields=("organisation_id", "ends_at")), Index(fields=("login", "ends_at")))


class HandOver(Model):
    """What a shift left to the next: figures and numbers of enquiries and alarms in `figures`, nobody's name."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="hand_overs"
    )
    organisation_id: int
    begins_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    figures: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    written_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=40, default="")
    taken_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "hand_over"
        unique_together = (("organisation", "ends_at"),)
