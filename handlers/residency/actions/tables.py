"""The tables that ledgers fill, with the columns that come from the files."""

from handlers.residency.actions.upsert import Table

ORGANISATION = Table(
    "organisation",
    "code",
    {**dict.fromkeys(("name", "level", "phone", "hall"), "text"), "parent_id": "bigint"},
    remembers=True,
)
GRID = Table("grid", "code", {"name": "text", "community_id": "bigint"})
ESTATE = Table(
    "estate", "code", {"name": "text", "aliases": "jsonb", "kind": "text", "community_id": "bigint"}, remembers=True
)
BUILDING = Table("building", "code", {"number": "text", "estate_id": "bigint", "grid_id": "bigint"})
DWELLING = Table(
    "dwelling",
    "code",
    {
        **dict.fromkeys(("community_id", "grid_id", "estate_id", "building_id"), "bigint"),
        **dict.fromkeys(("entrance", "room", "address", "kind", "occupancy"), "text"),
        "floor": "smallint",
        "area": "numeric",
    },
    remembers=True,
)
RESIDENT = Table(
    "resident",
    "key",
    {
        **dict.fromkeys(("name", "phone", "id_no"), "sealed"),
        **dict.fromkeys(("name_index", "surname_index", "phone_index", "id_no_index"), "bytea"),
        **dict.fromkeys(("sex", "huji"), "text"),
        "birth_on": "date",
        "tags": "jsonb",
    },
    remembers=True,
    follows={"name_index": "name", "surname_index": "name", "phone_index": "phone", "id_no_index": "id_no"},
)
OWNERSHIP = Table(
    "ownership",
    "key",
    {
        **dict.fromkeys(("dwelling_id", "resident_id"), "bigint"),
        **dict.fromkeys(("head", "holder", "share"), "text"),
        **dict.fromkeys(("name", "id_no", "phone"), "sealed"),
        "name_index": "bytea",
    },
)
