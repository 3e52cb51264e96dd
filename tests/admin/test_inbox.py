"""Conversations with residents on the panel: who sees which, and what 接手, 回复 and 结束 do."""

from datetime import timedelta

import pytest

from admin.pages.inbox import age
from clock import clock
from handlers.conversations.rules import Outcome
from handlers.enquiries.actions.asked import add_to_enquiry
from handlers.enquiries.rules import Said
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Account
from models.staff import StaffMember
from models.states import Delivered, EnquiryState, StaffRole
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import QUESTION, ask, page_of, state
from tests.admin.platform import Letterbox
from tests.factories import Community


@pytest.fixture
async def enquiry(community: Community) -> Enquiry:
    return await ask(community)


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


@pytest.fixture
async def colleague(signed_in: SignIn, community: Community) -> Browser:
    browser = await signed_in(StaffRole.ADMIN, community.code)
    await StaffMember.filter(login=f"admin-{community.code}").update(name="周工")
    return browser


async def test_the_list_shows_who_waits_with_a_masked_name(worker: Browser, enquiry: Enquiry) -> None:
    page = words(await worker.page("/admin/inbox"))
    for shown in (QUESTION, "待接手", "王**，幸福0里3号楼2单元501", "河东社区", "0分钟"):
        assert shown in page
    assert "秀英" not in page


async def test_who_waits_longest_comes_first_and_whoever_was_answered_last(
    worker: Browser, community: Community, enquiry: Enquiry
) -> None:
    early, held = await ask(community, Said("水管漏水")), await ask(community, Said("钥匙丢了"))
    await Enquiry.filter(id=early.id).update(waiting_since=clock.now() - timedelta(hours=3))
    await Enquiry.filter(id=held.id).update(waiting_since=clock.now() - timedelta(days=2))
    await worker.press(page_of(held), "回复", {"回复内容": "在门卫那里"})
    page = words(await worker.page("/admin/inbox"))
    assert page.index("水管漏水") < page.index(QUESTION) < page.index("钥匙丢了")
    assert "3小时" in page
    assert "2天" not in page
    assert "待接手 2" in page
    await add_to_enquiry(held.account_id, Said("门卫说没有"), clock.now())
    assert "等您回" in words(await worker.page("/admin/inbox?which=held"))


async def test_taken_answered_and_closed(
    worker: Browser, enquiry: Enquiry, letterbox: Letterbox, community: Community
) -> None:
    login = f"worker-{community.code}"
    assert "已接手" in await worker.follow(await worker.press(page_of(enquiry), "接手"))
    assert await state(enquiry) == (EnquiryState.HELD, login)
    page = await worker.follow(await worker.press(page_of(enquiry), "回复", {"回复内容": "今天下午\n去修"}))
    assert "已发给居民" in page
    assert "已发出" in words(page)
    account = await Account.get(id=enquiry.account_id)
    assert letterbox.sent == [(account.openid, "工作人员回复：\n今天下午\n去修")]
    assert letterbox.through == [account.app_id]
    assert account.openid not in page
    closed = await worker.follow(await worker.press(page_of(enquiry), "结束"))
    assert f"留言 {enquiry.id} 已结束" in closed
    assert QUESTION not in words(closed)
    assert QUESTION in words(await worker.page("/admin/inbox?which=closed"))
    ended = await Enquiry.get(id=enquiry.id)
    assert (ended.state, ended.closed_by) == (EnquiryState.CLOSED, login)
    over = await worker.page(page_of(enquiry))
    assert not {"接手", "回复", "结束"} & {button for form in forms(over) for button in form.buttons}


async def test_answering_takes_what_waits(worker: Browser, enquiry: Enquiry, community: Community) -> None:
    await worker.press(page_of(enquiry), "回复", {"回复内容": "好的"})
    assert await state(enquiry) == (EnquiryState.HELD, f"worker-{community.code}")


async def test_the_conversation_reads_in_order(worker: Browser, enquiry: Enquiry) -> None:
    await worker.press(page_of(enquiry), "回复", {"回复内容": "哪一层？"})
    await add_to_enquiry(enquiry.account_id, Said("三层"), clock.now())
    page = words(await worker.page(page_of(enquiry)))
    assert page.index(QUESTION) < page.index("哪一层？") < page.index("三层")
    part = await worker.get(f"{page_of(enquiry)}/lines")
    assert "三层" in part.text
    assert "<form" not in part.text


