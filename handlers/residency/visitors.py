"""Who speaks in chat: the account and its homes, looked up for many messages in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from batches import Batch
from clock import clock
from handlers.conversations.rules import UNDER_WAY
from handlers.residency.people import masked_name
from models.database import rows
from models.residency import Account
from models.sealed import unseal
from models.states import BindingState, MemberRole


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling that an account is bound to, or asks to be; `masked` is how its person is named to others."""

    binding_id: int
    dwelling_id: int
    address: str
    community_id: int
    community_code: str
    community: str
    phone: str
    grid: str
    grid_worker: str
    role: MemberRole
    state: BindingState
    verified: bool
    adult: bool
    resident_id: int | None
    masked: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account as chat knows it; `account_id` is None for one that was never seen or has left no data."""

    app_id: str
    openid: str
    account_id: int | None = None
    consent_version: str | None = None
    has_news: bool = False
    """Whether there are notifications that are not certain to have arrived."""
    claims: tuple[Home, ...] = ()

    @property
    def homes(self) -> tuple[Home, ...]:
        """Dwellings the account is bound to."""
        return tuple(home for home in self.claims if home.state is BindingState.ACTIVE)

    @property
    def pending(self) -> tuple[Home, ...]:
        return tuple(home for home in self.claims if home.state is BindingState.PENDING)

    @property
    def first_claim(self) -> Home | None:
        """The first dwelling the account is bound to, else the first it asks to be."""
        return next(iter(self.homes or self.pending), None)


_VISITORS = """
SELECT a.app_id, a.openid, a.id AS account_id, a.consent_version,
       EXISTS (SELECT FROM notification WHERE account_id = a.id AND seen_at IS NULL AND (outcome IS NULL
               OR outcome = 'failed' OR outcome = 'unknown' AND attempted_at <= $4)) AS has_news,
       b.id AS binding_id, b.dwelling_id, b.role, b.state, b.verified, b.adult, b.resident_id, b.name, d.address,
       d.community_id, o.code AS community_code, o.name AS community, o.phone, g.name AS grid,
       coalesce(w.worker, '') AS grid_worker
FROM account a
LEFT JOIN binding b ON b.account_id = a.id AND b.state IN ('active', 'pending')
      AND NOT (b.state = 'active' AND b.role = 'tenant' AND coalesce(b.lease_ends_on < $3::date, false))
LEFT JOIN dwelling d ON d.id = b.dwelling_id
LEFT JOIN organisation o ON o.id = d.community_id
LEFT JOIN grid g ON g.id = d.grid_id
LEFT JOIN grid_assignment w ON w.grid_id = g.id AND daterange(w.since, w.until) @> $3::date
WHERE (a.app_id, a.openid) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY a.id, b.id
"""


async def _look_up(people: Sequence[tuple[str, str]]) -> list[Visitor]:
    app_ids, openids = zip(*people, strict=True)
    found = await rows(_VISITORS, list(app_ids), list(openids), clock.today(), clock.now() - UNDER_WAY)
    known = {key: _visitor(list(lines)) for key, lines in groupby(found, lambda row: (row["app_id"], row["openid"]))}
    return [known.get(person) or Visitor(*person) for person in people]


def _visitor(lines: list[dict[str, Any]]) -> Visitor:
    first = lines[0]
    claims = tuple(_home(line) for line in lines if line["binding_id"] is not None)
    account = {name: first[name] for name in ("app_id", "openid", "account_id", "consent_version", "has_news")}
    return Visitor(**account, claims=claims)


def _home(line: dict[str, Any]) -> Home:
    values = {name: line[name] for name in Home.__dataclass_fields__ if name not in {"role", "state", "masked"}}
    masked = masked_name(unseal(line["name"], "binding:name"))
    return Home(**values, role=MemberRole(line["role"]), state=BindingState(line["state"]), masked=masked)


_visitors: Batch[tuple[str, str], Visitor] = Batch(_look_up)


async def visitor(app_id: str, openid: str) -> Visitor:
    """The account behind an openid with its live bindings; unknown ones are a Visitor without account."""
    return await _visitors((app_id, openid))


async def visitor_within(app_id: str, openid: str) -> Visitor:
    """The same, alone and inside the transaction under way."""
    return (await _look_up([(app_id, openid)]))[0]


async def visitor_of(account_id: int) -> Visitor | None:
    """The account of a page's session with its live bindings; None once it no longer follows."""
    account = await Account.get_or_none(id=account_id, following=True)
    return (await _look_up([(account.app_id, account.openid)]))[0] if account else None


async def account_at(app_id: str, openid: str) -> int | None:
    """The account behind an openid that the platform has named; None for who never wrote, or no longer follows."""
    account = await Account.get_or_none(app_id=app_id, openid=openid, following=True)
    return account.id if account else None


async def chat_address(account_id: int) -> tuple[str, str]:
    """Where a message to this account goes, for the platform alone: the official account's AppID, and the openid."""
    account = await Account.get(id=account_id)
    return account.app_id, account.openid
