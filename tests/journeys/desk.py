"""A member of staff at the panel in a real browser: signing in, walking, filling in, and looking hard at each page."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from demonstration import PASSWORD as STAFF_PASSWORD
from tests.files.uploads import photograph
from tests.journeys.conftest import COMMUNITY, Service
from tests.journeys.test_screens import PHONE, _sign_in

DESK = {"width": 1440, "height": 900}
PICTURES = os.environ.get("LINLI_PICTURES") == "1"
PHOTO = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": photograph()}


class Desk:
    """One login's browser; by `look` nothing may stick out sideways."""

    def __init__(self, chromium: Browser, service: Service, folder: Path, role: str, place: str = COMMUNITY) -> None:
        self.page: Page = chromium.new_page(viewport=DESK)
        self.url, self.folder, self.role = service.url, folder, role
        _sign_in(self.page, service, f"{role}-{place}", STAFF_PASSWORD)

    def to(self, path: str) -> "Desk":
        self.page.goto(f"{self.url}{path}")
        return self

    def fill(self, **written: str) -> "Desk":
        for label, words in written.items():
            self.page.get_by_label(label, exact=True).fill(words)
        return self

    def press(self, word: str, says: str = "") -> "Desk":
        self.page.get_by_role("button", name=word).last.click()
        if says:
            expect(self.page.locator("main")).to_contain_text(says)
        return self

    def upload(self, label: str) -> "Desk":
        self.page.get_by_label(label).set_input_files(PHOTO)  # pyright: ignore[reportArgumentType]
        return self

    def look(self, name: str, *, narrow: bool = False) -> "Desk":
        """Nothing sticks out, at a desk and where wanted at a phone's width; LINLI_PICTURES=1 keeps pictures."""
        for size in (DESK, PHONE) if narrow else (DESK,):
            self.page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
            if PICTURES:
                self.page.screenshot(path=self.folder / f"{name}-{size['width']}.png", full_page=True)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
        self.page.set_viewport_size(DESK)  # pyright: ignore[reportArgumentType]
        return self

    def save(self, word: str) -> Path:
        """What a link downloads."""
        with self.page.expect_download() as file:
            self.page.get_by_role("link", name=word, exact=True).click()
        kept = self.folder / file.value.suggested_filename
        file.value.save_as(kept)
        return kept

    def later(self, label: str, days: int) -> "Desk":
        """Put off a time that stands in the form."""
        field = self.page.get_by_label(label, exact=True)
        stands = datetime.fromisoformat(field.input_value())
        field.fill((stands + timedelta(days=days)).isoformat(timespec="minutes"))
        return self


Seat = Callable[..., Desk]
