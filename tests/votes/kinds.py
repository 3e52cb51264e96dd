"""Open polls of every kind for tests, their rolls written by hand, and residents who speak for an entry."""

from datetime import timedelta
from typing import Any

from clock import clock
from handlers.votes.terms import electorate_of, preset
from models.ballots import RollEntry, RollPart
from models.residency import Binding, Dwelling, Membership
from models.states import Electorate, LegalEffect, MemberRole, PollKind, PollState
from models.votes import Poll
from tests.factories import make_owner
from tests.votes.conftest import Community

DIMENSIONS = ["保洁", "秩序", "绿化", "维修及时", "公开透明"]
_DAY = timedelta(days=1)


async def make_poll(community: Community, kind: PollKind = PollKind.HOUSEHOLD, **fields: Any) -> Poll:
    """A poll of the whole community that takes ballots, secret unless owners vote, with everybody on its roll."""
    now = clock.now()
    electorate = electorate_of(kind)
    usual: dict[str, Any] = {
        "organisation": community.organisation,
        "kind": kind,
        "electorate": electorate,
        "state": PollState.OPEN,
        "title": f"试一试{kind.label}",
        "choices": [] if kind is PollKind.SCORE else ["赞成", "反对", "弃权"],
        "abstain": "" if kind is PollKind.SCORE else "弃权",
        "dimensions": DIMENSIONS if kind is PollKind.SCORE else [],
        "scale": [1, 5] if kind is PollKind.SCORE else [],
        "places": [community.organisation.code],
        "scope": community.organisation.name,
        "legal_effect": LegalEffect.INDICATIVE if electorate is Electorate.OWNER else LegalEffect.CONSULTATIVE,
        "secret": electorate is not Electorate.OWNER,
        "changeable": electorate is Electorate.OWNER,
        "matter": 8 if electorate is Electorate.OWNER else None,
        "opens_at": now - _DAY,
        "closes_at": now + 7 * _DAY,
        "opened_at": now - _DAY,
    }
    values = usual | fields
    poll = await Poll.create(terms=preset(kind, values["matter"]).stored(), **values)
    await _make_roll(poll, community.dwellings[:4])
    return poll


async def _make_roll(poll: Poll, dwellings: list[Dwelling]) -> None:
    """One voice a household, a person or an owner; the first owner has the first two dwellings."""
    if poll.electorate is Electorate.OWNER:
        for head, owned in (("A", dwellings[:2]), ("B", dwellings[2:3]), ("C", dwellings[3:])):
            entry = await RollEntry.create(poll=poll, voice=f"owner:{head}", dwelling=owned[0], area=90 * len(owned))
            for dwelling in owned:
                await RollPart.create(entry=entry, dwelling=dwelling, area=90)
                line = await make_owner(f"业主{head}", dwelling)
                line.head = head
                await line.save()
        return
    for dwelling in dwellings:
        resident = (await Membership.get(dwelling=dwelling)).resident_id
        if poll.electorate is Electorate.HOUSEHOLD:
            await RollEntry.create(poll=poll, voice=f"dwelling:{dwelling.id}", dwelling=dwelling)
        else:
            await RollEntry.create(poll=poll, voice=f"resident:{resident}", dwelling=dwelling, resident_id=resident)


async def settle(community: Community, openid: str, name: str, *dwellings: Dwelling) -> None:
    """An account of an owner who lives there, checked, and known to the register."""
    await community.bind(openid, name, *dwellings)
    for dwelling in dwellings:
        resident = (await Membership.get(dwelling=dwelling)).resident_id
        bound = Binding.filter(account__openid=openid, dwelling=dwelling)
        await bound.update(resident_id=resident, role=MemberRole.OWNER, verified=True)
