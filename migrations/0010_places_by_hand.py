"""What people in the panel put right about places, which a later ledger leaves alone."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0009_people_indexes')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Dwelling',
            options={'table': 'dwelling', 'app': 'models', 'unique_together': (('building', 'entrance', 'room'),), 'indexes': [Index(fields=['estate_id', 'room']), Index(fields=['community_id', 'id']), Index(fields=['grid_id'])], 'pk_attr': 'id', 'table_description': 'A flat (the place), never the people in it; `corrected` as with residents.'},
        ),
        ops.AddField(
            model_name='Dwelling',
            name='corrected',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AlterModelOptions(
            name='Estate',
            options={'table': 'estate', 'app': 'models', 'unique_together': (('community', 'name'),), 'pk_attr': 'id', 'table_description': 'A compound as people name it; one name may stand in two communities; `corrected` as with residents.'},
        ),
        ops.AddField(
            model_name='Estate',
            name='corrected',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='GridAssignment',
            name='by_hand',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AlterModelOptions(
            name='Organisation',
            options={'table': 'organisation', 'app': 'models', 'pk_attr': 'id', 'table_description': "A residents' committee, its street, its district or, above, a city; `corrected` as with residents."},
        ),
        ops.AddField(
            model_name='Organisation',
            name='corrected',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
