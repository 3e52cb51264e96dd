"""Consultations from a proposal to its appraisal, with the households that endorsed them and what was met about."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.deliberation import DecisionKind, NotForUs, Stage, StepKind
from models.files import StoredFile
from models.organisations import Organisation
from models.participation import Participant, Post
from models.residency import Dwelling
from models.votes import Poll


class Consultation(Model):
    """One topic with one id and one timeline (domain.md §2.4).

    `post` is a resident's proposal, whose text moderation looks at; staff's own have none and name `created_by`.
    `proposer` is who is named in public. `terms` holds the days and counts of its stages, as
    `handlers.consultations.terms` writes them. `endorsed_before` are endorsements from before it was taken over here.
    `discussion` and `map_shown` are switched on for one topic. `ends_at` is when the present stage is planned to end;
    `round` counts how often it was carried out anew.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="consultations"
    )
    organisation_id: int
    stage = fields.CharEnumField(Stage, max_length=12)
    title = fields.CharField(max_length=60)
    problem = fields.TextField(default="")
    options: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    parties: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    places: fields.JSONField[list[str]] = fields.JSONField()
    scope = fields.CharField(max_length=60, default="")
    contact = fields.CharField(max_length=60, default="")
    proposer = fields.CharField(max_length=60, default="")
    post: fields.OneToOneNullableRelation[Post] = fields.OneToOneField(
        "models.Post", null=True, on_delete=fields.RESTRICT, related_name="consultation"
    )
    post_id: int | None
    created_by = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField()
    terms: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict, db_default={})
    endorse_need: int = fields.IntField(default=0)
    endorsed_before: int = fields.IntField(default=0, db_default=0)
    review_due_on = fields.DateField(null=True)
    answer = fields.TextField(default="")
    answered_by = fields.CharField(max_length=40, default="")
    answered_at = fields.DatetimeField(null=True)
    not_for_us = fields.CharEnumField(NotForUs, max_length=12, null=True)
    merged_into: fields.ForeignKeyNullableRelation["Consultation"] = fields.ForeignKeyField(
        "models.Consultation", null=True, on_delete=fields.RESTRICT, related_name="merged"
    )
    merged_into_id: int | None
    split_from: fields.ForeignKeyNullableRelation["Consultation"] = fields.ForeignKeyField(
        "models.Consultation", null=True, on_delete=fields.RESTRICT, related_name="parts"
    )
    split_from_id: int | None
    stage_since = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    discussion = fields.BooleanField(default=False, db_default=False)
    map_shown = fields.BooleanField(default=False, db_default=False)
    decision = fields.CharEnumField(DecisionKind, max_length=10, null=True)
    poll: fields.ForeignKeyNullableRelation[Poll] = fields.ForeignKeyField(
        "models.Poll", null=True, on_delete=fields.RESTRICT, related_name="consultations"
    )
    poll_id: int | None
    resolution = fields.TextField(default="")
    dissent = fields.TextField(default="")
    decided_by = fields.CharField(max_length=40, default="")
    decided_at = fields.DatetimeField(null=True)
    round: int = fields.SmallIntField(default=1, db_default=1)

    class Meta(Model.Meta):
        table = "consultation"
        constraints = (UniqueConstraint(fields=("poll_id",), name="uq_consultation_poll"),)
        indexes = (
            Index(fields=("stage", "ends_at")),
            Index(fields=("organisation_id", "stage")),
            Index(fields=("merged_into_id",)),
            Index(fields=("split_from_id",)),
        )

    def __str__(self) -> str:
        return self.title


class ConsultationStep(Model):
    """A line of the public timeline: the `stage` entered, skipped or changed, by whom, and why."""

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="steps"
    )
    consultation_id: int
    kind = fields.CharEnumField(StepKind, max_length=10)
    stage = fields.CharEnumField(Stage, max_length=12)
    reason = fields.CharField(max_length=200, default="")
    words = fields.CharField(max_length=200, default="")
    taken_by = fields.CharField(max_length=60)
    taken_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "consultation_step"
        indexes = (Index(fields=("consultation_id", "id")),)


class ConsultationRules(Model):
    """Counts and days that an organisation has set for its consultations; below it they hold too."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.OneToOneRelation[Organisation] = fields.OneToOneField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="consultation_rules"
    )
    organisation_id: int
    terms: fields.JSONField[dict[str, Any]] = fields.JSONField()
    set_by = fields.CharField(max_length=40)
    set_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "consultation_rules"


class Endorsement(Model):
    """「我也想提」: a household backs a proposal, once, whoever of it says so."""

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="endorsements"
    )
    consultation_id: int
    dwelling: fields.ForeignKeyRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", on_delete=fields.RESTRICT, related_name="endorsements"
    )
    dwelling_id: int
    participant: fields.ForeignKeyNullableRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", null=True, on_delete=fields.SET_NULL, related_name="endorsements"
    )
    participant_id: int | None
    made_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "endorsement"
        unique_together = (("consultation", "dwelling"),)


class Meeting(Model):
    """What was said at a table: place, people, points agreed on, dissent, and what comes next (domain.md §2.4)."""

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="meetings"
    )
    consultation_id: int
    held_at = fields.DatetimeField()
    place = fields.CharField(max_length=60)
    present: int = fields.IntField()
    people = fields.CharField(max_length=200, default="")
    minutes = fields.TextField(default="")
    points: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    dissent: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    following = fields.CharField(max_length=200, default="")
    recorded_by = fields.CharField(max_length=40)
    recorded_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "meeting"
        indexes = (Index(fields=("consultation_id", "held_at")),)


class MeetingFile(Model):
    """A photograph of the signed page, or another paper of a meeting."""

    id: int = fields.BigIntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", on_delete=fields.CASCADE, related_name="files"
    )
    meeting_id: int
    file: fields.ForeignKeyRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile", on_delete=fields.RESTRICT, related_name="meeting_files"
    )
    file_id: Any
    added_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "meeting_file"
        unique_together = (("meeting", "file"),)


class Appraisal(Model):
    """A resident says whether what was decided has been carried out, and how well: one to five stars."""

    id: int = fields.BigIntField(primary_key=True)
    consultation: fields.ForeignKeyRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", on_delete=fields.CASCADE, related_name="appraisals"
    )
    consultation_id: int
    round: int = fields.SmallIntField()
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="appraisals"
    )
    participant_id: int
    carried_out = fields.BooleanField()
    stars: int | None = fields.SmallIntField(null=True)
    made_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "appraisal"
        unique_together = (("consultation", "round", "participant"),)