async def test_the_same_form_twice_sends_once(worker: Browser, enquiry: Enquiry, letterbox: Letterbox) -> None:
    form = next(form for form in forms(await worker.page(page_of(enquiry))) if "回复" in form.buttons)
    sent = form.values | {form.named("回复内容"): "好的"}
    for _ in range(2):
        assert "已发给居民" in await worker.follow(await worker.http.post(form.action, data=sent))
    assert len(letterbox.sent) == 1
    assert await EnquiryLine.exclude(author="").count() == 1


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (Outcome(Delivered.FAILED, 45015), "超过48小时"),
        (Outcome(Delivered.FAILED, 45047), "5条回复已用完"),
        (Outcome(Delivered.FAILED, 43004), "已取消关注"),
        (Outcome(Delivered.UNKNOWN), "不确定对方收到没有"),
    ],
)
async def test_what_did_not_arrive_is_said_and_stays_to_be_seen(
    worker: Browser, enquiry: Enquiry, letterbox: Letterbox, outcome: Outcome, problem: str
) -> None:
    letterbox.outcome = outcome
    page = await worker.follow(await worker.press(page_of(enquiry), "回复", {"回复内容": "去修了"}))
    assert "alert-danger" in page
    assert words(page).count(problem) >= 2
    assert "去修了" in words(page)
    assert outcome.delivered.label in words(page)


async def test_an_answer_that_is_empty_or_too_long_is_not_sent(
    worker: Browser, enquiry: Enquiry, letterbox: Letterbox
) -> None:
    for text, problem in ((" \n", "请先写回复的内容"), ("长" * 601, "一次最多600个字")):
        refused = await worker.press(page_of(enquiry), "回复", {"回复内容": text})
        assert refused.status_code == 422
        assert problem in refused.text
    assert "长" * 601 in refused.text
    assert letterbox.sent == []
    assert await state(enquiry) == (EnquiryState.WAITING, "")


async def test_a_form_without_its_key_is_not_sent(worker: Browser, enquiry: Enquiry, letterbox: Letterbox) -> None:
    for key in ("", "x", "1"):
        assert (await worker.post(f"{page_of(enquiry)}/answer", text="好", key=key)).status_code == 422
    assert letterbox.sent == []


async def test_a_colleagues_conversation_is_answered_only_after_taking_it(
    worker: Browser, colleague: Browser, enquiry: Enquiry, letterbox: Letterbox, community: Community
) -> None:
    begun = next(form for form in forms(await worker.page(page_of(enquiry))) if "回复" in form.buttons)
    await colleague.press(page_of(enquiry), "接手")
    late = await worker.http.post(begun.action, data=begun.values | {"text": "我来"})
    assert late.status_code == 409
    assert "同事正在处理" in late.text
    assert "我来" in late.text
    assert "同事正在处理" in await worker.follow(await worker.post(f"{page_of(enquiry)}/close"))
    page = await worker.page(page_of(enquiry))
    assert "现在由周工处理" in words(page)
    assert not [form for form in forms(page) if "回复" in form.buttons or "结束" in form.buttons]
    assert letterbox.sent == []
    await worker.press(page_of(enquiry), "接手")
    await worker.press(page_of(enquiry), "回复", {"回复内容": "我来"})
    assert await state(enquiry) == (EnquiryState.HELD, f"worker-{community.code}")
    assert len(letterbox.sent) == 1


async def test_who_presses_second_is_told_and_takes_nothing(
    worker: Browser, colleague: Browser, enquiry: Enquiry, community: Community
) -> None:
    seen = next(form for form in forms(await worker.page(page_of(enquiry))) if "接手" in form.buttons)
    await colleague.press(page_of(enquiry), "接手")
    page = await worker.follow(await worker.http.post(seen.action, data=seen.values))
    assert "已有同事接手" in page
    assert await state(enquiry) == (EnquiryState.HELD, f"admin-{community.code}")


async def test_who_may_only_look_sees_no_buttons_and_is_refused(
    signed_in: SignIn, enquiry: Enquiry, community: Community, letterbox: Letterbox
) -> None:
    looker = await signed_in(StaffRole.SUPERVISOR, community.code)
    page = await looker.page(page_of(enquiry))
    assert QUESTION in page
    assert not {"接手", "回复", "结束"} & {button for form in forms(page) for button in form.buttons}
    for deed in ("take", "answer", "close"):
        assert (await looker.post(f"{page_of(enquiry)}/{deed}", text="好")).status_code == 403
    assert letterbox.sent == []


async def test_the_overview_counts_who_waits(worker: Browser, community: Community, enquiry: Enquiry) -> None:
    held = await ask(community, Said("水管漏水"))
    assert "2条居民留言待接手" in words(await worker.page("/admin/")).replace(" ", "")
    await worker.press(page_of(held), "接手")
    assert "1条居民留言待接手" in words(await worker.page("/admin/")).replace(" ", "")


async def test_an_empty_inbox_says_so(worker: Browser) -> None:
    assert "现在没有居民等人回" in await worker.page("/admin/inbox")
    assert "还没有结束的留言" in await worker.page("/admin/inbox?which=closed")


@pytest.mark.parametrize(
    ("minutes", "said"), [(-1, "0分钟"), (59, "59分钟"), (60, "1小时"), (1439, "23小时"), (1440, "1天"), (5000, "3天")]
)
def test_how_long_somebody_has_waited(minutes: int, said: str) -> None:
    now = clock.now()
    assert age(now - timedelta(minutes=minutes), now) == said
