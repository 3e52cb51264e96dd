"""What grows around a household: guardians, delegates, consents, corrections asked for, duplicates made one."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.residency import Account, Binding, Dwelling, Resident
from models.sealed import SealedField
from models.states import ConsentPurpose, CorrectionKind, CorrectionState, DelegationState


class Guardianship(Model):
    """Who acts in law for a resident, as a worker has checked on papers (《民法典》第二十七、二十八条)."""

    id: int = fields.BigIntField(primary_key=True)
    ward: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="guardianships"
    )
    ward_id: int
    guardian: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="wards"
    )
    guardian_id: int
    relation = fields.CharField(max_length=20)
    since = fields.DateField()
    until = fields.DateField(null=True)
    checked_by = fields.CharField(max_length=40)

    class Meta(Model.Meta):
        table = "guardianship"
        constraints = (
            UniqueConstraint(
                fields=("ward_id", "guardian_id"), name="uq_guardianship_current", condition="until IS NULL"
            ),
        )
        indexes = (Index(fields=("guardian_id",)),)


class Delegation(Model):
    """A 代办人 who acts for another resident: asked for, confirmed by that person or a worker, ended, expired.

    `scope` and `relation` hold words of `handlers.delegations.rules`; `confirmed_how` is chat, phone or visit.
    """

    id: int = fields.BigIntField(primary_key=True)
    elder: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="delegations"
    )
    elder_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="delegations"
    )
    dwelling_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="delegations"
    )
    account_id: int
    delegate_name = SealedField()
    relation = fields.CharField(max_length=20, default="", db_default="")
    scope: fields.JSONField[list[str]] = fields.JSONField(default=list)
    state = fields.CharEnumField(DelegationState, max_length=8)
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=60)
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.CharField(max_length=60, default="")
    confirmed_how = fields.CharField(max_length=8, default="")
    expires_on = fields.DateField()
    reminded_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="")

    class Meta(Model.Meta):
        table = "delegation"
        constraints = (
            UniqueConstraint(
                fields=("elder_id", "account_id"), name="uq_delegation_live", condition="state IN ('asked', 'active')"
            ),
        )
        indexes = (
            Index(fields=("account_id",)),
            Index(fields=("dwelling_id",)),
            Index(fields=("elder_id",)),
            Index(fields=("state", "expires_on")),
        )


class NameBrake(Model):
    """Wrong names of one account that asks to act for somebody; five lock it for 24 hours."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "models.Account", on_delete=fields.CASCADE, related_name="name_brake"
    )
    account_id: int
    misses: int = fields.SmallIntField(default=0)
    locked_until = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "name_brake"


class DelegatedAct(Model):
    """One thing a delegate did in another's name, as 「代李秀英」; `subject` as the audit trail names it."""

    id: int = fields.BigIntField(primary_key=True)
    delegation: fields.ForeignKeyRelation[Delegation] = fields.ForeignKeyField(
        "models.Delegation", on_delete=fields.CASCADE, related_name="acts"
    )
    delegation_id: int
    act = fields.CharField(max_length=40)
    subject = fields.CharField(max_length=60)
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "delegated_act"
        indexes = (Index(fields=("delegation_id", "id")),)


class ConsentRecord(Model):
    """One consent to one purpose in one wording; `withdrawn_at` when it was taken back (个人信息保护法 14–15)."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="consents"
    )
    account_id: int
    purpose = fields.CharEnumField(ConsentPurpose, max_length=12)
    version = fields.CharField(max_length=20)
    given_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "consent_record"
        constraints = (
            UniqueConstraint(
                fields=("account_id", "purpose"), name="uq_consent_current", condition="withdrawn_at IS NULL"
            ),
        )


class Correction(Model):
    """Something a resident says is wrong on the registers, until a worker has put it right or said why not."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="corrections"
    )
    account_id: int | None
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="corrections"
    )
    dwelling_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="corrections"
    )
    resident_id: int | None
    binding: fields.ForeignKeyNullableRelation[Binding] = fields.ForeignKeyField(
        "models.Binding", null=True, on_delete=fields.SET_NULL, related_name="corrections"
    )
    binding_id: int | None
    kind = fields.CharEnumField(CorrectionKind, max_length=12)
    words = SealedField()
    state = fields.CharEnumField(CorrectionState, max_length=10)
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=40, default="")
    answer = SealedField(null=True)

    class Meta(Model.Meta):
        table = "correction"
        indexes = (
            Index(fields=("state", "created_at")),
            Index(fields=("dwelling_id",)),
            Index(fields=("account_id",)),
            Index(fields=("resident_id",)),
        )


class ResidentMerge(Model):
    """Two rows found to be one person: `moved` names what went from `gone` to `kept`, so that it can be undone."""

    id: int = fields.BigIntField(primary_key=True)
    kept: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="merges"
    )
    kept_id: int
    gone: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="merged"
    )
    gone_id: int
    moved: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    reason = fields.CharField(max_length=200, default="")
    merged_at = fields.DatetimeField()
    merged_by = fields.CharField(max_length=40)
    undone_at = fields.DatetimeField(null=True)
    undone_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "resident_merge"
        constraints = (
            UniqueConstraint(fields=("gone_id",), name="uq_resident_merge_current", condition="undone_at IS NULL"),
        )
        indexes = (Index(fields=("kept_id",)),)
