"""Indexes by age: what is deleted when it has been kept long enough."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_residency')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['state', 'closed_at']),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['received_at']),
        ),
    ]
