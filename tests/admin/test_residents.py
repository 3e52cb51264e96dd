"""The residents' register in the panel: found and shown masked, in scope alone, no name in an address."""

import re
from datetime import date

import pytest

from admin.pages import residents as pages
from models.residency import Dwelling, Resident
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community, make_dwelling, make_estate, make_owner
from tests.residency.register import make_binding, make_person

REGISTER = "/admin/residents"


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


@pytest.fixture
async def homes(community: Community) -> list[Dwelling]:
    estate = await make_estate(community, "松涛苑", "松涛")
    return [await make_dwelling(estate, room=room) for room in ("501", "502", "601")]


async def find(browser: Browser, text: str) -> str:
    return words(await browser.follow(await browser.press(REGISTER, "查找", {"姓名、电话或地址": text})))


def shown(page: str, *people: Resident) -> list[bool]:
    return [f"/admin/residents/{one.id}" in page for one in people]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("王秀英", "10"),
        ("王 秀英", "00"),
        ("王 松涛苑", "10"),
        ("欧阳 松涛", "01"),
        ("欧 松涛苑", "00"),
        ("欧阳娜 松涛苑3号楼", "01"),
        ("欧阳娜 松涛苑4号楼", "00"),
        ("154-0000-0001", "10"),
        ("+86 154 0000 0001", "10"),
        ("1540000", "00"),
        ("99010319800101001x", "01"),
        ("松涛苑3-2-501", "10"),
        ("松涛苑", "11"),
        ("3号楼2单元502", "01"),
        ("秀英", "00"),
        ("%", "00"),
        ("'; DROP TABLE resident; --", "00"),
    ],
)
async def test_people_are_found_by_what_staff_know_of_them(
    worker: Browser, homes: list[Dwelling], text: str, wanted: str
) -> None:
    one = await make_person("王秀英", homes[0], phone="15400000001")
    other = await make_person("欧阳娜", homes[1], id_no="99010319800101001X")
    answer = await worker.press(REGISTER, "查找", {"姓名、电话或地址": text})
    assert re.fullmatch(r"/admin/residents(\?search=[0-9a-f]{8})?", answer.headers["location"])
    page = await worker.follow(answer)
    assert shown(page, one, other) == [mark == "1" for mark in wanted]
    assert "秀英" not in words(page)
    assert "15400000001" not in words(page)


async def test_a_surname_alone_asks_for_the_estate(worker: Browser, homes: list[Dwelling]) -> None:
    await make_person("王秀英", homes[0])
    answer = await worker.press(REGISTER, "查找", {"姓名、电话或地址": "王"})
    page = await worker.http.get(answer.headers["location"], follow_redirects=True)
    assert "请再写上小区" in page.text


