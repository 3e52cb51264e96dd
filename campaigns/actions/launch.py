"""A campaign's life: started once, its audience resolved once, paused, gone on with, called off, finished."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.audience import Audience, Resolvers, audience_from, statement
from campaigns.delivery import LATE, bits_of
from clock import BEIJING
from errors import Conflict, NotFound
from models.campaigns import Campaign
from models.database import rows
from models.reach import CampaignState, Path, Purpose

_FAN_OUT = """
WITH {people}
INSERT INTO delivery (campaign_id, recipient, resident_id, account_id, dwelling_id, state, next_at)
SELECT $9, recipient, resident_id, account_id, dwelling_id, 'created', $10 FROM wanted
ORDER BY dwelling_id, recipient ON CONFLICT DO NOTHING
"""
# Whoever may know the first message, by whatever path, is told the second; of everyone also who was not reached.
_TO_THE_SAME = """
INSERT INTO delivery (campaign_id, recipient, resident_id, account_id, dwelling_id, state, next_at)
SELECT $1, recipient, resident_id, account_id, dwelling_id, 'created', $3 FROM delivery
WHERE campaign_id = ANY($2::bigint[])
  AND ($4 OR state IN ('sending', 'sent', 'delivered', 'read', 'uncertain') OR reached_at IS NOT NULL)
ORDER BY id ON CONFLICT DO NOTHING
"""
_DUE = """
SELECT id FROM campaign WHERE state = 'scheduled' AND launch_at <= $1
ORDER BY urgent DESC, launch_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_FINISH = """
UPDATE campaign SET state = 'done', finished_at = $1 WHERE state = 'running' AND NOT EXISTS (
  SELECT FROM delivery WHERE campaign_id = campaign.id AND state IN ('created', 'temporary', 'sending')
) RETURNING id
"""
_CALL_OFF = """
UPDATE delivery SET state = 'cancelled' WHERE campaign_id = $1 AND state IN ('created', 'temporary') RETURNING id
"""
_MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING}),
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED}),
    CampaignState.SCHEDULED: frozenset({CampaignState.OVERDUE}),
    CampaignState.CANCELLED: frozenset(
        {CampaignState.SCHEDULED, CampaignState.OVERDUE, CampaignState.RUNNING, CampaignState.PAUSED}
    ),
}
"""From which states each may be entered by hand."""
SAME, ALL = "same_as", "all"
"""In a stored audience: the campaigns whose recipients are meant, and whether those who were not reached are too."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a campaign says: `text` in chat, `short` by SMS, `content` in templates, by our names of fields."""

    title: str
    text: str
    short: str = ""
    link: str = ""
    content: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Everyone:
    """All for whom earlier campaigns were meant, whether they were reached or not."""

    campaigns: tuple[int, ...]


async def start_campaign(
    subject: str,
    purpose: Purpose,
    place: str,
    message: Message,
    audience: Audience | Everyone | tuple[int, ...],
    paths: Iterable[Path],
    now: datetime,
    *,
    launch_at: datetime | None = None,
    topic: str = "",
    urgent: bool = False,
    created_by: str = "",
) -> int:
    """Put a campaign down, in the transaction under way; started again it is the same one. Its id.

    Args:
        subject: what it is about, as "notice:5:1"; there is one campaign for each.
        place: code of the branch that sends; nobody outside it is written to.
        audience: or the campaigns of which those who may know of it are told again, or everyone it was meant for.
        launch_at: when to begin; now without it.
        topic: whose opt-outs count.
    """
    if known := await Campaign.filter(subject=subject).first():
        return known.id
    campaign = await Campaign.create(
        **_said(message),
        subject=subject,
        purpose=purpose,
        place=place,
        topic="" if urgent else topic,
        urgent=urgent,
        paths=bits_of(paths),
        audience=_stored(audience),
        state=CampaignState.SCHEDULED,
        launch_at=launch_at or now,
        created_by=created_by,
        created_at=now,
    )
    return campaign.id


