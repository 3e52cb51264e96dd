"""The audit trail: written with the deed, read within one's scope, and sealed so that a later change shows."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.actions import record, seal_tail
from handlers.audit.queries import Sought, entries, unsealed_age, verify_chain
from models.audit import AuditEntry
from models.states import Level

pytestmark = pytest.mark.usefixtures("database")


@dataclass(frozen=True)
class Somebody:
    code: str
    level: Level


DISTRICT = Somebody("880412", Level.DISTRICT)
COMMUNITY = Somebody("880412001001", Level.COMMUNITY)


async def write(number: int, place: str = "") -> None:
    for one in range(1, number + 1):
        await record("clock", "poll.open", f"poll:{one}", place=place)


async def test_a_deed_undone_leaves_no_entry() -> None:
    async def fail_after_recording() -> None:
        async with in_transaction():
            await record("staff:lin", "poll.publish", "poll:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_recording()
    assert await AuditEntry.all().count() == 0


async def test_entries_are_numbered_in_one_run_over_several_sealings() -> None:
    await write(3)
    assert await seal_tail() == 3
    assert await seal_tail() == 0
    await write(2)
    assert await seal_tail() == 2
    assert await AuditEntry.all().order_by("id").values_list("number", flat=True) == [1, 2, 3, 4, 5]
    assert await verify_chain() is None


async def test_every_kind_of_content_is_sealed_as_it_is_read_back() -> None:
    detail = {"次数": [1, 2.5, None], "b": {"z": True, "a": "「引号」\n"}}
    await record("cli", "residency.load", "organisation:1", before="a", after="b", reason="因为…", detail=detail)
    await seal_tail()
    assert await verify_chain() is None


@pytest.mark.parametrize("column", ["actor", "action", "subject", "place", "before", "after", "reason"])
async def test_a_changed_entry_breaks_the_chain_at_its_number(column: str) -> None:
    await write(3)
    await seal_tail()
    await AuditEntry.filter(number=2).update(**{column: "别的"})
    assert await verify_chain() == 2


async def test_a_removed_entry_breaks_the_chain_at_its_number() -> None:
    await write(3)
    await seal_tail()
    await AuditEntry.filter(number=2).delete()
    assert await verify_chain() == 2


async def test_sealers_at_once_make_one_chain() -> None:
    await write(20)
    assert sum(await asyncio.gather(*(seal_tail() for _ in range(4)))) == 20
    assert await verify_chain() is None


async def test_an_entry_that_commits_late_is_linked_behind_those_before_it() -> None:
    written, sealed = asyncio.Event(), asyncio.Event()

    async def commit_late() -> None:
        async with in_transaction():
            await record("clock", "poll.close", "poll:late")
            written.set()
            await sealed.wait()

    late = asyncio.create_task(commit_late())
    await written.wait()
    await write(1)
    assert await seal_tail() == 1
    sealed.set()
    await late
    assert await seal_tail() == 1
    assert (await AuditEntry.get(subject="poll:late")).number == 2
    assert await verify_chain() is None


async def test_the_oldest_unsealed_entry_gives_the_age() -> None:
    assert await unsealed_age(clock.now()) == timedelta()
    await write(1)
    clock.shift += timedelta(minutes=5)
    await write(1)
    assert timedelta(minutes=5) <= await unsealed_age(clock.now()) < timedelta(minutes=6)
    await seal_tail()
    assert await unsealed_age(clock.now()) == timedelta()


async def test_nobody_reads_deeds_of_another_part_of_the_tree() -> None:
    for place in ("880412001001", "880412001001002", "880412001002", "880413", ""):
        await record("cli", "letters.issue", f"organisation:{place}", place=place)
    assert {entry.place for entry in await entries(COMMUNITY)} == {"880412001001", "880412001001002"}


async def test_deeds_of_no_place_are_for_districts() -> None:
    await write(1, place="")
    assert len(await entries(DISTRICT)) == 1
    assert await entries(COMMUNITY) == []


async def test_pages_follow_each_other_newest_first() -> None:
    await write(5, place="880412")
    first = await entries(DISTRICT, limit=2)
    second = await entries(DISTRICT, before_id=first[-1].id, limit=2)
    assert [entry.subject for entry in first + second] == ["poll:5", "poll:4", "poll:3", "poll:2"]


async def test_every_word_of_a_search_must_be_found() -> None:
    await record("staff:lin", "poll.publish", "poll:1", place="880412", reason="材料齐全")
    await record("staff:lin", "poll.close", "poll:2", place="880412")
    assert [entry.subject for entry in await entries(DISTRICT, Sought("Staff:lin 齐全"))] == ["poll:1"]
    assert len(await entries(DISTRICT, Sought("staff:lin"))) == 2
    assert await entries(DISTRICT, Sought("100%")) == []
