"""Every kind of vote as residents hear it, from 「投票」 to the receipt, and what is said before anybody chooses."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clock import clock
from models.ballots import Ballot, NamedBallot, RollMark
from models.conversations import Message
from models.residency import Binding
from models.sealed import unseal
from models.states import CastChannel, LegalEffect, PollKind, PollState
from models.votes import PollChange, RollObjection
from tests.phone import Phone
from tests.votes.conftest import Community
from tests.votes.kinds import make_poll, settle

Phones = Callable[[str], Phone]
FIVE = ("楼道扶手", "晾衣架", "充电棚", "路灯", "坡道")
KINDS = [
    (PollKind.OPINION, "居民投票", "无记名", "不可改", "每人一票"),
    (PollKind.HOUSEHOLD, "户代表投票", "无记名", "不可改", "每户一票"),
    (PollKind.DELEGATES, "居民代表投票", "无记名", "不可改", "每人一票"),
    (PollKind.OWNERS, "业主投票", "记名", "可改", "每位业主一票"),
]


@pytest.fixture
async def zhou(community: Community, phone: Phones) -> Phone:
    """周桂兰, owner of 101 and registered there."""
    await settle(community, "oA", "周桂兰", community.dwellings[0])
    return phone("oA")


@pytest.mark.parametrize(("kind", "words", "how", "change", "who"), KINDS, ids=[kind.value for kind, *_ in KINDS])
async def test_the_card_comes_before_the_choice_and_the_receipt_after(
    community: Community, zhou: Phone, kind: PollKind, words: str, how: str, change: str, who: str
) -> None:
    await make_poll(community, kind)
    asked = await zhou.say("投票")
    for said in (words, f"方式：{how}", f"改票：{change}", who, "1 赞成", "3 弃权", "通过条件" if kind else ""):
        assert said in zhou.read, asked
    assert "您选择：2 反对" in await zhou.say("二")
    assert "投票成功" in await zhou.say("确认")
    assert await RollMark.all().count() == 1


async def test_several_choices_are_written_in_any_way_and_limits_are_said(community: Community, zhou: Phone) -> None:
    await make_poll(community, PollKind.OPINION, choices=list(FIVE), max_choices=3, abstain="")
    assert "最多选3项" in await zhou.say("投票")
    assert "最多选3项" in await zhou.say("1 2 3 4")
    assert "没有这个选项" in await zhou.say("1、9")
    assert "只选一次" in await zhou.say("2,2")
    for words in ("1 3", "１，３", "1、3", "选一和三", "充电棚、楼道扶手"):
        await zhou.say("投票")
        assert "您选择：1 楼道扶手、3 充电棚" in await zhou.say(words)
    assert "投票成功" in await zhou.say("确认")
    assert (await Ballot.get()).answer == "0,2"


async def test_several_choices_are_tapped_one_by_one_and_taken_away_again(community: Community, zhou: Phone) -> None:
    await make_poll(community, PollKind.OPINION, choices=list(FIVE), max_choices=2, abstain="")
    await zhou.say("投票")
    await zhou.tap("路灯")
    await zhou.tap("晾衣架")
    assert "您选择：2 晾衣架、4 路灯" in zhou.read
    assert "最多选2项" in await zhou.tap("坡道")
    await zhou.tap("路灯")
    await zhou.tap("晾衣架")
    assert "还没有选" in zhou.read
    assert "请至少选一项" in await zhou.tap("确认")
    assert not await Ballot.exists()
    await zhou.say("5")
    assert "投票成功" in await zhou.say("确认")
    assert (await Ballot.get()).answer == "4"


async def test_scores_are_given_at_once(community: Community, zhou: Phone) -> None:
    await make_poll(community, PollKind.SCORE)
    asked = await zhou.say("投票")
    for words in ("打分评议", "1 保洁", "5 公开透明", "1到5分"):
        assert words in asked
    assert "每项请打1到5分" in await zhou.say("5 4 4 3 6")
    assert "请打5个分" in await zhou.say("5 4 4")
    assert "保洁5分、秩序4分、绿化4分、维修及时3分、公开透明5分" in await zhou.say("５ ４ ４ ３ ５")
    assert "投票成功" in await zhou.say("确认")
    assert (await Ballot.get()).answer == "5,4,4,3,5"


async def test_scores_are_given_one_after_another_and_the_rest_at_once(community: Community, zhou: Phone) -> None:
    await make_poll(community, PollKind.SCORE)
    await zhou.say("投票")
    assert "现在打第2项：秩序" in await zhou.say("5")
    assert "现在打第3项：绿化" in await zhou.tap("4分")
    for words, said in (("很好", "没看懂"), ("6", "每项请打1到5分"), ("99", "请打5个分")):
        assert said in await zhou.say(words)
        assert "现在打第3项：绿化" in zhou.read
    assert "保洁5分、秩序4分、绿化4分、维修及时3分、公开透明5分" in await zhou.say("4 3 5")
    assert "投票成功" in await zhou.say("确认")


async def test_before_confirming_other_scores_or_words_replace_but_a_stray_number_does_not(
    community: Community, zhou: Phone
) -> None:
    score = await make_poll(community, PollKind.SCORE)
    await zhou.say("投票")
    await zhou.say("5 4 4 3 5")
    assert "保洁5分" in await zhou.say("1")
    assert "您选择的分数：保洁1分、秩序2分" in await zhou.say("1 2 3 4 5")
    score.state = PollState.ARCHIVED
    await score.save()
    await make_poll(community)
    await zhou.say("投票")
    await zhou.say("1")
    assert "您选择：1 赞成" in await zhou.say("2")
    assert "您选择：2 反对" in await zhou.say("反对")
    assert "请只选一项" in await zhou.say("反对、赞成")
    await zhou.say("确认")
    assert (await Ballot.get()).answer == "1"


async def test_of_several_homes_one_owner_speaks_once_and_households_each(community: Community, phone: Phones) -> None:
    await settle(community, "oA", "周桂兰", *community.dwellings[:2])
    owners = await make_poll(community, PollKind.OWNERS)
    assert "您名下的房屋合为一票" in await phone("oA").say("投票")
    owners.state = PollState.ARCHIVED
    await owners.save()
    await make_poll(community)
    assert "为哪一户投？" in await phone("oA").say("投票")


async def test_a_named_ballot_is_changed_until_closing_and_the_last_stands(community: Community, zhou: Phone) -> None:
    await make_poll(community, PollKind.OWNERS)
    for choice in ("1", "2"):
        asked = await zhou.say("投票")
        await zhou.say(choice)
        done = await zhou.say("确认")
        assert "投票成功" in done
    assert "您已投过，可以改" in asked
    assert "上次选的：1 赞成" in asked
    standing = await NamedBallot.get(stands=True)
    assert (standing.answer, await NamedBallot.all().count()) == ("1", 2)
    [first] = await NamedBallot.filter(stands=False)
    assert "代替" in await zhou.say(f"凭证 {first.receipt}")
    assert "已收到" in await zhou.say(f"凭证 {standing.receipt}")


async def test_a_co_owner_hears_who_voted_and_by_paper(community: Community, zhou: Phone, phone: Phones) -> None:
    await make_poll(community, PollKind.OWNERS)
    await settle(community, "oB", "赵小兰", community.dwellings[0])
    await zhou.say("投票")
    await zhou.say("1")
    await zhou.say("确认")
    said = await phone("oB").say("投票")
    for words in ("您家已投票", "周**", "合为一票", "异议"):
        assert words in said
    await RollMark.all().update(channel=CastChannel.PAPER)
    assert "纸质票" in await phone("oB").say("投票")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"role": "tenant"}, "租户不参加业主表决"),
        ({"verified": False}, "还待核实"),
        ({"role": "family"}, "由业主本人投"),
    ],
)
async def test_whoever_has_no_voice_hears_why(
    community: Community, zhou: Phone, change: dict[str, str], why: str
) -> None:
    await make_poll(community, PollKind.OWNERS)
    await Binding.all().update(**change)
    said = await zhou.say("投票")
    for words in ("不在投票范围", why, "异议"):
        assert words in said
    assert "编号" in await zhou.say("异议")
    assert await RollObjection.all().count() == 1


async def test_a_vote_with_force_of_law_takes_no_ballot_here(community: Community, zhou: Phone) -> None:
    basis = "《民法典》第二百七十八条，经市物业管理电子投票系统"
    await make_poll(community, PollKind.OWNERS, legal_effect=LegalEffect.STATUTORY, legal_basis=basis, contact="8000")
    said = await zhou.say("投票")
    for words in ("法定投票，不在微信和网页上投", basis, "8000", "1 赞成", "3 弃权", "通过条件"):
        assert words in said
    assert "刚才的步骤已过期" in await zhou.say("1")
    await zhou.say("确认")
    assert not await NamedBallot.exists()
    assert "名册" in await zhou.say("名册")


async def test_posted_and_stopped_votes_are_listed_and_open_ones_say_what_was_put_right(
    community: Community, zhou: Phone
) -> None:
    poll = await make_poll(community, explanation="说明" * 200)
    await PollChange.create(
        poll=poll, field="explanation", reason="造价写错了", made_by="lin", made_at=clock.now(), before="", after=""
    )
    asked = await zhou.say("投票")
    for words in ("说明已更正：造价写错了", f"/m/in/votes/{poll.id}"):
        assert words in asked
    coming = await make_poll(
        community, PollKind.SCORE, state=PollState.ANNOUNCED, opened_at=None, opens_at=clock.now() + timedelta(days=2)
    )
    poll.state, poll.reason = PollState.SUSPENDED, "选项写错了，另行投票"
    await poll.save()
    listed = await zhou.say("投票")
    assert "公示中" in listed
    assert "已中止" in listed
    assert "投票已中止" in await zhou.tap(poll.title)
    assert "选项写错了" in zhou.read
    await make_poll(community, title="另一个投票", state=PollState.ANNOUNCED, opened_at=None)
    await zhou.say("投票")
    shown = await zhou.tap(coming.title)
    for words in ("公示中", "开始", "1 保洁", "名册"):
        assert words in shown
    assert "在名册上" in await zhou.tap("我在名册吗")
    assert coming.title in zhou.read


async def test_am_i_on_the_roll_is_answered_for_each_home(community: Community, zhou: Phone) -> None:
    await community.bind("oA", "周桂兰", community.dwellings[4])
    await make_poll(community, state=PollState.ANNOUNCED, opened_at=None)
    said = await zhou.say("我在名册吗")
    assert f"{community.dwellings[0].address}：在名册上" in said
    assert f"{community.dwellings[4].address}：不在名册上" in said
    assert "没有您这一户" in said
    assert "哪一处住址" in await zhou.say("两处都不对")
    assert "在名册上" in await zhou.say("异议")
    assert "编号" in await zhou.say("2")
    assert (await RollObjection.get()).dwelling_id == community.dwellings[4].id


@pytest.mark.parametrize("kind", [PollKind.OPINION, PollKind.SCORE, PollKind.OWNERS])
async def test_no_step_of_any_vote_is_kept_as_chat(community: Community, zhou: Phone, kind: PollKind) -> None:
    several = {"choices": list(FIVE), "max_choices": 2, "abstain": ""} if kind is PollKind.OPINION else {}
    await make_poll(community, kind, **several)
    await zhou.say("投票")
    await zhou.say("4" if kind is PollKind.SCORE else "1")
    await zhou.say("5 4 4 3 5" if kind is PollKind.SCORE else "2")
    await zhou.say("确认")
    kept = [unseal(one.content, "message:content") for one in await Message.all().order_by("received_at")]
    assert kept == ["投票", *["投票步骤，内容不保存"] * 3]


@pytest.mark.parametrize("words", ["9" * 500, "1 " * 900, "<script>alert(1)</script>", "-1", "1;DROP TABLE"])
async def test_hostile_answers_choose_nothing(community: Community, zhou: Phone, words: str) -> None:
    await make_poll(community, PollKind.OPINION, choices=list(FIVE), max_choices=3, abstain="")
    await zhou.say("投票")
    said = await zhou.say(words)
    assert "您选择" not in said
    assert "<script" not in said
    await zhou.say("确认")
    assert not await Ballot.exists()


async def test_every_reply_fits_a_message(community: Community, zhou: Phone) -> None:
    long = [f"第{number}个选项写得很长很长，一直写到三十个字为止才算完了" for number in range(1, 21)]
    await make_poll(community, PollKind.OPINION, choices=long, max_choices=20, abstain="", explanation="说" * 3000)
    for words in ("投票", "下一页", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"):
        assert len((await zhou.say(words)).encode()) <= 2048
    await zhou.say("我选1和2")
    assert f"您选择：\n1 {long[0]}\n2 {long[1]}\n" in zhou.read
