"""Who takes part: one person however many accounts and homes, known by the register, of an age to post, not stopped."""

from datetime import datetime

from clock import BEIJING
from handlers.moderation import rules
from handlers.moderation.texts import moment
from handlers.residency.rules import age
from handlers.residency.visitors import Home, Visitor
from models.database import rows
from models.deliberation import ModerationReason
from models.participation import Participant
from models.residency import Resident
from models.sealed import blind_index

PERSON = "participant"
# Who has left and comes back is the same participant; two messages at once make one.
_JOIN = """
INSERT INTO participant (person, resident_id, account_id, nickname, joined_at) VALUES ($1, $2, $3, '', $4)
ON CONFLICT (person) DO UPDATE SET resident_id = excluded.resident_id, account_id = excluded.account_id RETURNING id
"""
_SILENCED = """
SELECT m.ends_at, m.reason FROM measure m JOIN organisation o ON o.id = m.organisation_id
WHERE m.participant_id = $1 AND m.lifted_at IS NULL AND m.starts_at <= $3 AND m.ends_at > $3 AND starts_with($2, o.code)
ORDER BY m.ends_at DESC LIMIT 1
"""


async def participant_of(visitor: Visitor, now: datetime) -> Participant:
    """The person behind the visitor's first home whose name is verified; made when they first take part.

    Raises:
        NotRegistered: no home. NotVerified: the register does not know who it is. TooYoung: under 14.
    """
    if visitor.account_id is None or not visitor.claims:
        raise rules.NotRegistered
    known = next((home for home in visitor.homes if home.resident_id and home.verified), None)
    if known is None or known.resident_id is None:
        raise rules.NotVerified
    resident = await Resident.get(id=known.resident_id)
    today = now.astimezone(BEIJING).date()
    if rules.is_young(age(resident.birth_on, today) if resident.birth_on else None):
        raise rules.TooYoung
    return await _joined(resident.id, visitor.account_id, now)


async def _joined(resident_id: int, account_id: int, now: datetime) -> Participant:
    participant = await Participant.get_or_none(resident_id=resident_id)
    if participant is None:
        found = await rows(_JOIN, person_of(resident_id), resident_id, account_id, now)
        return await Participant.get(id=found[0]["id"])
    if participant.account_id != account_id:
        participant.account_id = account_id
        await participant.save(update_fields=("account_id",))
    return participant


def person_of(resident_id: int) -> bytes:
    """What stays of a person when account and register are parted from what they wrote."""
    return blind_index(str(resident_id), PERSON)


async def speaking(visitor: Visitor, organisation_code: str, now: datetime) -> Participant:
    """The same, who may post in this place now.

    Raises:
        Silenced: a measure runs there. Otherwise as `participant_of`.
    """
    participant = await participant_of(visitor, now)
    found = await rows(_SILENCED, participant.id, organisation_code, now)
    if found:
        raise rules.Silenced(moment(found[0]["ends_at"]), ModerationReason(found[0]["reason"]).label)
    return participant


def home_of(visitor: Visitor) -> Home:
    """The home by which somebody takes part: the first whose name is verified.

    Raises:
        NotRegistered: none.
    """
    home = next((home for home in visitor.homes if home.resident_id and home.verified), None)
    if home is None:
        raise rules.NotRegistered
    return home
