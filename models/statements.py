"""What people say on a topic, one idea each, and where everybody stands on it."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.consultations import Consultation
from models.participation import Participant, Post


class Statement(Model):
    """One idea on a topic; its words and whether it is public are those of its `post`.

    `merged_into` is set on a near-duplicate, whose stances went over. `priority` is how much another answer to it
    would tell, as the job last worked it out; the counts are of the same moment.
    """

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="statements"
    )
    consultation_id: int
    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", on_delete=fields.RESTRICT, related_name="statement"
    )
    post_id: int
    merged_into: fields.ForeignKeyNullableRelation["Statement"] = fields.ForeignKeyField(
        "models.Statement", null=True, on_delete=fields.SET_NULL, related_name="merged"
    )
    merged_into_id: int | None
    merged_by = fields.CharField(max_length=40, default="")
    kept_apart: fields.JSONField[list[int]] = fields.JSONField(default=list, db_default=[])
    priority: float = fields.FloatField(default=1.0, db_default=1.0)
    agreed: int = fields.IntField(default=0, db_default=0)
    disagreed: int = fields.IntField(default=0, db_default=0)
    passed: int = fields.IntField(default=0, db_default=0)

    class Meta(Model.Meta):
        table = "statement"
        indexes = (Index(fields=("consultation_id", "id")), Index(fields=("merged_into_id",)))


class Stance(Model):
    """Where a person stands on a statement: 1 agrees, -1 disagrees, 0 can't say; the last word counts."""

    id: int = fields.BigIntField(primary_key=True)
    statement: fields.ForeignKeyRelation[Statement] = fields.ForeignKeyField(
        "models.Statement", on_delete=fields.CASCADE, related_name="stances"
    )
    statement_id: int
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="stances"
    )
    participant_id: int
    value: int = fields.SmallIntField()
    taken_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "stance"
        unique_together = (("statement", "participant"),)
        indexes = (Index(fields=("participant_id",)),)


class TopicOpinion(Model):
    """The latest computation of what people think of a topic, as the package `opinion` writes it, and of when.

    It lies apart from the topic, since it grows with the people and lists of topics do without it.
    """

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.OneToOneRelation[Consultation] = fields.OneToOneField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="opinion"
    )
    consultation_id: int
    found: fields.JSONField[dict[str, Any]] = fields.JSONField()
    computed_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "topic_opinion"


class StatementReply(Model):
    """An answer to a statement where open discussion is switched on; one level, nobody answers an answer."""

    id: int = fields.BigIntField(primary_key=True)
    statement: fields.ForeignKeyRelation[Statement] = fields.ForeignKeyField(
        "models.Statement", on_delete=fields.CASCADE, related_name="replies"
    )
    statement_id: int
    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", on_delete=fields.RESTRICT, related_name="reply"
    )
    post_id: int

    class Meta(Model.Meta):
        table = "statement_reply"
        indexes = (Index(fields=("statement_id", "id")),)
