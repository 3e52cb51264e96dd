"""Notices with their versions, files and readings; who gets one by which path is in `models.campaigns`."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.files import StoredFile
from models.organisations import Organisation
from models.reach import NoticeClass, NoticeState, Repeat
from models.residency import Account, Dwelling


class Notice(Model):
    """What a body tells residents (domain.md §2.10). `version` counts corrections; the text here is the present one.

    A `…_by` is a login and says who answered for a step; `paths` is a set of `Path.bit`. `about` is what it asks
    people to do, as "poll:12"; `again_at` is when it is sent the next time, by `repeat`, to all or to who has not read.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="notices"
    )
    organisation_id: int
    topic = fields.CharEnumField(NoticeClass, max_length=16)
    state = fields.CharEnumField(NoticeState, max_length=12)
    version: int = fields.SmallIntField(default=1, db_default=1)
    title = fields.CharField(max_length=120)
    body = fields.TextField()
    body_responsible = fields.CharField(max_length=60)
    person_responsible = fields.CharField(max_length=40)
    phone = fields.CharField(max_length=40, default="")
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    wants_receipt = fields.BooleanField(default=False)
    audience: fields.JSONField[dict[str, Any]] = fields.JSONField()
    scope = fields.CharField(max_length=120, default="")
    paths: int = fields.SmallIntField()
    launch_at = fields.DatetimeField(null=True)
    repeat = fields.CharEnumField(Repeat, max_length=20, default=Repeat.NEVER, db_default=Repeat.NEVER.value)
    repeat_unread = fields.BooleanField(default=False, db_default=False)
    again_at = fields.DatetimeField(null=True)
    about = fields.CharField(max_length=40, default="", db_default="")
    created_by = fields.CharField(max_length=40, default="")
    submitted_by = fields.CharField(max_length=40, default="")
    reviewed_by = fields.CharField(max_length=40, default="")
    sent_by = fields.CharField(max_length=40, default="")
    reason = fields.CharField(max_length=200, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "notice"
        indexes = (Index(fields=("organisation_id", "state")), Index(fields=("state", "starts_on")))


class NoticeVersion(Model):
    """A text that a correction or withdrawal replaced; `reason` says why, `number` is the replaced version."""

    id: int = fields.BigIntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", on_delete=fields.CASCADE, related_name="versions"
    )
    notice_id: int
    number: int = fields.SmallIntField()
    title = fields.CharField(max_length=120)
    body = fields.TextField()
    reason = fields.CharField(max_length=200)
    replaced_at = fields.DatetimeField()
    replaced_by = fields.CharField(max_length=40)

    class Meta(Model.Meta):
        table = "notice_version"
        unique_together = (("notice", "number"),)


class NoticeFile(Model):
    id: int = fields.BigIntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", on_delete=fields.CASCADE, related_name="files"
    )
    notice_id: int
    file: fields.ForeignKeyRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile", on_delete=fields.RESTRICT, related_name="notice_files"
    )
    file_id: Any
    added_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "notice_file"
        unique_together = (("notice", "file"),)


class NoticeReading(Model):
    """That an account opened a notice, and when it said 已阅; `dwelling` is the home it counts for."""

    id: int = fields.BigIntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", on_delete=fields.CASCADE, related_name="readings"
    )
    notice_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="readings"
    )
    account_id: int
    dwelling: fields.ForeignKeyNullableRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", null=True, on_delete=fields.SET_NULL, related_name="readings"
    )
    dwelling_id: int | None
    version: int = fields.SmallIntField()
    read_at = fields.DatetimeField()
    acknowledged_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "notice_reading"
        unique_together = (("notice", "account"),)
        indexes = (Index(fields=("account_id",)),)
