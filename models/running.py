"""The service's own bookkeeping: which clock firing was claimed, and values shared by all processes."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class JobRun(Model):
    """A firing of a clock job belongs to whoever inserts this row first."""

    id: int = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60)
    slot = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    failure = fields.CharField(max_length=200, default="")

    class Meta(Model.Meta):
        table = "job_run"
        unique_together = (("name", "slot"),)


class Shared(Model):
    """A named value that outlives processes, such as the clock's shift."""

    name = fields.CharField(max_length=40, primary_key=True)
    value: fields.JSONField[Any] = fields.JSONField()

    class Meta(Model.Meta):
        table = "shared"
