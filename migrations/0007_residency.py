"""Constraints of the new tables, what was known before carried over, and the columns that older tables gain."""

import functools
from json import dumps, loads

from models.sealed import BlindIndexField, SealedField
from models.states import Level
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [('models', '0006_households')]

    initial = False

    operations = [
        # What the ORM can't say: no two workers of a grid, and no two grids of a building, at one time.
        ops.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", "SELECT 1"),
        ops.RunSQL(
            "ALTER TABLE grid_assignment ADD CONSTRAINT ex_grid_assignment"
            " EXCLUDE USING gist (grid_id WITH =, daterange(since, until) WITH &&)",
            "ALTER TABLE grid_assignment DROP CONSTRAINT ex_grid_assignment",
        ),
        ops.RunSQL(
            "ALTER TABLE grid_placement ADD CONSTRAINT ex_grid_placement"
            " EXCLUDE USING gist (building_id WITH =, daterange(since, until) WITH &&)",
            "ALTER TABLE grid_placement DROP CONSTRAINT ex_grid_placement",
        ),
        # Whoever answers for a grid now has done so since the register knows it.
        ops.RunSQL(
            "INSERT INTO grid_assignment (grid_id, worker, phone, login, since)"
            " SELECT id, worker, '', '', DATE '2026-01-01' FROM grid WHERE worker <> ''",
            "UPDATE grid SET worker = a.worker FROM grid_assignment a WHERE a.grid_id = grid.id AND a.until IS NULL",
        ),
        ops.RunSQL(
            "INSERT INTO grid_placement (building_id, grid_id, since)"
            " SELECT id, grid_id, DATE '2026-01-01' FROM building",
            "SELECT 1",
        ),
        # CreateModel leaves out unique constraints with a condition.
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_guardianship_current ON guardianship (ward_id, guardian_id) WHERE until IS NULL",
            "DROP INDEX uq_guardianship_current",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_delegation_live ON delegation (elder_id, account_id)"
            " WHERE state IN ('asked', 'active')",
            "DROP INDEX uq_delegation_live",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_consent_current ON consent_record (account_id, purpose) WHERE withdrawn_at IS NULL",
            "DROP INDEX uq_consent_current",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX uq_resident_merge_current ON resident_merge (gone_id) WHERE undone_at IS NULL",
            "DROP INDEX uq_resident_merge_current",
        ),
        ops.RunSQL("CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)", "DROP INDEX ix_search_entry_words"),
        # Who agreed before there was a record of it.
        ops.RunSQL(
            "INSERT INTO consent_record (account_id, purpose, version, given_at)"
            " SELECT id, 'residency', consent_version, consented_at FROM account WHERE consent_version IS NOT NULL",
            "SELECT 1",
        ),
        ops.RemoveField(model_name='Grid', name='worker'),
        ops.AlterModelOptions(
            name='Organisation',
            options={'table': 'organisation', 'app': 'models', 'pk_attr': 'id', 'table_description': "A residents' committee, its street, its district or, above, a city."},
        ),
        ops.AlterField(
            model_name='Organisation',
            name='level',
            field=fields.CharEnumField(description='CITY: city\nDISTRICT: district\nSUBDISTRICT: subdistrict\nCOMMUNITY: community', enum_type=Level, max_length=12),
        ),
        ops.AddField(
            model_name='Resident',
            name='corrected',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Resident',
            name='huji',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
        ops.AddField(
            model_name='Resident',
            name='merged_into',
            field=fields.ForeignKeyField('models.Resident', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='duplicates', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Resident',
            name='surname_index',
            field=BlindIndexField(null=True, generated=False, unique=False),
        ),
        ops.AlterModelOptions(
            name='StaffMember',
            options={'table': 'staff_member', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A login. `totp_step` is the last time step whose code was used, so that no code opens twice (RFC 6238 §5.2).'},
        ),
        ops.AddField(
            model_name='StaffMember',
            name='must_change_password',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='StaffMember',
            name='recovery_hashes',
            field=fields.JSONField(default=list, db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='StaffMember',
            name='totp_confirmed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffMember',
            name='totp_secret',
            field=SealedField(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name='StaffMember',
            name='totp_step',
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
