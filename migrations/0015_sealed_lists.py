"""Closed boxes become two lists that nothing joins; of votes closed before, receipts were kept nowhere, so none are listed."""

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

SEALED_BEFORE = """
DO $$
DECLARE
    box record;
    link bytea;
    at integer;
    paper record;
BEGIN
    FOR box IN SELECT DISTINCT poll_id FROM ballot WHERE number IS NOT NULL LOOP
        link := sha256(convert_to('linli:poll:' || box.poll_id || ':choices', 'UTF8'));
        at := 0;
        FOR paper IN SELECT answer FROM ballot WHERE poll_id = box.poll_id ORDER BY gen_random_uuid() LOOP
            at := at + 1;
            link := sha256(link || convert_to(at || ':' || paper.answer || ':1:0.0000', 'UTF8'));
            INSERT INTO sealed_choice (poll_id, number, answer, heads, area, seal)
            VALUES (box.poll_id, at, paper.answer, 1, 0, link);
        END LOOP;
        DELETE FROM ballot WHERE poll_id = box.poll_id;
    END LOOP;
END $$
"""
RESULTS = """
UPDATE poll SET result = jsonb_build_object(
    'kind', 'household', 'means', '[]'::jsonb, 'spoilt', 0, 'winners', '[]'::jsonb, 'tied', '[]'::jsonb,
    'quorate', result->'quorate', 'passed', result->'passed',
    'roll', jsonb_build_object('ballots', result->'roll', 'heads', result->'roll', 'area', '0'),
    'taken_part', jsonb_build_object('ballots', result->'turnout', 'heads', result->'turnout', 'area', '0'),
    'choices', (SELECT jsonb_agg(jsonb_build_object('ballots', v, 'heads', v, 'area', '0') ORDER BY n)
                FROM jsonb_array_elements(result->'votes') WITH ORDINALITY AS votes (v, n)))
WHERE result ? 'votes'
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0014_votes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SealedChoice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='sealed_choices', on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('answer', fields.CharField(max_length=80)),
                ('heads', fields.IntField()),
                ('area', fields.DecimalField(max_digits=16, decimal_places=4)),
                ('seal', fields.BinaryField()),
            ],
            options={'table': 'sealed_choice', 'app': 'models', 'unique_together': (('poll', 'number'),), 'pk_attr': 'id', 'table_description': "A line of the auditor's list: what was chosen and its weight, in an order of its own, linked as the receipts."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SealedReceipt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('poll', fields.ForeignKeyField('models.Poll', source_field='poll_id', db_constraint=True, to_field='id', related_name='sealed_receipts', on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('receipt', fields.CharField(max_length=14)),
                ('answer', fields.CharField(default='', max_length=80)),
                ('seal', fields.BinaryField()),
            ],
            options={'table': 'sealed_receipt', 'app': 'models', 'unique_together': (('poll', 'number'),), 'indexes': [Index(fields=['receipt'])], 'pk_attr': 'id', 'table_description': 'A line of the public list: a receipt, of a named poll with what was chosen, linked to the lines before it.'},
            bases=['Model'],
        ),
        ops.RemoveConstraint(
            model_name='Ballot',
            name='uq_ballot_number',
            fields=None,
        ),
        ops.AlterModelOptions(
            name='Ballot',
            options={'table': 'ballot', 'app': 'models', 'unique_together': (('poll', 'receipt_index'),), 'pk_attr': 'id', 'table_description': 'A secret paper in the box while voting goes on: the answer and its receipt, nothing of the voter.'},
        ),
        ops.AlterField(
            model_name='Ballot',
            name='receipt_index',
            field=BlindIndexField(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name='Ballot',
            name='answer',
            field=fields.CharField(max_length=80, db_default=''),
        ),
        ops.RunSQL("UPDATE ballot SET answer = choice::text", ops.RunSQL.noop),
        ops.AlterField(model_name='Ballot', name='answer', field=fields.CharField(max_length=80)),
        ops.RunSQL(SEALED_BEFORE, ops.RunSQL.noop),
        ops.RunSQL(RESULTS, ops.RunSQL.noop),
        ops.AddField(
            model_name='Ballot',
            name='receipt',
            field=SealedField(null=True, generated=False, unique=False),
        ),
        ops.RemoveField(model_name='Ballot', name='choice'),
        ops.RemoveField(model_name='Ballot', name='number'),
        ops.RemoveField(model_name='Ballot', name='seal'),
    ]
