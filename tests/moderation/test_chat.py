"""One's own part of moderation as it is spoken."""

from tortoise.transactions import in_transaction

from clock import clock
from handlers.moderation.actions.deciding import Decision, decide
from handlers.moderation.actions.participants import participant_of
from handlers.moderation.actions.posting import submit
from handlers.residency.queries.personal import personal_data
from handlers.residency.visitors import visitor_within
from models.deliberation import AppealState, ModerationReason, PostKind, PostState
from models.participation import Appeal, Participant, Post
from models.residency import Account
from tests.conftest import APP_ID
from tests.moderation.test_deciding import moderator

RETURN = Decision(PostState.HELD, PostState.RETURNED, ModerationReason.OFF_TOPIC, "这件事不在这个议题里")


async def say(openid: str, text: str) -> Post:
    visitor = await visitor_within(APP_ID, openid)
    async with in_transaction():
        participant = await participant_of(visitor, clock.now())
        place = visitor.homes[0].community_id
        return await submit(participant, PostKind.STATEMENT, place, "consultation:1", text, clock.now(), longest=140)


async def registered(neighbour, phone, openid: str = "oLi"):
    visitor = await neighbour()
    await Account.filter(id=visitor.account_id).update(app_id=APP_ID, openid=openid)
    return phone(openid), visitor.homes[0].community_code


async def test_a_returned_text_is_appealed_and_the_result_is_told(neighbour, phone):
    resident, code = await registered(neighbour, phone)
    post = await say("oLi", "球场也该修一修")
    await decide(moderator(code), post.id, RETURN, clock.now())
    answer = await resident.say("我的发言")
    assert "已退回：球场也该修一修" in answer
    assert "这件事不在这个议题里" in await resident.say("1")
    assert "您对哪一件不服" in await resident.say("申诉")
    await resident.say("1")
    assert "回复「确认」提交" in await resident.say("球场就在车棚边上，有关系")
    assert not await Appeal.all().exists()
    assert "申诉已提交" in await resident.say("确认")
    appeal = await Appeal.get()
    assert (appeal.state, appeal.words, appeal.against) == (AppealState.OPEN, "球场就在车棚边上，有关系", "mod-a")
    assert "已经提交过" in await resident.say("申诉")


async def test_a_text_is_taken_back_after_a_confirmation_and_nobody_elses(neighbour, phone):
    resident, _ = await registered(neighbour, phone)
    post = await say("oLi", "建议装一盏灯")
    other, _ = await registered(neighbour, phone, "oWang")
    await other.say(f"撤回 {post.id}")
    assert "没有找到" in await other.say("确认")
    await resident.say("我的发言")
    await resident.say("1")
    await resident.tap(f"撤回{post.id}号")
    assert (await Post.get(id=post.id)).state is PostState.HELD
    assert "已撤回" in await resident.say("确认")
    assert (await Post.get(id=post.id)).state is PostState.WITHDRAWN


async def test_a_nickname_is_asked_for_and_waits(neighbour, phone):
    resident, code = await registered(neighbour, phone)
    assert "您还没有昵称" in await resident.say("昵称")
    await resident.say("居委会小李")
    assert "当成单位或工作人员" in await resident.say("确认")
    assert "回复「确认」" in await resident.say("昵称 梧桐树下")
    assert "已提交" in await resident.say("确认")
    post = await Post.get()
    assert (post.kind, post.text, post.state) == (PostKind.NICKNAME, "梧桐树下", PostState.HELD)
    await decide(moderator(code), post.id, Decision(PostState.HELD, PostState.PUBLISHED), clock.now())
    assert (await Participant.get()).nickname == "梧桐树下"
    data = await personal_data((await Account.get()).id)
    assert (data["昵称"], data["发言"][0]["内容"]) == (["梧桐树下"], "梧桐树下")


async def test_a_stranger_is_told_to_register(database, phone):
    resident = phone("oNew")
    assert "您还没有发言" in await resident.say("我的发言")
    await resident.say("昵称 小白")
    assert "请先登记住址" in await resident.say("确认")
