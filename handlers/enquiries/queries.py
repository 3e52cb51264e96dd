"""Conversations with workers as residents and staff read them, cut to who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from errors import NotFound
from handlers.enquiries import rules, texts
from handlers.residency.people import masked_name
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.enquiries import Enquiry, EnquiryLine
from models.households import Delegation
from models.residency import Account, Binding
from models.sealed import unseal
from models.staff import StaffMember
from models.states import BindingState, EnquiryState

TEXT = "enquiry_line:text"
# Enquiries of nobody's community are the districts'.
_LISTED = """
SELECT e.id, e.account_id, e.delegation_id, e.state, e.opened_at, e.held_by, o.name AS community, first.text,
       last.author = '' AS asks
FROM enquiry e LEFT JOIN organisation o ON o.id = e.community_id
JOIN LATERAL (SELECT text FROM enquiry_line WHERE enquiry_id = e.id ORDER BY id LIMIT 1) first ON true
JOIN LATERAL (SELECT author FROM enquiry_line WHERE enquiry_id = e.id ORDER BY id DESC LIMIT 1) last ON true
WHERE e.state = ANY($3::text[]) AND CASE WHEN o.id IS NULL THEN $2 ELSE starts_with(o.code, $1) END
"""
_OPEN = f"{_LISTED} ORDER BY e.state = 'held', e.opened_at, e.id LIMIT $4"
_CLOSED = f"{_LISTED} ORDER BY e.closed_at DESC, e.id LIMIT $4"
_WAITING = """
SELECT count(*) AS waiting FROM enquiry e LEFT JOIN organisation o ON o.id = e.community_id
WHERE e.state = 'waiting' AND CASE WHEN o.id IS NULL THEN $2 ELSE starts_with(o.code, $1) END
"""
_SILENT = """
SELECT e.id FROM enquiry e
WHERE e.state = 'held' AND e.held_at <= $1
  AND NOT EXISTS (SELECT FROM enquiry_line WHERE enquiry_id = e.id AND at > $1)
"""


@dataclass(frozen=True, slots=True)
class EnquiryEntry:
    """One line of the inbox: how it began, who asks, who holds it, and whether the resident spoke last."""

    id: int
    state: EnquiryState
    opened_at: datetime
    community: str
    who: str
    begins: str
    holder: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation; `author` is the name of staff, empty for the resident."""

    id: int
    author: str
    text: str
    at: datetime
    has_media: bool
    media_gone: bool
    delivered: str
    problem: str


@dataclass(frozen=True, slots=True)
class Conversation:
    enquiry: Enquiry
    who: str
    holder: str
    lines: tuple[Line, ...]


async def open_enquiry_of(account_id: int | None) -> Enquiry | None:
    """The account's own open enquiry."""
    if account_id is None:
        return None
    return await Enquiry.filter(account_id=account_id).exclude(state=EnquiryState.CLOSED).first()


async def asked_for(enquiry: Enquiry) -> str:
    """The name of whoever an enquiry was opened for, empty where that is the account's own person."""
    if enquiry.delegation_id is None:
        return ""
    return (await Delegation.get(id=enquiry.delegation_id).select_related("elder")).elder.name


async def enquiries(viewer: Viewer, *, closed: bool = False, limit: int = 100) -> list[EnquiryEntry]:
    """The viewer's open enquiries, those that wait first and the longest waiting before others; or the closed ones."""
    viewer.require(Permission.INBOX_VIEW)
    states = [EnquiryState.CLOSED] if closed else [EnquiryState.WAITING, EnquiryState.HELD]
    sql = _CLOSED if closed else _OPEN
    found = await rows(sql, viewer.code, viewer.level.sees_all, [state.value for state in states], limit)
    who = await _who(viewer, [row["account_id"] for row in found])
    acting = await _acting([row["delegation_id"] for row in found if row["delegation_id"]])
    names = await _names([row["held_by"] for row in found])
    return [_entry(row, acting.get(row["delegation_id"]) or who[row["account_id"]], names) for row in found]


async def count_waiting(viewer: Viewer) -> int:
    """How many enquiries of the viewer nobody has taken yet."""
    return (await rows(_WAITING, viewer.code, viewer.level.sees_all))[0]["waiting"]


