"""Files that people upload: what they are, whom they concern, and where their bytes lie."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class StoredFile(Model):
    """One file. `purpose` decides who may read it, `place` is the code it belongs to, `owner` as in the audit trail.

    The bytes lie encrypted in DATA_DIR or a bucket under `key`; `digest` is SHA-256 of what was kept.
    """

    key = fields.UUIDField(primary_key=True)
    purpose = fields.CharField(max_length=40)
    place = fields.CharField(max_length=40, default="")
    owner = fields.CharField(max_length=60)
    name = fields.CharField(max_length=120, default="")
    content_type = fields.CharField(max_length=80)
    size: int = fields.BigIntField()
    digest = fields.BinaryField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "stored_file"
        indexes = (Index(fields=("expires_at",)), Index(fields=("purpose", "place")))
