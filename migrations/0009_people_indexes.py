"""Indexes by which a person is found at their dwellings, corrections and delegations."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0008_retention')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Resident',
            name=None,
            fields=['name_index'],
        ),
        ops.AddIndex(
            model_name='Resident',
            index=Index(fields=['name_index', 'birth_on']),
        ),
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
