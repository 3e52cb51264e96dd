"""What people think of a topic lies apart from the topic, since lists of topics do without it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0026_corrected_answers')]

    initial = False

    operations = [
        ops.RemoveField(model_name='Consultation', name='opinion'),
        ops.RemoveField(model_name='Consultation', name='opinion_at'),
        ops.CreateModel(
            name='TopicOpinion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.OneToOneField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='opinion', on_delete=OnDelete.CASCADE)),
                ('found', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('computed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'topic_opinion', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The latest computation of what people think of a topic, as the package `opinion` writes it, and of when.'},
            bases=['Model'],
        ),
    ]
