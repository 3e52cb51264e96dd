"""Ledgers uploaded in the panel: checked, told, taken in once, within one's own community, and forgotten after."""

import asyncio
import csv
import json
import time
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from admin.imports import DEAD_AFTER_SECONDS
from handlers.files import storage
from handlers.residency.actions.locks import LOAD_LOCK
from models.audit import AuditEntry
from models.database import rows
from models.files import StoredFile
from models.residency import Dwelling, Resident
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.residency.districts import write_district
from tests.residency.test_load import edit, load
from tests.residency.test_workbooks import workbook_of

PLACE = "990205001001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=2, buildings=1, floors=1)
    return tmp_path


@pytest.fixture
async def district_admin(signed_in: SignIn, database: str, folder: Path) -> Browser:
    """The administrator of a district of which only the tree is loaded."""
    (folder / "rest").mkdir()
    for name in ("dwellings.csv", "residents.csv", "owners.csv"):
        (folder / name).rename(folder / "rest" / name)
    await load(folder)
    return await signed_in(StaffRole.ADMIN, "990205")


async def send(browser: Browser, *paths: Path, token: str | None = None) -> httpx.Response:
    """Choose these files and press 检查."""
    fields = {"token": await browser.token() if token is None else token}
    files = [("files", (path.name, path.read_bytes())) for path in paths]
    return await browser.http.post("/admin/import", data=fields, files=files or None)


async def settled(browser: Browser, address: str) -> str:
    """The page once nothing is under way any more."""
    for _ in range(200):
        page = await browser.page(address)
        if "正在检查" not in words(page)[:200] and "正在导入" not in words(page)[:200]:
            return page
        await asyncio.sleep(0.05)
    raise AssertionError("the import never ends")


async def checked(browser: Browser, *paths: Path) -> tuple[str, str]:
    """Where the import stands once it has been checked, and what the page says."""
    response = await send(browser, *paths)
    assert response.status_code == 303
    address = response.headers["location"]
    return address, await settled(browser, address)


def rest(folder: Path) -> list[Path]:
    return sorted((folder / "rest").iterdir())


async def test_ledgers_are_checked_and_then_taken_in(district_admin: Browser, folder: Path) -> None:
    address, page = await checked(district_admin, *rest(folder))
    assert "如果导入，会是这样" in page
    assert "dwellings.csv 8 0 0 0 0" in words(page)
    assert await Dwelling.all().count() == 0
    assert (await district_admin.post(f"{address}/run")).headers["location"] == address
    page = await settled(district_admin, address)
    assert "导入完成" in page
    assert (await Dwelling.all().count(), await Resident.all().count()) == (8, 16)
    entry = await AuditEntry.filter(action="residency.load").order_by("-id").first()
    assert entry
    assert (entry.actor, entry.place) == ("staff:admin-990205", "990205")
    _, page = await checked(district_admin, *rest(folder))
    assert "residents.csv 0 0 16 0 0" in words(page)


async def test_files_lie_encrypted_and_are_forgotten_after_the_import(district_admin: Browser, folder: Path) -> None:
    address, _ = await checked(district_admin, folder / "rest" / "residents.csv")
    [file] = await StoredFile.all()
    assert file.expires_at
    assert "周安宁".encode() not in await storage.storage().get(file.key)
    await district_admin.press(address, "放弃并删除上传的文件")
    assert await StoredFile.all().count() == 0
    assert (await district_admin.get(address)).status_code == 404


async def test_every_bad_row_is_told_and_nothing_is_written_unless_told(district_admin: Browser, folder: Path) -> None:
    edit(folder / "rest", "dwellings.csv", lambda table: table[0].update(area="约90"))
    edit(folder / "rest", "residents.csv", lambda table: table[5].update(birth="去年"))
    address, page = await checked(district_admin, *rest(folder))
    assert "dwellings.csv 2 有误 area 应为数字" in words(page)
    table = (await district_admin.get(f"{address}/problems.csv")).content.decode("utf-8-sig")
    lines = {(line[0], int(line[1])) for line in list(csv.reader(table.splitlines()))[1:]}
    assert lines == {
        ("dwellings.csv", 2),
        ("residents.csv", 2),
        ("residents.csv", 3),
        ("residents.csv", 7),
        *{("owners.csv", 2)},
    }
    answer = await district_admin.follow(await district_admin.post(f"{address}/run"))
    assert "还有5行有误" in words(answer)
    assert await Dwelling.all().count() == 0
    await district_admin.post(f"{address}/run", skip_bad="1")
    await settled(district_admin, address)
    assert (await Dwelling.all().count(), await Resident.all().count()) == (7, 13)


