"""Duplicates made one and two again: nothing is lost, nothing doubled, whatever happens at once or in between."""

import asyncio
from datetime import date
from typing import Any

import pytest
from tortoise import Tortoise

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.residency.actions.households import add_guardian, move_out
from handlers.residency.actions.merge import LINKS, merge_residents
from handlers.residency.actions.residents import correct_resident
from handlers.residency.actions.unmerge import undo_merge
from models.audit import AuditEntry
from models.database import rows
from models.households import Correction, Delegation, Guardianship, ResidentMerge
from models.residency import Binding, Membership, Ownership, Resident
from models.states import CorrectionKind, CorrectionState, DelegationState, StaffRole
from tests.factories import make_owner
from tests.residency.register import Register, make_binding, make_person, make_register, viewer

TABLES = ("resident", "membership", "ownership", "binding", "guardianship", "delegation", "correction")


@pytest.fixture
async def register(database: str) -> Register:
    return await make_register()


async def everything() -> dict[str, list[dict[str, Any]]]:
    return {table: await rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


async def tangle(register: Register) -> tuple[Resident, Resident]:
    """Two rows of one person with something in every table, and something that both hold."""
    both, old = await register.home("501"), await register.home("502")
    kept = await make_person("李秀英", both, key="880412:P1", birth_on=date(1950, 5, 1))
    gone = await make_person("李秀英", both, old, key="880412:P2", phone="15400000001", tags=["独居老人"])
    child, aunt = await make_person("李小明", both), await make_person("李大芳", old)
    await make_owner("李秀英", old, gone)
    bound = await make_binding(old, "李秀英", gone)
    await make_binding(both, "李秀英", kept)
    day = {"since": date(2026, 1, 1), "checked_by": "w"}
    await Guardianship.create(ward=child, guardian=kept, relation="祖母", **day)
    await Guardianship.create(ward=child, guardian=gone, relation="祖母", **day)
    await Guardianship.create(ward=gone, guardian=aunt, relation="女儿", **day)
    for elder in (kept, gone):
        await Delegation.create(
            elder=elder,
            dwelling=old,
            account_id=bound.account_id,
            delegate_name="李大芳",
            state=DelegationState.ACTIVE,
            asked_at=clock.now(),
            asked_by="account:1",
            expires_on=date(2027, 1, 1),
        )
    await Correction.create(
        dwelling=old,
        resident=gone,
        kind=CorrectionKind.PHONE,
        words="电话换了",
        state=CorrectionState.PENDING,
        created_at=clock.now(),
    )
    return kept, gone


async def test_every_column_that_names_a_resident_is_moved(database: str) -> None:
    models = (Tortoise.apps or {})["models"].values()
    named = {
        f"{model._meta.db_table}.{column.source_field}"
        for model in models
        for column in model._meta.fields_map.values()
        if getattr(column, "model_name", "") == "models.Resident" and column.source_field
    }
    own = {"resident.merged_into_id", "resident_merge.kept_id", "resident_merge.gone_id"}
    # A delivery is history, and a roll is frozen: the same person is found through the merge when voting.
    frozen = {"roll_entry.resident_id", "poll_elector.resident_id", "delivery.resident_id"}
    assert {link.name for link in LINKS} == named - own - frozen


async def test_all_that_hangs_on_a_duplicate_goes_over_and_what_both_hold_stays_once(register: Register) -> None:
    kept, gone = await tangle(register)
    await merge_residents(register.worker, kept.id, gone.id, "同一个人登记了两次")
    now = await Resident.get(id=kept.id)
    assert (now.phone, now.tags, now.key) == ("15400000001", ["独居老人"], "880412:P1")
    assert (await Resident.get(id=gone.id)).merged_into_id == kept.id
    homes = await Membership.filter(until__isnull=True, resident_id__in=(kept.id, gone.id))
    assert [home.resident_id for home in homes] == [kept.id, kept.id]
    assert await Ownership.filter(resident_id=kept.id).count() == 1
    assert await Binding.filter(resident_id=kept.id).count() == 2
    assert await Guardianship.filter(guardian_id=kept.id, until__isnull=True).count() == 1
    assert not await Guardianship.filter(guardian_id=gone.id, until__isnull=True).exists()
    assert await Guardianship.filter(ward_id=kept.id).count() == 1
    assert await Delegation.filter(elder_id=kept.id).count() == 1
    assert await Correction.filter(resident_id=kept.id).count() == 1
    entry = await AuditEntry.get(action="resident.merge")
    assert (entry.subject, entry.place) == (f"resident:{kept.id}", register.community.code)


async def test_undone_everything_is_as_it_was(register: Register) -> None:
    kept, gone = await tangle(register)
    before = await everything()
    for row in before["resident"]:
        row.update(name=None, phone=None)
    merge = await merge_residents(register.worker, kept.id, gone.id, "重复")
    assert (await undo_merge(register.worker, merge)).left == []
    after = await everything()
    for row in after["resident"]:
        row.update(name=None, phone=None)
    assert after == before
    assert (await Resident.get(id=gone.id)).phone == "15400000001"
    with pytest.raises(Conflict):
        await undo_merge(register.worker, merge)


async def test_what_changed_since_is_not_overwritten_and_is_told(register: Register) -> None:
    kept, gone = await tangle(register)
    merge = await merge_residents(register.worker, kept.id, gone.id, "重复")
    await correct_resident(register.worker, kept.id, {"phone": "15400000099"}, "换号了")
    [sold] = await Ownership.filter(resident_id=kept.id)
    await sold.delete()
    stay = await Membership.get(resident_id=kept.id, dwelling__room="502")
    await move_out(register.worker, stay.id, clock.today())
    left = (await undo_merge(register.worker, merge)).left
    assert [sentence[:3] for sentence in left] == ["1条产", "电话后"]
    assert (await Resident.get(id=kept.id)).phone == "15400000099"
    assert (await Membership.get(id=stay.id)).resident_id == gone.id
    assert (await Membership.get(id=stay.id)).until == clock.today()


async def test_of_two_merges_at_once_one_is_told_to_look_again(register: Register) -> None:
    home = await register.home()
    one, two = await make_person("王强", home), await make_person("王强", home)
    done = await asyncio.gather(
        *(merge_residents(register.worker, *pair, "重复") for pair in ((one.id, two.id), (two.id, one.id)) * 3),
        return_exceptions=True,
    )
    assert [type(result) for result in done].count(Conflict) == 5
    assert await ResidentMerge.all().count() == 1
    assert await Membership.filter(until__isnull=True).count() == 1


async def test_a_chain_is_undone_from_its_end(register: Register) -> None:
    homes = [await register.home(room) for room in ("501", "502", "503")]
    a, b, c = [await make_person("王强", home) for home in homes]
    first = await merge_residents(register.worker, b.id, a.id, "重复")
    second = await merge_residents(register.worker, c.id, b.id, "重复")
    assert await Membership.filter(resident_id=c.id).count() == 3
    with pytest.raises(Conflict, match="先撤销"):
        await undo_merge(register.worker, first)
    await undo_merge(register.worker, second)
    await undo_merge(register.worker, first)
    stays = await Membership.all().order_by("id")
    assert [stay.resident_id for stay in stays] == [a.id, b.id, c.id]


async def test_a_person_without_a_key_takes_that_of_the_ledger_and_gives_it_back(register: Register) -> None:
    home = await register.home()
    added, loaded = await make_person("王强", home), await make_person("王强", home, key="880412:P7")
    merge = await merge_residents(register.worker, added.id, loaded.id, "重复")
    assert (await Resident.get(id=added.id)).key == "880412:P7"
    await undo_merge(register.worker, merge)
    assert [(await Resident.get(id=one.id)).key for one in (added, loaded)] == [None, "880412:P7"]


async def test_nobody_merges_beyond_their_part_of_the_tree(register: Register) -> None:
    here, away = await register.home(), await register.home(away=True)
    one, two = await make_person("王强", here), await make_person("王强", away)
    both = await make_person("王强", here, away)
    for mine, theirs in ((register.worker, two), (register.stranger, one)):
        with pytest.raises(NotFound):
            await merge_residents(mine, one.id if theirs is two else two.id, theirs.id, "重复")
    with pytest.raises(Conflict, match="由街道或区"):
        await merge_residents(register.worker, one.id, both.id, "重复")
    merge = await merge_residents(register.street, one.id, two.id, "重复")
    with pytest.raises(NotFound):
        await undo_merge(viewer("880413"), merge)
    with pytest.raises(Conflict, match="由街道或区"):
        await undo_merge(register.worker, merge)
    assert await AuditEntry.filter(action__startswith="resident.").count() == 1


async def test_bad_input_changes_nothing(register: Register) -> None:
    home = await register.home()
    one, two = await make_person("王强", home), await make_person("王强", home)
    with pytest.raises(Invalid):
        await merge_residents(register.worker, one.id, one.id, "重复")
    for reason in ("", " ", "电话15400000001重复", "长" * 101):
        with pytest.raises(Invalid):
            await merge_residents(register.worker, one.id, two.id, reason)
    with pytest.raises(NotFound):
        await merge_residents(register.worker, one.id, 10**18, "重复")
    with pytest.raises(Forbidden):
        await merge_residents(viewer(register.community.code, role=StaffRole.AUDITOR), one.id, two.id, "重复")
    assert not await ResidentMerge.exists()


async def test_a_guardian_merged_with_the_ward_does_not_guard_themselves(register: Register) -> None:
    home = await register.home()
    one, two = await make_person("王强", home), await make_person("王强", home, birth_on=date(1980, 1, 1))
    await add_guardian(register.worker, one.id, two.id, "配偶", clock.today())
    await merge_residents(register.worker, one.id, two.id, "重复")
    guardianship = await Guardianship.get()
    assert (guardianship.guardian_id, guardianship.until) == (two.id, clock.today())
