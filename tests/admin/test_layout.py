"""Pages with the front-end packages and without them, and what people see when something breaks."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from admin import layout
from admin.pages import dwellings
from models.states import StaffRole
from tests.admin.browser import ORIGIN, Browser
from tests.admin.conftest import SignIn
from tests.factories import Community

MOST_ON_SCREEN = 16 * 1024
MOST_ON_PAPER = 6 * 1024
PAPERS = ("letters.css", "papers.css")
VENDOR = ("tabler.min.css", "htmx.min.js")


async def test_pages_use_the_packages_that_are_there_and_own_styles_where_not(
    admin: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "STATIC", tmp_path)
    bare = await admin.page("/admin/dwellings")
    assert "/admin/static/vendor/" not in bare
    assert "plain.css" in bare
    assert "hx-get" not in bare
    (tmp_path / "vendor").mkdir()
    for name in VENDOR:
        (tmp_path / "vendor" / name).touch()
    dressed = await admin.page("/admin/dwellings")
    assert all(f"/admin/static/vendor/{name}" in dressed for name in VENDOR)
    assert "plain.css" not in dressed
    assert 'hx-get="/admin/dwellings"' in dressed


def test_own_styles_stay_small() -> None:
    sizes = {file.name: file.stat().st_size for file in layout.STATIC.glob("*.css")}
    assert sum(sizes.pop(name) for name in PAPERS) <= MOST_ON_PAPER
    assert sum(sizes.values()) <= MOST_ON_SCREEN


async def test_a_bug_shows_a_sentence_and_nothing_of_itself(
    panel: FastAPI, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("幸福里3号楼2单元501 李秀英")

    monkeypatch.setattr(dwellings.queries, "dwellings", broken)
    transport = httpx.ASGITransport(panel, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=admin.http.cookies) as http:
        response = await http.get("/admin/dwellings")
    assert response.status_code == 500
    assert "系统出错了，刚才的操作没有完成。" in response.text
    assert "李秀英" not in response.text
    assert response.headers["cache-control"] == "no-store"


async def test_the_page_one_is_on_is_marked_in_its_menu(signed_in: SignIn, community: Community) -> None:
    browser = await signed_in(StaffRole.WORKER, community.code)
    for path, word, menus in (
        ("/admin/", "概览", 1),
        ("/admin/dwellings", "户室", 1),
        ("/admin/account", "我的账号", 2),
    ):
        here = re.findall(r'<a href="[^"]*" aria-current="page">(.*?)</a>', await browser.page(path))
        assert here == [word] * menus, path
        assert ('class="to-more" href="#more" aria-current="true"' in await browser.page(path)) is (menus == 2)


def test_no_page_stands_in_both_menus() -> None:
    paths = [path for path, _, _ in (*layout.NAVIGATION, *layout.MANAGEMENT)]
    assert len(set(paths)) == len(paths)
