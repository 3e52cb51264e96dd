"""主任访谈 at the panel: announced, put off, opened, answered and put right, promised and kept, ended."""

from datetime import timedelta

import pytest

from admin.layout import browser_time
from clock import clock
from handlers.interviews.actions.questions import ask_question
from models.deliberation import InterviewState
from models.interviews import Interview, Question, Undertaking
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community
from tests.interviews.conftest import TEXT, Hall

NEW = "/admin/interviews/new"


@pytest.fixture
async def hall(community: Community, elsewhere: Community) -> Hall:
    return Hall(community, elsewhere)


@pytest.fixture
async def host(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def test_the_host_s_console_from_announcing_to_a_promise_that_is_kept(hall: Hall, host: Browser) -> None:
    refused = await host.press(NEW, "公布访谈", {"标题": "谈", "时长": "60"})
    assert refused.status_code == 422
    assert "标题要4到60个字" in refused.text
    shown = await host.follow(await host.press(NEW, "公布访谈", {"标题": "主任在线访谈", "介绍": "谈谈停车"}))
    interview = await Interview.get()
    page = f"/admin/interviews/{interview.id}"
    assert "居民可以提问了" in shown
    assert "等着回答 0 个" in words(shown)
    later = {"新的时间": browser_time(clock.now() + timedelta(days=9)), "延期的原因": "区里开会"}
    assert "改期的原因：区里开会" in await host.follow(await host.press(page, "延期", later))
    await ask_question(await hall.settle("oBert"), interview.id, "<b>楼道灯</b>几时修？", clock.now())
    question = await hall.published(interview)
    shown = words(await host.page(page))
    assert "有 1 个新问题等审核" in shown
    assert TEXT in shown
    assert "正在回答" not in await host.page(f"{page}?question={question.id}")
    assert "访谈开始了" in await host.follow(await host.press(page, "开始访谈"))
    asked = f"{page}?question={question.id}"
    refused = await host.press(asked, "发布回答", {"回答": "打13800138000"})
    assert refused.status_code == 422
    assert "打13800138000" in refused.text
    assert "接着写成承诺" in await host.follow(await host.press(asked, "发布回答", {"回答": "下个月一号。"}))
    assert "已更正" in await host.follow(await host.press(asked, "更正", {"回答": "下个月五号。"}))
    due = f"{clock.today() + timedelta(days=7)}"
    made = {"做什么": "公布月卡名单", "谁负责": "物业部", "完成日期": due}
    refused = await host.press(asked, "记下承诺", made | {"谁负责": ""})
    assert refused.status_code == 422
    assert "公布月卡名单" in refused.text
    await host.follow(await host.press(asked, "记下承诺", made))
    kept = await Undertaking.get()
    assert (kept.question_id, kept.interview_id) == (question.id, interview.id)
    promised = f"{page}?promise={kept.id}"
    await host.follow(
        await host.press(promised, "推迟", {"新的日期": f"{kept.due_on + timedelta(days=2)}", "原因": "缺料"})
    )
    assert "原定" in words(await host.page(page))
    await host.follow(await host.press(promised, "登记办完", {"办理结果": "贴出来了"}))
    assert "承诺 1 件，办完 1 件，100%" in await host.page(f"{page}/questions")
    assert "访谈结束了" in await host.follow(await host.press(page, "结束访谈"))
    assert "办完 100%" in words(await host.page("/admin/interviews"))
    assert (await Interview.get()).state is InterviewState.ENDED


async def test_a_colleague_s_answer_is_not_written_over_unseen(hall: Hall, host: Browser) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    page = f"/admin/interviews/{interview.id}"
    await host.post(f"{page}/questions/{question.id}", text="先答的")
    late = await host.post(f"{page}/questions/{question.id}", text="后答的")
    assert late.status_code == 409
    assert "同事刚刚回答了" in late.text
    assert "后答的" in late.text
    assert (await Question.get()).answer == "先答的"


async def test_script_in_a_question_is_text_and_who_only_reads_has_no_buttons(
    hall: Hall, signed_in: SignIn, community: Community
) -> None:
    interview = await hall.live()
    await hall.published(interview, "<script>alert(1)</script>能停吗？")
    reader = await signed_in(StaffRole.AUDITOR, community.code)
    page = await reader.page(f"/admin/interviews/{interview.id}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not any(word in page for word in ("结束访谈", "记下承诺", "发布回答"))
    assert (await reader.get(NEW)).status_code == 403
