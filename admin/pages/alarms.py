"""危险消息: the banner on every page, the list, one alarm with its calls, and taking and ending it."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import show_part
from errors import Invalid
from handlers.duty.actions.alarms import acknowledge, close_alarm
from handlers.duty.queries import alarms as queries
from handlers.staff.rules import Permission
from models.desk import AlarmOutcome
from web.forms import row_id

ALARMS = "/admin/alarms"


async def banner(visit: Visit) -> Response:
    """The banner alone, fetched by open pages."""
    return show_part(visit.request, "duty/_banner.html", alarms=await queries.open_alarms(visit.viewer))


async def alarms(visit: Visit) -> Response:
    return await visit.show(
        "duty/alarms.html",
        under_way=await queries.open_alarms(visit.viewer),
        past=await queries.past_alarms(visit.viewer),
    )


async def alarm(visit: Visit) -> Response:
    entry, calls = await queries.alarm(visit.viewer, _id(visit))
    return await visit.show("duty/alarm.html", entry=entry, calls=calls, outcomes=list(AlarmOutcome))


async def take_alarm(visit: Visit) -> Response:
    done = "已告诉居民您看到了。请马上联系，办完点「结束」。"
    return await visit.attempt(_address(visit), acknowledge(visit.viewer, _id(visit)), done)


async def end_alarm(visit: Visit) -> Response:
    outcome, note = visit.field("outcome"), visit.field("note")
    return await visit.attempt(_address(visit), _close(visit, outcome, note), "这条危险消息已结束。")


async def _close(visit: Visit, outcome: str, note: str) -> None:
    await queries.alarm(visit.viewer, _id(visit))
    if outcome not in set(AlarmOutcome):
        raise Invalid("请选择结果。")
    await close_alarm(visit.viewer, _id(visit), AlarmOutcome(outcome), note)


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["alarm_id"])


def _address(visit: Visit) -> str:
    return f"{ALARMS}/{_id(visit)}"


ROUTES = (
    require(Permission.INBOX_VIEW, "/alarms", alarms),
    require(Permission.INBOX_ANSWER, "/alarms/banner", banner, renew=False),
    require(Permission.INBOX_VIEW, "/alarms/{alarm_id}", alarm),
    require_post(Permission.INBOX_ANSWER, "/alarms/{alarm_id}/acknowledge", take_alarm),
    require_post(Permission.INBOX_ANSWER, "/alarms/{alarm_id}/close", end_alarm),
)
