"""Who is on duty now, in the order in which they are called."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.duty.rules import ANSWERING
from models.database import rows
from models.sealed import unseal

_PHONE = "staff_member:phone"
# A community's people come before its street's, and those before the district's; what is nobody's is the districts'.
# Whoever has another role or branch since then is not called.
_ON_DUTY = """
SELECT s.login, m.name, m.phone, o.name AS organisation, s.rank, s.ends_at, s.begun_at
FROM duty_shift s JOIN organisation o ON o.id = s.organisation_id JOIN staff_member m ON m.login = s.login AND m.active
JOIN organisation own ON own.id = m.organisation_id AND starts_with(o.code, own.code)
WHERE m.role = ANY($3::text[]) AND s.starts_at <= $2 AND s.ends_at > $2
  AND CASE WHEN $1 = '' THEN o.level = 'district' ELSE starts_with($1, o.code) END
ORDER BY length(o.code) DESC, s.rank, s.starts_at, s.id
"""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty now."""

    login: str
    name: str
    phone: str = field(repr=False)
    organisation: str
    rank: int
    ends_at: datetime
    begun: bool


async def on_duty(place: str, now: datetime) -> list[OnDuty]:
    """Everybody on duty for a place, whom to call first at the front; each once.

    Args:
        place: code of a community, street or district; empty for what is nobody's.
    """
    first: dict[str, OnDuty] = {}
    for row in await rows(_ON_DUTY, place, now, ANSWERING):
        first.setdefault(row["login"], _on_duty(row))
    return list(first.values())


async def on_call(place: str, now: datetime) -> list[OnDuty]:
    """Those of them who can be rung."""
    return [one for one in await on_duty(place, now) if one.phone]


def _on_duty(row: dict[str, Any]) -> OnDuty:
    phone = unseal(row["phone"], _PHONE) if row["phone"] else ""
    return OnDuty(
        row["login"],
        row["name"] or row["login"],
        phone,
        row["organisation"],
        row["rank"],
        row["ends_at"],
        row["begun_at"] is not None,
    )
