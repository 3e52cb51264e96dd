"""The first page: what waits for me, how far the community is connected, how the open votes stand."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from admin.access import ANY_STAFF, Visit, require
from admin.pages.inbox import age
from admin.sheets import csv_download
from clock import clock
from handlers.calendar.queries import unknown_years
from handlers.consultations.queries.consultations import count_reviews
from handlers.delegations.queries import count_waiting as count_delegations
from handlers.duty.queries.alarms import count_open_alarms
from handlers.duty.roster import on_duty
from handlers.enquiries.queries.desk import count_waiting as count_enquiries
from handlers.enquiries.queries.desk import desk
from handlers.facts.actions import ACTIVE_RESIDENTS
from handlers.facts.queries import DayFigure, trend
from handlers.moderation.queries.waiting import count_appeals, count_posts
from handlers.moderation.queries.waiting import count_overdue as count_overdue_posts
from handlers.notices.queries.waiting import count_overdue, count_to_review, count_to_send
from handlers.residency.queries.corrections import count_corrections
from handlers.residency.queries.coverage import coverage_by_part, part_of_tree
from handlers.residency.queries.dwellings import count_pending
from handlers.staff.rules import Permission, Viewer
from handlers.undertakings.queries import count_overdue as count_overdue_tasks
from handlers.votes import outcomes
from handlers.votes.actions.conduct import certifiable, publishable
from handlers.votes.queries.polls import polls_of, turnouts_of
from handlers.votes.queries.progress import objections_due
from models.states import PollState
from models.votes import Poll

Waits = Callable[[Poll, Viewer], bool]
WAITING: Sequence[tuple[PollState, Permission, Waits, str]] = (
    (PollState.DRAFT, Permission.VOTES_PUBLISH, publishable, "份投票草稿等您发布"),
    (PollState.REVIEW, Permission.VOTES_REVIEW, lambda poll, _: not poll.reviewed_by, "个投票等您审核"),
    (PollState.REVIEW, Permission.VOTES_PUBLISH, publishable, "个投票等您发布"),
    (PollState.COUNTING, Permission.VOTES_COUNT, lambda poll, _: poll.result is None, "个投票已截止，等您计票"),
    (PollState.COUNTING, Permission.VOTES_COUNT, certifiable, "个投票已计票，等您确认结果"),
)
"""What a vote in this state asks of whom."""
QUEUES = (
    (Permission.NOTICES_REVIEW, count_to_review, "条通知等您审核", "/admin/notices"),
    (Permission.NOTICES_SEND, count_to_send, "条通知等您发送", "/admin/notices"),
    (Permission.NOTICES_SEND, count_overdue, "条通知过了时间没有发，等您确认", "/admin/notices"),
    (Permission.INBOX_VIEW, count_open_alarms, "条危险消息没有结束", "/admin/alarms"),
    (Permission.INBOX_VIEW, count_enquiries, "条居民留言待接手", "/admin/inbox"),
    (Permission.MODERATION_DECIDE, count_posts, "条居民发言等您审核", "/admin/moderation"),
    (Permission.MODERATION_DECIDE, count_overdue_posts, "条居民发言超时没有审", "/admin/moderation?pile=overdue"),
    (Permission.MODERATION_DECIDE, count_appeals, "份申诉等您复核", "/admin/moderation?pile=appeals"),
    (Permission.BINDINGS_VIEW, count_pending, "份住址登记待审核", "/admin/bindings"),
    (Permission.BINDINGS_VIEW, count_corrections, "件更正申请待处理", "/admin/bindings#corrections"),
    (Permission.DELEGATIONS_VIEW, count_delegations, "份代办待确认", "/admin/delegations"),
)
"""What else waits for whom, how it is counted and where it is done."""

DAYS = 30


async def overview(visit: Visit) -> Response:
    viewer = visit.viewer
    states = (PollState.OPEN, *{state for state, *_ in WAITING})
    polls = await polls_of(viewer, states=states) if viewer.may(Permission.VOTES_VIEW) else []
    running = [poll for poll in polls if poll.state is PollState.OPEN]
    waiting = [*_votes_waiting(viewer, polls), *await _objections_waiting(viewer)]
    waiting += await _consultations_waiting(viewer)
    waiting += [
        (count, words, path, counted is count_overdue_posts)
        for permission, counted, words, path in QUEUES
        if viewer.may(permission) and (count := await counted(viewer))
    ]
    if viewer.may(Permission.SETTINGS_EDIT):
        words = "年的放假安排还没有填，只按周末休息"
        waiting += [(year, words, f"/admin/calendar?year={year}", False) for year in await unknown_years(clock.now())]
    activity = await _activity(viewer)
    coverage = await coverage_by_part(viewer) if viewer.may(Permission.DWELLINGS_VIEW) else []
    within = visit.request.query_params.get("part", "") if viewer.may(Permission.DWELLINGS_VIEW) else ""
    return await visit.show(
        "overview.html",
        waiting=waiting,
        **await _desk(viewer),
        polls=running,
        unit=outcomes.unit,
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


Waiting = tuple[int, str, str, bool]
"""How many, of what, where it is done, and whether it is overdue."""


def _votes_waiting(viewer: Viewer, polls: Sequence[Poll]) -> list[Waiting]:
    """Steps in the life of votes that this person may take; a single vote is led to at once."""
    waiting: list[Waiting] = []
    for state, permission, waits, words in WAITING:
        found = [poll for poll in polls if poll.state is state and waits(poll, viewer)]
        if found and viewer.may(permission):
            path = f"/admin/votes/{found[0].id}" if len(found) == 1 else "/admin/votes"
            waiting.append((len(found), words, path, False))
    return waiting


async def _consultations_waiting(viewer: Viewer) -> list[Waiting]:
    """Reviews to answer and tasks that are late; those of places below are seen from above."""
    if not viewer.may(Permission.CONSULTATIONS_VIEW):
        return []
    reviews, overdue = await count_reviews(viewer, clock.today())
    late = await count_overdue_tasks(viewer, clock.today())
    words = f"个议题待审题，其中{overdue}个已超期" if overdue else "个议题待审题"
    told = [
        (reviews, words, "/admin/consultations?stage=review", bool(overdue)),
        (late, "项任务或承诺已超期", "/admin/consultations", True),
    ]
    return [one for one in told if one[0]]


async def _desk(viewer: Viewer) -> dict[str, Any]:
    """How long the longest waiting resident waits, and who is on duty; nothing for those who see no enquiries."""
    if not viewer.may(Permission.INBOX_VIEW):
        return {"sees_desk": False}
    now, longest = clock.now(), (await desk(viewer)).longest
    return {
        "sees_desk": True,
        "longest": age(longest, now) if longest else "",
        "on_duty": [(one.name, one.organisation) for one in await on_duty(viewer.code, now)],
    }


async def _objections_waiting(viewer: Viewer) -> list[Waiting]:
    if not viewer.may(Permission.VOTES_ROLL):
        return []
    due = await objections_due(viewer, clock.today())
    words = f"条名册异议待答复，其中{due.overdue}条已过期" if due.overdue else "条名册异议待答复"
    return [(due.waiting, words, f"/admin/votes/{due.poll_id}#objections", bool(due.overdue))] if due.waiting else []


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
