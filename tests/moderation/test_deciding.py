"""Decisions, appeals, measures, reports and what a closed account leaves behind."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from clock import BEIJING, clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.moderation import rules
from handlers.moderation.actions.appeals import appeal_measure, appeal_post, decide_appeal
from handlers.moderation.actions.deciding import Decision, decide, keep_shown, mark_reported, rectify
from handlers.moderation.actions.forgetting import empty_old, forget_account
from handlers.moderation.actions.measures import lift, silence
from handlers.moderation.actions.participants import participant_of, speaking
from handlers.moderation.actions.platform import Judged, record_judgement
from handlers.moderation.actions.posting import put_up, submit
from handlers.moderation.actions.reactions import like, report_post, withdraw_post
from handlers.moderation.actions.unlawful import settled
from handlers.moderation.actions.words import NewWord, add_word
from handlers.moderation.queries.waiting import Pile, Wanted, counts, queue
from handlers.residency.actions.erase import close_account
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.conversations import Notification
from models.deliberation import ModerationReason, PostKind, PostState
from models.events import Event
from models.participation import Measure, Participant, Post, PostLike
from models.states import Level, StaffRole

TEXT = "停车场要先征求意见，王建国天天乱停"
RETURN = Decision(PostState.HELD, PostState.RETURNED, ModerationReason.PRIVACY, "写了别人的姓名")
HIDE = Decision(PostState.PUBLISHED, PostState.HIDDEN, ModerationReason.ABUSE, "骂了具体的人")
PUBLISH = Decision(PostState.HELD, PostState.PUBLISHED)


def moderator(code: str, login: str = "mod-a", role: StaffRole = StaffRole.MODERATOR) -> Viewer:
    return Viewer(login, login, role, code, Level.COMMUNITY)


async def say(visitor: Visitor, text: str = TEXT, kind: PostKind = PostKind.STATEMENT) -> Post:
    async with in_transaction():
        participant = await speaking(visitor, visitor.homes[0].community_code, clock.now())
        place = visitor.homes[0].community_id
        subject = "" if kind is PostKind.NICKNAME else "consultation:1"
        return await submit(participant, kind, place, subject, text, clock.now(), longest=140)


async def told() -> str:
    return (await Notification.all().order_by("-id").first() or Notification(text="")).text


async def test_the_author_is_told_why_and_another_moderator_decides_the_appeal(neighbour):
    visitor, now = await neighbour(), clock.now()
    code = visitor.homes[0].community_code
    post = await say(visitor)
    await decide(moderator(code), post.id, RETURN, now)
    assert "泄露隐私" in await told()
    assert "申诉" in await told()
    appeal = await appeal_post(visitor.account_id, post.id, "名字大家都知道", now)
    assert 3 <= (appeal.due_on - now.astimezone(BEIJING).date()).days <= 14
    with pytest.raises(Conflict):
        await appeal_post(visitor.account_id, post.id, "再说一次", now)
    with pytest.raises(Forbidden, match="另一位同事"):
        await decide_appeal(moderator(code), appeal.id, True, "可以", now)
    street = moderator(code[:9], "mod-street")
    await decide_appeal(street, appeal.id, True, "不算隐私", now)
    await post.refresh_from_db()
    assert post.state is PostState.PUBLISHED
    assert "申诉成立" in await told()
    with pytest.raises(Conflict):
        await decide_appeal(street, appeal.id, False, "晚了", now)
    events = [event.payload["state"] for event in await Event.filter(name="PostDecided").order_by("id")]
    assert events == ["returned", "published"]
    assert not any("王建国" in str(vars(entry)) for entry in await AuditEntry.all())


async def test_of_two_decisions_at_once_the_second_is_told(neighbour):
    visitor = await neighbour()
    post, code = await say(visitor), visitor.homes[0].community_code
    both = await asyncio.gather(
        decide(moderator(code), post.id, PUBLISH, clock.now()),
        decide(moderator(code, "mod-b"), post.id, RETURN, clock.now()),
        return_exceptions=True,
    )
    [late] = [one for one in both if isinstance(one, Exception)]
    assert isinstance(late, rules.DecidedAlready)
    assert "刚刚处理过" in late.message
    assert await Event.filter(name="PostDecided").count() == 1


async def test_nothing_of_another_community_is_decided_and_reasons_are_required(neighbour):
    visitor = await neighbour()
    post, code = await say(visitor), visitor.homes[0].community_code
    for stranger in ("880412001999", "8899"):
        with pytest.raises(NotFound):
            await decide(moderator(stranger), post.id, PUBLISH, clock.now())
        with pytest.raises(NotFound):
            await silence(moderator(stranger), post.id, 3, ModerationReason.ABUSE, "骂人", clock.now())
    for bad in (
        Decision(PostState.HELD, PostState.RETURNED),
        Decision(PostState.HELD, PostState.RETURNED, RETURN.reason),
        Decision(PostState.HELD, PostState.RETURNED, None, "说明"),
    ):
        with pytest.raises(Invalid):
            await decide(moderator(code), post.id, bad, clock.now())
    with pytest.raises(Forbidden):
        await decide(moderator(code, role=StaffRole.AUDITOR), post.id, PUBLISH, clock.now())
    await post.refresh_from_db()
    assert post.state is PostState.HELD


async def test_a_hidden_text_is_there_and_comes_back_with_a_reason(neighbour):
    visitor, now = await neighbour(), clock.now()
    post, mod = await say(visitor), moderator(visitor.homes[0].community_code)
    await decide(mod, post.id, PUBLISH, now)
    await decide(mod, post.id, HIDE, now)
    assert (await Post.get(id=post.id)).text == TEXT
    show = Decision(PostState.HIDDEN, PostState.PUBLISHED)
    with pytest.raises(Invalid):
        await decide(mod, post.id, show, now)
    await decide(mod, post.id, Decision(PostState.HIDDEN, PostState.PUBLISHED, None, "看错了"), now)
    assert (await Post.get(id=post.id)).state is PostState.PUBLISHED


async def test_what_people_call_unlawful_is_kept_too_and_not_after_an_appeal(neighbour):
    visitor, now = await neighbour(), clock.now()
    post, mod = await say(visitor), moderator(visitor.homes[0].community_code)
    await decide(mod, post.id, replace(RETURN, reason=ModerationReason.UNLAWFUL), now)
    kept = (await Post.get(id=post.id)).keep_until
    assert kept
    assert (kept - clock.today()).days >= 183
    appeal = await appeal_post(visitor.account_id, post.id, "没有违法", now)
    await decide_appeal(moderator(mod.code, "mod-b"), appeal.id, True, "看错了", now)
    assert (await Post.get(id=post.id)).keep_until is None


async def test_something_is_taken_out_and_nothing_is_put_in(neighbour):
    visitor, now = await neighbour(), clock.now()
    post, mod = await say(visitor), moderator(visitor.homes[0].community_code)
    change = Decision(PostState.HELD, PostState.PUBLISHED, ModerationReason.PRIVACY, "去掉姓名")
    for bad in (TEXT, "停车场很好，某某天天乱停", "某某", "找13800138000"):
        with pytest.raises(Invalid):
            await rectify(mod, post.id, bad, change, now)
    await rectify(mod, post.id, TEXT.replace("王建国", "某某"), change, now)
    kept = await Post.get(id=post.id)
    assert (kept.state, kept.rewritten) == (PostState.PUBLISHED, TEXT)
    assert "某某天天乱停" in kept.text
    assert TEXT in await told()
    again = replace(change, seen=PostState.PUBLISHED)
    await rectify(mod, post.id, TEXT.replace("王建国", "某某").replace("天天", ""), again, now)
    assert (await Post.get(id=post.id)).rewritten == TEXT
    assert await Event.filter(name="PostDecided").count() == 2


async def test_a_measure_ends_by_itself_sooner_or_by_an_appeal(neighbour):
    visitor, now = await neighbour(), clock.now()
    code = visitor.homes[0].community_code
    post, mod = await say(visitor), moderator(code)
    with pytest.raises(Invalid):
        await silence(mod, post.id, 91, ModerationReason.ABUSE, "骂人", now)
    measure = await silence(mod, post.id, 3, ModerationReason.ABUSE, "多次骂人", now)
    assert "申诉" in await told()
    with pytest.raises(rules.Silenced):
        await speaking(visitor, code, now)
    assert await speaking(visitor, code, now + timedelta(days=3))
    appeal = await appeal_measure(visitor.account_id, measure.id, "我没有骂人", now)
    await decide_appeal(moderator(code, "mod-b"), appeal.id, True, "证据不足", now)
    assert await speaking(visitor, code, now)
    again = await silence(mod, post.id, 1, ModerationReason.ABUSE, "又骂", now)
    await lift(mod, again.id, "已道歉", now)
    assert await speaking(visitor, code, now)
    assert await Measure.filter(lifted_at=None).count() == 0


async def test_three_reports_bring_a_text_back_and_never_hide_it(neighbour):
    visitor, now = await neighbour(), clock.now()
    post, mod = await say(visitor), moderator(visitor.homes[0].community_code)
    await decide(mod, post.id, PUBLISH, now)
    with pytest.raises(Conflict):
        await report_post(visitor, post.id, ModerationReason.ABUSE, now)
    others = [await neighbour(name) for name in ("李一", "李二", "李三")]
    for other in others[:2]:
        await report_post(other, post.id, ModerationReason.ABUSE, now)
        await report_post(other, post.id, ModerationReason.ABUSE, now)
    assert (await counts(mod, now)).reported == 0
    await report_post(others[2], post.id, ModerationReason.PRIVACY, now)
    [line] = await queue(mod, Wanted(Pile.REPORTED), now, 10)
    assert line.post.state is PostState.PUBLISHED
    assert line.reports == [(ModerationReason.ABUSE, 2), (ModerationReason.PRIVACY, 1)]
    assert line.author == "王**"
    await keep_shown(mod, post.id, now)
    assert not await queue(mod, Wanted(Pile.REPORTED), now, 10)
    assert await like(others[0], post.id, now)
    assert not await like(others[0], post.id, now)
    await asyncio.gather(*(like(others[1], post.id, now) for _ in range(3)))
    assert await PostLike.all().count() == 1


async def test_a_nickname_is_shown_once_a_moderator_has_published_it(neighbour):
    visitor, now = await neighbour(), clock.now()
    post, mod = await say(visitor, "梧桐树下", PostKind.NICKNAME), moderator(visitor.homes[0].community_code)
    assert (await participant_of(visitor, now)).nickname == ""
    await decide(mod, post.id, PUBLISH, now)
    said = await say(visitor)
    assert said.nickname == "梧桐树下"
    await decide(mod, post.id, HIDE, now)
    assert (await Post.get(id=said.id)).nickname == "邻居"
    assert (await participant_of(visitor, now)).nickname == ""


async def test_the_platforms_word_returns_marks_or_changes_nothing(neighbour):
    visitor, now = await neighbour(), clock.now()
    for suggest, state in (("risky", "returned"), ("review", "held"), ("surprise", "held")):
        post = await say(visitor, f"说一件事{suggest}")
        await Post.filter(id=post.id).update(platform_check="waiting")
        await record_judgement(post.id, Judged(suggest, "辱骂", "t1"), now)
        await record_judgement(post.id, Judged("pass", "", ""), now)
        kept = await Post.get(id=post.id)
        known = suggest if suggest != "surprise" else "unknown"
        assert (kept.state.value, kept.platform_check) == (state, known)
        assert rules.is_marked(kept.checks) is (known != "unknown")
    returned = await Post.get(state=PostState.RETURNED)
    assert await appeal_post(visitor.account_id, returned.id, "没有骂人", now)


async def test_who_closes_the_account_is_parted_from_what_was_written(neighbour):
    visitor, now = await neighbour(), clock.now()
    mod = moderator(visitor.homes[0].community_code)
    shown, waiting = await say(visitor), await say(visitor, "还没有审的话")
    await decide(mod, shown.id, PUBLISH, now)
    person = (await Participant.get()).person
    await close_account("wx0", "o0")
    [event] = await Event.filter(name="AccountClosed")
    await forget_account(event.payload)
    await forget_account(event.payload)
    participant = await Participant.get()
    assert (participant.account_id, participant.resident_id, participant.nickname) == (None, None, "")
    assert participant.person == person
    shown, waiting = await Post.get(id=shown.id), await Post.get(id=waiting.id)
    assert (shown.state, shown.nickname, shown.text) == (PostState.PUBLISHED, "已注销居民", TEXT)
    assert (waiting.state, waiting.text) == (PostState.WITHDRAWN, "")
    [line] = await queue(mod, Wanted(Pile.DECIDED), now, 10)
    assert line.author == "已注销居民"


async def test_what_was_never_shown_is_emptied_in_time_but_for_the_unlawful(neighbour):
    visitor, now = await neighbour(), clock.now()
    mod = moderator(visitor.homes[0].community_code)
    post = await say(visitor)
    await decide(mod, post.id, RETURN, now)
    taken = await say(visitor, "想想还是算了")
    await withdraw_post(visitor.account_id, taken.id, now)
    with pytest.raises(NotFound):
        await withdraw_post(visitor.account_id + 1, post.id, now)
    with pytest.raises(Invalid):
        await say(visitor, "再停这里我杀你全家")
    await settled()
    unlawful = await Post.get(keep_until__isnull=False)
    await mark_reported(mod, unlawful.id, now)
    with pytest.raises(NotFound):
        await mark_reported(mod, post.id, now)
    assert await empty_old(now + timedelta(days=179)) == 0
    assert await empty_old(now + timedelta(days=181)) == 2
    assert (await Post.get(id=unlawful.id)).text
    assert await empty_old(now + timedelta(days=185)) == 1


async def test_staff_write_down_for_a_body_what_may_be_public(neighbour, home):
    await home.fetch_related("community")
    mod, now = moderator(home.community.code), clock.now()
    post = await put_up(mod, PostKind.STATEMENT, home.community_id, "consultation:1", "充电棚要留消防通道", "消防", now)
    assert (post.state, post.speaker, post.written_by) == (PostState.PUBLISHED, "消防", "mod-a")
    with pytest.raises(Invalid):
        await put_up(mod, PostKind.STATEMENT, home.community_id, "consultation:1", "打13800138000", "消防", now)
    with pytest.raises(NotFound):
        await put_up(moderator("8899"), PostKind.STATEMENT, home.community_id, "x", "一句话", "消防", now)


async def test_no_word_of_criticism_comes_onto_the_list(neighbour, home):
    await home.fetch_related("community")
    mod, now = moderator(home.community.code), clock.now()
    with pytest.raises(Invalid, match="批评不是"):
        await add_word(mod, NewWord("居委会", True, ModerationReason.ABUSE, "公约"), now)
    await add_word(mod, NewWord("拼车群", False, ModerationReason.ADVERTISING, "《公约》第三条"), now)
    with pytest.raises(Conflict):
        await add_word(mod, NewWord("拼车群", True, ModerationReason.ADVERTISING, "《公约》第三条"), now)
