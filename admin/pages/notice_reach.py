"""How a sent notice arrives: the funnel, building by building, by path, quotas; and the list of whom nobody reached."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of, percent
from admin.sheets import csv_download, watermark
from campaigns.arrivals import BuildingReach, Reach, budgets, by_path
from campaigns.delivery import Obstacle
from clock import clock
from errors import Invalid, NotFound
from handlers.notices.actions.doorstep import BY_HAND, link_building, note_taken, tell_homes, untell_homes
from handlers.notices.queries.reach import (
    Acknowledged,
    acknowledged_by_building,
    reach_by_building,
    told_homes,
    unreached_homes,
)
from handlers.notices.registers import MOST, check_building, reached_notice, sending, sendings
from handlers.official_accounts.queries import accounts
from handlers.staff.rules import Permission
from models.campaigns import Campaign
from models.notices import Notice
from web.forms import row_id

_P = Permission
COLUMNS = (
    "楼栋",
    "应送人数",
    "应送户数",
    "已发出",
    "已送达",
    "已读",
    "已读户数",
    "已阅户数",
    "人工告知户数",
    "没送到户数",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: the word, people and homes, and the bar's width in thousandths."""

    word: str
    people: int
    homes: int
    share: str
    width: int


async def reach(visit: Visit) -> Response:
    """The funnel of one sending, as chart and table, with everything that stands under it."""
    notice, campaign = await _sending(visit)
    lines = await reach_by_building(visit.viewer, campaign.id)
    acknowledged = await acknowledged_by_building(visit.viewer, notice)
    total = sum((line.reach for line in lines), Reach())
    return await visit.show(
        "notices/reach.html",
        **await _frame(notice, campaign),
        total=total,
        steps=_steps(notice, total, list(acknowledged.values())),
        lines=lines,
        acknowledged=acknowledged,
        nobody=Acknowledged(),
        paths=await by_path(campaign.id) if visit.viewer.sees(campaign.place) else [],
        budgets=await _budgets(visit),
        reaching=visit.viewer.may(_P.NOTICES_REACH),
    )


async def _sending(visit: Visit) -> tuple[Notice, Campaign]:
    """The notice, and the sending of it that was asked for; the first where none was."""
    notice = await reached_notice(visit.viewer, row_id(visit.request.path_params["notice_id"]))
    wanted = visit.form.get("sending") or visit.request.query_params.get("sending") or "0"
    return notice, await sending(notice, row_id(wanted))


async def _frame(notice: Notice, campaign: Campaign) -> dict[str, Any]:
    """What every page about a sending shows: which one it is, and the others."""
    return {"notice": notice, "campaign": campaign, "sendings": await sendings(notice), "named": sending_name}


def sending_name(campaign: Campaign) -> str:
    """「通知」, 「第2次更正」, 「撤回」 or 「11月30日再发」, by what follows the notice in its subject."""
    version, *day = campaign.subject.split(":")[2:]
    if day:
        return f"{int(day[0][4:6])}月{int(day[0][6:])}日再发"
    if version == "withdrawn":
        return "撤回"
    return "通知" if version == "1" else f"第{int(version) - 1}次更正"


