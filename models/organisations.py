"""The tree of bodies and places: district, subdistrict, community, grid; estates and their buildings.

Codes nest: 4 digits name a city, 6 a district, 9 a subdistrict, 12 a community, 15 a grid (domain.md §2.1), so that
whoever answers for a code answers for every longer code that begins with it.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.states import Level


class Organisation(Model):
    """A residents' committee, its street, its district or, above, a city; `corrected` as with residents."""

    id: int = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=12, unique=True)
    name = fields.CharField(max_length=60)
    level = fields.CharEnumField(Level, max_length=12)
    parent: fields.ForeignKeyNullableRelation["Organisation"] = fields.ForeignKeyField(
        "models.Organisation", null=True, on_delete=fields.RESTRICT, related_name="children"
    )
    phone = fields.CharField(max_length=40, default="")
    hall = fields.CharField(max_length=120, default="")
    corrected: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])

    class Meta(Model.Meta):
        table = "organisation"

    def __str__(self) -> str:
        return self.name


class Grid(Model):
    """A part of a community; `GridAssignment` names its worker."""

    id: int = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=20, unique=True)
    name = fields.CharField(max_length=60)
    community: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="grids"
    )
    community_id: int

    class Meta(Model.Meta):
        table = "grid"

    def __str__(self) -> str:
        return self.name


class GridAssignment(Model):
    """Who answers for a grid from `since` until the day before `until`; the database refuses two at one time.

    What was arranged `by_hand` in the panel is not rearranged by a ledger.
    """

    id: int = fields.BigIntField(primary_key=True)
    grid: fields.ForeignKeyRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", on_delete=fields.CASCADE, related_name="assignments"
    )
    grid_id: int
    worker = fields.CharField(max_length=40)
    phone = fields.CharField(max_length=40, default="")
    login = fields.CharField(max_length=40, default="")
    since = fields.DateField()
    until = fields.DateField(null=True)
    by_hand = fields.BooleanField(default=False, db_default=False)

    class Meta(Model.Meta):
        table = "grid_assignment"
        indexes = (Index(fields=("grid_id", "since")),)


class Estate(Model):
    """A compound as people name it; one name may stand in two communities; `corrected` as with residents."""

    id: int = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=20, unique=True)
    name = fields.CharField(max_length=60)
    aliases: fields.JSONField[list[str]] = fields.JSONField(default=list)
    kind = fields.CharField(max_length=20, default="")
    corrected: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default=[])
    community: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="estates"
    )
    community_id: int

    class Meta(Model.Meta):
        table = "estate"
        unique_together = (("community", "name"),)

    def __str__(self) -> str:
        return self.name


class Building(Model):
    """One building of an estate; `grid` is where it lies now, and its dwellings with it."""

    id: int = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=30, unique=True)
    number = fields.CharField(max_length=10)
    estate: fields.ForeignKeyRelation[Estate] = fields.ForeignKeyField(
        "models.Estate", on_delete=fields.RESTRICT, related_name="buildings"
    )
    estate_id: int
    grid: fields.ForeignKeyRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", on_delete=fields.RESTRICT, related_name="buildings"
    )
    grid_id: int

    class Meta(Model.Meta):
        table = "building"
        unique_together = (("estate", "number"),)

    def __str__(self) -> str:
        return f"{self.number}号楼"


class GridPlacement(Model):
    """In which grid a building lay from `since` until the day before `until`; a move changes only what comes after."""

    id: int = fields.BigIntField(primary_key=True)
    building: fields.ForeignKeyRelation[Building] = fields.ForeignKeyField(
        "models.Building", on_delete=fields.CASCADE, related_name="placements"
    )
    building_id: int
    grid: fields.ForeignKeyRelation[Grid] = fields.ForeignKeyField(
        "models.Grid", on_delete=fields.RESTRICT, related_name="placements"
    )
    grid_id: int
    since = fields.DateField()
    until = fields.DateField(null=True)

    class Meta(Model.Meta):
        table = "grid_placement"
        indexes = (Index(fields=("building_id", "since")),)
