"""Writing, submitting and reviewing a notice: three people, each for their part, within their own branch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import handlers.notices.actions.sending as sending
from campaigns.audience import Audience
from clock import clock
from errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from handlers.notices.actions.attachments import attach_file, detach_file
from handlers.notices.actions.drafts import draft_notice, edit_notice, review_notice, submit_notice
from handlers.notices.actions.sending import correct_notice, send_notice, withdraw_notice
from handlers.notices.queries.staff import notice_page, notices_of
from models.audit import AuditEntry
from models.campaigns import Campaign
from models.files import StoredFile
from models.notices import Notice, NoticeFile, NoticeVersion
from models.reach import NoticeClass, NoticeState, Path
from models.states import StaffRole
from tests.notices.conftest import Office

PNG = b"\x89PNG\r\n\x1a\n"


async def test_three_people_answer_for_a_notice_and_the_trail_names_each_step(office: Office) -> None:
    await office.town.settle("oA", wrote_hours_ago=1)
    notice = await office.sent()
    page = await notice_page(office.editor, notice.id)
    assert page.notice.state is NoticeState.SENT
    assert page.reviewed_by_three
    assert [entry.action for entry in await AuditEntry.filter(subject=f"notice:{notice.id}").order_by("id")] == [
        "notice.draft",
        "notice.submit",
        "notice.review",
        "notice.send",
    ]


async def test_one_administrator_may_send_a_draft_and_the_page_says_so(office: Office) -> None:
    await office.town.settle("oA")
    notice = await draft_notice(office.admin, office.written(), clock.now())
    await send_notice(office.admin, notice.id, clock.now())
    assert not (await notice_page(office.admin, notice.id)).reviewed_by_three


async def test_nobody_reviews_or_sends_what_they_have_written(office: Office) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    with pytest.raises(Conflict, match="审核"):
        await send_notice(office.approver, notice.id, clock.now())
    await submit_notice(office.editor, notice.id)
    same = replace(office.reviewer, login=office.editor.login)
    with pytest.raises(Conflict, match="另一位"):
        await review_notice(same, notice.id, True, "", clock.now())
    await review_notice(office.reviewer, notice.id, True, "", clock.now())
    with pytest.raises(Conflict, match="另一位"):
        await send_notice(replace(office.approver, login=office.reviewer.login), notice.id, clock.now())
    assert await Campaign.all().count() == 0


async def test_a_notice_given_back_is_changed_and_submitted_again(office: Office) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    await submit_notice(office.editor, notice.id)
    with pytest.raises(Conflict):
        await edit_notice(office.editor, notice.id, office.written(title="改了"), clock.now())
    with pytest.raises(Invalid):
        await review_notice(office.reviewer, notice.id, False, "", clock.now())
    await review_notice(office.reviewer, notice.id, False, "日期不对", clock.now())
    assert (await Notice.get()).reason == "日期不对"
    await edit_notice(office.editor, notice.id, office.written(title="后天停水"), clock.now())
    await submit_notice(office.editor, notice.id)
    kept = await Notice.get()
    assert (kept.title, kept.state, kept.reason) == ("后天停水", NoticeState.REVIEW, "")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"audience": Audience(())}, "发送范围"),
    ({"audience": Audience(("880412002",))}, "超出"),
    ({"title": "停" * 61}, "标题"),
    ({"paths": {Path.TEMPLATE}}, "模板消息"),
    ({"topic": NoticeClass.WORK}, "标签"),
    ({"audience": Audience(("880412001001",), only=("anything:1",))}, "人群条件"),
    ({"audience": Audience(("880412001001",), age_min=60, age_max=18)}, "年龄"),
]


@pytest.mark.parametrize(("different", "said"), BAD)
async def test_bad_input_is_told_and_changes_nothing(office: Office, different: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        await draft_notice(office.editor, office.written(**different), clock.now())
    assert await Notice.all().count() == 0
    notice = await draft_notice(office.editor, office.written(), clock.now())
    with pytest.raises(Invalid, match=said):
        await edit_notice(office.editor, notice.id, office.written(**different), clock.now())
    assert (await Notice.get()).title == "明天停水"


@pytest.mark.parametrize("launch", [timedelta(minutes=-1), timedelta(days=91), timedelta(days=5)])
async def test_a_time_that_can_not_be_is_refused(office: Office, launch: timedelta) -> None:
    with pytest.raises(Invalid):
        await draft_notice(office.editor, office.written(launch_at=clock.now() + launch), clock.now())


async def test_an_audience_of_nobody_is_refused_when_it_is_sent(office: Office) -> None:
    notice = await office.reviewed()
    with pytest.raises(Invalid, match="没有人"):
        await send_notice(office.approver, notice.id, clock.now())
    assert (await Notice.get()).state is NoticeState.REVIEW
    assert await Campaign.all().count() == 0


STEPS: list[Callable[[Any, int, Office], Any]] = [
    lambda viewer, number, office: edit_notice(viewer, number, office.written(), clock.now()),
    lambda viewer, number, _: submit_notice(viewer, number),
    lambda viewer, number, _: review_notice(viewer, number, True, "", clock.now()),
    lambda viewer, number, _: send_notice(viewer, number, clock.now()),
    lambda viewer, number, _: correct_notice(viewer, number, "改", "改", "错", clock.now()),
    lambda viewer, number, _: withdraw_notice(viewer, number, "错", clock.now()),
    lambda viewer, number, _: sending.test_send(viewer, number, clock.now()),
    lambda viewer, number, _: notice_page(viewer, number),
    lambda viewer, number, _: attach_file(viewer, number, PNG, "图.png"),
]


@pytest.mark.parametrize("step", STEPS)
async def test_another_branch_finds_no_notice(office: Office, step: Callable[[Any, int, Office], Any]) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    foreign = office.as_(StaffRole.ADMIN, code="880412002")
    with pytest.raises(NotFound):
        await step(foreign, notice.id, office)
    assert await notices_of(foreign) == []
    assert [one.id for one in await notices_of(office.editor)] == [notice.id]
    assert await NoticeVersion.all().count() == 0


async def test_a_body_outside_the_scope_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        await draft_notice(office.editor, office.written(organisation="880412"), clock.now())


async def test_a_worker_looks_and_ticks_but_writes_nothing(office: Office) -> None:
    with pytest.raises(Forbidden):
        await draft_notice(office.as_(StaffRole.WORKER), office.written(), clock.now())


async def test_a_file_of_30_mb_is_refused_with_a_sentence_and_nothing_is_kept(office: Office) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    with pytest.raises(DomainError, match="MB"):
        await attach_file(office.editor, notice.id, b"%PDF-1.4\n" + bytes(30_000_000), "方案.pdf")
    assert await StoredFile.all().count() == await NoticeFile.all().count() == 0


async def test_a_file_goes_with_a_draft_and_is_taken_away_again(office: Office) -> None:
    notice = await draft_notice(office.editor, office.written(), clock.now())
    kept = await attach_file(office.editor, notice.id, b"%PDF-1.4\n%%EOF\n", "方案.pdf")
    assert [one.file.name for one in (await notice_page(office.editor, notice.id)).files] == ["方案.pdf"]
    await detach_file(office.editor, notice.id, kept.file_id)
    assert await StoredFile.all().count() == await NoticeFile.all().count() == 0
