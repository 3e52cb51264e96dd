"""Letters on the panel: made by part, printed one a page with a QR code, replaced once, seen by nobody else."""

import csv
import re
from datetime import timedelta

import pytest

from clock import clock
from models.audit import AuditEntry
from models.organisations import Estate
from models.residency import DoorCode, Dwelling
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.platform import Letterbox
from tests.factories import Community, make_dwelling, make_estate

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")


@pytest.fixture
async def homes(community: Community) -> list[Dwelling]:
    """Two flats in one entrance, one in another, one in another estate."""
    estate, other = await make_estate(community), await make_estate(community, "临河苑")
    places = ((estate, "2", "501"), (estate, "2", "502"), (estate, "1", "101"), (other, "1", "101"))
    return [await make_dwelling(which, entrance=entrance, room=room) for which, entrance, room in places]


def entrance_of(community: Community, home: Dwelling) -> str:
    return f"community={community.code}&building={home.building_id}&entrance={home.entrance}"


async def make_letters(admin: Browser) -> str:
    return await admin.follow(await admin.press("/admin/letters", "生成入户信"))


async def test_letters_are_made_for_those_who_have_none(admin: Browser, homes: list[Dwelling]) -> None:
    page = words(await make_letters(admin))
    assert "4户的入户信已备好" in page
    assert "已生成 4 户 用过的 0 户 七天内到期 0 户 还没有码 0 户" in page
    assert "幸福里3号楼2单元 2 2 0 0" in page
    before = set(await DoorCode.all().values_list("id", flat=True))
    await make_letters(admin)
    assert set(await DoorCode.all().values_list("id", flat=True)) == before


async def test_an_estate_alone_gets_its_letters(admin: Browser, community: Community, homes: list[Dwelling]) -> None:
    estate = await Estate.get(name="临河苑")
    page = await admin.follow(
        await admin.press(f"/admin/letters?community={community.code}&estate={estate.id}", "生成入户信")
    )
    assert "临河苑3号楼1单元 1 1 0 0" in words(page)
    assert [code.dwelling_id for code in await DoorCode.all()] == [homes[3].id]


async def test_an_entrance_is_printed_a_letter_a_page(
    admin: Browser, community: Community, homes: list[Dwelling], letterbox: Letterbox
) -> None:
    await make_letters(admin)
    response = await admin.get(f"/admin/letters/print?{entrance_of(community, homes[0])}")
    codes = {code.dwelling_id: code.code for code in await DoorCode.all()}
    assert response.text.count('<article class="letter">') == response.text.count("<svg") == 2
    assert [code.replace("-", "") for code in CODE.findall(response.text)] == [codes[home.id] for home in homes[:2]]
    assert sorted(letterbox.scenes) == sorted(f"bd_{codes[home.id]}" for home in homes[:2])
    assert response.headers["cache-control"] == "no-store"
    assert 'style="' not in response.text
    entry = await AuditEntry.get(action="letters.print")
    assert (entry.place, entry.detail["letters"]) == (community.code, 2)
    assert not CODE.search(str(entry.detail))


async def test_one_letter_is_printed_again(admin: Browser, community: Community, homes: list[Dwelling]) -> None:
    await make_letters(admin)
    page = (await admin.get(f"/admin/letters/print?community={community.code}&dwelling={homes[1].id}")).text
    assert (page.count("<article"), homes[1].address in page) == (1, True)


async def test_letters_are_printed_without_qr_codes_while_the_platform_is_away(
    admin: Browser, community: Community, homes: list[Dwelling], letterbox: Letterbox
) -> None:
    await make_letters(admin)
    letterbox.reachable = False
    page = (await admin.get(f"/admin/letters/print?{entrance_of(community, homes[0])}")).text
    assert "微信平台现在连不上，有 2 封没有二维码" in page
    assert (len(CODE.findall(page)), page.count("<svg")) == (2, 0)


async def test_a_platform_that_is_away_is_not_asked_for_every_letter(
    admin: Browser, community: Community, letterbox: Letterbox
) -> None:
    estate = await make_estate(community)
    homes = [await make_dwelling(estate, room=str(room)) for room in range(101, 131)]
    await make_letters(admin)
    letterbox.reachable = False
    await admin.get(f"/admin/letters/print?{entrance_of(community, homes[0])}")
    assert len(letterbox.scenes) == 8


