"""Figures of a day, kept when what they were counted from is gone."""

from tortoise import fields
from tortoise.models import Model

from models.organisations import Organisation


class DailyFact(Model):
    """One figure of one community on one day in Beijing; `measure` names it, as `active_residents`."""

    id: int = fields.BigIntField(primary_key=True)
    community: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="facts"
    )
    community_id: int
    day = fields.DateField()
    measure = fields.CharField(max_length=40)
    value: int = fields.BigIntField()

    class Meta(Model.Meta):
        table = "daily_fact"
        unique_together = (("community", "measure", "day"),)
