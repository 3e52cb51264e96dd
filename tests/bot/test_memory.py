"""How long a dialogue remembers, how often it asks again, and what it takes up afterwards."""

import pytest

from bot.phrases import EXPIRED, MASKED
from tests.bot.rehearsal import Resident

OFFER = "回复「人工」"


async def test_a_dialogue_forgets_itself_after_thirty_minutes(anna: Resident) -> None:
    await anna.say("借伞")
    anna.clock.forward(minutes=29, seconds=59)
    assert "选了big" in await anna.say("1")
    anna.clock.forward(minutes=30)
    assert "您说：李秀英" in await anna.say("李秀英")


async def test_each_answer_begins_the_thirty_minutes_anew(anna: Resident) -> None:
    for words in ("借伞", "1", "李秀英", "确认"):
        anna.clock.forward(minutes=29)
        await anna.say(words)
    assert anna.acts == ["李秀英:big"]


async def test_a_tap_on_a_list_of_half_an_hour_ago_is_expired(anna: Resident) -> None:
    await anna.say("借伞")
    anna.clock.forward(minutes=30)
    assert EXPIRED in await anna.tap("大伞")


async def test_an_application_is_remembered_for_a_day(anna: Resident) -> None:
    await anna.say("搬家")
    await anna.say("东门")
    anna.clock.forward(hours=23, minutes=59)
    assert "明天搬" in await anna.say("明天")
    await anna.say("搬家")
    anna.clock.forward(hours=24)
    assert "您说：东门" in await anna.say("东门")


async def test_redis_forgets_the_session_with_its_dialogue(anna: Resident) -> None:
    key = f"session:{anna.app_id}:{anna.openid}"
    await anna.say("搬家")
    assert 24 * 3600 <= await anna.redis.ttl(key) <= 24 * 3600 + 60
    await anna.say("取消")
    assert await anna.redis.ttl(key) <= 1860


async def test_three_misses_offer_a_person_and_an_answer_begins_anew(anna: Resident) -> None:
    await anna.say("借伞")
    for _ in range(2):
        assert OFFER not in await anna.say("什么")
        assert "请回复数字" in anna.last
        assert "1 大伞" in anna.read
    assert OFFER in await anna.say("什么")
    assert OFFER in await anna.say("什么")
    await anna.say("1")
    await anna.say("李秀英")
    assert OFFER not in await anna.say("什么")


async def test_misses_are_not_carried_into_another_dialogue(anna: Resident) -> None:
    await anna.say("借伞")
    await anna.say("什么")
    await anna.say("什么")
    await anna.say("投票")
    assert OFFER not in await anna.say("什么")


async def test_after_misses_the_list_can_still_be_tapped(anna: Resident) -> None:
    await anna.say("借伞")
    await anna.say("什么")
    assert "选了small" in await anna.tap("小伞")


async def test_misses_of_an_expired_dialogue_do_not_bring_it_back(anna: Resident) -> None:
    await anna.say("借伞")
    await anna.say("什么")
    anna.clock.forward(minutes=31)
    await anna.say("什么")
    assert EXPIRED in await anna.say("1")


async def test_what_was_put_off_goes_on_when_the_dialogue_is_finished(anna: Resident) -> None:
    await anna.say("先借伞再投票")
    for words in ("借伞", "1", "李秀英"):
        await anna.say(words)
    said = await anna.say("确认")
    assert said.index("借好了") < said.index("装不装扶手")
    assert "您选择赞成安装" in await anna.say("1")
    await anna.say("确认")
    assert anna.acts == ["李秀英:big", "票"]


@pytest.mark.parametrize("between", ["搬家", "菜单", "取消"])
async def test_what_was_put_off_is_forgotten_when_the_dialogue_is_left(anna: Resident, between: str) -> None:
    for words in ("先借伞再投票", "借伞", "1", between, "借伞", "1", "李秀英"):
        await anna.say(words)
    assert "装不装扶手" not in await anna.say("确认")


async def test_what_was_put_off_is_forgotten_after_half_an_hour(anna: Resident) -> None:
    await anna.say("先借伞再投票")
    anna.clock.forward(minutes=31)
    for words in ("借伞", "1", "李秀英"):
        await anna.say(words)
    assert "装不装扶手" not in await anna.say("确认")


async def test_starting_the_same_dialogue_again_keeps_what_was_put_off(anna: Resident) -> None:
    for words in ("先借伞再投票", "借伞", "1", "借伞", "2", "李秀英"):
        await anna.say(words)
    assert "装不装扶手" in await anna.say("确认")


@pytest.mark.parametrize(
    "number", ["110101199001011237", "１１０１０１　１９９００１０１　１２３７", "110101-19900101-1237"]
)
async def test_an_id_number_is_masked_before_it_is_stored_and_the_resident_is_told(anna: Resident, number: str) -> None:
    said = await anna.say(f"我的号码{number}")
    assert said.startswith(MASKED)
    assert "110101************" in said
    assert all(
        "0101************" in record.content and "1237" not in record.content for record in anna.records.values()
    )


async def test_an_id_number_in_a_dialogue_is_masked_for_the_step_too(anna: Resident) -> None:
    for words in ("借伞", "1", "110101199001011237"):
        await anna.say(words)
    assert anna.last.startswith(MASKED)
    await anna.say("确认")
    assert anna.acts == ["110101************:big"]
    assert "1237" not in "".join(record.content + str(record.after) for record in anna.records.values())


async def test_an_id_number_beside_an_emergency_is_masked_and_the_emergency_answered(anna: Resident) -> None:
    said = await anna.say("救命 110101199001011237")
    assert "「120」" in said
    assert said.startswith(MASKED)
