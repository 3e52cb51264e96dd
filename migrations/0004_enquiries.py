"""Conversations with a worker and their lines; one open at a time for each account."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.sealed import SealedField
from models.states import Delivered, EnquiryState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0003_lease_end')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Enquiry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.CASCADE)),
                ('community', fields.ForeignKeyField('models.Organisation', source_field='community_id', null=True, db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='WAITING: waiting\nHELD: held\nCLOSED: closed', enum_type=EnquiryState, max_length=8)),
                ('opened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('held_by', fields.CharField(default='', max_length=40)),
                ('held_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('closed_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'enquiry', 'app': 'models', 'constraints': [UniqueConstraint(fields=('account_id',), name='uq_enquiry_open', condition="state <> 'closed'")], 'indexes': [Index(fields=['state', 'opened_at'])], 'pk_attr': 'id', 'table_description': "A question put to a person. `community` is the resident's first home's; without one the district answers."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='EnquiryLine',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('enquiry', fields.ForeignKeyField('models.Enquiry', source_field='enquiry_id', db_constraint=True, to_field='id', related_name='lines', on_delete=OnDelete.CASCADE)),
                ('author', fields.CharField(default='', max_length=40)),
                ('text', SealedField(generated=False, null=False, unique=False)),
                ('media', fields.CharField(default='', max_length=128)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('key', fields.UUIDField(null=True, unique=True)),
                ('delivered', fields.CharEnumField(null=True, description='SENT: sent\nFAILED: failed\nUNKNOWN: unknown', enum_type=Delivered, max_length=8)),
                ('errcode', fields.IntField(default=0)),
            ],
            options={'table': 'enquiry_line', 'app': 'models', 'indexes': [Index(fields=['enquiry_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What one of the two said. `author` is a login of staff, empty for the resident.'},
            bases=['Model'],
        ),
        # The ORM's CreateModel leaves out unique constraints with a condition.
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_enquiry_open ON enquiry (account_id) WHERE state <> 'closed'",
            "DROP INDEX uq_enquiry_open",
        ),
    ]