def _said(message: Message) -> dict[str, Any]:
    return asdict(message) | {"content": dict(message.content)}


def _stored(audience: Audience | Everyone | tuple[int, ...]) -> dict[str, Any]:
    match audience:
        case Audience():
            return audience.as_json()
        case Everyone(campaigns):
            return {SAME: list(campaigns), ALL: True}
        case campaigns:
            return {SAME: list(campaigns)}


async def launch_due(resolvers: Resolvers, now: datetime) -> int:
    """Resolve the audience of every campaign whose time has come, each once; one that is late asks first."""
    launched = 0
    while await _launch_next(resolvers, now):
        launched += 1
    return launched


async def _launch_next(resolvers: Resolvers, now: datetime) -> bool:
    async with in_transaction():
        due = await rows(_DUE, now)
        if not due:
            return False
        campaign = await Campaign.get(id=due[0]["id"])
        if campaign.launch_at < now - LATE:
            campaign.state = CampaignState.OVERDUE
        else:
            await _fan_out(campaign, resolvers, now)
            campaign.state, campaign.launched_at = CampaignState.RUNNING, now
        await campaign.save(update_fields=("state", "launched_at"))
    return True


async def _fan_out(campaign: Campaign, resolvers: Resolvers, now: datetime) -> None:
    if SAME in campaign.audience:
        await rows(_TO_THE_SAME, campaign.id, campaign.audience[SAME], now, ALL in campaign.audience)
        return
    today = now.astimezone(BEIJING).date()
    people, values = statement(audience_from(campaign.audience), campaign.place, campaign.topic, today, resolvers)
    await rows(_FAN_OUT.format(people=people), *values, campaign.id, now)


async def pause(campaign_id: int) -> None:
    """Take nothing more of a campaign; what is under way arrives."""
    await _move(campaign_id, CampaignState.PAUSED)


async def resume(campaign_id: int) -> None:
    await _move(campaign_id, CampaignState.RUNNING)


async def launch_after_all(campaign_id: int, now: datetime) -> None:
    """Send what missed its time: somebody has looked and wants it sent."""
    campaign = await _move(campaign_id, CampaignState.SCHEDULED)
    campaign.launch_at = now
    await campaign.save(update_fields=("launch_at",))


async def cancel(campaign_id: int) -> int:
    """Call a campaign off; how many deliveries will not be tried any more."""
    async with in_transaction():
        await _move(campaign_id, CampaignState.CANCELLED)
        return len(await rows(_CALL_OFF, campaign_id))


async def _move(campaign_id: int, state: CampaignState) -> Campaign:
    """Enter a state, or raise Conflict where that is not open any more; twice is once."""
    async with in_transaction():
        campaign = await Campaign.filter(id=campaign_id).select_for_update().first()
        if campaign is None:
            raise NotFound
        if campaign.state is not state and campaign.state not in _MOVES[state]:
            raise Conflict(f"这次发送已是「{campaign.state.label}」，刚才没有改动。")
        campaign.state = state
        await campaign.save(update_fields=("state",))
    return campaign


async def put_off(subject: str, message: Message, launch_at: datetime) -> None:
    """Let a campaign that has not begun say something else at another time; one that has, or is not there, stays."""
    waiting = (CampaignState.SCHEDULED, CampaignState.OVERDUE)
    changes = {"launch_at": launch_at, "state": CampaignState.SCHEDULED} | _said(message)
    await Campaign.filter(subject=subject, state__in=waiting).update(**changes)


async def call_off(subject: str) -> None:
    """Call off the campaign about something that has fallen away, whatever is left of it."""
    campaign = await Campaign.filter(subject=subject, state__in=_MOVES[CampaignState.CANCELLED]).first()
    if campaign:
        await cancel(campaign.id)


async def finish_done(now: datetime) -> int:
    """Close the campaigns of which nothing is left to be tried."""
    return len(await rows(_FINISH, now))
