"""Notices, and the outreach that brings them to people: campaigns, deliveries, tries, subscriptions, budgets."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.reach import AttemptOutcome, CampaignState, DeliveryState, NoticeClass, NoticeState, Path, Purpose, TemplateKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

INDEXES = {
    "uq_delivery_account": "UNIQUE INDEX uq_delivery_account ON delivery (campaign_id, account_id) WHERE account_id IS NOT NULL",
    "idx_delivery_waiting": (
        "INDEX idx_delivery_waiting ON delivery (campaign_id, next_at, id) WHERE state IN ('created', 'temporary')"
    ),
    "idx_delivery_lease": "INDEX idx_delivery_lease ON delivery (lease_until) WHERE state = 'sending'",
    "idx_attempt_message": "INDEX idx_attempt_message ON attempt (message_id) WHERE message_id <> ''",
}


class Migration(migrations.Migration):
    dependencies = [('models', '0016_answers_for_a_while')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Campaign',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('subject', fields.CharField(unique=True, max_length=60)),
                ('purpose', fields.CharEnumField(description='NOTICE: notice\nPOLL_OPEN: poll_open\nPOLL_REMINDER: poll_reminder\nPOLL_RESULT: poll_result', enum_type=Purpose, max_length=16)),
                ('place', fields.CharField(max_length=40)),
                ('title', fields.CharField(max_length=120)),
                ('text', fields.TextField(unique=False)),
                ('short', fields.CharField(default='', max_length=300)),
                ('link', fields.CharField(default='', max_length=200)),
                ('content', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('topic', fields.CharField(default='', max_length=16)),
                ('urgent', fields.BooleanField(default=False)),
                ('paths', fields.SmallIntField()),
                ('audience', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('state', fields.CharEnumField(description='SCHEDULED: scheduled\nOVERDUE: overdue\nRUNNING: running\nPAUSED: paused\nDONE: done\nCANCELLED: cancelled', enum_type=CampaignState, max_length=12)),
                ('launch_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('created_by', fields.CharField(default='', max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('launched_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('finished_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'campaign', 'app': 'models', 'indexes': [Index(fields=['state', 'launch_at']), Index(fields=['place', 'launch_at'])], 'pk_attr': 'id', 'table_description': 'One message to an audience that is resolved once; `subject` says what it is about and lets it be started once.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BuildingLink',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('campaign', fields.ForeignKeyField('models.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='building_links', on_delete=OnDelete.CASCADE)),
                ('building_id', fields.BigIntField()),
                ('digest', fields.BinaryField()),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('created_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'building_link', 'app': 'models', 'indexes': [Index(fields=['campaign_id', 'building_id'])], 'pk_attr': 'id', 'table_description': "A link to a building's list of whom a campaign has not reached, rooms without names; `digest` is of its token."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ContactWindow',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.OneToOneField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='contact_window', on_delete=OnDelete.CASCADE)),
                ('opened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used', fields.SmallIntField()),
            ],
            options={'table': 'contact_window', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Customer messages sent to an account since it last wrote (`opened_at`); five in 48 h (wechat-platform §3.6).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Delivery',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('campaign', fields.ForeignKeyField('models.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='deliveries', on_delete=OnDelete.CASCADE)),
                ('recipient', fields.CharField(max_length=40)),
                ('resident', fields.ForeignKeyField('models.Resident', source_field='resident_id', null=True, db_constraint=True, to_field='id', related_name='deliveries', on_delete=OnDelete.SET_NULL)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='deliveries', on_delete=OnDelete.SET_NULL)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', null=True, db_constraint=True, to_field='id', related_name='deliveries', on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharEnumField(description='CREATED: created\nSENDING: sending\nSENT: sent\nDELIVERED: delivered\nREAD: read\nTEMPORARY: temporary\nPERMANENT: permanent\nTECHNICAL: technical\nUNCERTAIN: uncertain\nCANCELLED: cancelled', enum_type=DeliveryState, max_length=12)),
                ('path', fields.CharEnumField(null=True, description='CUSTOMER: customer\nSTANDING: standing\nCREDIT: credit\nTEMPLATE: template\nMASS: mass\nSMS: sms\nCALL: call\nPAPER: paper', enum_type=Path, max_length=12)),
                ('tried', fields.SmallIntField(default=0, db_default=0)),
                ('errcode', fields.IntField(default=0, db_default=0)),
                ('next_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reached_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reached_by', fields.CharField(default='', db_default='', max_length=40)),
            ],
            options={'table': 'delivery', 'app': 'models', 'unique_together': (('campaign', 'recipient'),), 'constraints': [UniqueConstraint(fields=('campaign_id', 'account_id'), name='uq_delivery_account', condition='account_id IS NOT NULL')], 'indexes': [Index(fields=['campaign_id', 'state']), Index(fields=['account_id', 'id']), Index(fields=['resident_id', 'id'])], 'pk_attr': 'id', 'table_description': "One person's part in a campaign; `recipient` is `resident:ID` or, where the register has nobody, `account:ID`."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Attempt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('delivery', fields.ForeignKeyField('models.Delivery', source_field='delivery_id', db_constraint=True, to_field='id', related_name='attempts', on_delete=OnDelete.CASCADE)),
                ('path', fields.CharEnumField(description='CUSTOMER: customer\nSTANDING: standing\nCREDIT: credit\nTEMPLATE: template\nMASS: mass\nSMS: sms\nCALL: call\nPAPER: paper', enum_type=Path, max_length=12)),
                ('tries', fields.SmallIntField(default=1, db_default=1)),
                ('started_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('outcome', fields.CharEnumField(null=True, description='ACCEPTED: accepted\nCONFIRMED: confirmed\nTEMPORARY: temporary\nPERMANENT: permanent\nTECHNICAL: technical\nUNCERTAIN: uncertain', enum_type=AttemptOutcome, max_length=12)),
                ('errcode', fields.IntField(default=0, db_default=0)),
                ('message_id', fields.CharField(default='', db_default='', max_length=64)),
            ],
            options={'table': 'attempt', 'app': 'models', 'unique_together': (('delivery', 'path'),), 'pk_attr': 'id', 'table_description': "A delivery tried by one path, at most once each; written before the call. `message_id` is the platform's."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('app_id', fields.CharField(max_length=40)),
                ('purpose', fields.CharEnumField(description='NOTICE: notice\nPOLL_OPEN: poll_open\nPOLL_REMINDER: poll_reminder\nPOLL_RESULT: poll_result', enum_type=Purpose, max_length=16)),
                ('kind', fields.CharEnumField(description='STANDING: standing\nCREDIT: credit\nTEMPLATE: template', enum_type=TemplateKind, max_length=12)),
                ('template_id', fields.CharField(max_length=64)),
                ('mapping', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('enabled', fields.BooleanField(default=True, db_default=True)),
                ('failure', fields.CharField(default='', db_default='', max_length=120)),
            ],
            options={'table': 'message_template', 'app': 'models', 'unique_together': (('app_id', 'purpose', 'kind'),), 'indexes': [Index(fields=['app_id', 'template_id'])], 'pk_attr': 'id', 'table_description': 'One official account\'s template for one purpose; `mapping` leads from its keys to ours: {"thing1": "title"}.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Notice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(null=True, unique=True, max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.RESTRICT)),
                ('topic', fields.CharEnumField(description='URGENT: urgent\nCONVENIENCE: convenience\nPOLICY: policy\nPOSTING: posting\nACTIVITY: activity\nRECRUITMENT: recruitment\nOPEN_AFFAIRS: open_affairs\nLOST_FOUND: lost_found\nWORK: work', enum_type=NoticeClass, max_length=16)),
                ('state', fields.CharEnumField(description='DRAFT: draft\nREVIEW: review\nSENT: sent\nWITHDRAWN: withdrawn', enum_type=NoticeState, max_length=12)),
                ('version', fields.SmallIntField(default=1, db_default=1)),
                ('title', fields.CharField(max_length=120)),
                ('body', fields.TextField(unique=False)),
                ('body_responsible', fields.CharField(max_length=60)),
                ('person_responsible', fields.CharField(max_length=40)),
                ('phone', fields.CharField(default='', max_length=40)),
                ('starts_on', fields.DateField()),
                ('ends_on', fields.DateField(null=True)),
                ('wants_receipt', fields.BooleanField(default=False)),
                ('audience', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('scope', fields.CharField(default='', max_length=120)),
                ('paths', fields.SmallIntField()),
                ('launch_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_by', fields.CharField(default='', max_length=40)),
                ('submitted_by', fields.CharField(default='', max_length=40)),
                ('reviewed_by', fields.CharField(default='', max_length=40)),
                ('sent_by', fields.CharField(default='', max_length=40)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice', 'app': 'models', 'indexes': [Index(fields=['organisation_id', 'state']), Index(fields=['state', 'starts_on'])], 'pk_attr': 'id', 'table_description': 'What a body tells residents (domain.md §2.10). `version` counts corrections; the text here is the present one.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('notice', fields.ForeignKeyField('models.Notice', source_field='notice_id', db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.CASCADE)),
                ('file', fields.ForeignKeyField('models.StoredFile', source_field='file_id', db_constraint=True, to_field='key', related_name='notice_files', on_delete=OnDelete.RESTRICT)),
                ('added_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'notice_file', 'app': 'models', 'unique_together': (('notice', 'file'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeReading',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('notice', fields.ForeignKeyField('models.Notice', source_field='notice_id', db_constraint=True, to_field='id', related_name='readings', on_delete=OnDelete.CASCADE)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='readings', on_delete=OnDelete.CASCADE)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', null=True, db_constraint=True, to_field='id', related_name='readings', on_delete=OnDelete.SET_NULL)),
                ('version', fields.SmallIntField()),
                ('read_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('acknowledged_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice_reading', 'app': 'models', 'unique_together': (('notice', 'account'),), 'indexes': [Index(fields=['account_id'])], 'pk_attr': 'id', 'table_description': 'That an account opened a notice, and when it said 已阅; `dwelling` is the home it counts for.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeVersion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('notice', fields.ForeignKeyField('models.Notice', source_field='notice_id', db_constraint=True, to_field='id', related_name='versions', on_delete=OnDelete.CASCADE)),
                ('number', fields.SmallIntField()),
                ('title', fields.CharField(max_length=120)),
                ('body', fields.TextField(unique=False)),
                ('reason', fields.CharField(max_length=200)),
                ('replaced_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('replaced_by', fields.CharField(max_length=40)),
            ],
            options={'table': 'notice_version', 'app': 'models', 'unique_together': (('notice', 'number'),), 'pk_attr': 'id', 'table_description': 'A text that a correction or withdrawal replaced; `reason` says why, `number` is the replaced version.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OptOut',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='opt_outs', on_delete=OnDelete.CASCADE)),
                ('topic', fields.CharField(max_length=16)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'opt_out', 'app': 'models', 'unique_together': (('account', 'topic'),), 'pk_attr': 'id', 'table_description': "An account that wants no messages of one topic (a notice's class); urgent ones have no opt-out."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SendBudget',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('app_id', fields.CharField(max_length=40)),
                ('path', fields.CharEnumField(description='CUSTOMER: customer\nSTANDING: standing\nCREDIT: credit\nTEMPLATE: template\nMASS: mass\nSMS: sms\nCALL: call\nPAPER: paper', enum_type=Path, max_length=12)),
                ('per_second', fields.FloatField()),
                ('burst', fields.IntField()),
                ('per_day', fields.IntField()),
                ('tokens', fields.FloatField()),
                ('filled_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('day', fields.DateField()),
                ('used', fields.IntField(default=0, db_default=0)),
                ('closed_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reason', fields.CharField(default='', db_default='', max_length=120)),
            ],
            options={'table': 'send_budget', 'app': 'models', 'unique_together': (('app_id', 'path'),), 'pk_attr': 'id', 'table_description': 'How fast and how often one account may use a path: tokens now, uses today; `closed_until` after a refusal.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Subscription',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='subscriptions', on_delete=OnDelete.CASCADE)),
                ('template', fields.ForeignKeyField('models.MessageTemplate', source_field='template_id', db_constraint=True, to_field='id', related_name='subscriptions', on_delete=OnDelete.CASCADE)),
                ('standing', fields.BooleanField(default=False, db_default=False)),
                ('credits', fields.SmallIntField(default=0, db_default=0)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'subscription', 'app': 'models', 'unique_together': (('account', 'template'),), 'pk_attr': 'id', 'table_description': 'What an account has allowed a template: `standing` for good, or `credits` messages, one a tick (§3.8).'},
            bases=['Model'],
        ),
        # CreateModel leaves out what has a condition.
        *(ops.RunSQL(f"CREATE {made}", f"DROP INDEX {name}") for name, made in INDEXES.items()),
        ops.RunSQL(
            "ALTER TABLE subscription ADD CONSTRAINT subscription_credits CHECK (credits >= 0)",
            "ALTER TABLE subscription DROP CONSTRAINT subscription_credits",
        ),
    ]
