"""Handing in a text: who may, what is kept of it, and what is not."""

import asyncio
from datetime import date, timedelta

import pytest
from tortoise.transactions import in_transaction

from clock import BEIJING, clock
from errors import Invalid
from handlers.moderation import rules
from handlers.moderation.actions.participants import participant_of, speaking
from handlers.moderation.actions.posting import submit
from handlers.moderation.actions.unlawful import settled
from handlers.residency.visitors import Visitor
from models.audit import AuditEntry
from models.deliberation import ModerationReason, PostKind, PostState
from models.participation import Measure, Participant, Post, WatchedWord
from models.residency import Account, Binding
from tests.factories import make_community, make_district, make_dwelling, make_estate


async def say(visitor: Visitor, text: str, **known: object) -> Post:
    now = clock.now()
    async with in_transaction():
        participant = await speaking(visitor, visitor.homes[0].community_code, now)
        place = visitor.homes[0].community_id
        return await submit(
            participant,
            PostKind.STATEMENT,
            place,
            "consultation:1",
            text,
            now,
            longest=140,
            place_name="河东社区",
            **known,  # type: ignore[arg-type]
        )


async def test_a_text_is_held_with_its_phases_and_a_name_in_front(neighbour):
    post = await say(await neighbour(), "书记天天喝茶")
    assert (post.state, post.nickname, post.speaker) == (PostState.HELD, "河东社区邻居", "居民")
    assert [check["phase"] for check in post.checks][-1] == "people"
    assert post.due_at
    assert post.due_at.astimezone(BEIJING).date() > clock.today()
    entry = await AuditEntry.get(action="post.submit")
    assert "喝茶" not in str(vars(entry))


async def test_who_is_not_registered_not_verified_or_under_fourteen_does_not_post(neighbour):
    with pytest.raises(rules.NotRegistered):
        await participant_of(Visitor("wx0", "oNew"), clock.now())
    with pytest.raises(rules.NotVerified):
        await participant_of(await neighbour("李四", verified=False), clock.now())
    today = clock.today()
    birthday = date(today.year - 14, today.month, min(today.day, 28))
    with pytest.raises(rules.TooYoung, match="未满14周岁不能发言"):
        await participant_of(await neighbour("小明", born=birthday + timedelta(days=40)), clock.now())
    assert await participant_of(await neighbour("小红", born=birthday - timedelta(days=1)), clock.now())
    assert await participant_of(await neighbour("赵六", born=None), clock.now())


async def test_one_person_with_two_accounts_at_once_is_one_participant(neighbour):
    visitor = await neighbour()
    other = await Account.create(app_id="wx0", openid="oOther", created_at=clock.now())
    again = Visitor("wx0", "oOther", other.id, "2", claims=visitor.claims)
    one, two = await asyncio.gather(participant_of(visitor, clock.now()), participant_of(again, clock.now()))
    assert one.id == two.id
    assert await Participant.all().count() == 1


async def test_a_refused_text_leaves_nothing_and_an_unlawful_one_stays(neighbour):
    visitor = await neighbour()
    for text in ("找我13800138000", "字" * 10_000, "物业就是一群傻逼"):
        with pytest.raises(Invalid):
            await say(visitor, text)
    assert not await Post.all().exists()
    with pytest.raises(Invalid):
        await say(visitor, "再停这里我杀你全家")
    await settled()
    kept = await Post.get().prefetch_related("author")
    assert (kept.state, kept.reason, kept.text) == (
        PostState.RETURNED,
        ModerationReason.UNLAWFUL,
        "再停这里我杀你全家",
    )
    assert kept.keep_until
    assert kept.keep_until >= clock.today() + timedelta(days=183)
    assert kept.author
    assert kept.author.account_id == visitor.account_id


async def test_five_hundred_texts_in_a_minute_leave_three(neighbour):
    visitor = await neighbour()
    done = await asyncio.gather(*(say(visitor, f"第{n}条建议：多装一盏灯") for n in range(500)), return_exceptions=True)
    assert sum(isinstance(one, Post) for one in done) == 3
    assert all(isinstance(one, Post | Invalid) for one in done)
    assert await Post.all().count() == 3


async def test_words_from_above_count_below_and_not_beside(neighbour, home):
    binding = await Binding.filter(dwelling_id=home.id).first()
    assert binding is None
    visitor = await neighbour()
    await home.fetch_related("community__parent")
    street, basis = home.community.parent, "《街道公约》"
    now = clock.now()
    await WatchedWord.create(
        organisation=street, word="拼车群", reason=ModerationReason.ADVERTISING, basis=basis, added_by="x", added_at=now
    )
    elsewhere = await make_dwelling(await make_estate(await make_community(await make_district("880413", "临山区"))))
    stranger = await neighbour("钱七", place=elsewhere)
    marked, plain = await say(visitor, "拼车群有人吗"), await say(stranger, "拼车群有人吗")
    assert rules.is_marked(marked.checks)
    assert not rules.is_marked(plain.checks)


async def test_a_measure_stops_in_its_place_until_it_ends(neighbour, home):
    visitor, now = await neighbour(), clock.now()
    participant = await participant_of(visitor, now)
    await home.fetch_related("community")
    await Measure.create(
        participant=participant,
        organisation=home.community,
        reason=ModerationReason.ABUSE,
        remark="多次骂人",
        starts_at=now,
        ends_at=now + timedelta(days=3),
        set_by="x",
    )
    with pytest.raises(rules.Silenced, match="申诉"):
        await speaking(visitor, home.community.code, now)
    assert await speaking(visitor, "880499001001", now)
    assert await speaking(visitor, home.community.code, now + timedelta(days=3))
