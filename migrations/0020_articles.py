"""Articles with their versions, whom they helped, and the questions that nobody could answer."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.sealed import SealedField
from models.desk import Missed
from models.states import ArticleState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [('models', '0019_homes_of_a_campaign')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Article',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(null=True, unique=True, max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='articles', on_delete=OnDelete.RESTRICT)),
                ('category', fields.CharField(max_length=20)),
                ('questions', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('keywords', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('answer', fields.TextField(unique=False)),
                ('short', fields.CharField(default='', max_length=60)),
                ('service', fields.CharField(default='', max_length=40)),
                ('action', fields.CharField(default='', max_length=20)),
                ('hands_over', fields.BooleanField(default=False)),
                ('state', fields.CharEnumField(description='PUBLISHED: published\nWITHDRAWN: withdrawn', enum_type=ArticleState, max_length=12)),
                ('version', fields.SmallIntField(default=1, db_default=1)),
                ('owner', fields.CharField(default='', max_length=40)),
                ('review_on', fields.DateField(null=True)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_by', fields.CharField(max_length=40)),
            ],
            options={'table': 'article', 'app': 'models', 'indexes': [Index(fields=['organisation_id', 'category']), Index(fields=['state', 'review_on'])], 'pk_attr': 'id', 'table_description': 'An answer and the questions it is for, the standard one first; everybody below `organisation` gets it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ArticleRating',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='ratings', on_delete=OnDelete.CASCADE)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='article_ratings', on_delete=OnDelete.CASCADE)),
                ('helped', fields.BooleanField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'article_rating', 'app': 'models', 'unique_together': (('article', 'account'),), 'indexes': [Index(fields=['article_id', 'at'])], 'pk_attr': 'id', 'table_description': 'Whether an article helped an account; the last word counts.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='versions', on_delete=OnDelete.CASCADE)),
                ('number', fields.SmallIntField()),
                ('questions', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('answer', fields.TextField(unique=False)),
                ('short', fields.CharField(max_length=60)),
                ('replaced_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('replaced_by', fields.CharField(max_length=40)),
            ],
            options={'table': 'article_version', 'app': 'models', 'unique_together': (('article', 'number'),), 'pk_attr': 'id', 'table_description': 'What an article said before it was changed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MissedQuestion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='missed_questions', on_delete=OnDelete.CASCADE)),
                ('text', SealedField(generated=False, null=False, unique=False)),
                ('why', fields.CharEnumField(description='UNKNOWN: unknown\nNOT_AMONG: not_among\nNOT_HELPED: not_helped', enum_type=Missed, max_length=12)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', null=True, db_constraint=True, to_field='id', related_name='missed', on_delete=OnDelete.SET_NULL)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by', fields.CharField(default='', db_default='', max_length=40)),
            ],
            options={'table': 'missed_question', 'app': 'models', 'indexes': [Index(fields=['organisation_id', 'asked_at']), Index(fields=['settled_at', 'asked_at'])], 'pk_attr': 'id', 'table_description': "A question that no article answered, or answered badly: what to write next. Sealed, nobody's name beside it."},
            bases=['Model'],
        ),
    ]
