"""The files at the domain's root: exactly what was uploaded, nothing else, and not a read for each who asks."""

import pytest
from fastapi import FastAPI

from clock import clock
from miniprogram.pages import verification
from models.accounts import VerificationFile
from tests.miniprogram.conftest import Handset, Wechat

NAME = "MP_verify_0123456789abcDEF.txt"


@pytest.fixture
async def browser(surface: FastAPI, wechat: Wechat) -> Handset:
    return Handset(surface, wechat)


async def test_a_file_is_served_as_it_was_uploaded(browser: Handset) -> None:
    await VerificationFile.create(name=NAME, body="abcDEF\r\n", uploaded_by="lin", uploaded_at=clock.now())
    answer = await browser.http.get(f"/{NAME}")
    assert (answer.status_code, answer.content) == (200, b"abcDEF\r\n")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path", [f"/{NAME}", "/MP_verify_x.txt", f"/m/{NAME}", f"/{NAME}/", "/MP_verify_..%2f..%2fsettings.txt"]
)
async def test_what_nobody_uploaded_is_not_there(browser: Handset, path: str) -> None:
    assert (await browser.http.get(path, follow_redirects=True)).status_code == 404


async def test_whoever_asks_often_costs_one_read(
    database: str, wechat: Wechat, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0

    async def counted() -> dict[str, str]:
        nonlocal reads
        reads += 1
        return {}

    monkeypatch.setattr(verification, "verification_files", counted)
    app = FastAPI(openapi_url=None)
    app.routes.append(verification.verification_route())
    browser = Handset(app, wechat)
    for number in range(20):
        assert (await browser.http.get(f"/MP_verify_{number:016}.txt")).status_code == 404
    assert reads == 1
