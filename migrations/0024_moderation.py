"""Who takes part in public talk, what they wrote, and what moderation made of it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.deliberation import AppealState, ModerationReason, PostKind, PostState
from models.sealed import BlindIndexField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

CONDITIONS = """
CREATE UNIQUE INDEX uq_appeal_post_open ON appeal (post_id) WHERE state = 'open';
CREATE UNIQUE INDEX uq_appeal_measure_open ON appeal (measure_id) WHERE state = 'open';
ALTER TABLE appeal ADD CONSTRAINT ck_appeal_of_one CHECK (num_nonnulls(post_id, measure_id) = 1);
ALTER TABLE measure ADD CONSTRAINT ck_measure_ends CHECK (ends_at > starts_at);
"""
FORGET_CONDITIONS = """
ALTER TABLE measure DROP CONSTRAINT ck_measure_ends;
ALTER TABLE appeal DROP CONSTRAINT ck_appeal_of_one;
DROP INDEX uq_appeal_measure_open;
DROP INDEX uq_appeal_post_open;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0023_whose_line')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Participant',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', BlindIndexField(unique=True, generated=False, null=False)),
                ('resident', fields.OneToOneField('models.Resident', source_field='resident_id', null=True, db_constraint=True, to_field='id', related_name='participant', on_delete=OnDelete.SET_NULL)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='participants', on_delete=OnDelete.SET_NULL)),
                ('nickname', fields.CharField(default='', max_length=12)),
                ('joined_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'participant', 'app': 'models', 'indexes': [Index(fields=['account_id'])], 'pk_attr': 'id', 'table_description': 'One person in public talk: the real name stands behind in the register, the nickname in front.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Measure',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='measures', on_delete=OnDelete.CASCADE)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='measures', on_delete=OnDelete.RESTRICT)),
                ('reason', fields.CharEnumField(description='ABUSE: abuse\nPRIVACY: privacy\nADVERTISING: advertising\nOFF_TOPIC: off_topic\nUNLAWFUL: unlawful\nREPETITION: repetition\nUNREADABLE: unreadable', enum_type=ModerationReason, max_length=12)),
                ('remark', fields.CharField(max_length=200)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('set_by', fields.CharField(max_length=40)),
                ('lifted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lifted_by', fields.CharField(default='', max_length=40)),
                ('lifted_why', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'measure', 'app': 'models', 'indexes': [Index(fields=['participant_id', 'ends_at']), Index(fields=['organisation_id', 'ends_at'])], 'pk_attr': 'id', 'table_description': 'A participant may not post in a place until `ends_at`; there is none without an end.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Post',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('kind', fields.CharEnumField(description='STATEMENT: statement\nREPLY: reply\nPROPOSAL: proposal\nQUESTION: question\nNICKNAME: nickname', enum_type=PostKind, max_length=10)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='posts', on_delete=OnDelete.RESTRICT)),
                ('subject', fields.CharField(default='', max_length=40)),
                ('author', fields.ForeignKeyField('models.Participant', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='posts', on_delete=OnDelete.SET_NULL)),
                ('written_by', fields.CharField(default='', max_length=40)),
                ('speaker', fields.CharField(default='居民', max_length=20)),
                ('nickname', fields.CharField(default='', max_length=30)),
                ('text', fields.TextField(unique=False)),
                ('rewritten', fields.TextField(default='', unique=False)),
                ('fingerprint', fields.CharField(max_length=32)),
                ('state', fields.CharEnumField(description='HELD: held\nPUBLISHED: published\nRETURNED: returned\nHIDDEN: hidden\nWITHDRAWN: withdrawn', enum_type=PostState, max_length=10)),
                ('checks', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('platform_check', fields.CharField(default='', max_length=10)),
                ('platform_trace', fields.CharField(default='', max_length=80)),
                ('reason', fields.CharEnumField(null=True, description='ABUSE: abuse\nPRIVACY: privacy\nADVERTISING: advertising\nOFF_TOPIC: off_topic\nUNLAWFUL: unlawful\nREPETITION: repetition\nUNREADABLE: unreadable', enum_type=ModerationReason, max_length=12)),
                ('remark', fields.CharField(default='', max_length=200)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.CharField(default='', max_length=40)),
                ('published_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('keep_until', fields.DateField(null=True)),
                ('reported_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reported_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'post', 'app': 'models', 'indexes': [Index(fields=['state', 'organisation_id', 'id']), Index(fields=['subject', 'state']), Index(fields=['author_id', 'created_at']), Index(fields=['platform_check', 'id']), Index(fields=['organisation_id', 'decided_at']), Index(fields=['keep_until'])], 'pk_attr': 'id', 'table_description': 'A text for others to read, held until people have looked at it; hiding it deletes nothing.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Appeal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', null=True, db_constraint=True, to_field='id', related_name='appeals', on_delete=OnDelete.CASCADE)),
                ('measure', fields.ForeignKeyField('models.Measure', source_field='measure_id', null=True, db_constraint=True, to_field='id', related_name='appeals', on_delete=OnDelete.CASCADE)),
                ('state', fields.CharEnumField(description='OPEN: open\nGRANTED: granted\nREFUSED: refused', enum_type=AppealState, max_length=8)),
                ('against', fields.CharField(max_length=40)),
                ('words', fields.CharField(max_length=200)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_on', fields.DateField()),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.CharField(default='', max_length=40)),
                ('remark', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'appeal', 'app': 'models', 'constraints': [UniqueConstraint(fields=('post_id',), name='uq_appeal_post_open', condition="state = 'open'"), UniqueConstraint(fields=('measure_id',), name='uq_appeal_measure_open', condition="state = 'open'")], 'indexes': [Index(fields=['state', 'due_on'])], 'pk_attr': 'id', 'table_description': 'An author asks another moderator to look again, within three working days (domain.md §2.4).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PostLike',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='likes', on_delete=OnDelete.CASCADE)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='likes', on_delete=OnDelete.CASCADE)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'post_like', 'app': 'models', 'unique_together': (('post', 'participant'),), 'pk_attr': 'id', 'table_description': '「赞」: one of a person for a text.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PostReport',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='reports', on_delete=OnDelete.CASCADE)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='reports', on_delete=OnDelete.CASCADE)),
                ('reason', fields.CharEnumField(description='ABUSE: abuse\nPRIVACY: privacy\nADVERTISING: advertising\nOFF_TOPIC: off_topic\nUNLAWFUL: unlawful\nREPETITION: repetition\nUNREADABLE: unreadable', enum_type=ModerationReason, max_length=12)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'post_report', 'app': 'models', 'unique_together': (('post', 'participant'),), 'indexes': [Index(fields=['settled_at', 'post_id'])], 'pk_attr': 'id', 'table_description': 'A resident says that a published text should not stand.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='WatchedWord',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='watched_words', on_delete=OnDelete.CASCADE)),
                ('word', fields.CharField(max_length=30)),
                ('refuses', fields.BooleanField(default=False)),
                ('reason', fields.CharEnumField(description='ABUSE: abuse\nPRIVACY: privacy\nADVERTISING: advertising\nOFF_TOPIC: off_topic\nUNLAWFUL: unlawful\nREPETITION: repetition\nUNREADABLE: unreadable', enum_type=ModerationReason, max_length=12)),
                ('basis', fields.CharField(max_length=120)),
                ('added_by', fields.CharField(max_length=40)),
                ('added_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'watched_word', 'app': 'models', 'unique_together': (('organisation', 'word'),), 'pk_attr': 'id', 'table_description': 'A word that texts of a place are held or refused for, with the article that says so.'},
            bases=['Model'],
        ),
        # The ORM drops conditions of constraints when it creates a table, and knows no checks.
        ops.RunSQL(CONDITIONS, FORGET_CONDITIONS),
    ]
