"""What a worker writes down of people and households: history stays, twice at once is once, foreigners find nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.residency.actions import households
from handlers.residency.actions.residents import Place, add_resident, correct_resident, reveal_fields
from handlers.residency.people import phone_key
from handlers.residency.registers import on_register
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.households import Guardianship
from models.residency import Binding, Membership, Resident
from models.sealed import blind_index
from models.states import BindingState, StaffRole
from tests.residency.register import Register, make_binding, make_person, make_register, viewer

DAY = date(2026, 3, 1)


@pytest.fixture
async def register(database: str) -> Register:
    return await make_register()


async def test_a_correction_is_found_by_at_once_and_remembered_against_the_next_import(register: Register) -> None:
    person = await make_person("李秀英", await register.home(), phone="15400000001", tags=["高龄"])
    changed = await correct_resident(
        register.worker, person.id, {"name": "李秀瑛", "phone": "154 0000 0002", "tags": ["高龄"]}, "本人带身份证来改"
    )
    now = await Resident.get(id=person.id)
    assert changed == ["name", "phone"]
    assert (now.name, now.phone, now.corrected) == ("李秀瑛", "154 0000 0002", ["name", "phone"])
    assert now.phone_index == blind_index(phone_key("15400000002"), "phone")
    entry = await AuditEntry.get(action="resident.correct")
    assert (entry.detail, entry.place) == ({"fields": ["name", "phone"]}, register.community.code)
    assert "15400000002" not in str(await AuditEntry.all().values())


async def test_a_birth_date_put_right_decides_who_may_vote(register: Register) -> None:
    home = await register.home()
    person = await make_person("李小明", home)
    binding = await make_binding(home, "李小明", person)
    await correct_resident(register.worker, person.id, {"birth_on": clock.today() - timedelta(days=5000)}, "户口本")
    assert not (await Binding.get(id=binding.id)).adult


@pytest.mark.parametrize(
    "particulars",
    [
        {"name": ""},
        {"phone": "abc"},
        {"id_no": "?"},
        {"sex": "x"},
        {"birth_on": date(2999, 1, 1)},
        {"tags": ["长" * 21]},
    ],
    ids=str,
)
async def test_what_cannot_be_said_of_a_person_changes_nothing(
    register: Register, particulars: dict[str, object]
) -> None:
    person = await make_person("李秀英", await register.home())
    with pytest.raises(Invalid):
        await correct_resident(register.worker, person.id, particulars, "核对")
    assert (await Resident.get(id=person.id)).corrected == []
    assert not await AuditEntry.exists()


async def test_of_one_person_added_twice_at_once_one_is_written(register: Register) -> None:
    place = Place((await register.home()).id, "租户", "本人", DAY)
    particulars = {"name": "诸葛明", "id_no": "990103199612180036"}
    done = await asyncio.gather(
        *(add_resident(register.worker, particulars, place) for _ in range(5)), return_exceptions=True
    )
    assert [type(one) for one in done].count(Conflict) == 4
    assert await Resident.all().count() == await Membership.all().count() == 1
    elsewhere = Place((await register.home("502")).id, "租户", "本人", DAY)
    with pytest.raises(Conflict, match="证件号"):
        await add_resident(register.worker, particulars | {"name": "诸葛亮"}, elsewhere)


async def test_moving_keeps_where_somebody_lived_before(register: Register) -> None:
    old, new = await register.home("501"), await register.home("502")
    person = await make_person("王强", old)
    await households.move_in(register.worker, person.id, Place(new.id, "户主", "本人", DAY), leaving=True)
    stays = await Membership.filter(resident_id=person.id).order_by("id")
    assert [(stay.dwelling_id, stay.since, stay.until) for stay in stays] == [
        (old.id, date(2026, 1, 1), DAY),
        (new.id, DAY, None),
    ]
    assert await on_register(old.id, "王强") is None
    with pytest.raises(Invalid):
        await households.move_in(register.worker, person.id, Place(old.id, "家属", "", date(2026, 2, 1)), leaving=False)
    await households.move_in(register.worker, person.id, Place(old.id, "家属", "", DAY), leaving=False)
    assert await Membership.filter(resident_id=person.id, until__isnull=True).count() == 2
    assert "dwelling" in (await Resident.get(id=person.id)).corrected


async def test_moving_in_twice_at_once_is_living_there_once(register: Register) -> None:
    person, home = await make_person("王强", await register.home("501")), await register.home("502")
    place = Place(home.id, "家属", "", DAY)
    done = await asyncio.gather(
        *(households.move_in(register.worker, person.id, place, leaving=False) for _ in range(5)),
        return_exceptions=True,
    )
    assert [type(one) for one in done].count(Conflict) == 4
    assert await Membership.filter(dwelling_id=home.id).count() == 1


async def test_whoever_moves_out_no_longer_stands_for_the_household(register: Register) -> None:
    home = await register.home()
    person = await make_person("王强", home)
    binding = await make_binding(home, "王强", person, represents=True)
    stay = await Membership.get()
    for wrong in (date(2025, 12, 31), clock.today() + timedelta(days=1)):
        with pytest.raises(Invalid):
            await households.move_out(register.worker, stay.id, wrong)
    await households.move_out(register.worker, stay.id, DAY)
    assert not (await Binding.get(id=binding.id)).represents
    with pytest.raises(Conflict):
        await households.move_out(register.worker, stay.id, DAY)
    with pytest.raises(Conflict):
        await households.change_role(register.worker, stay.id, "户主", "")


async def test_a_household_has_one_representative_whoever_is_named_at_once(register: Register) -> None:
    home = await register.home()
    bindings = [await make_binding(home, name) for name in ("王强", "李秀英", "王小明")]
    await asyncio.gather(*(households.name_representative(register.worker, one.id, named=True) for one in bindings * 2))
    [named] = await Binding.filter(represents=True)
    await households.name_representative(register.worker, named.id, named=False)
    assert not await Binding.filter(represents=True).exists()
    minor = await make_binding(home, "王小小", adult=False)
    ended = await make_binding(home, "王大", state=BindingState.ENDED)
    for refused in (minor, ended):
        with pytest.raises(Conflict):
            await households.name_representative(register.worker, refused.id, named=True)


async def test_a_guardianship_says_who_checked_the_papers_and_ends_on_a_day(register: Register) -> None:
    home = await register.home()
    ward, guardian = await make_person("王小明", home), await make_person("王强", home)
    minor = await make_person("王小小", home, birth_on=clock.today() - timedelta(days=3000))
    guardianship = await households.add_guardian(register.worker, ward.id, guardian.id, "父亲", DAY)
    assert (await Guardianship.get()).checked_by == register.worker.login
    with pytest.raises(Conflict):
        await households.add_guardian(register.worker, ward.id, guardian.id, "父亲", DAY)
    for one, other in ((ward, ward), (guardian, ward), (ward, minor)):
        with pytest.raises(Invalid):
            await households.add_guardian(register.worker, one.id, other.id, "父亲", DAY)
    await households.end_guardian(register.worker, guardianship, DAY)
    with pytest.raises(Conflict):
        await households.end_guardian(register.worker, guardianship, DAY)


async def test_what_is_shown_in_clear_is_written_down_first(register: Register) -> None:
    person = await make_person("李秀英", await register.home(), phone="15400000001")
    shown = await reveal_fields(register.worker, person.id, ("phone", "id_no"), "通知停水")
    assert shown == {"phone": "15400000001", "id_no": ""}
    entry = await AuditEntry.get()
    assert (entry.action, entry.reason, entry.detail) == ("resident.reveal", "通知停水", {"fields": ["phone", "id_no"]})
    with pytest.raises(Forbidden):
        await reveal_fields(viewer(register.community.code, role=StaffRole.AUDITOR), person.id, ("phone",), "看看")


Deed = Callable[[Viewer, Resident, Membership, Binding, Guardianship], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "correct": lambda who, person, *_: correct_resident(who, person.id, {"name": "别人"}, "核对"),
    "reveal": lambda who, person, *_: reveal_fields(who, person.id, ("phone",), "核对"),
    "move in": lambda who, person, stay, *_: households.move_in(
        who, person.id, Place(stay.dwelling_id, "家属", "", DAY), leaving=False
    ),
    "move out": lambda who, person, stay, *_: households.move_out(who, stay.id, DAY),
    "role": lambda who, person, stay, *_: households.change_role(who, stay.id, "户主", ""),
    "represent": lambda who, person, stay, binding, *_: households.name_representative(who, binding.id, named=True),
    "guard": lambda who, person, *_: households.add_guardian(who, person.id, person.id + 1, "父亲", DAY),
    "unguard": lambda who, person, stay, binding, guardianship: households.end_guardian(who, guardianship.id, DAY),
    "add": lambda who, person, stay, *_: add_resident(who, {"name": "别人"}, Place(stay.dwelling_id, "家属", "", DAY)),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_another_branch_finds_nothing_to_do_it_to(register: Register, deed: str) -> None:
    home = await register.home()
    person, other = await make_person("王小明", home), await make_person("王强", home)
    stay = await Membership.get(resident_id=person.id)
    binding = await make_binding(home, "王小明", person)
    guardianship = await Guardianship.create(
        ward=person, guardian=other, relation="父亲", since=DAY, checked_by=register.worker.login
    )
    with pytest.raises(NotFound):
        await DEEDS[deed](register.stranger, person, stay, binding, guardianship)
    assert not await AuditEntry.exists()
