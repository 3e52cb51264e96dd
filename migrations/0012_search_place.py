"""What is found can be walked within a part of the tree."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0011_delegates')]

    initial = False

    operations = [
        # The ORM can't name a collation; without it a range of codes is no range of the index.
        ops.RunSQL(
            'CREATE INDEX ix_search_entry_place ON search_entry (kind, place COLLATE "C", subject_id)',
            "DROP INDEX ix_search_entry_place",
        ),
    ]
