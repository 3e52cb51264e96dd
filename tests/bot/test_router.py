"""How one message is understood: by number, words or tap, in a dialogue or outside, and what never acts."""

import re

import pytest

from bot.dialogue import Dialogue, Turn
from bot.phrases import CANCELLED, EXPIRED, NOT_BUILT
from bot.router import Routes
from tests.bot.rehearsal import Resident
from tests.bot.umbrellas import LONG_LIST
from tests.phone import Phone

LINK = re.compile(r"msgmenucontent=([^&]*)&msgmenuid=(\w+)")


def list_id(phone: Phone) -> str:
    return LINK.findall(phone.last)[0][1]


@pytest.mark.parametrize("words", ["2", "２", "二", "小伞", " 小伞。", "第二个", "2号", "②", "2."])
async def test_a_choice_is_answered_by_number_or_words(anna: Resident, words: str) -> None:
    await anna.say("借伞")
    assert "选了small" in await anna.say(words)


async def test_a_choice_is_answered_by_one_tap_that_carries_its_words_and_list(anna: Resident) -> None:
    await anna.say("借伞")
    assert [words for words, _ in LINK.findall(anna.last)] == ["大伞", "小伞", "取消", "投票"]
    assert len({listed for _, listed in LINK.findall(anna.last)}) == 1
    assert "选了big" in await anna.tap("大伞")


async def test_every_list_has_an_id_of_its_own(anna: Resident) -> None:
    await anna.say("借伞")
    first = list_id(anna)
    await anna.say("借伞")
    assert list_id(anna) != first


@pytest.mark.parametrize(("words", "value"), [("取消", "off"), ("投票", "vote")])
async def test_a_tap_on_an_option_called_like_a_command_is_the_option(anna: Resident, words: str, value: str) -> None:
    await anna.say("借伞")
    assert f"选了{value}" in await anna.tap(words)


async def test_an_option_called_like_a_command_is_taken_by_its_number(anna: Resident) -> None:
    await anna.say("借伞")
    assert "选了off" in await anna.say("3")


async def test_a_tap_from_an_older_list_does_not_act(anna: Resident) -> None:
    await anna.say("借伞")
    older = list_id(anna)
    await anna.say("投票")
    assert EXPIRED in await anna.say("大伞", list_id=older)
    assert "菜单" in anna.read
    assert anna.acts == []


async def test_a_tap_on_a_confirmation_already_given_does_not_act_again(anna: Resident) -> None:
    for words in ("借伞", "1", "李秀英"):
        await anna.say(words)
    older = list_id(anna)
    assert "借好了" in await anna.tap("确认")
    assert EXPIRED in await anna.say("确认", list_id=older)
    assert anna.acts == ["李秀英:big"]


@pytest.mark.parametrize(
    "words", ["1", "９", "三", "1 3", "是", "确认", "否", "同意", "反对", "0", "零", "〇", "下一页"]
)
async def test_a_bare_answer_with_nothing_open_is_expired(anna: Resident, words: str) -> None:
    assert EXPIRED in await anna.say(words)
    assert "刚才的步骤已过期" in anna.read


async def test_a_number_beside_the_list_is_expired_without_dialogue_and_missed_inside(anna: Resident) -> None:
    await anna.say("菜单")
    assert EXPIRED in await anna.say("9")
    await anna.say("借伞")
    assert "请回复数字" in await anna.say("9")


async def test_a_choice_without_number_is_not_taken_by_one(anna: Resident) -> None:
    for words in ("借伞", "1", "李秀英"):
        await anna.say(words)
    assert "请回复「确认」" in await anna.say("1")
    assert anna.acts == []
    assert "借好了，编号1" in await anna.say("确认。")


@pytest.mark.parametrize("words", ["0", "０", "零", "〇", "取消", "退出", "退出！"])
async def test_any_dialogue_is_left_and_forgotten(anna: Resident, words: str) -> None:
    await anna.say("借伞")
    await anna.say("1")
    assert CANCELLED in await anna.say(words)
    assert EXPIRED in await anna.say("2")
    assert anna.acts == []


@pytest.mark.parametrize("words", ["帮助", "菜单", "?", "？", "你好", "在吗", "ＨＥＬＰ"])
async def test_the_menu_comes_at_any_time(anna: Resident, words: str) -> None:
    assert "请选一项" in await anna.say(words)
    await anna.say("借伞")
    assert "请选一项" in await anna.say(words)


@pytest.mark.parametrize("words", ["人工", "找人", "客服", "转人工", "我要跟活人说话", "人工！"])
async def test_a_person_is_asked_for_at_every_step(anna: Resident, words: str) -> None:
    for step in (["投票"], ["投票", "1"], ["借伞", "1", "李秀英"]):
        for said in step:
            await anna.say(said)
        assert "已请工作人员来" in await anna.say(words)
    assert anna.acts == []


