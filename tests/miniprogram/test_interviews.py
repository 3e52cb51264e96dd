"""主任访谈 for anybody to read, read anew while it is live; asking and backing for who lives there."""

from clock import BEIJING, clock
from handlers.interviews.actions.interviews import end_interview
from handlers.interviews.actions.promises import promise
from handlers.interviews.actions.questions import answer_question
from models.interviews import Question, QuestionBacking
from tests.interviews.conftest import TEXT, Hall, hall
from tests.miniprogram.conftest import Handsets

__all__ = ["hall"]
REFRESHES = 'http-equiv="refresh"'


async def test_anybody_reads_it_and_only_a_live_one_refreshes(hall: Hall, handset: Handsets) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    await hall.published(interview, "<script>alert(1)</script>能停吗？", "oBert")
    page, browser = f"/m/interviews/{interview.id}", handset()
    now = clock.now()
    await answer_question(hall.host, interview.id, question.id, "下个月一号。", now)
    await promise(hall.host, interview.id, question.id, "=公布名单", "物业部", now.astimezone(BEIJING).date(), now)
    said = (await browser.http.get(page)).text
    assert REFRESHES in said
    assert REFRESHES not in (await browser.http.get(f"{page}?still=1")).text
    for words in (TEXT, "下个月一号。", "物业部", "1件，办完0件，0%", "&lt;script&gt;alert(1)", "1人想问"):
        assert words in said
    assert "<script>alert" not in said
    table = (await browser.http.get(f"{page}/promises.csv")).content.decode("utf-8-sig").splitlines()
    assert table[1].startswith("'=公布名单,物业部")
    await end_interview(hall.host, interview.id, clock.now())
    assert REFRESHES not in (await browser.http.get(page)).text
    assert "主任在线访谈" in (await browser.http.get("/m/interviews")).text
    for path in ("/m/interviews/999999", "/m/interviews/999999/promises.csv", "/m/interviews/x"):
        assert (await browser.http.get(path)).status_code == 404


async def test_who_lives_there_asks_and_backs_after_signing_in(hall: Hall, handset: Handsets) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    await hall.settle("oHere")
    await hall.settle("oFar", hall.elsewhere)
    page, browser, stranger = f"/m/interviews/{interview.id}/ask", handset(), handset()
    assert (await browser.enter("oHere", page)).status_code == 200
    backed = await browser.follow(await browser.press(page, "我也想问"))
    assert "现在2人想问" in backed.text
    assert "您也想问" in backed.text
    refused = await browser.press(page, "提交问题", text="长" * 101)
    assert refused.status_code == 422
    assert "您写了101个" in refused.text
    asked = await browser.follow(await browser.press(page, "提交问题", text="电梯什么时候修好？"))
    assert "提问已收到" in asked.text
    assert await Question.all().count() == 2
    assert (await stranger.enter("oFar", page)).status_code == 404
    token = {"token": "x"}
    assert (
        await stranger.http.post(f"/m/interviews/{interview.id}/questions/{question.id}", data=token)
    ).status_code in {
        403,
        404,
    }
    assert await QuestionBacking.filter(question=question).count() == 2
