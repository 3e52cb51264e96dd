"""Dwellings and the people in them: registers, ownership, WeChat accounts, bindings and door codes."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.organisations import Building, Estate, Grid, Organisation
from models.sealed import BlindIndexField, SealedField
from models.states import BindingState, MemberRole


class Dwelling(Model):
    """A flat (the place), never the people in it; `corrected` as with residents."""

    id: int = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    community: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="dwellings"
    )
    community_id: int
    grid: fields.ForeignKeyRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", on_delete=fields.RESTRICT, related_name="dwellings"
    )
    grid_id: int
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", on_delete=fields.RESTRICT, related_name="dwellings"
    )
    estate_id: int
    building: fields.ForeignKeyRelation[Building] = fields.ForeignKeyField(
        "models.Building", on_delete=fields.RESTRICT, related_name="dwellings"
    )
    building_id: int
    entrance = fields.CharField(max_length=10, default="")
    floor: int | None = fields.SmallIntField(null=True)
    room = fields.CharField(max_length=20)
    address = fields.CharField(max_length=120)
    area = fields.DecimalField(max_digits=12, decimal_places=4, null=True)
    kind = fields.CharField(max_length=20, default="")
    occupancy = fields.CharField(max_length=20, default="")
    corrected: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])

    class Meta(Model.Meta):
        table = "dwelling"
        unique_together = (("building", "entrance", "room"),)
        indexes = (
            Index(fields=("estate_id", "room")),
            Index(fields=("community_id", "id")),
            Index(fields=("grid_id",)),
        )

    def __str__(self) -> str:
        return self.address


class Resident(Model):
    """A natural person on the register; `key` is the ledger's own number, `district code:id`.

    `corrected` names the columns that people here have put right, which a later import does not silently undo.
    `merged_into` is set on a duplicate: the person lives on in the other row.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    name = SealedField()
    name_index = BlindIndexField()
    surname_index = BlindIndexField(null=True)
    phone = SealedField(null=True)
    phone_index = BlindIndexField(null=True)
    id_no = SealedField(null=True)
    id_no_index = BlindIndexField(null=True)
    sex = fields.CharField(max_length=2, default="")
    birth_on = fields.DateField(null=True)
    huji = fields.CharField(max_length=20, default="", db_default="")
    tags: fields.JSONField[list[str]] = fields.JSONField(default=list)
    corrected: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    merged_into: fields.ForeignKeyNullableRelation["Resident"] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="duplicates"
    )
    merged_into_id: int | None

    class Meta(Model.Meta):
        table = "resident"
        indexes = (
            Index(fields=("name_index", "birth_on")),
            Index(fields=("phone_index",)),
            Index(fields=("id_no_index",)),
        )


class Membership(Model):
    """A person's part in the household of a dwelling; `until` keeps the history of who moved out."""

    id: int = fields.BigIntField(primary_key=True)
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.CASCADE, related_name="memberships"
    )
    resident_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="memberships"
    )
    dwelling_id: int
    role = fields.CharField(max_length=20)
    relation = fields.CharField(max_length=20, default="")
    since = fields.DateField(null=True)
    until = fields.DateField(null=True)

    class Meta(Model.Meta):
        table = "membership"
        constraints = (
            UniqueConstraint(
                fields=("resident_id", "dwelling_id"), name="uq_membership_current", condition="until IS NULL"
            ),
        )
        indexes = (Index(fields=("dwelling_id",)), Index(fields=("resident_id",)))


class Ownership(Model):
    """One row of the owners' register: who holds which share of a dwelling; `head` groups what counts as one owner."""

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=120, unique=True)
    head = fields.CharField(max_length=80, db_index=True)
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="ownerships"
    )
    dwelling_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="ownerships"
    )
    resident_id: int | None
    holder = fields.CharField(max_length=20, default="person")
    name = SealedField()
    name_index = BlindIndexField()
    id_no = SealedField(null=True)
    phone = SealedField(null=True)
    share = fields.CharField(max_length=20, default="1/1")

    class Meta(Model.Meta):
        table = "ownership"
        indexes = (Index(fields=("dwelling_id",)), Index(fields=("resident_id",)))


class Account(Model):
    """A WeChat account as one official account sees it: the openid belongs to its AppID."""

    id: int = fields.BigIntField(primary_key=True)
    app_id = fields.CharField(max_length=40)
    openid = fields.CharField(max_length=64)
    union_id = fields.CharField(max_length=64, null=True)
    following = fields.BooleanField(default=True)
    consent_version = fields.CharField(max_length=20, null=True)
    consented_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "account"
        unique_together = (("app_id", "openid"),)


class Binding(Model):
    """An account's claim to a dwelling, from application to release; `represents` marks the 户代表, one at most."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="bindings"
    )
    account_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="bindings"
    )
    dwelling_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="bindings"
    )
    resident_id: int | None
    role = fields.CharEnumField(MemberRole, max_length=12)
    name = SealedField()
    verified = fields.BooleanField(default=False)
    represents = fields.BooleanField(default=False, db_default=False)
    adult = fields.BooleanField(default=True)
    lease_ends_on = fields.DateField(null=True)
    state = fields.CharEnumField(BindingState, max_length=12)
    reason = fields.CharField(max_length=200, default="")
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=40, default="")
    ended_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "binding"
        constraints = (
            UniqueConstraint(
                fields=("account_id", "dwelling_id"), name="uq_binding_live", condition="state IN ('pending', 'active')"
            ),
            UniqueConstraint(
                fields=("dwelling_id",), name="uq_binding_represents", condition="represents AND state = 'active'"
            ),
        )
        indexes = (
            Index(fields=("state", "created_at")),
            Index(fields=("dwelling_id",)),
            Index(fields=("resident_id",)),
        )


class DoorCode(Model):
    """A code printed on the letter to a dwelling: 30 days, up to four accounts (conversations.md, 登记住址)."""

    id: int = fields.BigIntField(primary_key=True)
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.CASCADE, related_name="door_codes"
    )
    dwelling_id: int
    code = SealedField()
    code_index = BlindIndexField(unique=True)
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    uses: int = fields.SmallIntField(default=0)
    replaced_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "door_code"
        constraints = (
            UniqueConstraint(fields=("dwelling_id",), name="uq_door_code_current", condition="replaced_at IS NULL"),
        )


class CodeBrake(Model):
    """Wrong guesses of one account at one dwelling; five lock that address for that account for 24 hours."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="brakes"
    )
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.CASCADE, related_name="brakes"
    )
    misses: int = fields.SmallIntField(default=0)
    locked_until = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "code_brake"
        unique_together = (("account", "dwelling"),)
