"""What the clock does for delegations: end those that are over or that one side has left, remind before the end."""

from datetime import datetime

from handlers.delegations import queries
from handlers.delegations.actions.decide import end_unbound, expire_delegation, remind_of_end


async def end_due(now: datetime) -> None:
    for delegation_id in await queries.unbound():
        await end_unbound(delegation_id, now)
    for delegation_id in await queries.over(now):
        await expire_delegation(delegation_id, now)


async def remind_due(now: datetime) -> None:
    for delegation_id in await queries.ending_soon():
        await remind_of_end(delegation_id, now)
