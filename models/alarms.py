"""Emergencies that were told in chat: the alarm, and every call to somebody on duty."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.desk import AlarmOutcome, AlarmState, Ring
from models.organisations import Organisation
from models.residency import Account
from models.sealed import SealedField


class Alarm(Model):
    """Danger that somebody wrote of, one open for each account; `place` is the code of the branch that is called.

    `key` is that of the message, so that one delivered again raises nothing; `next_call_at` is when the next in the
    chain is called, empty when it is over or somebody has taken it.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.UUIDField(unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="alarms"
    )
    account_id: int
    community: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", null=True, on_delete=fields.RESTRICT, related_name="alarms"
    )
    community_id: int | None
    place = fields.CharField(max_length=12, default="")
    danger = fields.CharField(max_length=10)
    text = SealedField()
    raised_at = fields.DatetimeField()
    last_at = fields.DatetimeField()
    state = fields.CharEnumField(AlarmState, max_length=12)
    next_call_at = fields.DatetimeField(null=True)
    acknowledged_by = fields.CharField(max_length=40, default="")
    acknowledged_at = fields.DatetimeField(null=True)
    outcome = fields.CharEnumField(AlarmOutcome, max_length=10, null=True)
    note = SealedField(null=True)
    closed_by = fields.CharField(max_length=40, default="")
    closed_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "alarm"
        constraints = (UniqueConstraint(fields=("account_id",), name="uq_alarm_open", condition="state <> 'closed'"),)
        indexes = (Index(fields=("state", "next_call_at")), Index(fields=("place", "state")))


class AlarmCall(Model):
    """The `step`-th call of an alarm's chain: written before the gateway is asked, its outcome after."""

    id: int = fields.BigIntField(primary_key=True)
    alarm: fields.ForeignKeyRelation[Alarm] = fields.ForeignKeyField(
        "models.Alarm", on_delete=fields.CASCADE, related_name="calls"
    )
    alarm_id: int
    step: int = fields.SmallIntField()
    login = fields.CharField(max_length=40)
    called_at = fields.DatetimeField()
    outcome = fields.CharEnumField(Ring, max_length=10)

    class Meta(Model.Meta):
        table = "alarm_call"
        unique_together = (("alarm", "step"),)
