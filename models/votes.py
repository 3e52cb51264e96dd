"""Polls, their frozen rolls, the marks of who has voted, and the ballots.

A mark says that a roll entry has voted; a ballot says what was voted. Of a secret poll nothing joins the two, and at
closing the ballots are written anew in random order, so that neither order nor transaction tells them apart.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.organisations import Organisation
from models.residency import Dwelling
from models.sealed import BlindIndexField, SealedField
from models.states import CastChannel, LegalEffect, PollKind, PollState


class Poll(Model):
    """One vote on one motion, from draft to archive."""

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="polls"
    )
    organisation_id: int
    kind = fields.CharEnumField(PollKind, max_length=20)
    state = fields.CharEnumField(PollState, max_length=12)
    title = fields.CharField(max_length=120)
    explanation = fields.TextField(default="")
    choices: fields.JSONField[list[str]] = fields.JSONField()
    abstain = fields.CharField(max_length=40, default="")
    places: fields.JSONField[list[str]] = fields.JSONField()
    scope = fields.CharField(max_length=60, default="")
    organiser = fields.CharField(max_length=120, default="")
    contact = fields.CharField(max_length=60, default="")
    legal_effect = fields.CharEnumField(LegalEffect, max_length=12)
    secret = fields.BooleanField(default=True)
    min_age: int = fields.SmallIntField(default=18)
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=40, default="")
    published_by = fields.CharField(max_length=40, default="")
    opened_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    result: fields.JSONField[dict[str, Any] | None] = fields.JSONField(null=True)

    class Meta(Model.Meta):
        table = "poll"
        indexes = (Index(fields=("state", "opens_at")), Index(fields=("state", "closes_at")))

    def __str__(self) -> str:
        return self.title


class RollEntry(Model):
    """One voice on the roll, frozen when voting opens: here one household, by its dwelling."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="roll"
    )
    poll_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="roll_entries"
    )
    dwelling_id: int

    class Meta(Model.Meta):
        table = "roll_entry"
        unique_together = (("poll", "dwelling"),)
        indexes = (Index(fields=("dwelling_id", "poll_id")),)


class RollMark(Model):
    """「已投」: at most one for each roll entry, whatever the channel. Who voted is kept, what they voted is not."""

    id: int = fields.BigIntField(primary_key=True)
    entry: fields.OneToOneRelation[RollEntry] = fields.OneToOneField(
        "models.RollEntry", on_delete=fields.RESTRICT, related_name="mark"
    )
    entry_id: int
    channel = fields.CharEnumField(CastChannel, max_length=8)
    voter = SealedField()
    cast_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "roll_mark"


class Ballot(Model):
    """One paper in the box: the choice and the blind index of its receipt, nothing of the voter."""

    id = fields.UUIDField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="ballots"
    )
    poll_id: int
    choice: int = fields.SmallIntField()
    receipt_index = BlindIndexField()
    number: int | None = fields.IntField(null=True)
    seal = fields.BinaryField(null=True)

    class Meta(Model.Meta):
        table = "ballot"
        unique_together = (("poll", "receipt_index"),)
        constraints = (
            UniqueConstraint(fields=("poll_id", "number"), name="uq_ballot_number", condition="number IS NOT NULL"),
        )
