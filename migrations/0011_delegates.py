"""How a delegate stands to the person, when both were reminded, and wrong names that were tried."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0010_places_by_hand')]

    initial = False

    operations = [
        ops.CreateModel(
            name='NameBrake',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.OneToOneField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='name_brake', on_delete=OnDelete.CASCADE)),
                ('misses', fields.SmallIntField(default=0)),
                ('locked_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'name_brake', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Wrong names of one account that asks to act for somebody; five lock it for 24 hours.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Delegation',
            name='relation',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
        ops.AddField(
            model_name='Delegation',
            name='reminded_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
