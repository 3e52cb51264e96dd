"""Consultations, statements and stances, interviews, and what was promised."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.deliberation import DecisionKind, InterviewState, NotForUs, Stage, StepKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

CONDITIONS = """
ALTER TABLE consultation ADD CONSTRAINT uq_consultation_poll UNIQUE (poll_id);
ALTER TABLE stance ADD CONSTRAINT ck_stance_value CHECK (value IN (-1, 0, 1));
ALTER TABLE appraisal ADD CONSTRAINT ck_appraisal_stars CHECK (stars BETWEEN 1 AND 5);
ALTER TABLE undertaking ADD CONSTRAINT ck_undertaking_of_one CHECK (num_nonnulls(consultation_id, interview_id) = 1);
"""
FORGET_CONDITIONS = """
ALTER TABLE consultation DROP CONSTRAINT uq_consultation_poll;
ALTER TABLE undertaking DROP CONSTRAINT ck_undertaking_of_one;
ALTER TABLE appraisal DROP CONSTRAINT ck_appraisal_stars;
ALTER TABLE stance DROP CONSTRAINT ck_stance_value;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0024_moderation')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ConsultationRules',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.OneToOneField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='consultation_rules', on_delete=OnDelete.CASCADE)),
                ('terms', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('set_by', fields.CharField(max_length=40)),
                ('set_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'consultation_rules', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Counts and days that an organisation has set for its consultations; below it they hold too.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Interview',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(null=True, unique=True, max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='interviews', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='ANNOUNCED: announced\nLIVE: live\nENDED: ended\nCANCELLED: cancelled', enum_type=InterviewState, max_length=10)),
                ('title', fields.CharField(max_length=60)),
                ('introduction', fields.TextField(default='', unique=False)),
                ('host', fields.CharField(max_length=40)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('minutes', fields.SmallIntField()),
                ('reason', fields.CharField(default='', max_length=200)),
                ('created_by', fields.CharField(default='', max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('opened_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'interview', 'app': 'models', 'indexes': [Index(fields=['organisation_id', 'state']), Index(fields=['state', 'starts_at'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Consultation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(null=True, unique=True, max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='consultations', on_delete=OnDelete.RESTRICT)),
                ('stage', fields.CharEnumField(description='COLLECTING: collecting\nREVIEW: review\nPOSTED: posted\nDELIBERATING: deliberating\nDECIDING: deciding\nCARRYING_OUT: carrying_out\nAPPRAISAL: appraisal\nCLOSED: closed\nDECLINED: declined\nMERGED: merged', enum_type=Stage, max_length=12)),
                ('title', fields.CharField(max_length=60)),
                ('problem', fields.TextField(default='', unique=False)),
                ('options', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('parties', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('places', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('scope', fields.CharField(default='', max_length=60)),
                ('contact', fields.CharField(default='', max_length=60)),
                ('proposer', fields.CharField(default='', max_length=60)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', null=True, db_constraint=True, to_field='id', related_name='consultation', on_delete=OnDelete.RESTRICT)),
                ('created_by', fields.CharField(default='', max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('terms', fields.JSONField(default=dict, db_default={}, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('endorse_need', fields.IntField(default=0)),
                ('endorsed_before', fields.IntField(default=0, db_default=0)),
                ('review_due_on', fields.DateField(null=True)),
                ('answer', fields.TextField(default='', unique=False)),
                ('answered_by', fields.CharField(default='', max_length=40)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('not_for_us', fields.CharEnumField(null=True, description='LEGAL_WAY: legal_way\nPRIVATE: private\nUNLAWFUL: unlawful\nELSEWHERE: elsewhere', enum_type=NotForUs, max_length=12)),
                ('merged_into', fields.ForeignKeyField('models.Consultation', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.RESTRICT)),
                ('split_from', fields.ForeignKeyField('models.Consultation', source_field='split_from_id', null=True, db_constraint=True, to_field='id', related_name='parts', on_delete=OnDelete.RESTRICT)),
                ('stage_since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('discussion', fields.BooleanField(default=False, db_default=False)),
                ('map_shown', fields.BooleanField(default=False, db_default=False)),
                ('decision', fields.CharEnumField(null=True, description='CONSENSUS: consensus\nPOLL: poll', enum_type=DecisionKind, max_length=10)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', null=True, db_constraint=True, to_field='id', related_name='consultations', on_delete=OnDelete.RESTRICT)),
                ('resolution', fields.TextField(default='', unique=False)),
                ('dissent', fields.TextField(default='', unique=False)),
                ('decided_by', fields.CharField(default='', max_length=40)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('round', fields.SmallIntField(default=1, db_default=1)),
                ('opinion', fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('opinion_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'consultation', 'app': 'models', 'constraints': [UniqueConstraint(fields=('poll_id',), name='uq_consultation_poll')], 'indexes': [Index(fields=['stage', 'ends_at']), Index(fields=['organisation_id', 'stage']), Index(fields=['merged_into_id']), Index(fields=['split_from_id'])], 'pk_attr': 'id', 'table_description': 'One topic with one id and one timeline (domain.md §2.4).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Appraisal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='appraisals', on_delete=OnDelete.CASCADE)),
                ('round', fields.SmallIntField()),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='appraisals', on_delete=OnDelete.CASCADE)),
                ('carried_out', fields.BooleanField()),
                ('stars', fields.SmallIntField(null=True)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'appraisal', 'app': 'models', 'unique_together': (('consultation', 'round', 'participant'),), 'pk_attr': 'id', 'table_description': 'A resident says whether what was decided has been carried out, and how well: one to five stars.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ConsultationStep',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='steps', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='PROPOSED: proposed\nADVANCED: advanced\nSKIPPED: skipped\nSHORTENED: shortened\nEXTENDED: extended\nMERGED: merged\nSPLIT: split\nDECLINED: declined\nREOPENED: reopened', enum_type=StepKind, max_length=10)),
                ('stage', fields.CharEnumField(description='COLLECTING: collecting\nREVIEW: review\nPOSTED: posted\nDELIBERATING: deliberating\nDECIDING: deciding\nCARRYING_OUT: carrying_out\nAPPRAISAL: appraisal\nCLOSED: closed\nDECLINED: declined\nMERGED: merged', enum_type=Stage, max_length=12)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('words', fields.CharField(default='', max_length=200)),
                ('taken_by', fields.CharField(max_length=60)),
                ('taken_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'consultation_step', 'app': 'models', 'indexes': [Index(fields=['consultation_id', 'id'])], 'pk_attr': 'id', 'table_description': 'A line of the public timeline: the `stage` entered, skipped or changed, by whom, and why.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Endorsement',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='endorsements', on_delete=OnDelete.CASCADE)),
                ('dwelling', fields.ForeignKeyField('models.Dwelling', source_field='dwelling_id', db_constraint=True, to_field='id', related_name='endorsements', on_delete=OnDelete.RESTRICT)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', null=True, db_constraint=True, to_field='id', related_name='endorsements', on_delete=OnDelete.SET_NULL)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'endorsement', 'app': 'models', 'unique_together': (('consultation', 'dwelling'),), 'pk_attr': 'id', 'table_description': '「我也想提」: a household backs a proposal, once, whoever of it says so.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Meeting',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='meetings', on_delete=OnDelete.CASCADE)),
                ('held_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('place', fields.CharField(max_length=60)),
                ('present', fields.IntField()),
                ('people', fields.CharField(default='', max_length=200)),
                ('minutes', fields.TextField(default='', unique=False)),
                ('points', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('dissent', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('following', fields.CharField(default='', max_length=200)),
                ('recorded_by', fields.CharField(max_length=40)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'meeting', 'app': 'models', 'indexes': [Index(fields=['consultation_id', 'held_at'])], 'pk_attr': 'id', 'table_description': 'What was said at a table: place, people, points agreed on, dissent, and what comes next (domain.md §2.4).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MeetingFile',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('meeting', fields.ForeignKeyField('models.Meeting', source_field='meeting_id', db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.CASCADE)),
                ('file', fields.ForeignKeyField('models.StoredFile', source_field='file_id', db_constraint=True, to_field='key', related_name='meeting_files', on_delete=OnDelete.RESTRICT)),
                ('added_by', fields.CharField(default='', max_length=40)),
            ],
            options={'table': 'meeting_file', 'app': 'models', 'unique_together': (('meeting', 'file'),), 'pk_attr': 'id', 'table_description': 'A photograph of the signed page, or another paper of a meeting.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Question',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('interview', fields.ForeignKeyField('models.Interview', source_field='interview_id', db_constraint=True, to_field='id', related_name='questions', on_delete=OnDelete.CASCADE)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='question', on_delete=OnDelete.RESTRICT)),
                ('backed_before', fields.IntField(default=0, db_default=0)),
                ('answer', fields.TextField(default='', unique=False)),
                ('answered_by', fields.CharField(default='', max_length=40)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'question', 'app': 'models', 'indexes': [Index(fields=['interview_id', 'id'])], 'pk_attr': 'id', 'table_description': 'What a resident asks the host; `backed_before` are voices from before it was taken over here.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='QuestionBacking',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('question', fields.ForeignKeyField('models.Question', source_field='question_id', db_constraint=True, to_field='id', related_name='backings', on_delete=OnDelete.CASCADE)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='backings', on_delete=OnDelete.CASCADE)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'question_backing', 'app': 'models', 'unique_together': (('question', 'participant'),), 'pk_attr': 'id', 'table_description': '「我也想问」: one voice of a person for a question.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Statement',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', db_constraint=True, to_field='id', related_name='statements', on_delete=OnDelete.CASCADE)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='statement', on_delete=OnDelete.RESTRICT)),
                ('merged_into', fields.ForeignKeyField('models.Statement', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.SET_NULL)),
                ('merged_by', fields.CharField(default='', max_length=40)),
                ('kept_apart', fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('priority', fields.FloatField(default=1.0, db_default=1.0)),
                ('agreed', fields.IntField(default=0, db_default=0)),
                ('disagreed', fields.IntField(default=0, db_default=0)),
                ('passed', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'statement', 'app': 'models', 'indexes': [Index(fields=['consultation_id', 'id']), Index(fields=['merged_into_id'])], 'pk_attr': 'id', 'table_description': 'One idea on a topic; its words and whether it is public are those of its `post`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Stance',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('statement', fields.ForeignKeyField('models.Statement', source_field='statement_id', db_constraint=True, to_field='id', related_name='stances', on_delete=OnDelete.CASCADE)),
                ('participant', fields.ForeignKeyField('models.Participant', source_field='participant_id', db_constraint=True, to_field='id', related_name='stances', on_delete=OnDelete.CASCADE)),
                ('value', fields.SmallIntField()),
                ('taken_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stance', 'app': 'models', 'unique_together': (('statement', 'participant'),), 'indexes': [Index(fields=['participant_id'])], 'pk_attr': 'id', 'table_description': "Where a person stands on a statement: 1 agrees, -1 disagrees, 0 can't say; the last word counts."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StatementReply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('statement', fields.ForeignKeyField('models.Statement', source_field='statement_id', db_constraint=True, to_field='id', related_name='replies', on_delete=OnDelete.CASCADE)),
                ('post', fields.OneToOneField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='reply', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'statement_reply', 'app': 'models', 'indexes': [Index(fields=['statement_id', 'id'])], 'pk_attr': 'id', 'table_description': 'An answer to a statement where open discussion is switched on; one level, nobody answers an answer.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Undertaking',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='undertakings', on_delete=OnDelete.RESTRICT)),
                ('consultation', fields.ForeignKeyField('models.Consultation', source_field='consultation_id', null=True, db_constraint=True, to_field='id', related_name='undertakings', on_delete=OnDelete.CASCADE)),
                ('interview', fields.ForeignKeyField('models.Interview', source_field='interview_id', null=True, db_constraint=True, to_field='id', related_name='undertakings', on_delete=OnDelete.CASCADE)),
                ('question', fields.ForeignKeyField('models.Question', source_field='question_id', null=True, db_constraint=True, to_field='id', related_name='undertakings', on_delete=OnDelete.SET_NULL)),
                ('what', fields.CharField(max_length=120)),
                ('owner', fields.CharField(max_length=40)),
                ('due_on', fields.DateField()),
                ('first_due_on', fields.DateField()),
                ('late_why', fields.CharField(default='', max_length=200)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('done_by', fields.CharField(default='', max_length=40)),
                ('outcome', fields.CharField(default='', max_length=200)),
                ('created_by', fields.CharField(max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'undertaking', 'app': 'models', 'indexes': [Index(fields=['consultation_id']), Index(fields=['interview_id']), Index(fields=['question_id']), Index(fields=['organisation_id', 'done_at', 'due_on'])], 'pk_attr': 'id', 'table_description': 'A thing to be done, by whom and until when: a task of a consultation, or a promise made in an interview.'},
            bases=['Model'],
        ),
        # The ORM drops conditions of constraints when it creates a table, and knows no checks.
        ops.RunSQL(CONDITIONS, FORGET_CONDITIONS),
    ]
