"""值班 and 危险消息 on the panel: the banner on every page, taking and ending, the roster of a week, the hand-over."""

from datetime import timedelta

import pytest

from clock import BEIJING, clock
from handlers.duty.actions.hand_over import write_hand_over
from handlers.duty.figures import ended_shifts
from models.alarms import Alarm
from models.audit import AuditEntry
from models.conversations import Notification
from models.desk import AlarmOutcome, AlarmState
from models.duty import DutyShift, HandOver
from models.staff import StaffMember
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import ask
from tests.duty.conftest import settle
from tests.duty.test_alarms import make_alarm
from tests.factories import Community


@pytest.fixture
async def alarm(community: Community) -> Alarm:
    return await make_alarm(await settle("oHome", community), community, "我妈<b>晕倒</b>了")


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def test_the_banner_stands_on_every_page_of_the_branch_and_of_no_other(
    worker: Browser, signed_in: SignIn, community: Community, elsewhere: Community, alarm: Alarm
) -> None:
    for path in ("/admin/", "/admin/votes", "/admin/inbox", "/admin/account"):
        page = await worker.page(path)
        for shown in ("危险消息：受伤发病", "王**，幸福", "我妈&lt;b&gt;晕倒&lt;/b&gt;了", "声音未开", "我来处理"):
            assert shown in page
        assert "秀英" not in page
    assert "data-unanswered" in await worker.page("/admin/alarms/banner")
    foreign = await signed_in(StaffRole.WORKER, elsewhere.code)
    assert "晕倒" not in await foreign.page("/admin/")
    assert "晕倒" not in await foreign.page("/admin/alarms")
    for path in (f"/admin/alarms/{alarm.id}", f"/admin/alarms/{alarm.id}/acknowledge"):
        answer = await (foreign.post(path) if path.endswith("acknowledge") else foreign.get(path))
        assert answer.status_code == 404
    reader = await signed_in(StaffRole.AUDITOR, community.code)
    assert "晕倒" not in await reader.page("/admin/")
    assert (await reader.get("/admin/alarms")).status_code == 403


async def test_it_is_taken_from_the_banner_and_ended_with_an_outcome(worker: Browser, alarm: Alarm) -> None:
    shown = await worker.follow(await worker.press("/admin/", "我来处理"))
    assert "已告诉居民您看到了" in shown
    assert "正在联系您" in (await Notification.get()).text
    assert "data-unanswered" not in shown
    refused = await worker.follow(await worker.press(f"/admin/alarms/{alarm.id}", "结束"))
    assert "请选择结果" in refused
    written = {"结果": AlarmOutcome.ATTENDED.value, "说明": "已送医院"}
    done = await worker.follow(await worker.press(f"/admin/alarms/{alarm.id}", "结束", written))
    assert "已到场处理" in words(done)
    assert "已送医院" in words(done)
    assert (await Alarm.get()).state is AlarmState.CLOSED
    assert "晕倒" not in (await worker.page("/admin/")).split("<main")[0]
    assert "已到场处理" in words(await worker.page("/admin/alarms"))


async def test_a_second_press_says_that_a_colleague_was_faster(worker: Browser, admin: Browser, alarm: Alarm) -> None:
    await worker.press("/admin/", "我来处理")
    late = await admin.follow(await admin.post(f"/admin/alarms/{alarm.id}/acknowledge"))
    assert "情况刚刚变了" in late
    assert await Notification.all().count() == 1


async def put_on(browser: Browser, community: Community, **changed: str) -> str:
    now = clock.now().astimezone(BEIJING)
    written = {
        "哪个单位的班": community.code,
        "值班人员": f"worker-{community.code}",
        "从": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "到": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "顺序": "1",
        "值班电话": "15400000001",
    } | changed
    answer = await browser.press("/admin/duty", "排上", written)
    return await browser.follow(answer) if answer.status_code == 303 else answer.text


async def test_a_shift_is_put_on_seen_with_a_masked_phone_and_taken_off(
    admin: Browser, worker: Browser, community: Community
) -> None:
    page = words(await put_on(admin, community))
    assert "154****0001" in page
    assert "15400000001" not in page
    assert (await StaffMember.get(login=f"worker-{community.code}")).phone == "15400000001"
    assert "现在值班：worker" in words(await worker.page("/admin/"))
    seen = await worker.page("/admin/duty")
    assert "154****0001" in seen
    assert "排上" not in seen
    assert (await worker.post("/admin/duty")).status_code == 403
    assert "已经排了班" in await put_on(admin, community)
    assert "删除" in words(await admin.follow(await admin.press("/admin/duty", "删除")))
    assert await DutyShift.all().count() == 0
    assert "15400000001" not in str([one.detail for one in await AuditEntry.all()])


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"到": "2026-01-01T08:00", "从": "2026-01-01T09:00"}, "要晚于开始"),
        ({"从": ""}, "从什么时候到什么时候"),
        ({"从": "2026-01-01T08:00", "到": "2026-01-09T08:00"}, "最长7天"),
        ({"值班电话": "call me"}, "电话号码不对"),
        ({"值班人员": "nobody"}, "没有找到"),
        ({"顺序": "9" * 5_000}, "先打给谁"),
        ({"哪个单位的班": "880412001002"}, "没有找到"),
    ],
)
async def test_a_shift_that_can_not_be_is_refused_and_changes_nothing(
    admin: Browser, worker: Browser, community: Community, elsewhere: Community, changed: dict[str, str], problem: str
) -> None:
    assert problem in await put_on(admin, community, **changed)
    assert await DutyShift.all().count() == 0
    assert (await StaffMember.get(login=f"worker-{community.code}")).phone is None


