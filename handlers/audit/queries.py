"""Reading the audit trail: the list on the panel, the age of its unsealed tail, and whether the chain still holds."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from tortoise.expressions import Q

from handlers.audit.seals import FACTS, moment, walk
from models.audit import AuditEntry
from models.database import rows
from models.states import Level

BATCH = 5_000
STRETCH = 100_000
_LINKS = f"SELECT {', '.join(FACTS)}, seal FROM audit_entry WHERE number > $1 ORDER BY number LIMIT $2"


class Scope(Protocol):
    """The part of the tree someone answers for: everything whose code begins with `code`."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> Level: ...


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the trail is looked for; what is empty or None does not narrow it.

    Args:
        words: each found in actor, action, subject, place or reason.
        deed: an action, as `poll.publish`.
        who: part of an actor; `logins` are further staff who count as found.
        place: code of an organisation; what lies below it belongs to it.
        since, until: from this moment on, and before that one.
    """

    words: str = ""
    deed: str = ""
    who: str = ""
    logins: Sequence[str] = ()
    place: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[Q]:
        codes = (
            "actor",
            "action",
            "subject",
            "place",
        )  # written in small letters, unlike what somebody gives as reason
        for word in self.words.split():
            coded = (Q(**{f"{column}__contains": word.lower()}) for column in codes)
            yield Q(*coded, Q(reason__icontains=word), join_type="OR")
        if self.deed:
            yield Q(action=self.deed)
        if self.who:
            yield Q(actor__icontains=self.who) | Q(actor__in=[f"staff:{login}" for login in self.logins])
        if self.place:
            yield Q(place__startswith=self.place)
        if self.since:
            yield Q(at__gte=self.since)
        if self.until:
            yield Q(at__lt=self.until)


async def entries(
    viewer: Scope, sought: Sought | None = None, *, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Deeds inside the viewer's scope, newest first; deeds of no place only for districts and cities.

    Args:
        before_id: id of the last entry already shown; None begins with the newest.
    """
    scope = Q(place__startswith=viewer.code)
    if viewer.level.sees_all:
        scope |= Q(place="")
    found = AuditEntry.filter(scope, *(sought or Sought()).conditions())
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return await found.order_by("-id").limit(limit)


async def seals_before(found: Sequence[AuditEntry]) -> dict[int, bytes]:
    """For each sealed entry, by its number, the seal that its own was made from; nothing before the first."""
    wanted = [entry.number - 1 for entry in found if entry.number]
    kept = await AuditEntry.filter(number__in=wanted).values_list("number", "seal") if wanted else []
    return {1: b""} | {int(number) + 1: bytes(seal) for number, seal in kept}


async def unsealed_age(now: datetime) -> timedelta:
    """How long the oldest entry outside the chain has waited; zero when all are sealed."""
    oldest = await AuditEntry.filter(number__isnull=True).order_by("id").first()
    return now - oldest.at if oldest else timedelta()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the chain was walked: `number` is the last that holds, `seal` its seal; `holds` is False at a break.

    `length` is the number of the chain's last link.
    """

    number: int
    seal: bytes
    holds: bool
    length: int

    @property
    def finished(self) -> bool:
        return not self.holds or self.number >= self.length


async def verify_links(after: int = 0, most: int = STRETCH) -> Verdict:
    """Walk a stretch of the chain, in a thread, so that a long chain stops nobody's work.

    Args:
        after: the number of a link that was found to hold, 0 for the beginning.
        most: how many links to walk, about.
    """
    start = await AuditEntry.get_or_none(number=after) if after else None
    number, seal, holds = (start.number or 0, bytes(start.seal or b""), True) if start else (0, b"", True)
    last = await AuditEntry.filter(number__not_isnull=True).order_by("-number").first()
    goal = number + most
    while holds and number < goal:
        found = await rows(_LINKS, number, BATCH)
        if not found:
            break
        number, seal, holds = await asyncio.to_thread(_walk, number, seal, found)
    return Verdict(number, seal, holds, last.number or 0 if last else 0)


def _walk(number: int, seal: bytes, found: list[dict[str, Any]]) -> tuple[int, bytes, bool]:
    links = (
        (link | {"at": moment(link["at"]), "detail": json.loads(link["detail"])}, bytes(link["seal"])) for link in found
    )
    return walk(number, seal, links)


async def verify_chain() -> int | None:
    """Walk the chain from its first link: the number of the first missing or changed one, None when it holds."""
    verdict = await verify_links()
    while not verdict.finished:
        verdict = await verify_links(verdict.number)
    return None if verdict.holds else verdict.number + 1
