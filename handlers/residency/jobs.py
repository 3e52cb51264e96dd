"""What the clock does for residency: leases end after their last day, dwellings without one get a search entry."""

from datetime import datetime

from clock import BEIJING
from handlers.residency.actions.findable import index_missing
from handlers.residency.actions.unbind import end_tenancy, remind_tenant
from handlers.residency.claims import tenancies_ending, tenancies_over
from handlers.residency.rules import REMINDED_BEFORE


async def end_tenancies(now: datetime) -> None:
    today = now.astimezone(BEIJING).date()
    for binding_id in await tenancies_over(today):
        await end_tenancy(binding_id, today)


async def remind_tenants(now: datetime) -> None:
    today = now.astimezone(BEIJING).date()
    for binding_id in await tenancies_ending(today, today + REMINDED_BEFORE):
        await remind_tenant(binding_id, today)


async def index_dwellings(_: datetime) -> None:
    await index_missing()