async def test_codes_are_replaced_after_a_question_and_only_once(
    admin: Browser, community: Community, homes: list[Dwelling]
) -> None:
    await make_letters(admin)
    old = {code.dwelling_id: code.code for code in await DoorCode.all()}
    where = f"/admin/letters/renew?community={community.code}&dwelling={homes[0].id}"
    assert "已经送出去的旧信马上作废" in await admin.page(where)
    asked_at = clock.now().isoformat()
    fields = {"community": community.code, "dwelling": str(homes[0].id), "asked_at": asked_at}
    for _ in range(2):
        assert (await admin.post("/admin/letters/renew", **fields)).status_code == 303
    now = {code.dwelling_id: code.code for code in await DoorCode.filter(replaced_at__isnull=True)}
    assert [home.id for home in homes if now[home.id] != old[home.id]] == [homes[0].id]
    assert await DoorCode.filter(dwelling_id=homes[0].id).count() == 2


async def test_used_and_ending_letters_are_counted(admin: Browser, homes: list[Dwelling]) -> None:
    await make_letters(admin)
    await DoorCode.filter(dwelling_id=homes[0].id).update(uses=2)
    await DoorCode.filter(dwelling_id=homes[1].id).update(expires_at=clock.now() + timedelta(days=3))
    await DoorCode.filter(dwelling_id=homes[2].id).update(expires_at=clock.now() - timedelta(days=1))
    assert "已生成 3 户 用过的 1 户 七天内到期 1 户 还没有码 1 户" in words(await admin.page("/admin/letters"))


async def test_the_table_is_what_the_command_writes(
    admin: Browser, community: Community, homes: list[Dwelling]
) -> None:
    await make_letters(admin)
    response = await admin.get(f"/admin/letters/letters.csv?community={community.code}")
    assert response.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert table[0] == ["address", "code", "expires_on"]
    assert [line[0] for line in table[1:]] == [home.address for home in homes]
    assert await AuditEntry.filter(action="letters.download").count() == 1


async def test_nothing_is_printed_before_letters_are_made(
    admin: Browser, community: Community, homes: list[Dwelling]
) -> None:
    response = await admin.get(f"/admin/letters/print?{entrance_of(community, homes[0])}")
    assert (response.status_code, "请先生成入户信" in response.text) == (422, True)


PAGES = ("/letters", "/letters/print", "/letters/entrance", "/letters/renew", "/letters/letters.csv")


@pytest.mark.parametrize("path", PAGES)
async def test_another_communitys_letters_are_not_found(
    signed_in: SignIn, community: Community, elsewhere: Community, homes: list[Dwelling], path: str
) -> None:
    stranger = await signed_in(StaffRole.WORKER, elsewhere.code)
    assert (await stranger.get(f"/admin{path}?community={community.code}")).status_code == 404
    # A foreign dwelling under one's own community is no way in either.
    assert await DoorCode.all().count() == 0
    if path not in PAGES[:1]:
        own = f"/admin{path}?community={elsewhere.code}&dwelling={homes[0].id}"
        assert (await stranger.get(own)).status_code == 404


async def test_another_communitys_codes_are_neither_made_nor_replaced(
    signed_in: SignIn, admin: Browser, community: Community, elsewhere: Community, homes: list[Dwelling]
) -> None:
    await make_letters(admin)
    stranger = await signed_in(StaffRole.WORKER, elsewhere.code)
    fields = {"asked_at": clock.now().isoformat(), "dwelling": str(homes[0].id)}
    for path in ("issue", "renew"):
        for code in (community.code, elsewhere.code):
            response = await stranger.post(f"/admin/letters/{path}", community=code, **fields)
            assert response.status_code == 404
    assert await DoorCode.filter(replaced_at__isnull=False).count() == 0


async def test_an_editor_prints_no_letters(signed_in: SignIn, community: Community) -> None:
    editor = await signed_in(StaffRole.EDITOR, community.code)
    assert (await editor.get("/admin/letters")).status_code == 403
