"""Which accounts are registered where, and which follow, as the platform's side is compared with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.database import rows

_REGISTERED = """
SELECT code, name, accounts FROM (
  SELECT o.code, o.name,
    coalesce(array_agg(DISTINCT a.id) FILTER (WHERE b.state = 'active' AND a.following), '{}') AS accounts
  FROM binding b JOIN account a ON a.id = b.account_id AND a.app_id = $1
  JOIN dwelling d ON d.id = b.dwelling_id JOIN organisation o ON o.id = d.community_id
  GROUP BY o.code, o.name
) community ORDER BY cardinality(accounts) DESC, code
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """A community, and the accounts of one official account that follow and are registered there."""

    code: str
    name: str
    account_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Known:
    """An account as we have it."""

    account_id: int
    following: bool


async def registered_accounts(app_id: str) -> list[Registered]:
    """The communities in which an account of this official account is or was registered, the largest first."""
    found = await rows(_REGISTERED, app_id)
    return [Registered(row["code"], row["name"], frozenset(row["accounts"])) for row in found]


async def addresses(account_ids: Iterable[int]) -> dict[int, str]:
    """Where to reach those of these accounts that follow."""
    found = await rows("SELECT id, openid FROM account WHERE id = ANY($1::bigint[]) AND following", list(account_ids))
    return {row["id"]: row["openid"] for row in found}


async def known_accounts(app_id: str, addresses: Iterable[str]) -> dict[str, Known]:
    """Which of these addresses belong to accounts of ours."""
    sql = "SELECT id, openid, following FROM account WHERE app_id = $1 AND openid = ANY($2::text[])"
    found = await rows(sql, app_id, list(addresses))
    return {row["openid"]: Known(row["id"], row["following"]) for row in found}


async def followers_not_among(app_id: str, account_ids: Iterable[int], limit: int) -> list[str]:
    """Addresses of accounts that follow, as far as we know, and are none of these; any of them."""
    sql = """SELECT openid FROM account WHERE app_id = $1 AND following AND NOT id = ANY($2::bigint[])
             ORDER BY random() LIMIT $3"""
    return [row["openid"] for row in await rows(sql, app_id, list(account_ids), limit)]
