"""How many dwellings of a district have somebody bound is counted from two indexes alone."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0012_search_place')]

    initial = False

    operations = [
        # Neither columns that are only carried along nor conditions can be named by the ORM.
        ops.RunSQL(
            "CREATE INDEX ix_dwelling_coverage ON dwelling (id) INCLUDE (community_id, occupancy)",
            "DROP INDEX ix_dwelling_coverage",
        ),
        ops.RunSQL(
            "CREATE INDEX ix_binding_bound ON binding (dwelling_id) WHERE state = 'active'",
            "DROP INDEX ix_binding_bound",
        ),
    ]