async def test_a_workbook_is_taken_like_a_csv(district_admin: Browser, folder: Path) -> None:
    lines = list(csv.reader((folder / "rest" / "dwellings.csv").read_text("utf-8").splitlines()))
    (folder / "户室.xlsx").write_bytes(workbook_of(lines))
    _, page = await checked(district_admin, folder / "户室.xlsx")
    assert "户室.xlsx 8 0 0 0 0" in words(page)


async def test_pressed_twice_it_is_taken_in_once(district_admin: Browser, folder: Path) -> None:
    address, _ = await checked(district_admin, *rest(folder))
    token = await district_admin.token()
    await asyncio.gather(*(district_admin.http.post(f"{address}/run", data={"token": token}) for _ in range(3)))
    await settled(district_admin, address)
    assert await AuditEntry.filter(action="residency.load").count() == 2


async def test_while_another_import_runs_it_is_refused(district_admin: Browser, folder: Path) -> None:
    locked, finished = asyncio.Event(), asyncio.Event()

    async def other_import() -> None:
        async with in_transaction():
            await rows("SELECT pg_advisory_xact_lock($1)", LOAD_LOCK)
            locked.set()
            await finished.wait()

    other = asyncio.create_task(other_import())
    await locked.wait()
    _, page = await checked(district_admin, *rest(folder))
    finished.set()
    await other
    assert "另一个导入正在进行" in words(page)
    assert await Dwelling.all().count() == 0


async def test_a_communitys_administrator_imports_nothing_of_the_neighbours(
    district_admin: Browser, signed_in: SignIn, folder: Path
) -> None:
    own = await signed_in(StaffRole.ADMIN, PLACE)
    address, page = await checked(own, *rest(folder))
    assert "不在您的管理范围" in page
    await own.post(f"{address}/run", skip_bad="1")
    await settled(own, address)
    assert {one.code[:12] for one in await Dwelling.all()} == {PLACE}


async def test_somebody_elses_import_is_not_found(district_admin: Browser, signed_in: SignIn, folder: Path) -> None:
    address, _ = await checked(district_admin, *rest(folder))
    own = await signed_in(StaffRole.ADMIN, PLACE)
    for path in ("", "/progress", "/problems.csv"):
        assert (await own.get(address + path)).status_code == 404
    for path in ("/run", "/drop"):
        assert (await own.post(address + path)).status_code == 404


async def test_an_import_whose_process_died_says_so(district_admin: Browser, folder: Path, redis: Redis) -> None:
    address, _ = await checked(district_admin, *rest(folder))
    key = f"panel:import:{address.rsplit('/', 1)[1]}"
    held = json.loads(await redis.get(key))
    dead = held | {"stage": "importing", "beat": time.time() - DEAD_AFTER_SECONDS - 1}
    await redis.set(key, json.dumps(dead))
    assert "这次导入中断了" in words(await district_admin.page(address))


class TestHostile:
    async def test_a_body_beyond_the_limit_is_refused_unread(self, district_admin: Browser) -> None:
        token = await district_admin.token()
        big = b"x" * (61 * 1024**2)
        files = {"files": ("residents.csv", big)}
        response = await district_admin.http.post("/admin/import", data={"token": token}, files=files)
        assert response.status_code == 413
        assert await StoredFile.all().count() == 0

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("residents.csv", b"\x7fELF" + b"\0" * 200, ""),
            ("residents.xlsx", b"PK\x03\x04" + b"\0" * 200, "文件"),
            ("photo.jpg", b"\xff\xd8\xff", "认不出"),
            ("../../etc/org.yaml.exe", b"x", "认不出"),
        ],
    )
    async def test_what_is_no_ledger_is_told_kindly(
        self, district_admin: Browser, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        files = {"files": (name, content)}
        data = {"token": await district_admin.token()}
        response = await district_admin.http.post("/admin/import", data=data, files=files)
        page = await district_admin.follow(response)
        assert said in words(page)
        assert "500" not in page[:100]
        assert await Resident.all().count() == 0

    async def test_a_form_that_is_not_ours_is_refused(self, district_admin: Browser, folder: Path) -> None:
        assert (await send(district_admin, *rest(folder), token="made up")).status_code == 403
        assert await StoredFile.all().count() == 0

    async def test_a_worker_may_not_upload(self, signed_in: SignIn, district_admin: Browser, folder: Path) -> None:
        worker = await signed_in(StaffRole.WORKER, PLACE)
        assert (await send(worker, *rest(folder))).status_code == 403

    async def test_no_file_chosen_is_told(self, district_admin: Browser) -> None:
        response = await district_admin.post("/admin/import")
        assert "请先选择文件" in words(await district_admin.follow(response))
