"""The inbox on PostgreSQL: one row a message, sealed, and an act with its message or not at all."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.inbox import Earlier, Record
from clock import clock
from handlers.conversations.inbox import PostgresInbox, forget_secret_answers
from models.conversations import Message
from models.database import rows
from models.events import Event
from models.sealed import unseal

pytestmark = pytest.mark.usefixtures("database")


def record(**changes: Any) -> Record:
    told = Record(
        uuid4(), "wxApp", "oAnna", "text", "李秀英住501", answer="记下了李秀英", after=b'{"name":"\xe6\x9d\x8e"}'
    )
    return replace(told, **changes)


async def act(words: str = "done") -> None:
    await Event.create(name="acted", payload={"words": words}, created_at=clock.now())


async def acting_in_vain(inbox: PostgresInbox, told: Record, doing: Awaitable[object]) -> None:
    async with inbox.act(told):
        await doing
        raise RuntimeError


async def test_a_new_message_is_stored_and_a_repeated_one_gets_the_first_answer() -> None:
    inbox, told = PostgresInbox(), record()
    assert await inbox.keep(told) is None
    again = replace(told, answer="something else", after=b"")
    assert await inbox.keep(again) == Earlier(told.answer, told.after)
    assert await PostgresInbox().keep(again) == Earlier(told.answer, told.after)
    assert await Message.all().count() == 1


async def test_words_answer_and_state_lie_in_the_table_sealed() -> None:
    told = record()
    await PostgresInbox().keep(told)
    [row] = await rows("SELECT message::text AS whole, content, answer FROM message")
    for word in ("李秀英", "住501", "记下了"):
        assert word.encode().hex() not in row["whole"]
        assert word not in row["whole"]
    assert unseal(row["content"], "message:content") == told.content
    assert unseal(row["answer"], "message:answer") == told.answer


async def test_no_answer_is_told_from_an_empty_one() -> None:
    inbox = PostgresInbox()
    silent, empty = record(answer=None, after=b""), record(answer="", after=b"")
    await inbox.keep(silent)
    await inbox.keep(empty)
    assert await inbox.keep(silent) == Earlier(None, b"")
    assert await inbox.keep(empty) == Earlier("", b"")


async def test_messages_kept_at_once_are_all_kept_once() -> None:
    inbox, records = PostgresInbox(), [record(content=str(number)) for number in range(300)]
    assert await asyncio.gather(*map(inbox.keep, records)) == [None] * 300
    found = await asyncio.gather(*map(inbox.keep, records))
    assert found == [Earlier(told.answer, told.after) for told in records]
    assert await Message.all().count() == 300


async def test_an_act_and_its_message_are_committed_together() -> None:
    inbox, told = PostgresInbox(), record(answer=None, after=b"")
    async with inbox.act(told) as earlier:
        assert earlier is None
        await act()
        told.answer, told.after = "办好了", b"state"
    async with inbox.act(told) as earlier:
        assert earlier == Earlier("办好了", b"state")
    assert await Event.all().count() == await Message.all().count() == 1


async def test_an_act_that_fails_leaves_neither_act_nor_message_and_may_be_tried_again() -> None:
    inbox, told = PostgresInbox(), record()
    with pytest.raises(RuntimeError):
        await acting_in_vain(inbox, told, act())
    assert await Event.all().count() == await Message.all().count() == 0
    async with inbox.act(told) as earlier:
        assert earlier is None


async def test_a_second_delivery_waits_for_the_first_and_gets_its_answer() -> None:
    told = record()
    inside, done = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with PostgresInbox().act(told):
            inside.set()
            await done.wait()
            told.answer = "办好了"

    async def second() -> Earlier | None:
        async with PostgresInbox().act(replace(told)) as earlier:
            return earlier

    one = asyncio.create_task(first())
    await inside.wait()
    two = asyncio.create_task(second())
    assert not (await asyncio.wait([two], timeout=0.1))[0]
    done.set()
    await one
    assert await two == Earlier("办好了", told.after)


async def test_a_second_delivery_acts_where_the_first_was_undone() -> None:
    told = record()
    inside = asyncio.Event()

    async def first() -> None:
        async with PostgresInbox().act(told):
            inside.set()
            await asyncio.sleep(60)

    async def second() -> Earlier | None:
        async with PostgresInbox().act(replace(told)) as earlier:
            await act()
            return earlier

    one = asyncio.create_task(first())
    await inside.wait()
    two = asyncio.create_task(second())
    await asyncio.wait([two], timeout=0.05)
    one.cancel()
    assert await two is None
    assert await Event.all().count() == 1


async def test_what_is_kept_beside_a_transaction_is_not_undone_with_it() -> None:
    inbox, told, kept = PostgresInbox(), record(), record()
    with pytest.raises(RuntimeError):
        await acting_in_vain(inbox, told, inbox.keep(kept))
    assert await Message.all().values_list("key", flat=True) == [kept.key]


async def test_answers_to_secret_steps_are_emptied_in_time_and_others_stay() -> None:
    inbox = PostgresInbox()
    secret, told = record(secret=True), record()
    await inbox.keep(secret)
    await inbox.keep(told)
    assert await forget_secret_answers(clock.now() + timedelta(seconds=55)) == 0
    assert await forget_secret_answers(clock.now() + timedelta(seconds=65)) == 1
    assert await forget_secret_answers(clock.now() + timedelta(seconds=65)) == 0
    [row] = await rows("SELECT answer, after FROM message WHERE secret")
    assert row == {"answer": None, "after": None}
    assert await inbox.keep(secret) == Earlier(None, b"")
    assert await inbox.keep(told) == Earlier(told.answer, told.after)


async def test_a_message_that_fits_no_column_spoils_none_that_came_beside_it() -> None:
    inbox, odd, told = PostgresInbox(), record(sender="o" * 128, kind="k" * 128), record()
    assert await asyncio.gather(inbox.keep(odd), inbox.keep(told)) == [None, None]
    assert await Message.all().count() == 2
