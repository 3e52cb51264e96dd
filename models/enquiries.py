"""Conversations of residents with a worker: one open at a time for each account, and every line of it in order."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.desk import EnquiryChannel, EnquiryOutcome, Fetched, LineKind
from models.households import Delegation
from models.organisations import Grid, Organisation
from models.residency import Account, Resident
from models.sealed import SealedField
from models.states import Delivered, EnquiryState


class Enquiry(Model):
    """A question put to a person, by the resident in chat or written down by a worker who was called or visited.

    `community` and `grid` are where the resident lives; `place` is the code of the branch that answers now, empty
    where all districts do. `assigned_to`, `held_by`, `answered_by` and `closed_by` are logins of staff: whose turn it
    is, who took it, who answered first, who ended it (empty where the resident or the clock did).
    `waiting_since` is the first word of the resident that nobody has answered; `delegation` is set where a 代办人 asks
    for somebody else; `caller` and `caller_phone` are of somebody on no register.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.UUIDField(null=True, unique=True)
    channel = fields.CharEnumField(
        EnquiryChannel, max_length=8, default=EnquiryChannel.CHAT, db_default=EnquiryChannel.CHAT
    )
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.CASCADE, related_name="enquiries"
    )
    account_id: int | None
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="enquiries"
    )
    resident_id: int | None
    caller = SealedField(null=True)
    caller_phone = SealedField(null=True)
    community: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", null=True, on_delete=fields.RESTRICT, related_name="enquiries"
    )
    community_id: int | None
    grid: fields.ForeignKeyNullableRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", null=True, on_delete=fields.SET_NULL, related_name="enquiries"
    )
    grid_id: int | None
    delegation: fields.ForeignKeyNullableRelation[Delegation] = fields.ForeignKeyField(
        "models.Delegation", null=True, on_delete=fields.SET_NULL, related_name="enquiries"
    )
    delegation_id: int | None
    place = fields.CharField(max_length=12, default="", db_default="")
    state = fields.CharEnumField(EnquiryState, max_length=8)
    opened_at = fields.DatetimeField()
    last_at = fields.DatetimeField()
    waiting_since = fields.DatetimeField(null=True)
    assigned_to = fields.CharField(max_length=40, default="", db_default="")
    held_by = fields.CharField(max_length=40, default="")
    held_at = fields.DatetimeField(null=True)
    snoozed_until = fields.DatetimeField(null=True)
    answered_by = fields.CharField(max_length=40, default="", db_default="")
    answered_at = fields.DatetimeField(null=True)
    department = fields.CharField(max_length=20, default="", db_default="")
    act = fields.CharField(max_length=20, default="", db_default="")
    routed_by = fields.CharField(max_length=40, default="", db_default="")
    closed_at = fields.DatetimeField(null=True)
    closed_by = fields.CharField(max_length=40, default="")
    outcome = fields.CharEnumField(EnquiryOutcome, max_length=10, null=True)
    merged_into: fields.ForeignKeyNullableRelation["Enquiry"] = fields.ForeignKeyField(
        "models.Enquiry", null=True, on_delete=fields.SET_NULL, related_name="merged"
    )
    merged_into_id: int | None

    class Meta(Model.Meta):
        table = "enquiry"
        constraints = (UniqueConstraint(fields=("account_id",), name="uq_enquiry_open", condition="state <> 'closed'"),)
        indexes = (
            Index(fields=("state", "opened_at")),
            Index(fields=("state", "closed_at")),
            Index(fields=("place", "state", "waiting_since")),
            Index(fields=("community_id", "state", "waiting_since")),
            Index(fields=("assigned_to", "state")),
            Index(fields=("held_by", "state")),
            Index(fields=("merged_into_id",)),
            Index(fields=("account_id", "id")),
            Index(fields=("resident_id",)),
        )


class EnquiryLine(Model):
    """One line of a conversation, `kind` says whose. `author` is a login of staff, empty for the resident.

    `account` is whose chat it came in by, which differs from the enquiry's where two were merged.
    `media` is the platform's id of a recording or picture; `text` then names the kind, and `file` is the key of what
    was kept of it once `fetched` says so. `key` is a worker's form, so that sending it twice says it once;
    `delivered` and `errcode` are of answers only.
    """

    id: int = fields.BigIntField(primary_key=True)
    enquiry: fields.ForeignKeyRelation[Enquiry] = fields.ForeignKeyField(
        "models.Enquiry", on_delete=fields.CASCADE, related_name="lines"
    )
    enquiry_id: int
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="enquiry_lines"
    )
    account_id: int | None
    kind = fields.CharEnumField(LineKind, max_length=8, default=LineKind.SAID, db_default=LineKind.SAID)
    author = fields.CharField(max_length=40, default="")
    text = SealedField()
    media = fields.CharField(max_length=128, default="")
    fetched = fields.CharEnumField(Fetched, max_length=8, null=True)
    fetch_at = fields.DatetimeField(null=True)
    tries: int = fields.SmallIntField(default=0, db_default=0)
    file = fields.UUIDField(null=True)
    at = fields.DatetimeField()
    key = fields.UUIDField(null=True, unique=True)
    delivered = fields.CharEnumField(Delivered, max_length=8, null=True)
    errcode: int = fields.IntField(default=0)

    class Meta(Model.Meta):
        table = "enquiry_line"
        indexes = (
            Index(fields=("enquiry_id", "id")),
            Index(fields=("fetched", "fetch_at")),
            Index(fields=("account_id",)),
        )


class CannedReply(Model):
    """Words that are often answered, for everybody below `organisation`; `title` is what staff look for them by."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="canned_replies"
    )
    organisation_id: int
    title = fields.CharField(max_length=40)
    text = fields.TextField()
    written_by = fields.CharField(max_length=40)
    written_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "canned_reply"
        unique_together = (("organisation", "title"),)
