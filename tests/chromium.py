"""A real browser for tests of pages: named, or on PATH; without one they skip loudly, and in CI they fail."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PROGRAM = os.environ.get("LINLI_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
PATIENCE = 20_000
"""Milliseconds a page may take to say what is expected: other tests share the machine."""
MISSING = "no Chromium: set LINLI_CHROMIUM or install it (as root `make test` does)"


expect.set_options(timeout=PATIENCE)


def need_browser() -> str:
    """The browser's program."""
    if PROGRAM is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return PROGRAM


@contextmanager
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=need_browser(), args=QUIET)
        yield program
        program.close()
