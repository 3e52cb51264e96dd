"""Dwellings for the panel, cut to the viewer's part of the tree, and how many claims to them wait."""

from dataclasses import dataclass
from decimal import Decimal

from handlers.staff.rules import Viewer
from models.database import rows
from models.residency import Binding
from models.states import BindingState

_DWELLINGS = """
SELECT dwelling.id, dwelling.code, dwelling.address, dwelling.area, dwelling.kind, dwelling.occupancy,
       organisation.name AS community, grid.name AS grid,
       (SELECT count(*) FROM membership WHERE membership.dwelling_id = dwelling.id AND until IS NULL) AS residents,
       (SELECT count(*) FROM binding WHERE binding.dwelling_id = dwelling.id AND state = 'active') AS accounts
FROM dwelling
JOIN organisation ON organisation.id = dwelling.community_id
JOIN grid ON grid.id = dwelling.grid_id
WHERE starts_with(organisation.code, $1) AND dwelling.id > $2
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) word WHERE strpos(dwelling.address, word) = 0)
ORDER BY dwelling.id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class DwellingLine:
    """One line of the panel's list: how many are registered there, and how many WeChat accounts are bound to it."""

    id: int
    code: str
    address: str
    area: Decimal | None
    kind: str
    occupancy: str
    community: str
    grid: str
    residents: int
    accounts: int

    @property
    def bound(self) -> bool:
        return self.accounts > 0


async def dwellings(viewer: Viewer, search: str = "", after_id: int = 0, limit: int = 50) -> list[DwellingLine]:
    """Dwellings of the viewer whose address holds each word of `search`, in the order of the ledger from `after_id`."""
    return [DwellingLine(**line) for line in await rows(_DWELLINGS, viewer.code, after_id, search.split(), limit)]


async def count_pending(viewer: Viewer) -> int:
    """How many claims to dwellings in the viewer's scope wait for a worker."""
    return await Binding.filter(state=BindingState.PENDING, dwelling__community__code__startswith=viewer.code).count()
