"""How what was sent of a notice or a vote arrives: the funnel, building by building, by path, quotas."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from admin.access import Visit, require
from admin.layout import panel_of, percent
from admin.sheets import csv_download, watermark
from campaigns.arrivals import BuildingReach, PathUse, Reach, by_path, total_of
from campaigns.queries import budgets
from clock import clock
from handlers.official_accounts.queries import accounts
from handlers.reach.actions import note_taken
from handlers.reach.queries import Acknowledged, acknowledged_by_building, reach_by_building
from handlers.reach.registers import Subject, asks, subject_of
from handlers.staff.rules import Permission
from models.campaigns import Campaign
from web.forms import row_id

_P = Permission
KINDS = {"notice_id": ("notice", "notices"), "poll_id": ("poll", "votes")}
"""By what stands in the address: the kind of subject, and the folder of its pages."""
BASES = (("/notices/{notice_id}", _P.NOTICES_VIEW), ("/votes/{poll_id}", _P.VOTES_VIEW))
"""Where these pages stand, and who may see them there."""
COLUMNS = (
    "楼栋",
    "应送人数",
    "应送户数",
    "已发出",
    "已送达",
    "已读",
    "已读户数",
    "已阅户数",
    "已参加人数",
    "已参加户数",
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


async def opened(visit: Visit) -> tuple[Subject, Campaign]:
    """What the address is about, and the sending of it that was asked for."""
    values = visit.request.path_params
    key = next(key for key in KINDS if key in values)
    subject = await subject_of(visit.viewer, f"{KINDS[key][0]}:{row_id(values[key])}")
    wanted = visit.form.get("sending") or visit.request.query_params.get("sending") or "0"
    return subject, subject.sending(row_id(wanted))


def base_of(subject: Subject) -> str:
    """The address of the subject's own page."""
    kind, _, number = subject.name.partition(":")
    return f"/admin/{dict(KINDS.values())[kind]}/{number}"


def frame(subject: Subject, campaign: Campaign) -> dict[str, Any]:
    """What every page about a sending shows: which one it is, and the others."""
    return {"subject": subject, "campaign": campaign, "base": base_of(subject), "named": sending_name}


def sending_name(campaign: Campaign) -> str:
    """「通知」, 「第2次更正」, 「撤回」 or 「11月30日再发」, 「投票开始」 or 「第2次投票提醒」, by its subject."""
    kind, _, part, *more = campaign.subject.split(":")
    if kind == "poll":
        return f"第{more[0]}次{campaign.purpose.label}" if more else campaign.purpose.label
    if more:
        return f"{int(more[0][4:6])}月{int(more[0][6:])}日再发"
    if part == "withdrawn":
        return "撤回"
    return "通知" if part == "1" else f"第{int(part) - 1}次更正"


async def reach(visit: Visit) -> Response:
    """The funnel of one sending, as chart and table, with everything that stands under it."""
    subject, campaign = await opened(visit)
    lines, acknowledged, paths, used = await asyncio.gather(
        reach_by_building(visit.viewer, subject, campaign),
        _acknowledged(visit, subject),
        _paths(visit, campaign),
        _budgets(visit),
    )
    total = total_of(lines)
    return await visit.show(
        "reach/reach.html",
        **frame(subject, campaign),
        total=total,
        steps=_steps(subject, campaign, total, acknowledged),
        lines=lines,
        acknowledged=acknowledged,
        nobody=Acknowledged(),
        asks=asks(subject, campaign),
        paths=paths,
        budgets=used,
        reaching=visit.viewer.may(_P.NOTICES_REACH),
    )


async def _paths(visit: Visit, campaign: Campaign) -> list[PathUse]:
    """What each path has come to, for who sees the whole sending."""
    return await by_path(campaign.id) if visit.viewer.sees(campaign.place) else []


async def _acknowledged(visit: Visit, subject: Subject) -> dict[int, Acknowledged] | None:
    """Who said 已阅, by building; None where nobody is asked to."""
    if subject.notice is None or not subject.notice.wants_receipt:
        return None
    return await acknowledged_by_building(visit.viewer, subject.notice)


def _steps(
    subject: Subject, campaign: Campaign, total: Reach, acknowledged: dict[int, Acknowledged] | None
) -> list[Step]:
    steps = [
        ("应送到", total.people, total.homes),
        ("已发出", total.sent, total.sent_homes),
        ("已送达", total.delivered, total.delivered_homes),
    ]
    if subject.notice is not None:  # nobody says of a vote's message that it was read
        steps.append(("已读", total.read, total.read_homes))
    if acknowledged is not None:
        said = acknowledged.values()
        steps.append(("已阅", sum(one.people for one in said), sum(one.homes for one in said)))
    if asks(subject, campaign):
        steps.append(("已参加", total.acted, total.acted_homes))
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
    subject, campaign = await opened(visit)
    lines, receipts = await asyncio.gather(
        reach_by_building(visit.viewer, subject, campaign), _acknowledged(visit, subject)
    )
    acknowledged = receipts or {}
    await note_taken(visit.viewer, subject.name, "reach.csv", sum(line.reach.people for line in lines))
    mark = watermark(visit.viewer, visit.viewer.organisation, clock.now())
    rows = [_row(line, acknowledged.get(line.building_id, Acknowledged())) for line in lines]
    return csv_download(f"送达-{subject.title}", [COLUMNS, *rows], mark)


def _row(line: BuildingReach, acknowledged: Acknowledged) -> tuple[object, ...]:
    one = line.reach
    return (
        *(line.name, one.people, one.homes, one.sent, one.delivered, one.read, one.read_homes),
        *(acknowledged.homes, one.acted, one.acted_homes, one.told_homes, one.unreached_homes),
    )


ROUTES = tuple(
    route
    for base, viewing in BASES
    for route in (require(viewing, f"{base}/reach", reach), require(viewing, f"{base}/reach.csv", table))
)
