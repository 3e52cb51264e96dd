"""Taking over votes from a folder: `votes.yaml`, day offsets counted from the day of import, and the ballots cast."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import DomainError
from handlers.audit.actions import record
from handlers.votes.actions.conduct import check_roll, close_poll, open_poll
from handlers.votes.actions.count import tallied
from handlers.votes.actions.load_ballots import load_ballots
from handlers.votes.actions.polls import locked, move
from handlers.votes.actions.roll import draw_roll
from handlers.votes.motions import Motion, check_poll
from handlers.votes.rules import PollEvent
from handlers.votes.terms import Terms, electorate_of, preset, terms_from
from models.database import rows
from models.residency import Resident
from models.states import Electorate, LegalEffect, PollKind, PollState
from models.votes import Poll, PollElector

KINDS = {
    **{kind.label: kind for kind in PollKind},
    "业主表决278": PollKind.OWNERS,
}
EFFECTS = {effect.label: effect for effect in LegalEffect}
BY = "import"
_PUBLISHED = PollState.PUBLISHED.label
_FIRST_PLACES = re.compile(r"取前\s*([0-9]{1,2})")


@dataclass(slots=True)
class Loaded:
    """How many votes were added and how many were there, the ballots added, and a line for each vote left out."""

    new: int = 0
    known: int = 0
    ballots: int = 0
    left_out: list[str] = field(default_factory=list[str])


async def load_polls(
    district: str, votes: Sequence[Mapping[str, Any]], ballots: Mapping[str, Mapping[str, str]], now: datetime
) -> Loaded:
    """Add the votes that are not there yet; those that are stay as they are, their ballots too.

    Args:
        district: code of the folder's district; with the vote's id it makes the key.
        votes: entries of `votes.yaml`.
        ballots: by a vote's id, the words that each head of the owners' register chose.
    """
    loaded = Loaded()
    for vote in votes:
        key = f"{district}:{vote.get('id', '')}"
        if reason := _unfit(vote):
            loaded.left_out.append(_left_out(vote, reason))
        elif await Poll.exists(key=key):
            loaded.known += 1
        else:
            await _add(district, vote, ballots.get(str(vote["id"]), {}), now, loaded)
    return loaded


def _left_out(vote: Mapping[str, Any], reason: str) -> str:
    return f"{vote.get('id', '?')} {vote.get('title', '')}：未装载，{reason}"


def _unfit(vote: Mapping[str, Any]) -> str:
    if vote.get("kind") not in KINDS:
        return f"没有「{vote.get('kind', '')}」这类投票"
    asked = "dimensions" if KINDS[vote["kind"]] is PollKind.SCORE else "options"
    missing = [name for name in ("id", "title", asked, "places", "start", "end") if vote.get(name) in (None, "", [])]
    return f"缺少 {'、'.join(missing)}" if missing else ""


async def _add(
    district: str, vote: Mapping[str, Any], ballots: Mapping[str, str], now: datetime, loaded: Loaded
) -> None:
    organisation = await _organisation([str(place) for place in vote["places"]])
    if organisation is None:
        loaded.left_out.append(_left_out(vote, f"范围 {vote['places']} 不在已有的社区里"))
        return
    try:
        async with in_transaction():
            poll = await _create(district, vote, organisation, now)
            await record("cli", "poll.load", f"poll:{poll.id}", place=organisation["code"], after=poll.state)
            recorded = await _hold(poll, district, ballots, now)
            if poll.closes_at <= now and vote.get("status") == _PUBLISHED:
                await _certify(poll.id, now)
    except DomainError as refusal:
        loaded.left_out.append(_left_out(vote, refusal.message))
    else:
        loaded.new, loaded.ballots = loaded.new + 1, loaded.ballots + recorded


async def _hold(poll: Poll, district: str, ballots: Mapping[str, str], now: datetime) -> int:
    """Let it run as far as the day of import: roll, opening, ballots, closing; how many ballots."""
    drawn = await draw_roll(poll, min(poll.opens_at, now))
    check_roll(poll, terms_from(poll.terms), drawn)
    if poll.opens_at <= now:
        await open_poll(poll.id, poll.opens_at, tells=False)
    recorded = await load_ballots(poll, district, ballots, BY) if ballots else 0
    if poll.closes_at <= now:
        await close_poll(poll.id, poll.closes_at)
    return recorded


async def _certify(poll_id: int, now: datetime) -> None:
    """Take over a result that was posted where the votes come from, counted anew from the ballots."""
    poll = await locked(poll_id)
    result = await tallied(poll)
    await move(poll, PollEvent.COUNT, "cli", result=result.stored(), counted_by=BY, counted_at=now)
    await move(poll, PollEvent.CERTIFY, "cli", certified_by=BY, certified_at=now)


async def _create(district: str, vote: Mapping[str, Any], organisation: dict[str, Any], now: datetime) -> Poll:
    motion = _motion(vote)
    opens_at, closes_at = _at(now, int(vote["start"]), time(8)), _at(now, int(vote["end"]), time(20))
    check_poll(motion, opens_at, closes_at, opens_at)
    announced = vote.get("publicity_from")
    poll = await Poll.create(
        key=f"{district}:{vote['id']}",
        organisation_id=organisation["id"],
        state=PollState.ANNOUNCED,
        explanation=str(vote.get("explain", "")),
        places=[str(place) for place in vote["places"]],
        scope=str(vote.get("scope") or organisation["name"]),
        organiser=str(vote.get("organizer", "")),
        contact=str(vote.get("contact") or organisation["phone"]),
        min_age=int(vote.get("age_min", 18)),
        terms=_terms(vote, motion).stored(),
        opens_at=opens_at,
        closes_at=closes_at,
        announced_at=min(_at(now, int(announced), time(8)), now) if announced is not None else now,
        created_by=BY,
        published_by=BY,
        **_columns(motion),
    )
    await _list(poll, district, vote)
    return poll


def _motion(vote: Mapping[str, Any]) -> Motion:
    kind = KINDS[vote["kind"]]
    owners = kind is PollKind.OWNERS
    usual = LegalEffect.INDICATIVE if owners else LegalEffect.CONSULTATIVE
    low, high = vote.get("scale") or (1, 5)
    return Motion(
        kind=kind,
        title=str(vote["title"]),
        choices=[str(option) for option in vote.get("options") or ()],
        max_choices=int(vote.get("max_choices", 1)),
        dimensions=[str(name) for name in vote.get("dimensions") or ()],
        scale=(int(low), int(high)),
        abstain=str(vote.get("abstain") or ""),
        matter=int(vote["matter"]) if vote.get("matter") else None,
        electorate=Electorate(vote["electorate"]) if vote.get("electorate") else electorate_of(kind),
        secret=bool(vote.get("secret", not owners)),
        changeable=bool(vote.get("changeable", False)),
        legal_effect=EFFECTS.get(str(vote.get("legal_effect", "")), usual),
        legal_basis=str(vote.get("legal_basis", "")),
    )


def _columns(motion: Motion) -> dict[str, Any]:
    scores = motion.kind is PollKind.SCORE
    return {
        "kind": motion.kind,
        "title": motion.title,
        "choices": [] if scores else list(motion.choices),
        "max_choices": motion.max_choices,
        "dimensions": list(motion.dimensions),
        "scale": list(motion.scale) if scores else [],
        "abstain": motion.abstain,
        "matter": motion.matter,
        "electorate": motion.electorate,
        "secret": motion.secret,
        "changeable": motion.changeable,
        "legal_effect": motion.legal_effect,
        "legal_basis": motion.legal_basis,
    }


def _terms(vote: Mapping[str, Any], motion: Motion) -> Terms:
    """As usual for the kind; how many of a collection come through stands in its threshold, as 「取前 3」."""
    usual = preset(motion.kind, motion.matter)
    first = _FIRST_PLACES.search(str(vote.get("threshold", "")))
    return replace(usual, winners=int(first[1])) if first and usual.winners else usual


async def _list(poll: Poll, district: str, vote: Mapping[str, Any]) -> None:
    """The people on the list of a 居民代表会议: `electors`, by their number in the residents' register."""
    keys = [f"{district}:{pid}" for pid in vote.get("electors") or ()]
    people = await Resident.filter(key__in=keys)
    await PollElector.bulk_create([PollElector(poll_id=poll.id, resident_id=person.id) for person in people])


def _at(now: datetime, days: int, of_day: time) -> datetime:
    """That many days from today, in Beijing, at this time of day."""
    day = now.astimezone(BEIJING).date() + timedelta(days=days)
    return datetime.combine(day, of_day, BEIJING)


async def _organisation(places: list[str]) -> dict[str, Any] | None:
    """The smallest body that answers for every place: its code begins all of theirs."""
    found = await rows(
        """SELECT o.id, o.code, o.name, o.phone FROM organisation o
           WHERE NOT EXISTS (SELECT 1 FROM unnest($1::text[]) place WHERE NOT starts_with(place, o.code))
           ORDER BY length(o.code) DESC LIMIT 1""",
        places,
    )
    return found[0] if found else None
