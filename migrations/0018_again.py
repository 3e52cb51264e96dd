"""Notices that are sent again by themselves, what they ask people to do, and audiences that are used again."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.reach import Repeat
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [('models', '0017_notices')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SavedAudience',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='saved_audiences', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=40)),
                ('audience', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('created_by', fields.CharField(max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'saved_audience', 'app': 'models', 'unique_together': (('organisation', 'name'),), 'pk_attr': 'id', 'table_description': 'An audience that a branch uses again, by the name it gave it; counted and resolved anew each time.'},
            bases=['Model'],
        ),
        ops.AddIndex(
            model_name='Delivery',
            index=Index(fields=['campaign_id', 'dwelling_id']),
        ),
        ops.AddField(
            model_name='Notice',
            name='about',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Notice',
            name='again_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Notice',
            name='repeat',
            field=fields.CharEnumField(default=Repeat.NEVER, description='NEVER: never\nWEEKLY: weekly\nMONTHLY: monthly\nDAY_BEFORE: day_before\nTHREE_DAYS_BEFORE: three_days_before\nWEEK_BEFORE: week_before', db_default='never', enum_type=Repeat, max_length=20),
        ),
        ops.AddField(
            model_name='Notice',
            name='repeat_unread',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunSQL(
            "CREATE INDEX idx_notice_again ON notice (again_at) WHERE again_at IS NOT NULL", "DROP INDEX idx_notice_again"
        ),
    ]
