"""What came through the door and what was answered: one row a message, the proof that it acted once."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Message(Model):
    """`key` is the platform's MsgId, or an event's sender, time, name and key, digested: its uniqueness is
    what makes a message act once (wechat-platform.md §1.5).

    `content`, `answer` and `after` are sealed. `answer` is empty while the act is under way, `after` is the dialogue
    state that a repeated delivery restores. Of secret steps neither words nor answer are kept as chat.
    """

    key = fields.UUIDField(primary_key=True)
    app_id = fields.CharField(max_length=40)
    sender = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=40)
    secret = fields.BooleanField(default=False)
    content = fields.BinaryField()
    answer = fields.BinaryField(null=True)
    after = fields.BinaryField(null=True)
    received_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "message"
        indexes = (Index(fields=("sender", "received_at")),)