@pytest.mark.parametrize("week", ["9999-12-31", "0001-01-01", "1999-12-31"])
async def test_a_week_that_can_not_be_is_refused(worker: Browser, week: str) -> None:
    answer = await worker.get(f"/admin/duty?week={week}")
    assert answer.status_code == 422
    assert "从日历里选一天" in answer.text


async def test_another_branchs_shift_can_not_be_taken_off(
    admin: Browser, worker: Browser, community: Community, elsewhere: Community, signed_in: SignIn
) -> None:
    await put_on(admin, community)
    shift = await DutyShift.get()
    foreign = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert (await foreign.post(f"/admin/duty/{shift.id}/remove", week="2026-01-01")).status_code == 404
    assert "154****" not in await foreign.page("/admin/duty")
    assert await DutyShift.all().count() == 1


async def test_last_week_is_copied_once(admin: Browser, worker: Browser, community: Community) -> None:
    await put_on(admin, community)
    next_week = f"{clock.today() + timedelta(days=7)}"
    assert "照抄了1班" in await admin.follow(await admin.post("/admin/duty/copy", week=next_week))
    assert "没有可以照抄" in await admin.follow(await admin.post("/admin/duty/copy", week=next_week))
    first, second = await DutyShift.all().order_by("starts_at")
    assert second.starts_at - first.starts_at == timedelta(days=7)


async def test_begin_is_noted_with_the_shift_that_runs(admin: Browser, worker: Browser, community: Community) -> None:
    assert "这次没有记" in await worker.follow(await worker.press("/admin/inbox", "开始值班"))
    await put_on(admin, community)
    assert "已记下您开始值班" in await worker.follow(await worker.press("/admin/inbox", "开始值班"))
    begun = (await DutyShift.get()).begun_at
    answer = await worker.http.post("/admin/duty/begin", data={"token": await worker.token()}, headers={"X-Live": "1"})
    assert answer.status_code == 204
    assert (await DutyShift.get()).begun_at == begun


async def test_a_shift_that_ends_hands_over_and_the_next_takes_it_once(
    admin: Browser, worker: Browser, community: Community, alarm: Alarm, elsewhere: Community, signed_in: SignIn
) -> None:
    enquiry = await ask(community)
    await ask(elsewhere)
    await put_on(admin, community)
    clock.shift += timedelta(hours=2)
    for _ in range(2):
        for ended in await ended_shifts(clock.now()):
            await write_hand_over(ended, clock.now())
    note = await HandOver.get()
    assert note.figures == {
        "opened": 1,
        "answered": 0,
        "open": 1,
        "waiting": [enquiry.id],
        "longest_since": note.figures["longest_since"],
        "snoozed": [],
        "alarms": [alarm.id],
        "open_alarms": [alarm.id],
    }
    assert f"/admin/duty/handovers/{note.id}" in await worker.page("/admin/duty")
    page = await worker.page(f"/admin/duty/handovers/{note.id}")
    assert f'href="/admin/inbox/{enquiry.id}"' in page
    assert f'href="/admin/alarms/{alarm.id}"' in page
    assert "王" not in words(page)
    foreign = await signed_in(StaffRole.WORKER, elsewhere.code)
    assert (await foreign.get(f"/admin/duty/handovers/{note.id}")).status_code == 404
    assert (await foreign.post(f"/admin/duty/handovers/{note.id}/take")).status_code == 404
    assert "已接班" in await worker.follow(await worker.press(f"/admin/duty/handovers/{note.id}", "已接班"))
    late = await admin.follow(await admin.post(f"/admin/duty/handovers/{note.id}/take"))
    assert "同事已经接班了" in late
    assert (await HandOver.get()).taken_by == f"worker-{community.code}"


async def test_the_overview_says_how_long_the_longest_waits(worker: Browser, community: Community) -> None:
    assert "现在没有居民等人回" in words(await worker.page("/admin/"))
    await ask(community)
    clock.shift += timedelta(minutes=38)
    assert "等得最久的一条：38分钟" in words(await worker.page("/admin/"))
