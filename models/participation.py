"""Who takes part in public talk, what they wrote, and what moderation did about it."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.deliberation import AppealState, ModerationReason, PostKind, PostState
from models.organisations import Organisation
from models.residency import Account, Resident
from models.sealed import BlindIndexField


class Participant(Model):
    """One person in public talk: the real name stands behind in the register, the nickname in front.

    `person` is the blind index of the resident's id: who has left and comes back is the same participant, so that
    nobody has two stances. `account` is the chat that is told; both links go with the account.
    """

    id: int = fields.BigIntField(primary_key=True)
    person = BlindIndexField(unique=True)
    resident: fields.OneToOneNullableRelation[Resident] = fields.OneToOneField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="participant"
    )
    resident_id: int | None
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="participants"
    )
    account_id: int | None
    nickname = fields.CharField(max_length=12, default="")
    joined_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "participant"
        indexes = (Index(fields=("account_id",)),)


class Post(Model):
    """A text for others to read, held until people have looked at it; hiding it deletes nothing.

    `organisation` is whose moderators decide; `subject` names what it belongs to, as "consultation:12". `speaker` is
    the tag in front (居民, 物业, 消防 …), `nickname` the name shown, both as they were then; `author` is empty for what
    staff wrote down, `written_by` their login. `checks` are the pipeline's phases with verdict and reason;
    `fingerprint` is the digest of the folded text. `rewritten` is the text before a moderator took something out of it.
    `keep_until` is set on what is unlawful, which is kept and listed for report (《网络安全法》第四十九条).
    """

    id: int = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(PostKind, max_length=10)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="posts"
    )
    organisation_id: int
    subject = fields.CharField(max_length=40, default="")
    author: fields.ForeignKeyNullableRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", null=True, on_delete=fields.SET_NULL, related_name="posts"
    )
    author_id: int | None
    written_by = fields.CharField(max_length=40, default="")
    speaker = fields.CharField(max_length=20, default="居民")
    nickname = fields.CharField(max_length=30, default="")
    text = fields.TextField()
    rewritten = fields.TextField(default="")
    fingerprint = fields.CharField(max_length=32)
    state = fields.CharEnumField(PostState, max_length=10)
    checks: fields.JSONField[list[dict[str, Any]]] = fields.JSONField(default=list, db_default=[])
    platform_check = fields.CharField(max_length=10, default="")
    platform_trace = fields.CharField(max_length=80, default="")
    reason = fields.CharEnumField(ModerationReason, max_length=12, null=True)
    remark = fields.CharField(max_length=200, default="")
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=40, default="")
    published_at = fields.DatetimeField(null=True)
    keep_until = fields.DateField(null=True)
    reported_at = fields.DatetimeField(null=True)
    reported_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "post"
        indexes = (
            Index(fields=("state", "organisation_id", "id")),
            Index(fields=("subject", "state")),
            Index(fields=("author_id", "created_at")),
            Index(fields=("platform_check", "id")),
            Index(fields=("organisation_id", "decided_at")),
            Index(fields=("keep_until",)),
        )


class PostReport(Model):
    """A resident says that a published text should not stand."""

    id: int = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", on_delete=fields.CASCADE, related_name="reports"
    )
    post_id: int
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="reports"
    )
    participant_id: int
    reason = fields.CharEnumField(ModerationReason, max_length=12)
    made_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    settled_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "post_report"
        unique_together = (("post", "participant"),)
        indexes = (Index(fields=("settled_at", "post_id")),)


class PostLike(Model):
    """「赞」: one of a person for a text."""

    id: int = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", on_delete=fields.CASCADE, related_name="likes"
    )
    post_id: int
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="likes"
    )
    participant_id: int
    made_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "post_like"
        unique_together = (("post", "participant"),)


class Appeal(Model):
    """An author asks another moderator to look again, within three working days (domain.md §2.4).

    Either a `post` or a `measure` is appealed; `against` is the login whose decision it was.
    """

    id: int = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", null=True, on_delete=fields.CASCADE, related_name="appeals"
    )
    post_id: int | None
    measure: fields.ForeignKeyNullableRelation["Measure"] = fields.ForeignKeyField(
        "models.Measure", null=True, on_delete=fields.CASCADE, related_name="appeals"
    )
    measure_id: int | None
    state = fields.CharEnumField(AppealState, max_length=8)
    against = fields.CharField(max_length=40)
    words = fields.CharField(max_length=200)
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=40, default="")
    remark = fields.CharField(max_length=200, default="")

    class Meta(Model.Meta):
        table = "appeal"
        constraints = (
            UniqueConstraint(fields=("post_id",), name="uq_appeal_post_open", condition="state = 'open'"),
            UniqueConstraint(fields=("measure_id",), name="uq_appeal_measure_open", condition="state = 'open'"),
        )
        indexes = (Index(fields=("state", "due_on")),)


class Measure(Model):
    """A participant may not post in a place until `ends_at`; there is none without an end."""

    id: int = fields.BigIntField(primary_key=True)
    participant: fields.ForeignKeyRelation[Participant] = fields.ForeignKeyField(
        "models.Participant", on_delete=fields.CASCADE, related_name="measures"
    )
    participant_id: int
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="measures"
    )
    organisation_id: int
    reason = fields.CharEnumField(ModerationReason, max_length=12)
    remark = fields.CharField(max_length=200)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    set_by = fields.CharField(max_length=40)
    lifted_at = fields.DatetimeField(null=True)
    lifted_by = fields.CharField(max_length=40, default="")
    lifted_why = fields.CharField(max_length=200, default="")

    class Meta(Model.Meta):
        table = "measure"
        indexes = (Index(fields=("participant_id", "ends_at")), Index(fields=("organisation_id", "ends_at")))


class WatchedWord(Model):
    """A word that texts of a place are held or refused for, with the article that says so."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="watched_words"
    )
    organisation_id: int
    word = fields.CharField(max_length=30)
    refuses = fields.BooleanField(default=False)
    reason = fields.CharEnumField(ModerationReason, max_length=12)
    basis = fields.CharField(max_length=120)
    added_by = fields.CharField(max_length=40)
    added_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "watched_word"
        unique_together = (("organisation", "word"),)
