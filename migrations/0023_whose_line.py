"""Whose chat a line came in by; what an account or person asked is found without reading everything."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0022_left_answers')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['account_id', 'id']),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['resident_id']),
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='account',
            field=fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='enquiry_lines', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddIndex(
            model_name='EnquiryLine',
            index=Index(fields=['account_id']),
        ),
    ]