async def conversation(viewer: Viewer, enquiry_id: int, now: datetime) -> Conversation:
    """One conversation of the viewer's with all its lines in order.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    enquiry = await _enquiry(viewer, enquiry_id)
    lines = await EnquiryLine.filter(enquiry_id=enquiry.id).order_by("id")
    names = await _names([enquiry.held_by, *(line.author for line in lines)])
    acting = await _acting([enquiry.delegation_id] if enquiry.delegation_id else [])
    who = next(iter(acting.values()), "") or (await _who(viewer, [enquiry.account_id or 0]))[enquiry.account_id or 0]
    shown = tuple(_line(one, names, now) for one in lines)
    return Conversation(enquiry, who, names.get(enquiry.held_by, ""), shown)


async def media(viewer: Viewer, enquiry_id: int, line_id: int) -> tuple[str, str]:
    """A recording or picture in one of the viewer's conversations: the official account's AppID, the platform's id.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    enquiry = await _enquiry(viewer, enquiry_id)
    line = await EnquiryLine.get_or_none(id=line_id, enquiry_id=enquiry.id)
    if line is None or not line.media:
        raise NotFound
    return (await Account.get(id=enquiry.account_id)).app_id, line.media


async def silent(now: datetime) -> list[int]:
    """Held enquiries in which nobody has said anything for two hours."""
    return [row["id"] for row in await rows(_SILENT, now - rules.SILENCE)]


async def _enquiry(viewer: Viewer, enquiry_id: int) -> Enquiry:
    viewer.require(Permission.INBOX_VIEW)
    enquiry = await Enquiry.get_or_none(id=enquiry_id).select_related("community")
    community = enquiry and enquiry.community
    if enquiry is None or not (viewer.sees(community.code) if community else viewer.level.sees_all):
        raise NotFound
    return enquiry


async def _who(viewer: Viewer, account_ids: Sequence[int]) -> dict[int, str]:
    """Who asks, as far as it concerns the viewer: masked name and addresses of homes in the viewer's scope."""
    bindings = (
        await Binding.filter(
            account_id__in=list(account_ids),
            state__in=(BindingState.ACTIVE, BindingState.PENDING),
            dwelling__community__code__startswith=viewer.code,
        )
        .select_related("dwelling")
        .order_by("state", "id")
    )
    homes: dict[int, list[str]] = {account_id: [] for account_id in account_ids}
    for binding in bindings:
        pending = binding.state is BindingState.PENDING
        homes[binding.account_id].append(
            texts.asker(masked_name(binding.name), binding.dwelling.address, pending=pending)
        )
    return {account_id: "；".join(of_account) or texts.UNREGISTERED for account_id, of_account in homes.items()}


async def _acting(delegation_ids: Sequence[int]) -> dict[int, str]:
    """Who asks for whom: the delegate masked, the person by name, since it is that person's matter."""
    found = await Delegation.filter(id__in=list(delegation_ids)).select_related("elder", "dwelling")
    return {one.id: texts.acting(masked_name(one.delegate_name), one.elder.name, one.dwelling.address) for one in found}


async def _names(logins: Sequence[str]) -> dict[str, str]:
    members = await StaffMember.filter(login__in=list(set(logins)))
    return {member.login: str(member) for member in members}


def _entry(row: dict[str, Any], who: str, names: dict[str, str]) -> EnquiryEntry:
    return EnquiryEntry(
        id=row["id"],
        state=EnquiryState(row["state"]),
        opened_at=row["opened_at"],
        community=row["community"] or "",
        who=who,
        begins=unseal(row["text"], TEXT),
        holder=names.get(row["held_by"], ""),
        asks=row["asks"],
    )


def _line(line: EnquiryLine, names: dict[str, str], now: datetime) -> Line:
    return Line(
        id=line.id,
        author=names.get(line.author, line.author),
        text=line.text,
        at=line.at,
        has_media=bool(line.media),
        media_gone=line.at + rules.MEDIA_LIVES <= now,
        delivered=line.delivered.label if line.delivered else "",
        problem=texts.undelivered(line.delivered, line.errcode) if line.delivered else "",
    )
