"""Conversations of residents with a worker: one open at a time for each account, and every line of it in order."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.households import Delegation
from models.organisations import Organisation
from models.residency import Account
from models.sealed import SealedField
from models.states import Delivered, EnquiryState


class Enquiry(Model):
    """A question put to a person. `community` is the resident's first home's; without one the district answers.

    `delegation` is set where a 代办人 asks for somebody else.

    `held_by` and `closed_by` are logins of staff; `closed_by` is empty where the resident or the clock ended it.
    """

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="enquiries"
    )
    account_id: int
    community: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", null=True, on_delete=fields.RESTRICT, related_name="enquiries"
    )
    community_id: int | None
    delegation: fields.ForeignKeyNullableRelation[Delegation] = fields.ForeignKeyField(
        "models.Delegation", null=True, on_delete=fields.SET_NULL, related_name="enquiries"
    )
    delegation_id: int | None
    state = fields.CharEnumField(EnquiryState, max_length=8)
    opened_at = fields.DatetimeField()
    held_by = fields.CharField(max_length=40, default="")
    held_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "enquiry"
        constraints = (UniqueConstraint(fields=("account_id",), name="uq_enquiry_open", condition="state <> 'closed'"),)
        indexes = (Index(fields=("state", "opened_at")), Index(fields=("state", "closed_at")))


class EnquiryLine(Model):
    """What one of the two said. `author` is a login of staff, empty for the resident.

    `media` is the platform's id of a voice message or picture, which lives three days; `text` then names the kind.
    `key` is a worker's form, so that sending it twice says it once; `delivered` and `errcode` are of their lines only.
    """

    id: int = fields.BigIntField(primary_key=True)
    enquiry: fields.ForeignKeyRelation[Enquiry] = fields.ForeignKeyField(
        "models.Enquiry", on_delete=fields.CASCADE, related_name="lines"
    )
    enquiry_id: int
    author = fields.CharField(max_length=40, default="")
    text = SealedField()
    media = fields.CharField(max_length=128, default="")
    at = fields.DatetimeField()
    key = fields.UUIDField(null=True, unique=True)
    delivered = fields.CharEnumField(Delivered, max_length=8, null=True)
    errcode: int = fields.IntField(default=0)

    class Meta(Model.Meta):
        table = "enquiry_line"
        indexes = (Index(fields=("enquiry_id", "id")),)
