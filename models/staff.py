"""Committee staff: who signs in to the panel, with which role, over which part of the tree."""

from tortoise import fields
from tortoise.models import Model

from models.organisations import Organisation
from models.sealed import SealedField
from models.states import StaffRole


class StaffMember(Model):
    """A login. `totp_step` is the last time step whose code was used, so that no code opens twice (RFC 6238 §5.2)."""

    id: int = fields.BigIntField(primary_key=True)
    login = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=40, default="")
    phone = SealedField(null=True)
    password_hash = fields.CharField(max_length=200)
    role = fields.CharEnumField(StaffRole, max_length=12)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="staff"
    )
    organisation_id: int
    active = fields.BooleanField(default=True)
    must_change_password = fields.BooleanField(default=False, db_default=False)
    totp_secret = SealedField(null=True)
    totp_confirmed_at = fields.DatetimeField(null=True)
    totp_step: int = fields.BigIntField(default=0, db_default=0)
    recovery_hashes: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    created_at = fields.DatetimeField()
    last_login_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "staff_member"

    def __str__(self) -> str:
        return self.name or self.login