@pytest.mark.parametrize("command", ["看看", "投票", "菜单", "查123"])
async def test_a_global_command_in_a_dialogue_starts_that_command_and_submits_nothing(
    anna: Resident, command: str
) -> None:
    for words in ("借伞", "1", "李秀英", command):
        await anna.say(words)
    await anna.say("确认")
    assert anna.acts == []


async def test_a_menu_key_starts_its_command_and_one_not_built_says_so(anna: Resident) -> None:
    assert "看了1次" in await anna.event("CLICK", EventKey="look")
    assert "请选一项" in await anna.event("CLICK", EventKey="help")
    assert "已请工作人员" in await anna.event("CLICK", EventKey="agent")
    assert NOT_BUILT in await anna.event("CLICK", EventKey="affairs")


async def test_danger_is_answered_first_and_the_dialogue_goes_on(anna: Resident) -> None:
    await anna.say("借伞")
    await anna.say("2")
    assert "「120」" in await anna.say("救命啊")
    assert "王大妈要借" in await anna.say("王大妈")
    assert "「120」" in await anna.say("快来救命")
    await anna.say("确认")
    assert anna.acts == ["王大妈:small"]


async def test_a_picture_in_a_dialogue_is_received_and_the_dialogue_goes_on(anna: Resident) -> None:
    await anna.say("借伞")
    assert "图片收到了" in await anna.send("image", PicUrl="http://x/1", MediaId="m1")
    assert "选了small" in await anna.say("2")


async def test_a_dialogue_hears_the_kinds_it_takes_and_others_are_answered_beside_it(anna: Resident) -> None:
    await anna.say("倾诉")
    await anna.send("voice", MediaId="m1", Format="amr")
    assert "图片收到了" in await anna.send("image", PicUrl="http://x/1", MediaId="m2")
    await anna.say("没别的了")
    assert anna.acts == ["voice", "没别的了"]


async def test_a_dialogue_may_listen_in_silence_and_hears_each_message_once(anna: Resident) -> None:
    await anna.say("倾诉")
    for said in ("一", "二"):
        assert [await anna.say(said, msg_id=ord(said)) for _ in range(3)] == [""] * 3
    assert anna.acts == ["一", "二"]


async def test_a_dialogue_may_have_parting_words_of_its_own(anna: Resident) -> None:
    await anna.say("倾诉")
    assert "在listen这步离开了" in await anna.say("取消")
    assert EXPIRED in await anna.say("2")


@pytest.mark.parametrize(("kind", "fields"), [("wedding", {}), ("event", {"Event": "VIEW"}), ("voice", {})])
async def test_what_nobody_answers_is_stored_and_leaves_the_dialogue(
    anna: Resident, kind: str, fields: dict[str, str]
) -> None:
    await anna.say("借伞")
    assert await anna.send(kind, **fields) == ""
    assert "选了small" in await anna.say("2")
    assert len(anna.records) == 3


async def test_a_long_list_is_turned_to_its_end_with_absolute_numbers(anna: Resident) -> None:
    await anna.say("长单")
    shown = anna.read
    while "下一页" in anna.read:
        await (anna.tap if "盏" in anna.read else anna.say)("下一页")
        assert len(anna.last.encode()) <= 2048
        shown += anna.read
    assert re.findall(r"(?m)^(\d+) (.*)$", shown) == [(str(at), words) for at, words in enumerate(LONG_LIST, 1)]
    last = anna.last
    assert await anna.say("下一页") == last


async def test_a_choice_of_an_earlier_page_is_still_taken(anna: Resident) -> None:
    await anna.say("长单")
    await anna.tap("下一页")
    tapped = LINK.findall(anna.last)[0][0]
    assert f"您说：{tapped}" in await anna.tap(tapped)
    await anna.say("长单")
    await anna.say("下一页")
    assert "您说：１" in await anna.say("１")


async def test_words_of_residents_never_become_a_link(anna: Resident) -> None:
    await anna.say('<a href="http://evil.example">点我</a> ]]>')
    assert "<" not in anna.last
    assert ">" not in anna.last
    for words in ("借伞", "1", "<a href='x'>李</a>"):
        await anna.say(words)
    assert anna.last.count("<a ") == 1


async def test_a_handler_must_declare_whether_it_writes() -> None:
    async def undeclared(turn: Turn) -> None: ...

    with pytest.raises(TypeError, match="undeclared is declared neither"):
        Routes().command(undeclared, "什么")
    with pytest.raises(LookupError):
        Dialogue.step(type("Empty", (Dialogue,), {"name": "empty"})(), "gone")


@pytest.mark.parametrize("dialogue", ["umbrella", "gone"])
async def test_a_step_or_dialogue_that_an_upgrade_removed_is_expired(anna: Resident, dialogue: str) -> None:
    await anna.say("借伞")
    async with anna.bot.sessions.turn(f"{anna.app_id}:{anna.openid}") as held:
        held.session.dialogue, held.session.step, held.session.offered = dialogue, "gone", ()
        held.keep(held.session.packed(), 60)
    assert EXPIRED in await anna.say("1")
