"""Residents for a demonstration: WeChat accounts that look as if some households had registered long ago."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.residency.actions.upsert import BATCH, batches
from handlers.residency.rules import CONSENT_VERSION, TENANT, Registered, role_on_register
from models.database import rows
from models.households import ConsentRecord
from models.residency import Account, Binding
from models.sealed import unseal
from models.states import BindingState, ConsentPurpose

_FIRST_ADULTS = """
SELECT DISTINCT ON (dwelling.id)
       dwelling.id AS dwelling_id, dwelling.code, dwelling.kind, resident.id AS resident_id, resident.name,
       resident.birth_on, membership.role,
       EXISTS (SELECT FROM ownership
               WHERE ownership.dwelling_id = dwelling.id AND ownership.name_index = resident.name_index) AS owner
FROM dwelling
JOIN membership ON membership.dwelling_id = dwelling.id AND membership.until IS NULL
JOIN resident ON resident.id = membership.resident_id AND resident.birth_on <= $2
WHERE dwelling.code = ANY($1)
ORDER BY dwelling.id, membership.id
"""
_UNBOUND = """
SELECT * FROM (
    SELECT DISTINCT ON (dwelling.id) dwelling.id, dwelling.address, organisation.code AS community,
           resident.name, membership.role
    FROM dwelling
    JOIN organisation ON organisation.id = dwelling.community_id
    JOIN estate ON estate.id = dwelling.estate_id
    JOIN membership ON membership.dwelling_id = dwelling.id AND membership.until IS NULL
    JOIN resident ON resident.id = membership.resident_id AND resident.birth_on <= $2
    WHERE EXISTS (SELECT FROM unnest($1::text[]) place WHERE estate.code = place OR starts_with(dwelling.code, place))
      AND NOT EXISTS (SELECT FROM binding
                      WHERE binding.dwelling_id = dwelling.id AND binding.state IN ('pending', 'active'))
    ORDER BY dwelling.id, membership.id
) AS first_adult
ORDER BY role = '户主' DESC, id LIMIT $3
"""
_FIRST_GRID = """
UPDATE grid_assignment SET login = $1
WHERE login = '' AND id = (
    SELECT grid_assignment.id FROM grid_assignment JOIN grid ON grid.id = grid_assignment.grid_id
    WHERE starts_with(grid.code, $2) AND daterange(grid_assignment.since, grid_assignment.until) @> $3::date
    ORDER BY grid.code LIMIT 1)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody on the register whose household has nobody on WeChat yet; `community` is a code."""

    address: str
    name: str
    community: str


async def bind_first_adults(
    dwelling_codes: Sequence[str], app_id: str, born_by: date, now: datetime, *, actor: str = "cli"
) -> int:
    """Give each of these dwellings one follower of the official account, bound to its first adult on the register.

    An account that is there already is left as it is, whatever became of its binding.

    Args:
        born_by: latest birthday of an adult.

    Returns:
        how many were bound.
    """
    people = {_openid(person["code"]): person for person in await rows(_FIRST_ADULTS, list(dwelling_codes), born_by)}
    async with in_transaction():
        known = set(await _account_ids(app_id, list(people)))
        fresh = [openid for openid in people if openid not in known]
        await Account.bulk_create((_account(app_id, openid, now) for openid in fresh), batch_size=BATCH)
        account_ids = await _account_ids(app_id, fresh)
        await ConsentRecord.bulk_create((_consent(account_ids[openid], now) for openid in fresh), batch_size=BATCH)
        bindings = [_binding(account_ids[openid], people[openid], now) for openid in fresh]
        await Binding.bulk_create(bindings, batch_size=BATCH)
        await record(actor, "residency.demonstrate", f"app:{app_id}", detail={"bound": len(fresh)})
    return len(fresh)


def _openid(dwelling_code: str) -> str:
    """As long as a real openid, and the same each time."""
    return "demo-" + hashlib.sha256(dwelling_code.encode()).hexdigest()[:23]


async def _account_ids(app_id: str, openids: Sequence[str]) -> dict[str, int]:
    return {
        account.openid: account.id
        for part in batches(openids)
        for account in await Account.filter(app_id=app_id, openid__in=part)
    }


def _account(app_id: str, openid: str, now: datetime) -> Account:
    return Account(app_id=app_id, openid=openid, consent_version=CONSENT_VERSION, consented_at=now, created_at=now)


def _consent(account_id: int, now: datetime) -> ConsentRecord:
    purpose = ConsentPurpose.RESIDENCY
    return ConsentRecord(account_id=account_id, purpose=purpose, version=CONSENT_VERSION, given_at=now)


def _binding(account_id: int, person: dict[str, Any], now: datetime) -> Binding:
    registered = Registered(person["resident_id"], person["owner"], person["role"] == TENANT, person["birth_on"])
    return Binding(
        account_id=account_id,
        dwelling_id=person["dwelling_id"],
        resident_id=person["resident_id"],
        role=role_on_register(registered, person["kind"]),
        name=unseal(person["name"], "resident:name"),
        verified=True,
        state=BindingState.ACTIVE,
        created_at=now,
        decided_at=now,
        decided_by="demo",
    )


async def unbound_neighbours(places: Sequence[str], born_by: date, limit: int) -> list[Neighbour]:
    """The first adult of some dwellings without a binding, where the owner lives first.

    Args:
        places: codes of estates, or beginnings of dwelling codes.
        born_by: latest birthday of an adult.
    """
    found = await rows(_UNBOUND, list(places), born_by, limit)
    return [Neighbour(one["address"], unseal(one["name"], "resident:name"), one["community"]) for one in found]


async def give_first_grid(login: str, community: str, today: date) -> bool:
    """Let a grid worker's login answer for the first grid of a community, if that grid's worker has none yet."""
    async with in_transaction():
        given = await rows(_FIRST_GRID, login, community, today)
        for grid in given:
            await record("cli", "grid.assign", f"grid_assignment:{grid['id']}", place=community)
    return bool(given)
