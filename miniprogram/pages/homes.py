"""我的住户: the homes of an account, what waits for a worker, who else is registered there; never a code."""

from starlette.responses import Response

from handlers.residency import claims, texts
from handlers.residency.disclosures import Kinsman
from handlers.residency.queries.households import household
from handlers.residency.visitors import Home
from miniprogram.access import Visit, resident_page
from miniprogram.layout import SUBSCRIBE

LINKS = (
    ("/m/votes", "投票和结果"),
    ("/m/notices", "通知"),
    ("/m/interviews", "主任访谈"),
    ("/m/articles", "常见问题"),
    (SUBSCRIBE, "订阅和通知设置"),
    ("/m/stored", "存了什么、下载"),
    ("/m/corrections", "信息有误"),
    ("/m/consent", "同意与隐私"),
    ("/m/closing", "注销"),
)
"""The other pages, in the order in which the first one shows them: address and word."""


async def homes(visit: Visit) -> Response:
    own = [(home, standing(home), await _family(visit, home)) for home in visit.visitor.homes]
    refused = [(claim.dwelling.address, claim.reason) for claim in await claims.refused(visit.account_id)]
    return await visit.show("homes.html", homes=own, pending=visit.visitor.pending, refused=refused, links=LINKS)


def standing(home: Home) -> str:
    """「业主（待核实）」"""
    return texts.standing(home.role.label, verified=home.verified, adult=home.adult)


async def _family(visit: Visit, home: Home) -> list[Kinsman]:
    """The others there, by masked names."""
    return [one for one in await household(home, visit.account_id) if not one.own]


ROUTES = (resident_page("/", homes),)
