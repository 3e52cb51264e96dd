"""The inbox as a desk: channels, places, assignment, notes, kept media; canned replies, duty, alarms; phones of staff."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.sealed import SealedField
from models.desk import AlarmOutcome, AlarmState, EnquiryChannel, EnquiryOutcome, Fetched, LineKind, Ring
from models.states import EnquiryState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

BACKFILL = """
UPDATE enquiry_line SET kind = 'answer' WHERE author <> '';
UPDATE enquiry_line SET fetched = CASE WHEN at > now() - interval '3 days' THEN 'waiting' ELSE 'gone' END, fetch_at = at
WHERE media <> '';
UPDATE enquiry SET
  place = coalesce((SELECT code FROM organisation WHERE id = community_id), ''),
  last_at = coalesce((SELECT max(at) FROM enquiry_line WHERE enquiry_id = enquiry.id), opened_at),
  answered_at = (SELECT min(at) FROM enquiry_line WHERE enquiry_id = enquiry.id AND author <> ''),
  answered_by = coalesce((SELECT author FROM enquiry_line WHERE enquiry_id = enquiry.id AND author <> ''
                          ORDER BY id LIMIT 1), ''),
  waiting_since = CASE WHEN state <> 'closed' THEN (
    SELECT min(at) FROM enquiry_line line WHERE enquiry_id = enquiry.id AND author = '' AND id > coalesce((
      SELECT max(id) FROM enquiry_line WHERE enquiry_id = enquiry.id AND author <> ''), 0)) END;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0020_articles')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Alarm',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('key', fields.UUIDField(unique=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='alarms', on_delete=OnDelete.CASCADE)),
                ('community', fields.ForeignKeyField('models.Organisation', source_field='community_id', null=True, db_constraint=True, to_field='id', related_name='alarms', on_delete=OnDelete.RESTRICT)),
                ('place', fields.CharField(default='', max_length=12)),
                ('danger', fields.CharField(max_length=10)),
                ('text', SealedField(generated=False, null=False, unique=False)),
                ('raised_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('state', fields.CharEnumField(description='RAISED: raised\nACKNOWLEDGED: acknowledged\nCLOSED: closed', enum_type=AlarmState, max_length=12)),
                ('next_call_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('acknowledged_by', fields.CharField(default='', max_length=40)),
                ('acknowledged_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharEnumField(null=True, description='ATTENDED: attended\nSAFE: safe\nRESCUED: rescued\nUNREACHED: unreached\nFALSE: false', enum_type=AlarmOutcome, max_length=10)),
                ('note', SealedField(null=True, generated=False, unique=False)),
                ('closed_by', fields.CharField(default='', max_length=40)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'alarm', 'app': 'models', 'constraints': [UniqueConstraint(fields=('account_id',), name='uq_alarm_open', condition="state <> 'closed'")], 'indexes': [Index(fields=['state', 'next_call_at']), Index(fields=['place', 'state'])], 'pk_attr': 'id', 'table_description': 'Danger that somebody wrote of, one open for each account; `place` is the code of the branch that is called.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AlarmCall',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('alarm', fields.ForeignKeyField('models.Alarm', source_field='alarm_id', db_constraint=True, to_field='id', related_name='calls', on_delete=OnDelete.CASCADE)),
                ('step', fields.SmallIntField()),
                ('login', fields.CharField(max_length=40)),
                ('called_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharEnumField(description='TAKEN: taken\nFAILED: failed\nUNCERTAIN: uncertain', enum_type=Ring, max_length=10)),
            ],
            options={'table': 'alarm_call', 'app': 'models', 'unique_together': (('alarm', 'step'),), 'pk_attr': 'id', 'table_description': "The `step`-th call of an alarm's chain: written before the gateway is asked, its outcome after."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CannedReply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='canned_replies', on_delete=OnDelete.CASCADE)),
                ('title', fields.CharField(max_length=40)),
                ('text', fields.TextField(unique=False)),
                ('written_by', fields.CharField(max_length=40)),
                ('written_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'canned_reply', 'app': 'models', 'unique_together': (('organisation', 'title'),), 'pk_attr': 'id', 'table_description': 'Words that are often answered, for everybody below `organisation`; `title` is what staff look for them by.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DutyShift',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='shifts', on_delete=OnDelete.CASCADE)),
                ('login', fields.CharField(max_length=40)),
                ('rank', fields.SmallIntField(default=1, db_default=1)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('begun_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('written_by', fields.CharField(max_length=40)),
                ('written_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'duty_shift', 'app': 'models', 'unique_together': (('organisation', 'login', 'starts_at'),), 'indexes': [Index(fields=['organisation_id', 'ends_at']), Index(fields=['login', 'ends_at'])], 'pk_attr': 'id', 'table_description': 'Somebody on duty from `starts_at` until `ends_at`; `rank` 1 is called first. `begun_at`: 开始值班 was pressed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HandOver',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='hand_overs', on_delete=OnDelete.CASCADE)),
                ('begins_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('figures', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('written_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('taken_by', fields.CharField(default='', max_length=40)),
                ('taken_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'hand_over', 'app': 'models', 'unique_together': (('organisation', 'ends_at'),), 'pk_attr': 'id', 'table_description': "What a shift left to the next: figures and numbers of enquiries and alarms in `figures`, nobody's name."},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Enquiry',
            options={'table': 'enquiry', 'app': 'models', 'constraints': [UniqueConstraint(fields=('account_id',), name='uq_enquiry_open', condition="state <> 'closed'")], 'indexes': [Index(fields=['state', 'opened_at']), Index(fields=['state', 'closed_at']), Index(fields=['place', 'state', 'waiting_since']), Index(fields=['community_id', 'state', 'waiting_since']), Index(fields=['assigned_to', 'state']), Index(fields=['held_by', 'state']), Index(fields=['merged_into_id'])], 'pk_attr': 'id', 'table_description': 'A question put to a person, by the resident in chat or written down by a worker who was called or visited.'},
        ),
        ops.AlterField(
            model_name='Enquiry',
            name='account',
            field=fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.CASCADE),
        ),
        ops.AlterField(
            model_name='Enquiry',
            name='state',
            field=fields.CharEnumField(description='WAITING: waiting\nHELD: held\nSNOOZED: snoozed\nCLOSED: closed', enum_type=EnquiryState, max_length=8),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='act',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='answered_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='answered_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='assigned_to',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='caller',
            field=SealedField(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='caller_phone',
            field=SealedField(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='channel',
            field=fields.CharEnumField(default=EnquiryChannel.CHAT, description='CHAT: chat\nPHONE: phone\nVISIT: visit', db_default=EnquiryChannel.CHAT, enum_type=EnquiryChannel, max_length=8),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='department',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='grid',
            field=fields.ForeignKeyField('models.Grid', source_field='grid_id', null=True, db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='key',
            field=fields.UUIDField(null=True, unique=True),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='last_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='merged_into',
            field=fields.ForeignKeyField('models.Enquiry', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='outcome',
            field=fields.CharEnumField(null=True, description='ANSWERED: answered\nELSEWHERE: elsewhere\nUNREACHED: unreached\nWITHDRAWN: withdrawn\nMERGED: merged', enum_type=EnquiryOutcome, max_length=10),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='place',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='resident',
            field=fields.ForeignKeyField('models.Resident', source_field='resident_id', null=True, db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='routed_by',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='snoozed_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Enquiry',
            name='waiting_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['place', 'state', 'waiting_since']),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['community_id', 'state', 'waiting_since']),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['assigned_to', 'state']),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['held_by', 'state']),
        ),
        ops.AddIndex(
            model_name='Enquiry',
            index=Index(fields=['merged_into_id']),
        ),
        ops.AlterModelOptions(
            name='EnquiryLine',
            options={'table': 'enquiry_line', 'app': 'models', 'indexes': [Index(fields=['enquiry_id', 'id']), Index(fields=['fetched', 'fetch_at'])], 'pk_attr': 'id', 'table_description': 'One line of a conversation, `kind` says whose. `author` is a login of staff, empty for the resident.'},
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='fetch_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='fetched',
            field=fields.CharEnumField(null=True, description='WAITING: waiting\nKEPT: kept\nGONE: gone\nREFUSED: refused', enum_type=Fetched, max_length=8),
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='file',
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='kind',
            field=fields.CharEnumField(default=LineKind.SAID, description='SAID: said\nANSWER: answer\nNOTE: note\nDEED: deed', db_default=LineKind.SAID, enum_type=LineKind, max_length=8),
        ),
        ops.AddField(
            model_name='EnquiryLine',
            name='tries',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddIndex(
            model_name='EnquiryLine',
            index=Index(fields=['fetched', 'fetch_at']),
        ),
        ops.AddField(
            model_name='StaffMember',
            name='phone',
            field=SealedField(null=True, generated=False, unique=False),
        ),
        ops.RunSQL(BACKFILL, ''),
        ops.AlterField(
            model_name='Enquiry',
            name='last_at',
            field=fields.DatetimeField(auto_now=False, auto_now_add=False),
        ),
        # The ORM drops conditions of constraints when it creates a table.
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_alarm_open ON alarm (account_id) WHERE state <> 'closed'", 'DROP INDEX uq_alarm_open'
        ),
    ]
