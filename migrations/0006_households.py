"""New tables: grids over time, households, delegates, consents, files, calendar, further accounts."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.sealed import SealedField
from models.search import WordsField
from models.states import ConsentPurpose, CorrectionKind, CorrectionState, DelegationState, Delivered
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0005_events_by_name')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='consents', on_delete=OnDelete.CASCADE)),
                ('purpose', fields.CharEnumField(description='RESIDENCY: residency\nHEALTH: health\nWELFARE: welfare\nMINOR: minor', enum_type=ConsentPurpose, max_length=12)),
                ('version', fields.CharField(max_length=20)),
                ('given_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'consent_record', 'app': 'models', 'constraints': [UniqueConstraint(fields=('account_id', 'purpose'), name='uq_consent_current', condition='withdrawn_at IS NULL')], 'pk_attr': 'id', 'table_description': 'One consent to one purpose in one wording; `withdrawn_at` when it was taken back (个人信息保护法 14–15).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Correction',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.SET_NULL)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.RESTRICT)),
                ('resident', fields.ForeignKeyField('models.Resident', source_field='resident_id', null=True, db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.SET_NULL)),
                ('binding', fields.ForeignKeyField('models.Binding', source_field='binding_id', null=True, db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.SET_NULL)),
                ('kind', fields.CharEnumField(description='NAME: name\nPHONE: phone\nMEMBERS: members\nADDRESS: address\nSTRANGER: stranger\nOTHER: other', enum_type=CorrectionKind, max_length=12)),
                ('words', SealedField(generated=False, null=False, unique=False)),
                ('state', fields.CharEnumField(description='PENDING: pending\nACCEPTED: accepted\nREFUSED: refused', enum_type=CorrectionState, max_length=10)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.CharField(default='', max_length=40)),
                ('answer', SealedField(null=True, generated=False, unique=False)),
            ],
            options={'table': 'correction', 'app': 'models', 'indexes': [Index(fields=['state', 'created_at']), Index(fields=['dwelling_id']), Index(fields=['account_id'])], 'pk_attr': 'id', 'table_description': 'Something a resident says is wrong on the registers, until a worker has put it right or said why not.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DailyFact',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('community', fields.ForeignKeyField('models.Organisation', source_field='community_id', db_constraint=True, to_field='id', related_name='facts', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
                ('measure', fields.CharField(max_length=40)),
                ('value', fields.BigIntField()),
            ],
            options={'table': 'daily_fact', 'app': 'models', 'unique_together': (('community', 'measure', 'day'),), 'pk_attr': 'id', 'table_description': 'One figure of one community on one day in Beijing; `measure` names it, as `active_residents`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Delegation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('elder', fields.ForeignKeyField('models.Resident', source_field='elder_id', db_constraint=True, to_field='id', related_name='delegations', on_delete=OnDelete.CASCADE)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', db_constraint=True, to_field='id', related_name='delegations', on_delete=OnDelete.RESTRICT)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='delegations', on_delete=OnDelete.CASCADE)),
                ('delegate_name', SealedField(generated=False, null=False, unique=False)),
                ('scope', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('state', fields.CharEnumField(description='ASKED: asked\nACTIVE: active\nREFUSED: refused\nENDED: ended\nEXPIRED: expired', enum_type=DelegationState, max_length=8)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('asked_by', fields.CharField(max_length=60)),
                ('confirmed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('confirmed_by', fields.CharField(default='', max_length=60)),
                ('confirmed_how', fields.CharField(default='', max_length=8)),
                ('expires_on', fields.DateField()),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reason', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'delegation', 'app': 'models', 'constraints': [UniqueConstraint(fields=('elder_id', 'account_id'), name='uq_delegation_live', condition="state IN ('asked', 'active')")], 'indexes': [Index(fields=['account_id']), Index(fields=['dwelling_id']), Index(fields=['state', 'expires_on'])], 'pk_attr': 'id', 'table_description': 'A 代办人 who acts for another resident: asked for, confirmed by that person or a worker, ended, expired.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DelegatedAct',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('delegation', fields.ForeignKeyField('models.Delegation', source_field='delegation_id', db_constraint=True, to_field='id', related_name='acts', on_delete=OnDelete.CASCADE)),
                ('act', fields.CharField(max_length=40)),
                ('subject', fields.CharField(max_length=60)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'delegated_act', 'app': 'models', 'indexes': [Index(fields=['delegation_id', 'id'])], 'pk_attr': 'id', 'table_description': "One thing a delegate did in another's name, as 「代李秀英」; `subject` as the audit trail names it."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='GridAssignment',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('grid', fields.ForeignKeyField('models.Grid', source_field='grid_id', db_constraint=True, to_field='id', related_name='assignments', on_delete=OnDelete.CASCADE)),
                ('worker', fields.CharField(max_length=40)),
                ('phone', fields.CharField(default='', max_length=40)),
                ('login', fields.CharField(default='', max_length=40)),
                ('since', fields.DateField()),
                ('until', fields.DateField(null=True)),
            ],
            options={'table': 'grid_assignment', 'app': 'models', 'indexes': [Index(fields=['grid_id', 'since'])], 'pk_attr': 'id', 'table_description': 'Who answers for a grid from `since` until the day before `until`; the database refuses two at one time.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='GridPlacement',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('building', fields.ForeignKeyField('models.Building', source_field='building_id', db_constraint=True, to_field='id', related_name='placements', on_delete=OnDelete.CASCADE)),
                ('grid', fields.ForeignKeyField('models.Grid', source_field='grid_id', db_constraint=True, to_field='id', related_name='placements', on_delete=OnDelete.RESTRICT)),
                ('since', fields.DateField()),
                ('until', fields.DateField(null=True)),
            ],
            options={'table': 'grid_placement', 'app': 'models', 'indexes': [Index(fields=['building_id', 'since'])], 'pk_attr': 'id', 'table_description': 'In which grid a building lay from `since` until the day before `until`; a move changes only what comes after.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Guardianship',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ward', fields.ForeignKeyField('models.Resident', source_field='ward_id', db_constraint=True, to_field='id', related_name='guardianships', on_delete=OnDelete.CASCADE)),
                ('guardian', fields.ForeignKeyField('models.Resident', source_field='guardian_id', db_constraint=True, to_field='id', related_name='wards', on_delete=OnDelete.CASCADE)),
                ('relation', fields.CharField(max_length=20)),
                ('since', fields.DateField()),
                ('until', fields.DateField(null=True)),
                ('checked_by', fields.CharField(max_length=40)),
            ],
            options={'table': 'guardianship', 'app': 'models', 'constraints': [UniqueConstraint(fields=('ward_id', 'guardian_id'), name='uq_guardianship_current', condition='until IS NULL')], 'indexes': [Index(fields=['guardian_id'])], 'pk_attr': 'id', 'table_description': 'Who acts in law for a resident, as a worker has checked on papers (《民法典》第二十七、二十八条).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HolidayTable',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('year', fields.SmallIntField(unique=True)),
                ('free', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('worked', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('source', fields.CharField(default='', max_length=200)),
                ('uploaded_by', fields.CharField(max_length=60)),
                ('uploaded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'holiday_table', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The days off and the weekend days worked of one year (ISO dates), with where they were taken from.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Notification',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='notifications', on_delete=OnDelete.CASCADE)),
                ('text', SealedField(generated=False, null=False, unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('attempted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharEnumField(null=True, description='SENT: sent\nFAILED: failed\nUNKNOWN: unknown', enum_type=Delivered, max_length=8)),
                ('errcode', fields.IntField(default=0)),
                ('seen_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notification', 'app': 'models', 'indexes': [Index(fields=['account_id', 'id']), Index(fields=['attempted_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A sentence for one account: sent once while the platform allows it, else shown when the resident comes next.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OfficialAccount',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('slug', fields.CharField(unique=True, max_length=40)),
                ('name', fields.CharField(max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='accounts', on_delete=OnDelete.RESTRICT)),
                ('app_id', fields.CharField(unique=True, max_length=40)),
                ('app_secret', SealedField(generated=False, null=False, unique=False)),
                ('token', SealedField(generated=False, null=False, unique=False)),
                ('aes_key', SealedField(generated=False, null=False, unique=False)),
                ('mode', fields.CharField(default='safe', max_length=12)),
                ('active', fields.BooleanField(default=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'official_account', 'app': 'models', 'pk_attr': 'id', 'table_description': 'An official account with its own door, `/wechat/{slug}`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ResidentMerge',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('kept', fields.ForeignKeyField('models.Resident', source_field='kept_id', db_constraint=True, to_field='id', related_name='merges', on_delete=OnDelete.CASCADE)),
                ('gone', fields.ForeignKeyField('models.Resident', source_field='gone_id', db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.CASCADE)),
                ('moved', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('merged_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('merged_by', fields.CharField(max_length=40)),
                ('undone_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('undone_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'resident_merge', 'app': 'models', 'constraints': [UniqueConstraint(fields=('gone_id',), name='uq_resident_merge_current', condition='undone_at IS NULL')], 'indexes': [Index(fields=['kept_id'])], 'pk_attr': 'id', 'table_description': 'Two rows found to be one person: `moved` names what went from `gone` to `kept`, so that it can be undone.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('kind', fields.CharField(max_length=20)),
                ('subject_id', fields.BigIntField()),
                ('place', fields.CharField(max_length=40)),
                ('words', WordsField(generated=False, null=False, unique=False)),
            ],
            options={'table': 'search_entry', 'app': 'models', 'unique_together': (('kind', 'subject_id'),), 'pk_attr': 'id', 'table_description': "One thing that can be found: `kind` and `subject_id` name it, `place` is its community's code or longer."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StoredFile',
            fields=[
                ('key', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('purpose', fields.CharField(max_length=40)),
                ('place', fields.CharField(default='', max_length=40)),
                ('owner', fields.CharField(max_length=60)),
                ('name', fields.CharField(default='', max_length=120)),
                ('content_type', fields.CharField(max_length=80)),
                ('size', fields.BigIntField()),
                ('digest', fields.BinaryField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stored_file', 'app': 'models', 'indexes': [Index(fields=['expires_at']), Index(fields=['purpose', 'place'])], 'pk_attr': 'key', 'table_description': 'One file. `purpose` decides who may read it, `place` is the code it belongs to, `owner` as in the audit trail.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='VerificationFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=60)),
                ('body', fields.CharField(max_length=200)),
                ('uploaded_by', fields.CharField(max_length=40)),
                ('uploaded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'verification_file', 'app': 'models', 'pk_attr': 'id', 'table_description': '`MP_verify_….txt`, which the platform fetches from the root of our domain to see that it is ours.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Binding',
            options={'table': 'binding', 'app': 'models', 'constraints': [UniqueConstraint(fields=('account_id', 'dwelling_id'), name='uq_binding_live', condition="state IN ('pending', 'active')"), UniqueConstraint(fields=('dwelling_id',), name='uq_binding_represents', condition="represents AND state = 'active'")], 'indexes': [Index(fields=['state', 'created_at']), Index(fields=['dwelling_id']), Index(fields=['resident_id'])], 'pk_attr': 'id', 'table_description': "An account's claim to a dwelling, from application to release; `represents` marks the 户代表, one at most."},
        ),
        ops.AddField(
            model_name='Binding',
            name='represents',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name='Binding',
            index=Index(fields=['resident_id']),
        ),
        ops.AddConstraint(
            model_name='Binding',
            constraint=UniqueConstraint(fields=('dwelling_id',), name='uq_binding_represents', condition="represents AND state = 'active'"),
        ),
        ops.AlterModelOptions(
            name='Building',
            options={'table': 'building', 'app': 'models', 'unique_together': (('estate', 'number'),), 'pk_attr': 'id', 'table_description': 'One building of an estate; `grid` is where it lies now, and its dwellings with it.'},
        ),
        ops.AddField(
            model_name='Enquiry',
            name='delegation',
            field=fields.ForeignKeyField('models.Delegation', source_field='delegation_id', null=True, db_constraint=True, to_field='id', related_name='enquiries', on_delete=OnDelete.SET_NULL),
        ),
        ops.AlterModelOptions(
            name='Grid',
            options={'table': 'grid', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A part of a community; `GridAssignment` names its worker.'},
        ),
    ]
