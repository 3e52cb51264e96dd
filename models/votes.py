"""Polls from draft to archive: what is asked of whom under which terms, and who answered for each step.

The rolls and ballots of a poll are in `models.ballots`.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.files import StoredFile
from models.organisations import Organisation
from models.residency import Account, Dwelling, Resident
from models.states import Electorate, LegalEffect, PollKind, PollPaper, PollState


class Poll(Model):
    """One vote on one motion.

    `terms` holds thresholds, minimum periods and who counts, as `handlers.votes.terms.Terms` writes them; `dimensions`
    and `scale` are those of a scoring; `choices` is empty there. A `…_by` is a login and says who answered for a step.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="polls"
    )
    organisation_id: int
    kind = fields.CharEnumField(PollKind, max_length=20)
    electorate = fields.CharEnumField(Electorate, max_length=12, default=Electorate.HOUSEHOLD, db_default="household")
    state = fields.CharEnumField(PollState, max_length=12)
    title = fields.CharField(max_length=120)
    explanation = fields.TextField(default="")
    matter: int | None = fields.SmallIntField(null=True)
    choices: fields.JSONField[list[str]] = fields.JSONField()
    max_choices: int = fields.SmallIntField(default=1, db_default=1)
    dimensions: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    scale: fields.JSONField[list[int]] = fields.JSONField(default=list, db_default=[])
    abstain = fields.CharField(max_length=40, default="")
    places: fields.JSONField[list[str]] = fields.JSONField()
    scope = fields.CharField(max_length=60, default="")
    organiser = fields.CharField(max_length=120, default="")
    contact = fields.CharField(max_length=60, default="")
    legal_effect = fields.CharEnumField(LegalEffect, max_length=12)
    legal_basis = fields.CharField(max_length=200, default="", db_default="")
    secret = fields.BooleanField(default=True)
    changeable = fields.BooleanField(default=False, db_default=False)
    min_age: int = fields.SmallIntField(default=18)
    terms: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict, db_default={})
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=40, default="")
    submitted_by = fields.CharField(max_length=40, default="", db_default="")
    reviewed_by = fields.CharField(max_length=40, default="", db_default="")
    published_by = fields.CharField(max_length=40, default="")
    counted_by = fields.CharField(max_length=40, default="", db_default="")
    certified_by = fields.CharField(max_length=40, default="", db_default="")
    announced_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    counted_at = fields.DatetimeField(null=True)
    certified_at = fields.DatetimeField(null=True)
    archived_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=200, default="", db_default="")
    result: fields.JSONField[dict[str, Any] | None] = fields.JSONField(null=True)

    class Meta(Model.Meta):
        table = "poll"
        indexes = (Index(fields=("state", "opens_at")), Index(fields=("state", "closes_at")))

    def __str__(self) -> str:
        return self.title


class PollElector(Model):
    """A person on the list of those who vote, where the roll is a list (居民代表会议)."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.CASCADE, related_name="electors"
    )
    poll_id: int
    resident: fields.ForeignKeyRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", on_delete=fields.RESTRICT, related_name="elector_of"
    )
    resident_id: int

    class Meta(Model.Meta):
        table = "poll_elector"
        unique_together = (("poll", "resident"),)


class PollChange(Model):
    """What of a poll changed in the sight of all: an explanation put right, a closing moved, a voice added."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="changes"
    )
    poll_id: int
    field = fields.CharField(max_length=20)
    before = fields.TextField(default="")
    after = fields.TextField(default="")
    reason = fields.CharField(max_length=200)
    made_by = fields.CharField(max_length=40)
    made_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "poll_change"
        indexes = (Index(fields=("poll_id", "id")),)


class RollObjection(Model):
    """「异议」: a resident says that a roll, or a ballot cast for their home, is wrong; it is answered by a day."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="objections"
    )
    poll_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="objections"
    )
    dwelling_id: int
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="objections"
    )
    account_id: int | None
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    answer = fields.CharField(max_length=200, default="")
    answered_by = fields.CharField(max_length=40, default="")
    answered_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "roll_objection"
        indexes = (Index(fields=("poll_id", "answered_at")),)


class PollFile(Model):
    """A file of a poll: an attachment that residents read, a photo of the posted notice, a signed count sheet."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="papers"
    )
    poll_id: int
    file: fields.ForeignKeyRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile", on_delete=fields.RESTRICT, related_name="poll_files"
    )
    file_id: Any
    kind = fields.CharEnumField(PollPaper, max_length=12)
    added_by = fields.CharField(max_length=40)
    added_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "poll_file"
        unique_together = (("poll", "file"),)
