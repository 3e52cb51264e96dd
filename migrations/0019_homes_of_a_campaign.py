"""How far a campaign has come in each home is read from one index alone."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0018_again')]

    initial = False

    operations = [
        ops.RemoveIndex(model_name='Delivery', fields=['campaign_id', 'dwelling_id']),
        # Columns that are only carried along can't be named by the ORM.
        ops.RunSQL(
            "CREATE INDEX ix_delivery_homes ON delivery (campaign_id, dwelling_id)"
            " INCLUDE (state, path, reached_at, resident_id)",
            "DROP INDEX ix_delivery_homes",
        ),
    ]
