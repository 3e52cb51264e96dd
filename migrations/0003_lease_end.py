"""The day a tenant's lease ends, as told at registration."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0002_partial_unique")]

    operations = [ops.AddField(model_name="Binding", name="lease_ends_on", field=fields.DateField(null=True))]
