"""我的住户: the homes of an account, what waits for a worker, who else is registered there; never a code."""

from starlette.responses import Response

from handlers.residency import claims, texts
from handlers.residency.people import masked_name
from handlers.residency.visitors import Home
from miniprogram.access import Visit, resident_page

LINKS: tuple[tuple[str, str], ...] = ()
"""The other pages, in the order in which the first one shows them: address and word."""


async def homes(visit: Visit) -> Response:
    own = [(home, standing(home), await _family(visit, home)) for home in visit.visitor.homes]
    refused = [(claim.dwelling.address, claim.reason) for claim in await claims.refused(visit.account_id)]
    return await visit.show("homes.html", homes=own, pending=visit.visitor.pending, refused=refused, links=LINKS)


def standing(home: Home) -> str:
    """「业主（待核实）」"""
    return texts.standing(home.role.label, verified=home.verified, adult=home.adult)


async def _family(visit: Visit, home: Home) -> list[str]:
    """The others registered there, as neighbours may read their names."""
    return [masked_name(name) for name in await claims.registered_there(home.dwelling_id, visit.account_id)]


ROUTES = (resident_page("/", homes),)
