"""Further official accounts beside the one of the settings, and the files by which the platform checks a domain."""

from tortoise import fields
from tortoise.models import Model

from models.organisations import Organisation
from models.sealed import SealedField


class OfficialAccount(Model):
    """An official account with its own door, `/wechat/{slug}`."""

    id: int = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="accounts"
    )
    organisation_id: int
    app_id = fields.CharField(max_length=40, unique=True)
    app_secret = SealedField()
    token = SealedField()
    aes_key = SealedField()
    mode = fields.CharField(max_length=12, default="safe")
    active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "official_account"


class VerificationFile(Model):
    """`MP_verify_….txt`, which the platform fetches from the root of our domain to see that it is ours."""

    id: int = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    body = fields.CharField(max_length=200)
    uploaded_by = fields.CharField(max_length=40)
    uploaded_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "verification_file"
