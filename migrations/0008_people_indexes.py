"""Indexes by which a person is found at their dwellings, corrections and delegations."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_residency')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Correction',
            index=Index(fields=['resident_id']),
        ),
        ops.AddIndex(
            model_name='Delegation',
            index=Index(fields=['elder_id']),
        ),
        ops.AddIndex(
            model_name='Membership',
            index=Index(fields=['resident_id']),
        ),
        ops.AddIndex(
            model_name='Ownership',
            index=Index(fields=['resident_id']),
        ),
    ]
