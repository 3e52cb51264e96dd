"""The ledger of residents against what was done here: merged people, corrections and moves by hand survive it."""

from datetime import date

import pytest

from clock import clock
from handlers.residency.actions import households
from handlers.residency.actions.enrol import load_residents
from handlers.residency.actions.merge import merge_residents
from handlers.residency.actions.residents import Place, correct_resident
from handlers.residency.actions.taking import Taking
from handlers.residency.actions.unmerge import undo_merge
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers.records import ResidentRecord
from models.residency import Dwelling, Membership, Resident
from models.sealed import blind_index
from tests.residency.register import Register, make_person, make_register

DISTRICT = "880412"


@pytest.fixture
async def register(database: str) -> Register:
    return await make_register()


def line(pid: str, home: Dwelling, name: str = "王强", phone: str = "") -> ResidentRecord:
    return ResidentRecord(
        line=2,
        pid=pid,
        name=name,
        sex="男",
        birth_on=date(1980, 1, 1),
        id_no="",
        phone=phone,
        dwelling=home.code,
        role="家属",
        relation="",
        huji="",
        tags=(),
    )


async def load(*lines: ResidentRecord) -> Counts:
    return await load_residents(Taking(), DISTRICT, lines, clock.now())


async def homes() -> set[tuple[str | None, str]]:
    stays = await Membership.filter(until__isnull=True).select_related("resident", "dwelling")
    return {(stay.resident.key, stay.dwelling.room) for stay in stays}


async def test_the_surname_is_indexed_also_for_who_was_loaded_before_there_was_an_index(register: Register) -> None:
    home = await register.home()
    await load(line("P1", home, "欧阳强"))
    await Resident.all().update(surname_index=None)
    assert await load(line("P1", home, "欧阳强")) == Counts(updated=1)
    assert (await Resident.get()).surname_index == blind_index("欧阳", "surname")


async def test_a_duplicates_line_feeds_whom_it_was_merged_into(register: Register) -> None:
    one, two, three = [await register.home(room) for room in ("501", "502", "503")]
    file = (line("P1", one), line("P2", two, phone="15400000002"))
    await load(*file)
    kept, gone = await Resident.get(key="880412:P1"), await Resident.get(key="880412:P2")
    merge = await merge_residents(register.worker, kept.id, gone.id, "重复")
    assert await load(*file) == Counts(unchanged=2)
    assert await homes() == {("880412:P1", "501"), ("880412:P1", "502")}
    assert (await load(line("P1", one), line("P2", three))).updated == 1
    assert await homes() == {("880412:P1", "501"), ("880412:P1", "503")}
    await load(line("P2", three, "王小强"))
    assert (await Resident.get(id=kept.id)).name == "王小强"
    assert await homes() == {("880412:P1", "503")}
    await undo_merge(register.worker, merge)
    assert await Membership.filter(resident_id=gone.id).count() == 1


async def test_what_was_put_right_here_stays_with_its_index(register: Register) -> None:
    home = await register.home()
    await load(line("P1", home, phone="15400000001"))
    person = await Resident.get()
    await correct_resident(register.worker, person.id, {"name": "王墙", "phone": "15400000009"}, "本人来改")
    await load(line("P1", home, phone="15400000003"))
    now = await Resident.get()
    assert (now.name, now.phone, now.phone_index) == ("王墙", "15400000009", blind_index("15400000009", "phone"))
    assert now.surname_index == person.surname_index


async def test_who_was_moved_by_hand_stays_there_until_the_ledger_has_caught_up(register: Register) -> None:
    old, new = await register.home("501"), await register.home("502")
    await load(line("P1", old))
    person = await Resident.get()
    place = Place(new.id, "家属", "", clock.today())
    await households.move_in(register.worker, person.id, place, leaving=True)
    assert await load(line("P1", old)) == Counts(unchanged=1)
    assert await homes() == {("880412:P1", "502")}
    await load(line("P1", new))
    assert (await Resident.get()).corrected == []
    await load(line("P1", old))
    assert await homes() == {("880412:P1", "501")}


async def test_people_who_share_a_ledger_line_number_in_two_districts_are_two(register: Register) -> None:
    await make_person("王强", await register.home(), key="990103:P1")
    await load(line("P1", await register.home("502")))
    assert await Resident.all().count() == 2
