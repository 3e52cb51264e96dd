"""Letters with door codes: repeated while they are valid, replaced when asked or over, one in use for a dwelling."""

import asyncio
import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clock import BEIJING, clock
from errors import Conflict, NotFound
from handlers.residency.actions import letters
from handlers.residency.actions.letters import Letter, issue_codes, write_letters
from handlers.residency.codes import ALPHABET, fold_code
from models.audit import AuditEntry
from models.organisations import Estate
from models.residency import DoorCode
from models.sealed import blind_index
from tests.factories import make_community, make_district, make_dwelling, make_estate

ROOMS = ("101", "102", "201")


@pytest.fixture
async def community(database: str) -> str:
    community = await make_community(await make_district())
    estate = await make_estate(community)
    for room in ROOMS:
        await make_dwelling(estate, room=room)
    return community.code


async def test_every_dwelling_gets_one_letter_in_order(community: str) -> None:
    now = datetime(2026, 3, 1, 20, 0, tzinfo=BEIJING)
    found = await issue_codes(community, now)
    assert [letter.address for letter in found] == [f"幸福里3号楼2单元{room}" for room in ROOMS]
    assert {letter.expires_on for letter in found} == {date(2026, 3, 31)}
    assert len({letter.code for letter in found}) == 3
    assert all(len(letter.code) == 9 and letter.code[4] == "-" for letter in found)


async def test_the_code_of_a_letter_is_found_by_its_blind_index(community: str) -> None:
    letter = (await issue_codes(community, clock.now()))[0]
    code = fold_code(letter.code)
    assert code
    held = await DoorCode.get(code_index=blind_index(code, "door_code")).prefetch_related("dwelling")
    assert (held.code, held.dwelling.address) == (code, letter.address)


async def test_codes_still_valid_are_repeated_however_often_they_were_used(community: str) -> None:
    now = clock.now()
    first = await issue_codes(community, now)
    await DoorCode.all().update(uses=4)
    assert await issue_codes(community, now + timedelta(days=29)) == first
    assert await DoorCode.all().count() == 3


async def test_expired_codes_are_replaced(community: str) -> None:
    now = clock.now()
    first = await issue_codes(community, now)
    second = await issue_codes(community, now + timedelta(days=30))
    assert not {letter.code for letter in first} & {letter.code for letter in second}
    assert await DoorCode.filter(replaced_at__isnull=True).count() == 3


async def test_renewing_replaces_all_and_keeps_when(community: str) -> None:
    now = clock.now()
    first = await issue_codes(community, now)
    second = await issue_codes(community, now + timedelta(days=1), renew=True)
    assert not {letter.code for letter in first} & {letter.code for letter in second}
    assert await DoorCode.filter(replaced_at=now + timedelta(days=1)).count() == 3
    assert await DoorCode.filter(replaced_at__isnull=True).count() == 3


async def test_a_dwelling_that_was_added_gets_a_code_beside_the_old_ones(community: str) -> None:
    first = await issue_codes(community, clock.now())
    await make_dwelling(await Estate.get(), room="202")
    second = await issue_codes(community, clock.now())
    assert (second[:3], len(second)) == (first, 4)


async def test_other_communities_get_no_letters(community: str) -> None:
    other = await make_community(await make_district("880413"))
    await make_dwelling(await make_estate(other))
    await issue_codes(community, clock.now(), renew=True)
    assert not await DoorCode.exists(dwelling__community__code=other.code)


async def test_a_code_drawn_twice_is_drawn_again(community: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def chances() -> Iterator[int]:
        yield from [0] * 16  # the first two dwellings draw the same
        place = 0
        while True:
            yield (place := place + 1) % len(ALPHABET)

    draws = chances()

    def randbelow(limit: int) -> int:
        return next(draws)

    monkeypatch.setattr(letters.secrets, "randbelow", randbelow)
    found = await issue_codes(community, clock.now())
    assert len({letter.code for letter in found}) == 3
    assert "2222-2222" in {letter.code for letter in found}


async def test_chance_that_never_changes_is_given_up(community: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def randbelow(limit: int) -> int:
        return 0

    monkeypatch.setattr(letters.secrets, "randbelow", randbelow)
    with pytest.raises(Conflict):
        await issue_codes(community, clock.now())
    assert await DoorCode.all().count() == 0


async def test_letters_printed_at_once_carry_the_same_codes(community: str) -> None:
    now = clock.now()
    first, second = await asyncio.gather(issue_codes(community, now), issue_codes(community, now))
    assert first == second
    assert await DoorCode.all().count() == 3


async def test_letters_are_for_communities_only(community: str) -> None:
    for code in (community[:9], "000000000000"):
        with pytest.raises(NotFound):
            await issue_codes(code, clock.now())


async def test_printing_is_noted_without_codes(community: str) -> None:
    found = await issue_codes(community, clock.now(), actor="staff:lin")
    await issue_codes(community, clock.now())
    entries = await AuditEntry.filter(action="letters.issue").order_by("id")
    assert [(entry.actor, entry.place, entry.detail) for entry in entries] == [
        ("staff:lin", community, {"issued": 3, "repeated": 0}),
        ("cli", community, {"issued": 0, "repeated": 3}),
    ]
    assert not any(letter.code in str(entry.detail) for entry in entries for letter in found)


def test_the_printers_file_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    write_letters(
        path,
        [
            Letter("幸福里3号楼2单元501", "7KQ2-M9XD", date(2026, 3, 31)),
            Letter('=HYPERLINK("x")', "2222-2222", date(2026, 3, 31)),
        ],
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbfaddress,code,expires_on\r\n")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"address": "幸福里3号楼2单元501", "code": "7KQ2-M9XD", "expires_on": "2026-03-31"},
            {"address": '\'=HYPERLINK("x")', "code": "2222-2222", "expires_on": "2026-03-31"},
        ]
    assert path.stat().st_mode & 0o777 == 0o600
