"""主任访谈 as it is spoken: asked, held, published, backed, answered live, promised, done."""

from collections.abc import Callable
from datetime import timedelta

from clock import BEIJING, clock
from handlers.interviews.actions.interviews import end_interview, open_interview
from handlers.interviews.actions.promises import keep_promise, promise
from handlers.interviews.actions.questions import answer_question
from models.conversations import Notification
from models.deliberation import PostKind, PostState
from models.interviews import Interview, Question, QuestionBacking
from models.participation import Post
from tests.interviews.conftest import TEXT, Hall, publish
from tests.phone import Phone

Phones = Callable[[str], Phone]


async def test_from_a_question_to_a_promise_that_is_kept(hall: Hall, phone: Phones) -> None:
    interview = await hall.announced()
    for openid in ("oAnna", "oBert", "oCora"):
        await hall.settle(openid)
    anna, bert, cora = map(phone, ("oAnna", "oBert", "oCora"))
    said = await anna.say("访谈")
    assert "【主任访谈】主任在线访谈\n征集问题" in said
    assert "还没有问题" in said
    assert f"/m/interviews/{interview.id}" in said
    await anna.tap("我要提问")
    assert f"您的问题：{TEXT}" in await anna.say(TEXT)
    said = await anna.say("1")
    post, question = await Post.get(), await Question.get()
    assert (post.kind, post.state, post.subject) == (PostKind.QUESTION, PostState.HELD, f"interview:{interview.id}")
    assert f"编号{question.id}" in said
    assert TEXT not in await bert.say("主任访谈")
    await publish(question)
    await bert.say("访谈")
    assert "1人想问" in await bert.tap("我也想问")
    assert "现在2人想问" in await bert.say("1")
    await cora.say("我也想问")
    assert "现在3人想问" in await cora.say("一")
    await cora.say("我也想问")
    assert "您已经说过也想问" in await cora.say("1")
    assert await QuestionBacking.all().count() == 3
    await open_interview(hall.host, interview.id, clock.now())
    assert "1场正在进行的主任访谈" in await cora.say("菜单")
    await answer_question(hall.host, interview.id, question.id, "下个月一号起放开五十张。", clock.now())
    assert {note.text.split("\n")[1] for note in await Notification.all()} == {"下个月一号起放开五十张。"}
    said = await cora.say("访谈")
    assert "主任访谈的1个回答" in await bert.say("菜单")
    assert f"刚刚的回答：\n问：{TEXT}\n答：下个月一号起放开五十张。" in said
    due = clock.now().astimezone(BEIJING).date() + timedelta(days=7)
    made = await promise(hall.host, interview.id, question.id, "公布月卡名单", "物业部", due, clock.now())
    await end_interview(hall.host, interview.id, clock.now())
    await keep_promise(hall.host, made.id, "已贴在公告栏。", clock.now())
    assert sum("承诺办完了：公布月卡名单" in note.text for note in await Notification.all()) == 3
    assert "承诺1件，办完1件，100%" in await cora.say("访谈")
    assert "物业部负责" in await cora.tap("承诺办得怎么样")
    await cora.tap("返回访谈")
    assert "1 问题和回答" in cora.read
    assert "承诺：公布月卡名单" in (await cora.tap("问题和回答"), await cora.say("1"))[1]


async def test_the_menu_shows_it_only_where_one_is_to_come(hall: Hall, phone: Phones) -> None:
    interview = await hall.announced()
    await hall.settle("oHere")
    await hall.settle("oThere", hall.elsewhere)
    here, there = phone("oHere"), phone("oThere")
    await here.say("菜单")
    assert "主任访谈" in here.read
    assert "主任访谈" not in await there.say("菜单") + await there.say("更多")
    assert "现在没有主任访谈" in await there.say("访谈")
    assert "没有收集问题的主任访谈" in await there.say("我要提问")
    assert "请先登记住址" in await phone("oNobody").say("访谈")
    await open_interview(hall.host, interview.id, clock.now())
    await end_interview(hall.host, interview.id, clock.now())
    assert "主任访谈" not in await here.say("菜单") + await here.say("更多")
    assert "已结束" in await here.say("访谈")


async def test_too_long_script_and_numbers_of_people_change_nothing_and_are_told(hall: Hall, phone: Phones) -> None:
    interview = await hall.announced()
    await hall.settle("oAnna")
    anna = phone("oAnna")
    await anna.say("我要提问")
    assert "您写了101个" in await anna.say("长" * 101)
    assert "没看懂" in await anna.say("7")
    await anna.say("物业电话13800138000是不是该换人？")
    await anna.say("确认")
    assert not await Post.all().exists()
    assert "改一改" in anna.last
    await anna.say("<script>alert(1)</script>路灯几时修？")
    assert "<script" not in anna.last
    assert "提问已收到" in await anna.say("确认")
    await publish(await Question.get())
    said = await anna.say("访谈")
    await anna.tap("问题和回答")
    assert "<script" not in said + anna.last
    assert "路灯几时修" in anna.last
    assert (await Interview.get(id=interview.id)).title == "主任在线访谈"


async def test_leaving_and_old_taps_ask_nothing(hall: Hall, phone: Phones) -> None:
    await hall.announced()
    await hall.settle("oAnna")
    anna = phone("oAnna")
    await anna.say("访谈")
    card = anna.last
    await anna.tap("我要提问")
    assert "已取消" in await anna.say("0")
    assert "已过期" in await anna.say("确认")
    anna.last = card
    assert "已过期" in await anna.tap("我要提问")
    assert not await Post.all().exists()
