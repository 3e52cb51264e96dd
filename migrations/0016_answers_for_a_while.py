"""How long the answer to a secret step is kept: a minute, or a quarter of an hour where it is a receipt that may be lost."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [('models', '0015_sealed_lists')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='answer_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL("UPDATE message SET answer = NULL, after = NULL WHERE secret AND answer IS NOT NULL", ops.RunSQL.noop),
        ops.RunSQL("DROP INDEX idx_message_secret", ops.RunSQL.noop),
        ops.RunSQL(
            "CREATE INDEX idx_message_answer_until ON message (answer_until) WHERE answer_until IS NOT NULL",
            "DROP INDEX idx_message_answer_until",
        ),
    ]