async def test_a_long_list_of_a_search_goes_on_without_the_words_in_its_address(
    worker: Browser, homes: list[Dwelling], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    people = [await make_person("王秀英", home) for home in homes]
    for text in ("王秀英", "王 松涛苑", "松涛苑3号楼", ""):
        first = await worker.follow(await worker.press(REGISTER, "查找", {"姓名、电话或地址": text}))
        address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert address.isascii()
        second = await worker.page(address)
        assert shown(first, *people) == [True, True, False]
        assert shown(second, *people) == [False, False, True]
        assert 'rel="next"' not in second
    for wrong in ("x", "1", "1-x", "-1-1", "1-1-1", "9" * 30 + "-1"):
        assert (await worker.get(f"{REGISTER}?after={wrong}")).status_code == 404, wrong
    assert (await worker.get(f"{REGISTER}?search=ffffffff")).status_code == 303


async def test_who_belongs_here_by_history_ownership_or_wechat_is_found_and_a_merged_row_is_not(
    worker: Browser, homes: list[Dwelling], elsewhere: Community
) -> None:
    away = await make_dwelling(await make_estate(elsewhere, "彼岸苑"))
    left, owner, bound, merged, stranger = [
        await make_person(name, away) for name in ("王左", "王右", "王中", "王上", "王下")
    ]
    await make_owner("王右", homes[0], owner)
    await make_binding(homes[0], "王中", bound)
    former = await make_person("王前", homes[0], away)
    await former.memberships.filter(dwelling_id=homes[0].id).update(until=date(2026, 2, 1))  # type: ignore[attr-defined]
    await Resident.filter(id=merged.id).update(merged_into_id=owner.id)
    page = await find(worker, "")
    listed = await worker.page(REGISTER)
    assert shown(listed, left, owner, bound, merged, stranger, former) == [False, True, True, False, False, True]
    assert "松涛苑3号楼2单元501（以前）" in page
    assert (await worker.get(f"{REGISTER}/{stranger.id}")).status_code == 404
    assert (await worker.get(f"{REGISTER}/{merged.id}")).headers["location"] == f"{REGISTER}/{owner.id}"
    one = words(await worker.page(f"{REGISTER}/{owner.id}"))
    assert "另有 1 处户室不在您的管理范围" in one
    assert "彼岸苑" not in one


async def test_another_branch_finds_and_opens_nobody(
    worker: Browser, signed_in: SignIn, homes: list[Dwelling], elsewhere: Community
) -> None:
    person = await make_person("王秀英", homes[0], phone="15400000001")
    for role in (StaffRole.ADMIN, StaffRole.WORKER, StaffRole.AUDITOR):
        stranger = await signed_in(role, elsewhere.code)
        for text in ("王秀英", "王 松涛苑", "15400000001", "松涛苑3-2-501", "松涛苑"):
            assert str(person.id) not in await find(stranger, text)
        assert (await stranger.get(f"{REGISTER}/{person.id}")).status_code == 404
        assert not any(shown(await stranger.page(REGISTER), person))
    assert str(person.id) in await worker.page(REGISTER)


async def test_a_person_is_added_corrected_moved_and_shown(worker: Browser, homes: list[Dwelling]) -> None:
    added = await worker.press(
        f"{REGISTER}/new",
        "添加",
        {"姓名": "诸葛明", "住址": "松涛苑3-2-501", "电话": "15400000002", "出生日期": "1980-05-01"},
    )
    page = words(await worker.follow(added))
    assert "诸**（居民编号" in page
    assert "154****0002" in page
    assert "1980" in page
    path = added.headers["location"]
    done = await worker.press(f"{path}/edit", "保存", {"电话": "15400000003", "更正理由": "本人来改"})
    assert "已更正：电话。" in await worker.follow(done)
    moved = await worker.press(path, "迁入", {"新住址": "松涛苑3-2-502"})
    page = words(await worker.follow(moved))
    assert "松涛苑3号楼2单元502" in page
    assert "松涛苑3号楼2单元501" in page
    assert "重复" not in await worker.follow(await worker.press(path, "迁出"))
    for label, text in (("住址", "不存在的地方"), ("姓名", ""), ("出生日期", "去年"), ("电话", "abc")):
        written = {"姓名": "诸葛亮", "住址": "松涛苑3-2-601"} | {label: text}
        refused = await worker.press(f"{REGISTER}/new", "添加", written)
        assert refused.status_code == 422
        assert 'value="诸葛亮"' in refused.text or label == "姓名"
    assert await Resident.all().count() == 1


async def test_owners_of_every_kind_read_right(worker: Browser, homes: list[Dwelling]) -> None:
    person = await make_person("王秀英", homes[0])
    for home in homes[:2]:
        await make_owner("王秀英", home, person)
    await person.ownerships.all().update(head="王家")  # type: ignore[attr-defined]
    beside = await make_owner("李强", homes[1])
    await type(beside).filter(id=beside.id).update(share="1/3")
    company = await make_owner("建设单位(未售)", homes[0])
    await type(company).filter(id=company.id).update(holder="company")
    page = words(await worker.page(f"{REGISTER}/{person.id}"))
    assert page.count("共 2 套") == 2
    assert "李** 1/3" in page
    assert "建设单位(未售) 1/1" in page
    assert "建设单位(未售)（未售，全部）" in page


async def test_duplicates_are_compared_merged_and_parted_again(
    worker: Browser, homes: list[Dwelling], signed_in: SignIn, elsewhere: Community
) -> None:
    one = await make_person("王强", homes[0], birth_on=date(1980, 1, 1), id_no="990103198001010011")
    two = await make_person("王强", homes[1], birth_on=date(1980, 1, 1), id_no="990103198001010011")
    await make_person("李强", homes[1])
    page = words(await worker.page(f"{REGISTER}/duplicates"))
    assert "证件号相同，姓名和出生日期相同" in page
    assert page.count("核对") == 3
    compare = f"{REGISTER}/{one.id}/merge/{two.id}"
    assert (await worker.press(compare, "合并", {"合并理由": "重复"})).status_code == 422
    done = await worker.press(compare, "合并", {"留下哪一位": str(one.id), "合并理由": "同一个人"})
    assert f"已把居民{two.id}并入这里" in await worker.follow(done)
    assert "没有疑似重复" in await worker.page(f"{REGISTER}/duplicates")
    assert (await worker.get(compare)).status_code == 404
    undone = await worker.follow(await worker.press(f"{REGISTER}/{one.id}", "撤销合并"))
    assert f"居民{two.id}重新单独登记" in undone
    stranger = await signed_in(StaffRole.WORKER, elsewhere.code)
    for path in (compare, f"{REGISTER}/duplicates?community={(await homes[0].community).code}"):
        assert (await stranger.get(path)).status_code == 404
