"""What must be true after a replayed day: nothing lost, nothing doubled, nothing said to be sent that was not."""

from collections import defaultdict

from clock import clock
from models.database import rows
from models.desk import Fetched, LineKind
from models.enquiries import EnquiryLine
from models.files import StoredFile
from models.organisations import Organisation
from models.residency import Account, Binding
from models.staff import StaffMember
from models.states import BindingState, Delivered, MemberRole, StaffRole
from settings import get_settings
from tests.enquiries.day import Day
from tests.factories import make_community, make_district, make_dwelling, make_estate

COMMUNITIES, WORKERS = 4, 3
_KEPT = "SELECT sender, count(*) AS many FROM message WHERE kind IN ('text', 'image', 'voice') GROUP BY sender"
_TWICE_OPEN = """
SELECT account_id FROM enquiry WHERE state <> 'closed' AND account_id IS NOT NULL GROUP BY account_id
HAVING count(*) > 1
"""


async def settle(people: int) -> tuple[list[str], list[str]]:
    """So many residents of four communities and three workers in each; their openids and logins."""
    district = await make_district()
    now, openids, logins = clock.now(), list[str](), list[str]()
    for number in range(COMMUNITIES):
        community = await make_community(district, f"第{number + 1}社区")
        dwelling = await make_dwelling(await make_estate(community, f"幸福{number + 1}里"))
        own = [f"oDay{number}x{one}" for one in range(people // COMMUNITIES)]
        known = {"app_id": get_settings().wechat_app_id, "created_at": now}
        await Account.bulk_create([Account(openid=openid, **known) for openid in own])
        bound = {"role": MemberRole.OWNER, "name": "王秀英", "state": BindingState.ACTIVE, "created_at": now}
        accounts = await Account.filter(openid__in=own)
        await Binding.bulk_create([Binding(account=account, dwelling=dwelling, **bound) for account in accounts])
        logins += await _staff(community.organisation)
        openids += own
    return openids, logins


async def _staff(organisation: Organisation) -> list[str]:
    logins = [f"day-{organisation.code}-{number}" for number in range(WORKERS)]
    for login in logins:
        known = {"name": "林工", "password_hash": "", "role": StaffRole.WORKER, "organisation": organisation}
        await StaffMember.create(login=login, created_at=clock.now(), **known)
    return logins


async def judge(day: Day) -> None:
    """Compare what residents were told and what reached the platform with what lies in the database."""
    stored = {row["sender"]: row["many"] for row in await rows(_KEPT)}
    assert stored == {one.openid: len(one.sent) for one in day.residents}
    assert not await rows(_TWICE_OPEN)
    [alarms] = await rows("SELECT count(*) AS raised, count(DISTINCT account_id) AS people FROM alarm")
    assert alarms["raised"] == alarms["people"] == sum(one.dangers for one in day.residents)
    await _judge_lines(day)
    await _judge_answers(day)


async def _judge_lines(day: Day) -> None:
    """Every line of a resident is there once and in the order in which it was said, its file kept."""
    openids = dict(await Account.all().values_list("id", "openid"))
    said = defaultdict[str, list[str]](list)
    lines = await EnquiryLine.filter(kind=LineKind.SAID).order_by("id").select_related("enquiry")
    for line in lines:
        said[openids[line.enquiry.account_id or 0]].append(f"{line.text} {line.media}".strip())
        assert line.fetched is (Fetched.KEPT if line.media else None)
    for one in day.residents:
        lines_of, certain = said[one.openid], one.said
        if one.openid not in day.standing.late:
            certain = certain | one.silent
        assert lines_of == [what for what in one.sent if what in set(lines_of)], one.openid
        assert certain <= set(lines_of), one.openid
    files = [line.file for line in lines if line.file]
    assert len(set(files)) == len(files) == await StoredFile.filter(expires_at=None).count()


async def _judge_answers(day: Day) -> None:
    """No answer arrived twice; what is recorded as sent has arrived, and what has arrived is recorded."""
    assert day.pressed > len(day.residents) // 20
    assert set(day.standing.arrived.values()) <= {1}
    answers = {line.text: line.delivered for line in await EnquiryLine.filter(kind=LineKind.ANSWER)}
    sent = {text for text, delivered in answers.items() if delivered is Delivered.SENT}
    assert sent <= set(day.standing.arrived)
    doubtful = {text for text, delivered in answers.items() if delivered is Delivered.UNKNOWN}
    assert set(day.standing.arrived) <= sent | doubtful
