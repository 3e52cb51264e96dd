"""The first page: what waits for me, how far the community is connected, how the open votes stand."""

from starlette.responses import Response

from admin.access import ANY_STAFF, Visit, require
from admin.sheets import csv_download
from clock import clock
from handlers.calendar.queries import unknown_years
from handlers.delegations.queries import count_waiting as count_delegations
from handlers.enquiries import queries as enquiries
from handlers.facts.actions import ACTIVE_RESIDENTS
from handlers.facts.queries import DayFigure, trend
from handlers.residency.queries.corrections import count_corrections
from handlers.residency.queries.coverage import coverage_by_part, part_of_tree
from handlers.residency.queries.dwellings import count_pending
from handlers.staff.rules import Permission, Viewer
from handlers.votes.queries.polls import polls_of, turnouts_of
from models.states import PollState

WAITING = {
    PollState.DRAFT: (Permission.VOTES_PUBLISH, "份投票草稿等您发布"),
    PollState.COUNTING: (Permission.VOTES_COUNT, "个投票已截止，等您计票"),
}
"""What a vote in this state asks of whom."""
QUEUES = (
    (Permission.INBOX_VIEW, enquiries.count_waiting, "条居民留言待接手", "/admin/inbox"),
    (Permission.BINDINGS_VIEW, count_pending, "份住址登记待审核", "/admin/bindings"),
    (Permission.BINDINGS_VIEW, count_corrections, "件更正申请待处理", "/admin/bindings#corrections"),
    (Permission.DELEGATIONS_VIEW, count_delegations, "份代办待确认", "/admin/delegations"),
)
"""What else waits for whom, how it is counted and where it is done."""

DAYS = 30


async def overview(visit: Visit) -> Response:
    viewer = visit.viewer
    polls = await polls_of(viewer, states=(PollState.OPEN, *WAITING)) if viewer.may(Permission.VOTES_VIEW) else []
    running = [poll for poll in polls if poll.state is PollState.OPEN]
    waiting = [
        (len(found), words, "/admin/votes")
        for state, (permission, words) in WAITING.items()
        if viewer.may(permission) and (found := [poll for poll in polls if poll.state is state])
    ]
    waiting += [
        (count, words, path)
        for permission, counted, words, path in QUEUES
        if viewer.may(permission) and (count := await counted(viewer))
    ]
    if viewer.may(Permission.SETTINGS_EDIT):
        words = "年的放假安排还没有填，只按周末休息"
        waiting += [(year, words, f"/admin/calendar?year={year}") for year in await unknown_years(clock.now())]
    activity = await _activity(viewer)
    coverage = await coverage_by_part(viewer) if viewer.may(Permission.DWELLINGS_VIEW) else []
    within = visit.request.query_params.get("part", "") if viewer.may(Permission.DWELLINGS_VIEW) else ""
    return await visit.show(
        "overview.html",
        waiting=waiting,
        polls=running,
        turnouts=await turnouts_of(viewer, [poll.id for poll in running]),
        activity=activity,
        busiest=max((figure.value for figure in activity), default=0) or 1,
        coverage=await coverage_by_part(viewer, within) if within else coverage,
        within=await part_of_tree(viewer, within) if within else None,
        bound=sum(part.bound for part in coverage),
        dwellings=sum(part.dwellings for part in coverage),
        occupied_bound=sum(part.occupied_bound for part in coverage),
        occupied=sum(part.occupied for part in coverage),
    )


async def _activity(viewer: Viewer) -> list[DayFigure]:
    """Residents of each of the last days, for those who look after dwellings."""
    return await trend(viewer, ACTIVE_RESIDENTS, clock.today(), DAYS) if viewer.may(Permission.DWELLINGS_VIEW) else []


async def activity_table(visit: Visit) -> Response:
    lines = [(figure.day, figure.value) for figure in await _activity(visit.viewer)]
    return csv_download("每天来说话的居民", [("日期", "居民（人）"), *lines])


ROUTES = (
    require(ANY_STAFF, "/", overview),
    require(Permission.DWELLINGS_VIEW, "/activity.csv", activity_table),
)
