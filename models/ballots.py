"""Rolls and ballots: who may vote with which weight, who has voted, and what lies in the box.

A mark says that a roll entry has voted; a ballot says what was voted. Of a secret poll nothing joins the two. At
closing the box is emptied into lists in random order, without time or serial, each linked into a chain: receipts, and
choices.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.files import StoredFile
from models.residency import Account, Dwelling, Resident
from models.sealed import BlindIndexField, SealedField
from models.states import BoxSource, CastChannel
from models.votes import Poll


class RollEntry(Model):
    """One voice, frozen when the roll is posted; persons, households or owners, never accounts.

    `voice` is what makes it one: `dwelling:12`, `resident:33` or `owner:` and the head of the owners' register.
    `dwelling` is the home of the household or person, of an owner the first of their `parts`.
    `heads` is one, `area` the sum over an owner's dwellings in m² (《民法典》第二百七十八条); else 0.
    """

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="roll"
    )
    poll_id: int
    voice = fields.CharField(max_length=100)
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="roll_entries"
    )
    dwelling_id: int
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="roll_entries"
    )
    resident_id: int | None
    heads: int = fields.SmallIntField(default=1, db_default=1)
    area = fields.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=0)

    class Meta(Model.Meta):
        table = "roll_entry"
        unique_together = (("poll", "voice"),)
        indexes = (Index(fields=("dwelling_id", "poll_id")), Index(fields=("resident_id", "poll_id")))


class RollPart(Model):
    """A dwelling by which an owner is on the roll."""

    id: int = fields.BigIntField(primary_key=True)
    entry: fields.ForeignKeyRelation[RollEntry] = fields.ForeignKeyField(
        "models.RollEntry", on_delete=fields.CASCADE, related_name="parts"
    )
    entry_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="roll_parts"
    )
    dwelling_id: int
    area = fields.DecimalField(max_digits=12, decimal_places=4)

    class Meta(Model.Meta):
        table = "roll_part"
        unique_together = (("entry", "dwelling"),)
        indexes = (Index(fields=("dwelling_id",)),)


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
    recorded_by = fields.CharField(max_length=40, default="", db_default="")

    class Meta(Model.Meta):
        table = "roll_mark"


class Ballot(Model):
    """A secret paper in the box while voting goes on: the answer and its receipt, nothing of the voter.

    `answer` is canonical: the chosen indexes in order, `1` or `0,2`, or the scores, `5,4,4,3,5`. A paper from a box
    that two people counted has no receipt.
    """

    id = fields.UUIDField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="ballots"
    )
    poll_id: int
    answer = fields.CharField(max_length=80)
    receipt = SealedField(null=True)
    receipt_index = BlindIndexField(null=True)

    class Meta(Model.Meta):
        table = "ballot"
        unique_together = (("poll", "receipt_index"),)


class NamedBallot(Model):
    """A ballot of a poll that is not secret. The one that `stands` counts; `flaw` says why another does not.

    `account` is whoever cast it in chat or on a page, who alone may change it; `serial` and `photo` are of paper.
    """

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="named_ballots"
    )
    poll_id: int
    entry: fields.ForeignKeyRelation[RollEntry] = fields.ForeignKeyField(
        "models.RollEntry", on_delete=fields.RESTRICT, related_name="ballots"
    )
    entry_id: int
    answer = SealedField()
    receipt = SealedField(null=True)
    receipt_index = BlindIndexField(null=True)
    channel = fields.CharEnumField(CastChannel, max_length=8)
    cast_at = fields.DatetimeField()
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="ballots"
    )
    account_id: int | None
    recorded_by = fields.CharField(max_length=40, default="")
    serial = fields.CharField(max_length=40, null=True)
    photo: fields.ForeignKeyNullableRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile", null=True, on_delete=fields.RESTRICT, related_name="ballots"
    )
    photo_id: Any
    stands = fields.BooleanField(default=True)
    flaw = fields.CharField(max_length=20, default="")

    class Meta(Model.Meta):
        table = "named_ballot"
        unique_together = (("poll", "serial"), ("poll", "receipt_index"))
        constraints = (UniqueConstraint(fields=("entry_id",), name="uq_named_ballot_stands", condition="stands"),)
        indexes = (Index(fields=("entry_id",)), Index(fields=("account_id",)))


class BoxCount(Model):
    """Totals that two people signed: of a box of secret papers, or as the authority's own system gave them.

    `lines` holds [answer, papers, heads, area] each, `spoilt` the papers that count for nothing.
    """

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="box_counts"
    )
    poll_id: int
    source = fields.CharEnumField(BoxSource, max_length=12)
    lines: fields.JSONField[list[list[Any]]] = fields.JSONField()
    spoilt: int = fields.IntField(default=0)
    note = fields.CharField(max_length=200, default="")
    sheet: fields.ForeignKeyNullableRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile", null=True, on_delete=fields.RESTRICT, related_name="box_counts"
    )
    sheet_id: Any
    entered_by = fields.CharField(max_length=40)
    entered_at = fields.DatetimeField()
    signed_by = fields.CharField(max_length=40, default="")
    signed_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "box_count"
        indexes = (Index(fields=("poll_id",)),)


class SealedReceipt(Model):
    """A line of the public list: a receipt, of a named poll with what was chosen, linked to the lines before it."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="sealed_receipts"
    )
    poll_id: int
    number: int = fields.IntField()
    receipt = fields.CharField(max_length=14)
    answer = fields.CharField(max_length=80, default="")
    seal = fields.BinaryField()

    class Meta(Model.Meta):
        table = "sealed_receipt"
        unique_together = (("poll", "number"),)
        indexes = (Index(fields=("receipt",)),)


class SealedChoice(Model):
    """A line of the auditor's list: what was chosen and its weight, in an order of its own, linked as the receipts."""

    id: int = fields.BigIntField(primary_key=True)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", on_delete=fields.RESTRICT, related_name="sealed_choices"
    )
    poll_id: int
    number: int = fields.IntField()
    answer = fields.CharField(max_length=80)
    heads: int = fields.IntField()
    area = fields.DecimalField(max_digits=16, decimal_places=4)
    seal = fields.BinaryField()

    class Meta(Model.Meta):
        table = "sealed_choice"
        unique_together = (("poll", "number"),)
