"""What a ballot's steps leave behind: a mark that something was said, and nothing of what."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.exchange import EXPIRED_CONTENT, SECRET_CONTENT
from clock import clock
from handlers.conversations.inbox import forget_secret_answers
from models.conversations import Message
from models.database import rows
from models.sealed import unseal, unseal_bytes
from tests.bot.rehearsal import Rehearsal
from tests.phone import Phone

CHOICE = "反对安装"


async def stored() -> list[tuple[str, str | None, str]]:
    """Content, answer and state of every message, unsealed, in order."""
    return [
        (
            unseal(row.content, "message:content"),
            None if row.answer is None else unseal(row.answer, "message:answer"),
            "" if row.after is None else unseal_bytes(row.after, "message:after").decode(),
        )
        for row in await Message.all().order_by("received_at")
    ]


async def vote(phone: Phone, *meanwhile: str) -> None:
    await phone.say("投票")
    await phone.say("2")
    for said in meanwhile:
        await phone.say(said)
    assert "投票成功" in await phone.say("确认")


@pytest.mark.parametrize("choosing", ["2", CHOICE, "二"])
async def test_of_secret_steps_the_words_are_not_kept(rehearsal: Rehearsal, choosing: str) -> None:
    anna = await rehearsal.phone()
    for said in ("投票", choosing, "确认"):
        await anna.say(said)
    contents = [content for content, _, _ in await stored()]
    assert contents == ["投票", SECRET_CONTENT, SECRET_CONTENT]
    assert SECRET_CONTENT == "投票步骤，内容不保存"
    assert await Message.filter(secret=True).count() == 2


async def test_what_was_chosen_is_in_no_row_even_unsealed(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await vote(anna)
    question, *later = await stored()
    assert CHOICE in question[1]
    assert CHOICE not in str(later)
    assert "picked" not in str(later)


async def test_nothing_said_between_choice_and_confirmation_keeps_the_choice(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await anna.say("投票")
    await anna.say("2")
    await anna.say("救命")
    await anna.say("下一页")
    await anna.send("image", PicUrl="http://x/1", MediaId="m1")
    await anna.send("wedding")
    await anna.event("VIEW", EventKey="http://x")
    assert "投票成功" in await anna.say("确认")
    assert CHOICE not in str((await stored())[1:])
    assert '"picked"' not in str((await stored())[1:])


async def test_a_miss_at_the_confirmation_is_forgotten_with_the_answer(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await vote(anna, "好的")
    await forget_secret_answers(clock.now() + timedelta(minutes=2))
    assert [content for content, _, _ in await stored()] == ["投票", *[SECRET_CONTENT] * 3]
    assert CHOICE not in str((await stored())[1:])
    assert '"picked"' not in str((await stored())[1:])


async def test_the_receipt_is_forgotten_in_time_and_the_row_stays(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await vote(anna)
    assert "凭证号" in str(await stored())
    assert await forget_secret_answers(clock.now() + timedelta(minutes=2)) == 1
    assert "凭证号" not in str(await stored())
    assert await Message.all().count() == 3


async def test_a_second_tap_on_a_choice_already_taken_is_not_kept_either(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await anna.say("投票")
    question = anna.last
    await anna.tap(CHOICE)
    anna.last = question
    await anna.tap(CHOICE)
    contents = [content for content, _, _ in await stored()]
    assert contents == ["投票", SECRET_CONTENT, EXPIRED_CONTENT]


async def test_a_choice_that_comes_too_late_is_not_kept(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await anna.say("投票")
    rehearsal.clock.forward(minutes=31)
    await anna.tap(CHOICE)
    await anna.say("2")
    assert CHOICE not in str((await stored())[1:])
    assert [content for content, _, _ in await stored()] == ["投票", EXPIRED_CONTENT, EXPIRED_CONTENT]


async def test_redis_holds_no_name_and_no_choice_in_clear(rehearsal: Rehearsal, redis: Redis) -> None:
    anna = await rehearsal.phone()
    for words in (("投票", "2"), ("借伞", "1", "李秀英"), ("搬家", "东门")):
        for said in words:
            await anna.say(said)
        values = b"".join([await redis.dump(key) async for key in redis.scan_iter()])
        for word in (CHOICE, "赞成", "李秀英", "东门", "picked", "called", "确认"):
            assert word.encode() not in values
            assert word.encode("unicode-escape") not in values


async def test_the_table_holds_nothing_said_in_clear(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await vote(anna)
    await anna.say("我叫李秀英")
    [row] = await rows("SELECT string_agg(message::text, ' ') AS whole FROM message")
    for word in (CHOICE, "李秀英", "凭证号", "投票", "内容不保存"):
        assert word not in row["whole"]
        assert word.encode().hex() not in row["whole"]
