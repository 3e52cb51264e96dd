"""Unique constraints with a condition: the ORM's CreateModel leaves them out, so they are written as SQL.

`tests/models/test_schema.py` compares every constraint declared in `models` with what the database holds.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

UNIQUE = {
    "uq_membership_current": ("membership", "resident_id, dwelling_id", "until IS NULL"),
    "uq_binding_live": ("binding", "account_id, dwelling_id", "state IN ('pending', 'active')"),
    "uq_door_code_current": ("door_code", "dwelling_id", "replaced_at IS NULL"),
    "uq_ballot_number": ("ballot", "poll_id, number", "number IS NOT NULL"),
    "uq_audit_number": ("audit_entry", "number", "number IS NOT NULL"),
}


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [
        *(
            ops.RunSQL(
                f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}",
                f"DROP INDEX {name}",
            )
            for name, (table, columns, condition) in UNIQUE.items()
        ),
        ops.RunSQL(
            "CREATE INDEX idx_dwelling_code_prefix ON dwelling (code text_pattern_ops)",
            "DROP INDEX idx_dwelling_code_prefix",
        ),
        ops.RunSQL(
            "CREATE INDEX idx_message_secret ON message (received_at) WHERE secret AND answer IS NOT NULL",
            "DROP INDEX idx_message_secret",
        ),
        ops.RunSQL(
            "CREATE INDEX idx_event_waiting ON event (id) WHERE dispatched_at IS NULL",
            "DROP INDEX idx_event_waiting",
        ),
    ]
