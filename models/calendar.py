"""Holidays and shifted working days, a table a year, as the State Council announces them."""

from tortoise import fields
from tortoise.models import Model


class HolidayTable(Model):
    """The days off and the weekend days worked of one year (ISO dates), with where they were taken from."""

    id: int = fields.BigIntField(primary_key=True)
    year: int = fields.SmallIntField(unique=True)
    free: fields.JSONField[list[str]] = fields.JSONField(default=list)
    worked: fields.JSONField[list[str]] = fields.JSONField(default=list)
    source = fields.CharField(max_length=200, default="")
    uploaded_by = fields.CharField(max_length=60)
    uploaded_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "holiday_table"
