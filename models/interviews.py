"""The director's interview (主任访谈): questions asked and backed, answers live as text, promises kept count of."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.consultations import Consultation
from models.deliberation import InterviewState
from models.organisations import Organisation
from models.participation import Participant, Post


class Interview(Model):
    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="interviews"
    )
    organisation_id: int
    state = fields.CharEnumField(InterviewState, max_length=10)
    title = fields.CharField(max_length=60)
    introduction = fields.TextField(default="")
    host = fields.CharField(max_length=40)
    starts_at = fields.DatetimeField()
    minutes: int = fields.SmallIntField()
    reason = fields.CharField(max_length=200, default="")
    created_by = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "interview"
        indexes = (Index(fields=("organisation_id", "state")), Index(fields=("state", "starts_at")))

    def __str__(self) -> str:
        return self.title


class Question(Model):
    """What a resident asks the host; `backed_before` are voices from before it was taken over here."""

    id: int = fields.BigIntField(primary_key=True)
    interview: fields.ForeignKeyRelation[Interview] = fields.ForeignKeyField(
        "models.Interview", on_delete=fields.CASCADE, related_name="questions"
    )
    interview_id: int
    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", on_delete=fields.RESTRICT, related_name="question"
    )
    post_id: int
    backed_before: int = fields.IntField(default=0, db_default=0)
    answer = fields.TextField(default="")
    answered_by = fields.CharField(max_length=40, default="")
    answered_at = fields.DatetimeField(null=True)
    corrected_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "question"
        indexes = (Index(fields=("interview_id", "id")),)


class QuestionBacking(Model):
    """「我也想问」: one voice of a person for a question."""

    id: int = fields.BigIntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", on_delete=fields.CASCADE, related_name="backings"
    )
    question_id: int
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="backings"
    )
    participant_id: int
    made_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "question_backing"
        unique_together = (("question", "participant"),)


class Undertaking(Model):
    """A thing to be done, by whom and until when: a task of a consultation, or a promise made in an interview."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="undertakings"
    )
    organisation_id: int
    consultation: fields.ForeignKeyNullableRelation[Consultation] = fields.ForeignKeyField(
        "models.Consultation", null=True, on_delete=fields.CASCADE, related_name="undertakings"
    )
    consultation_id: int | None
    interview: fields.ForeignKeyNullableRelation[Interview] = fields.ForeignKeyField(
        "models.Interview", null=True, on_delete=fields.CASCADE, related_name="undertakings"
    )
    interview_id: int | None
    question: fields.ForeignKeyNullableRelation[Question] = fields.ForeignKeyField(
        "models.Question", null=True, on_delete=fields.SET_NULL, related_name="undertakings"
    )
    question_id: int | None
    what = fields.CharField(max_length=120)
    owner = fields.CharField(max_length=40)
    due_on = fields.DateField()
    first_due_on = fields.DateField()
    late_why = fields.CharField(max_length=200, default="")
    done_at = fields.DatetimeField(null=True)
    done_by = fields.CharField(max_length=40, default="")
    outcome = fields.CharField(max_length=200, default="")
    created_by = fields.CharField(max_length=40)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "undertaking"
        indexes = (
            Index(fields=("consultation_id",)),
            Index(fields=("interview_id",)),
            Index(fields=("question_id",)),
            Index(fields=("organisation_id", "done_at", "due_on")),
        )
