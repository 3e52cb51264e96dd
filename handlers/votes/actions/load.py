"""Taking over votes from a folder: `votes.yaml`, day offsets counted from the day of import."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import DomainError
from handlers.audit.actions import record
from handlers.votes.actions.conduct import close_poll, open_poll
from models.database import rows
from models.states import LegalEffect, PollKind, PollState
from models.votes import Poll

KINDS = {"户代表表决": PollKind.HOUSEHOLD}
EFFECTS = {effect.label: effect for effect in LegalEffect}


async def load_polls(district: str, votes: list[dict[str, Any]], now: datetime) -> tuple[int, int, list[str]]:
    """Add the votes that are not there yet; those that are stay as they are.

    Args:
        district: code of the folder's district; with the vote's id it makes the key.
        votes: entries of `votes.yaml`.

    Returns:
        How many were added, how many were there, and a line for each that was not loaded.
    """
    added = known = 0
    skipped: list[str] = []
    for vote in votes:
        key = f"{district}:{vote.get('id', '')}"
        reason = _unfit(vote)
        if reason:
            skipped.append(f"{vote.get('id', '?')} {vote.get('title', '')}：未装载，{reason}")
        elif await Poll.exists(key=key):
            known += 1
        else:
            added += await _add(key, vote, now, skipped)
    return added, known, skipped


def _unfit(vote: Mapping[str, Any]) -> str:
    if vote.get("kind") not in KINDS:
        return f"「{vote.get('kind', '')}」这类投票还没有建成"
    if not vote.get("secret", True) or vote.get("changeable"):
        return "记名或可改的户代表表决还没有建成"
    missing = [
        name for name in ("id", "title", "options", "places", "start", "end") if vote.get(name) in (None, "", [])
    ]
    return f"缺少 {'、'.join(missing)}" if missing else ""


async def _add(key: str, vote: Mapping[str, Any], now: datetime, skipped: list[str]) -> int:
    organisation = await _organisation([str(place) for place in vote["places"]])
    if organisation is None:
        skipped.append(f"{vote['id']} {vote['title']}：未装载，范围 {vote['places']} 不在已有的社区里")
        return 0
    try:
        async with in_transaction():
            poll = await _create(key, vote, organisation, now)
            await record("cli", "poll.load", f"poll:{poll.id}", place=organisation["code"], after=poll.state)
            if poll.opens_at <= now:
                await open_poll(poll.id, now)
            if poll.closes_at <= now:
                await close_poll(poll.id, now)
    except DomainError as refusal:
        skipped.append(f"{vote['id']} {vote['title']}：未装载，{refusal.message}")
        return 0
    return 1


async def _create(key: str, vote: Mapping[str, Any], organisation: dict[str, Any], now: datetime) -> Poll:
    return await Poll.create(
        key=key,
        organisation_id=organisation["id"],
        kind=KINDS[vote["kind"]],
        state=PollState.ANNOUNCED,
        title=str(vote["title"]),
        explanation=str(vote.get("explain", "")),
        choices=[str(option) for option in vote["options"]],
        abstain=str(vote.get("abstain") or ""),
        places=[str(place) for place in vote["places"]],
        scope=str(vote.get("scope") or organisation["name"]),
        organiser=str(vote.get("organizer", "")),
        contact=str(vote.get("contact") or organisation["phone"]),
        legal_effect=EFFECTS.get(str(vote.get("legal_effect", "")), LegalEffect.CONSULTATIVE),
        min_age=int(vote.get("age_min", 18)),
        opens_at=_at(now, int(vote["start"]), time(8)),
        closes_at=_at(now, int(vote["end"]), time(20)),
        created_by="import",
        published_by="import",
    )


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
