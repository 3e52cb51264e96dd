"""Going round: whom nothing that was sent of a notice or a vote has reached, ticked when told, on paper, by link."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import COOKIE, panel_of
from admin.pages.reach import BASES, base_of, frame, opened
from campaigns.arrivals import total_of
from campaigns.delivery import Obstacle
from clock import clock
from errors import Invalid
from handlers.reach.actions import BY_HAND, LINK_DAYS, link_building, note_taken, tell_homes, untell_homes
from handlers.reach.queries import reach_by_building, told_homes, unreached_homes
from handlers.reach.registers import MOST, Subject, check_building
from handlers.staff.rules import Permission
from models.campaigns import Campaign
from web.forms import row_id

_P = Permission


async def unreached(visit: Visit) -> Response:
    """Whom nobody reached, each with why, to tick when told; a long list building by building."""
    subject, campaign = await opened(visit)
    lines = [line for line in await reach_by_building(visit.viewer, subject, campaign) if line.building_id]
    total = total_of(lines)
    first = next((line.building_id for line in lines if line.reach.unreached), None)
    building, why = _building(visit) or (first if total.unreached > MOST else None), _why(visit)
    return await visit.show(
        "reach/unreached.html",
        **frame(subject, campaign),
        buildings=[line for line in lines if line.reach.unreached_homes or line.reach.told_homes],
        total=total,
        whole=total.unreached <= MOST,
        homes=await unreached_homes(visit.viewer, subject, campaign, building=building, why=why),
        told=await told_homes(visit.viewer, campaign, building=building),
        building=building,
        why=why,
        obstacles=list(Obstacle),
    )


def _building(visit: Visit) -> int | None:
    wanted = visit.form.get("building") or visit.request.query_params.get("building")
    return row_id(wanted) if wanted else None


def _why(visit: Visit) -> Obstacle | None:
    wanted = visit.request.query_params.get("why", "")
    return Obstacle(wanted) if wanted in set(Obstacle) else None


async def tell(visit: Visit) -> Response:
    """Tick a home: told by phone, or at the door."""
    subject, campaign = await opened(visit)
    path = next((one for one in BY_HAND if one.value == visit.field("how")), None)
    if path is None:
        raise Invalid("请选打电话，或者上门。")
    told = await tell_homes(visit.viewer, subject.name, campaign.id, [_home(visit)], path, clock.now())
    done = "已记下：这一户告知过了。" if told else "这一户已经记过了。"
    return await visit.go(_page(subject, campaign, visit), done)


async def untell(visit: Visit) -> Response:
    """Take a tick back."""
    subject, campaign = await opened(visit)
    await untell_homes(visit.viewer, subject.name, campaign.id, [_home(visit)])
    return await visit.go(_page(subject, campaign, visit), "已撤销，这一户回到名单上。")


def _home(visit: Visit) -> int:
    return row_id(visit.field("dwelling"))


def _page(subject: Subject, campaign: Campaign, visit: Visit, name: str = "unreached") -> str:
    building = _building(visit)
    narrowed = f"&building={building}" if building else ""
    return f"{base_of(subject)}/{name}?sending={campaign.id}{narrowed}"


async def doorstep(visit: Visit) -> Response:
    """The list on paper, A4, a building a sheet; that names were printed is written down."""
    subject, campaign = await opened(visit)
    building = _building(visit)
    names = await _names(visit, subject, campaign, building)
    homes = await unreached_homes(visit.viewer, subject, campaign, building=building)
    people = sum(len(home.people) for home in homes)
    await note_taken(visit.viewer, subject.name, "doorstep", people)
    parts = [
        (name, [home for home in homes if home.building_id == number])
        for number, name in names.items()
        if any(home.building_id == number for home in homes)
    ]
    return await visit.show("reach/prints/doorstep.html", **frame(subject, campaign), parts=parts, people=people)


async def _names(visit: Visit, subject: Subject, campaign: Campaign, building: int | None) -> dict[int, str]:
    """What the buildings that are to be printed are called, in the order people walk them.

    Raises:
        Invalid: they hold more people than go into one print.
    """
    if building is not None:
        place = await check_building(visit.viewer, building)
        return {place.id: f"{place.estate.name}{place}"}
    lines = await reach_by_building(visit.viewer, subject, campaign)
    if sum(line.reach.unreached for line in lines) >= MOST:
        raise Invalid(f"一次最多打印{MOST}人，请按楼栋打印。")
    return {line.building_id: line.name for line in lines}


async def make_link(visit: Visit) -> Response:
    """A link to one building's list for somebody without a login, to be shown once."""
    subject, campaign = await opened(visit)
    token = await link_building(visit.viewer, subject.name, campaign.id, _building(visit) or 0, clock.now())
    panel = panel_of(visit.request)
    address = f"{panel.settings.base_url}/m/doorstep/{token}"
    await panel.sessions.leave_once(visit.request.cookies[COOKIE], address)
    return await visit.go(_page(subject, campaign, visit, "links"), f"链接生成了，{LINK_DAYS}天有效。")


async def link(visit: Visit) -> Response:
    """The link that was just made; opened again, the page has it no more."""
    subject, campaign = await opened(visit)
    building = _building(visit)
    place = await check_building(visit.viewer, building) if building else None
    address = await panel_of(visit.request).sessions.take_once(visit.request.cookies[COOKIE]) if place else ""
    name = f"{place.estate.name}{place}" if place else ""
    return await visit.show(
        "reach/link.html", **frame(subject, campaign), place=name, building=building, address=address
    )


ROUTES = tuple(
    route
    for base, _ in BASES
    for route in (
        require(_P.NOTICES_REACH, f"{base}/unreached", unreached),
        require_post(_P.NOTICES_REACH, f"{base}/told", tell),
        require_post(_P.NOTICES_REACH, f"{base}/untold", untell),
        require(_P.NOTICES_REACH, f"{base}/doorstep", doorstep),
        require_post(_P.NOTICES_REACH, f"{base}/links", make_link),
        require(_P.NOTICES_REACH, f"{base}/links", link),
    )
)
