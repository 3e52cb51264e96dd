"""Votes of every kind: their terms, who answered for each step, rolls with weights, objections, papers."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.sealed import BlindIndexField, SealedField
from models.states import BoxSource, CastChannel, Electorate, PollKind, PollPaper
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

HELD_UNDER = """
UPDATE poll SET terms = '{"quorum_heads": ">1/2", "agree_heads": ">1/2"}', announced_at = coalesce(opened_at, opens_at),
       counted_at = CASE WHEN result IS NOT NULL THEN closed_at END
"""
OBJECTIONS = """
INSERT INTO roll_objection (poll_id, dwelling_id, made_at, due_on, answer, answered_by)
SELECT substr(a.subject, 6)::bigint, (a.detail->>'dwelling')::bigint, a.at, a.at::date + 3, '', ''
FROM audit_entry a WHERE a.action = 'poll.object' AND a.subject LIKE 'poll:%' ORDER BY a.id
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0013_coverage_indexes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BoxCount',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='box_counts', on_delete=OnDelete.RESTRICT)),
                ('source', fields.CharEnumField(description='PAPER: paper\nOFFICIAL: official', enum_type=BoxSource, max_length=12)),
                ('lines', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('spoilt', fields.IntField(default=0)),
                ('note', fields.CharField(default='', max_length=200)),
                ('sheet', fields.ForeignKeyField('models.StoredFile', source_field='sheet_id', null=True, db_constraint=True, to_field='key', related_name='box_counts', on_delete=OnDelete.RESTRICT)),
                ('entered_by', fields.CharField(max_length=40)),
                ('entered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('signed_by', fields.CharField(default='', max_length=40)),
                ('signed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'box_count', 'app': 'models', 'indexes': [Index(fields=['poll_id'])], 'pk_attr': 'id', 'table_description': "Totals that two people signed: of a box of secret papers, or as the authority's own system gave them."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NamedBallot',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='named_ballots', on_delete=OnDelete.RESTRICT)),
                ('entry', fields.ForeignKeyField('models.RollEntry', source_field='entry_id', db_constraint=True, to_field='id', related_name='ballots', on_delete=OnDelete.RESTRICT)),
                ('answer', SealedField(generated=False, null=False, unique=False)),
                ('receipt', SealedField(null=True, generated=False, unique=False)),
                ('receipt_index', BlindIndexField(null=True, generated=False, unique=False)),
                ('channel', fields.CharEnumField(description='CHAT: chat\nPAGE: page\nPAPER: paper\nDOOR: door', enum_type=CastChannel, max_length=8)),
                ('cast_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='ballots', on_delete=OnDelete.SET_NULL)),
                ('recorded_by', fields.CharField(default='', max_length=40)),
                ('serial', fields.CharField(null=True, max_length=40)),
                ('photo', fields.ForeignKeyField('models.StoredFile', source_field='photo_id', null=True, db_constraint=True, to_field='key', related_name='ballots', on_delete=OnDelete.RESTRICT)),
                ('stands', fields.BooleanField(default=True)),
                ('flaw', fields.CharField(default='', max_length=20)),
            ],
            options={'table': 'named_ballot', 'app': 'models', 'unique_together': (('poll', 'serial'), ('poll', 'receipt_index')), 'constraints': [UniqueConstraint(fields=('entry_id',), name='uq_named_ballot_stands', condition='stands')], 'indexes': [Index(fields=['entry_id']), Index(fields=['account_id'])], 'pk_attr': 'id', 'table_description': 'A ballot of a poll that is not secret. The one that `stands` counts; `flaw` says why another does not.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PollChange',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='changes', on_delete=OnDelete.RESTRICT)),
                ('field', fields.CharField(max_length=20)),
                ('before', fields.TextField(default='', unique=False)),
                ('after', fields.TextField(default='', unique=False)),
                ('reason', fields.CharField(max_length=200)),
                ('made_by', fields.CharField(max_length=40)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'poll_change', 'app': 'models', 'indexes': [Index(fields=['poll_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What of a poll changed in the sight of all: an explanation put right, a closing moved, a voice added.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PollElector',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='electors', on_delete=OnDelete.CASCADE)),
                ('resident', fields.ForeignKeyField('models.Resident', source_field='resident_id', db_constraint=True, to_field='id', related_name='elector_of', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'poll_elector', 'app': 'models', 'unique_together': (('poll', 'resident'),), 'pk_attr': 'id', 'table_description': 'A person on the list of those who vote, where the roll is a list (居民代表会议).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PollFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='papers', on_delete=OnDelete.RESTRICT)),
                ('file', fields.ForeignKeyField('models.StoredFile', source_field='file_id', db_constraint=True, to_field='key', related_name='poll_files', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='ATTACHMENT: attachment\nPOSTED: posted\nCOUNT_SHEET: count_sheet\nBALLOT: ballot', enum_type=PollPaper, max_length=12)),
                ('added_by', fields.CharField(max_length=40)),
                ('added_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'poll_file', 'app': 'models', 'unique_together': (('poll', 'file'),), 'pk_attr': 'id', 'table_description': 'A file of a poll: an attachment that residents read, a photo of the posted notice, a signed count sheet.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RollObjection',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='objections', on_delete=OnDelete.RESTRICT)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', db_constraint=True, to_field='id', related_name='objections', on_delete=OnDelete.RESTRICT)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='objections', on_delete=OnDelete.SET_NULL)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_on', fields.DateField()),
                ('answer', fields.CharField(default='', max_length=200)),
                ('answered_by', fields.CharField(default='', max_length=40)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'roll_objection', 'app': 'models', 'indexes': [Index(fields=['poll_id', 'answered_at'])], 'pk_attr': 'id', 'table_description': '「异议」: a resident says that a roll, or a ballot cast for their home, is wrong; it is answered by a day.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RollPart',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('entry', fields.ForeignKeyField('models.RollEntry', source_field='entry_id', db_constraint=True, to_field='id', related_name='parts', on_delete=OnDelete.CASCADE)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', db_constraint=True, to_field='id', related_name='roll_parts', on_delete=OnDelete.RESTRICT)),
                ('area', fields.DecimalField(max_digits=12, decimal_places=4)),
            ],
            options={'table': 'roll_part', 'app': 'models', 'unique_together': (('entry', 'dwelling'),), 'indexes': [Index(fields=['dwelling_id'])], 'pk_attr': 'id', 'table_description': 'A dwelling by which an owner is on the roll.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Poll',
            options={'table': 'poll', 'app': 'models', 'indexes': [Index(fields=['state', 'opens_at']), Index(fields=['state', 'closes_at'])], 'pk_attr': 'id', 'table_description': 'One vote on one motion.'},
        ),
        ops.AlterField(
            model_name='Poll',
            name='kind',
            field=fields.CharEnumField(description='OPINION: opinion\nHOUSEHOLD: household\nSCORE: score\nDELEGATES: delegates\nOWNERS: owners', enum_type=PollKind, max_length=20),
        ),
        ops.AddField(
            model_name='Poll',
            name='announced_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Poll',
            name='archived_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Poll',
            name='certified_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Poll',
            name='certified_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Poll',
            name='changeable',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Poll',
            name='counted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Poll',
            name='counted_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Poll',
            name='dimensions',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Poll',
            name='electorate',
            field=fields.CharEnumField(default=Electorate.HOUSEHOLD, description='RESIDENT: resident\nHOUSEHOLD: household\nOWNER: owner\nLISTED: listed', db_default='household', enum_type=Electorate, max_length=12),
        ),
        ops.AddField(
            model_name='Poll',
            name='legal_basis',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='Poll',
            name='matter',
            field=fields.SmallIntField(null=True),
        ),
        ops.AddField(
            model_name='Poll',
            name='max_choices',
            field=fields.SmallIntField(default=1, db_default=1),
        ),
        ops.AddField(
            model_name='Poll',
            name='reason',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='Poll',
            name='reviewed_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Poll',
            name='scale',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Poll',
            name='submitted_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Poll',
            name='terms',
            field=fields.JSONField(default=dict, db_default={}, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.RemoveConstraint(
            model_name='RollEntry',
            name=None,
            fields=['poll', 'dwelling'],
        ),
        ops.AlterModelOptions(
            name='RollEntry',
            options={'table': 'roll_entry', 'app': 'models', 'unique_together': (('poll', 'voice'),), 'indexes': [Index(fields=['dwelling_id', 'poll_id']), Index(fields=['resident_id', 'poll_id'])], 'pk_attr': 'id', 'table_description': 'One voice, frozen when the roll is posted; persons, households or owners, never accounts.'},
        ),
        ops.AddField(
            model_name='RollEntry',
            name='area',
            field=fields.DecimalField(default=0, db_default=0, max_digits=16, decimal_places=4),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='heads',
            field=fields.SmallIntField(default=1, db_default=1),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='resident',
            field=fields.ForeignKeyField('models.Resident', source_field='resident_id', null=True, db_constraint=True, to_field='id', related_name='roll_entries', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='voice',
            field=fields.CharField(max_length=100, db_default=''),
        ),
        ops.RunSQL("UPDATE roll_entry SET voice = 'dwelling:' || dwelling_id", ops.RunSQL.noop),
        ops.AlterField(model_name='RollEntry', name='voice', field=fields.CharField(max_length=100)),
        ops.AddIndex(
            model_name='RollEntry',
            index=Index(fields=['resident_id', 'poll_id']),
        ),
        ops.AddConstraint(
            model_name='RollEntry',
            constraint=UniqueConstraint(fields=('poll', 'voice'), name=None),
        ),
        ops.AlterField(
            model_name='RollMark',
            name='channel',
            field=fields.CharEnumField(description='CHAT: chat\nPAGE: page\nPAPER: paper\nDOOR: door', enum_type=CastChannel, max_length=8),
        ),
        ops.AddField(
            model_name='RollMark',
            name='recorded_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        # CreateModel leaves out a constraint with a condition.
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_named_ballot_stands ON named_ballot (entry_id) WHERE stands",
            "DROP INDEX uq_named_ballot_stands",
        ),
        ops.RunSQL(HELD_UNDER, ops.RunSQL.noop),
        ops.RunSQL(OBJECTIONS, ops.RunSQL.noop),
    ]
