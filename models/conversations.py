"""What came through the door and what was answered, one row a message; and what residents are to be told."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.residency import Account
from models.sealed import SealedField
from models.states import Delivered


class Message(Model):
    """`key` is the platform's MsgId, or an event's sender, time, name and key, digested: its uniqueness is
    what makes a message act once (wechat-platform.md §1.5).

    `content`, `answer` and `after` are sealed. `answer` is empty while the act is under way, `after` is the dialogue
    state that a repeated delivery restores. Of secret steps neither words nor answer are kept as chat: `answer_until`
    is when the answer is emptied.
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
    answer_until = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "message"
        indexes = (Index(fields=("sender", "received_at")), Index(fields=("received_at",)))


class Notification(Model):
    """A sentence for one account: sent once while the platform allows it, else shown when the resident comes next.

    The attempt is written before the call; `outcome` UNKNOWN is never sent again.
    """

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="notifications"
    )
    account_id: int
    text = SealedField()
    created_at = fields.DatetimeField()
    attempted_at = fields.DatetimeField(null=True)
    outcome = fields.CharEnumField(Delivered, max_length=8, null=True)
    errcode: int = fields.IntField(default=0)
    seen_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "notification"
        indexes = (Index(fields=("account_id", "id")), Index(fields=("attempted_at", "id")))