def _steps(notice: Notice, total: Reach, acknowledged: list[Acknowledged]) -> list[Step]:
    steps = [
        ("应送到", total.people, total.homes),
        ("已发出", total.sent, total.sent_homes),
        ("已送达", total.delivered, total.delivered_homes),
        ("已读", total.read, total.read_homes),
    ]
    if notice.wants_receipt:
        steps.append(("已阅", sum(one.people for one in acknowledged), sum(one.homes for one in acknowledged)))
    whole = max(total.people, 1)
    return [
        Step(word, people, homes, percent(people, total.people), min(1000, 1000 * people // whole))
        for word, people, homes in steps
    ]


async def _budgets(visit: Visit) -> list[tuple[str, Any]]:
    """What is used today, by the name of the account."""
    known = {one.app_id: one.name for one in await accounts(visit.viewer)}
    names = known | {panel_of(visit.request).settings.wechat_app_id: "第一个公众号", "": "短信平台"}
    return [(names[one.app_id], one) for one in await budgets(names, clock.now())]


async def table(visit: Visit) -> Response:
    """The same by building, to take along; that it was taken is written down."""
    notice, campaign = await _sending(visit)
    lines = await reach_by_building(visit.viewer, campaign.id)
    acknowledged = await acknowledged_by_building(visit.viewer, notice)
    await note_taken(visit.viewer, notice.id, "reach.csv", sum(line.reach.people for line in lines))
    mark = watermark(visit.viewer, visit.viewer.organisation, clock.now())
    rows = [_row(line, acknowledged.get(line.building_id, Acknowledged())) for line in lines]
    return csv_download(f"送达-{notice.title}", [COLUMNS, *rows], mark)


def _row(line: BuildingReach, acknowledged: Acknowledged) -> tuple[object, ...]:
    one = line.reach
    return (
        *(line.name, one.people, one.homes, one.sent, one.delivered, one.read, one.read_homes),
        *(acknowledged.homes, one.told_homes, one.unreached_homes),
    )


async def unreached(visit: Visit) -> Response:
    """Whom nobody reached, each with why, to tick when told; a long list building by building."""
    notice, campaign = await _sending(visit)
    lines = [line for line in await reach_by_building(visit.viewer, campaign.id) if line.building_id]
    total = sum((line.reach for line in lines), Reach())
    first = next((line.building_id for line in lines if line.reach.unreached), None)
    building, why = _building(visit) or (first if total.unreached > MOST else None), _why(visit)
    return await visit.show(
        "notices/unreached.html",
        **await _frame(notice, campaign),
        buildings=[line for line in lines if line.reach.unreached_homes or line.reach.told_homes],
        total=total,
        whole=total.unreached <= MOST,
        homes=await unreached_homes(visit.viewer, campaign.id, building=building, why=why),
        told=await told_homes(visit.viewer, campaign.id, building=building),
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
    notice, campaign = await _sending(visit)
    path = next((one for one in BY_HAND if one.value == visit.field("how")), None)
    if path is None:
        raise Invalid("请选打电话，或者上门。")
    told = await tell_homes(visit.viewer, notice.id, campaign.id, [_home(visit)], path, clock.now())
    done = "已记下：这一户告知过了。" if told else "这一户已经记过了。"
    return await visit.go(_list(notice, campaign, visit), done)


async def untell(visit: Visit) -> Response:
    """Take a tick back."""
    notice, campaign = await _sending(visit)
    await untell_homes(visit.viewer, notice.id, campaign.id, [_home(visit)])
    return await visit.go(_list(notice, campaign, visit), "已撤销，这一户回到名单上。")


def _home(visit: Visit) -> int:
    return row_id(visit.field("dwelling"))


def _list(notice: Notice, campaign: Campaign, visit: Visit) -> str:
    building = _building(visit)
    narrowed = f"&building={building}" if building else ""
    return f"/admin/notices/{notice.id}/unreached?sending={campaign.id}{narrowed}"


async def doorstep(visit: Visit) -> Response:
    """The list on paper, A4, a building a sheet; that names were printed is written down."""
    notice, campaign = await _sending(visit)
    building = _building(visit)
    homes = await unreached_homes(visit.viewer, campaign.id, building=building)
    names = {line.building_id: line.name for line in await reach_by_building(visit.viewer, campaign.id)}
    people = sum(len(home.people) for home in homes)
    if building is None and people >= MOST - 1:
        raise Invalid(f"一次最多打印{MOST}人，请按楼栋打印。")
    await note_taken(visit.viewer, notice.id, "doorstep", people)
    parts = [
        (name, [home for home in homes if home.building_id == number])
        for number, name in names.items()
        if any(home.building_id == number for home in homes)
    ]
    return await visit.show(
        "notices/prints/doorstep.html", notice=notice, campaign=campaign, parts=parts, people=people
    )


async def link(visit: Visit) -> Response:
    """A link to one building's list for somebody without a login; it is shown once."""
    notice, campaign = await _sending(visit)
    building = _building(visit)
    if building is None:
        raise NotFound
    place = await check_building(visit.viewer, building)
    token, ends = await link_building(visit.viewer, notice.id, campaign.id, building, clock.now())
    return await visit.show(
        "notices/link.html",
        notice=notice,
        campaign=campaign,
        place=f"{place.estate.name}{place}",
        address=f"{panel_of(visit.request).settings.base_url}/m/doorstep/{token}",
        ends=ends,
    )


ROUTES = (
    require(_P.NOTICES_VIEW, "/notices/{notice_id}/reach", reach),
    require(_P.NOTICES_VIEW, "/notices/{notice_id}/reach.csv", table),
    require(_P.NOTICES_REACH, "/notices/{notice_id}/unreached", unreached),
    require_post(_P.NOTICES_REACH, "/notices/{notice_id}/told", tell),
    require_post(_P.NOTICES_REACH, "/notices/{notice_id}/untold", untell),
    require(_P.NOTICES_REACH, "/notices/{notice_id}/doorstep", doorstep),
    require_post(_P.NOTICES_REACH, "/notices/{notice_id}/links", link),
)
