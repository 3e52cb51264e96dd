"""What became of a message or a file, as the composition root tells it to the panel."""

from typing import cast

import pytest

from bot.client import Media, WeChatClient
from bot.errcodes import PermanentError, PlatformError, TechnicalError, TemporaryError, UncertainError
from handlers.conversations.rules import Outcome
from main import panel_platform
from models.states import Delivered


class Client:
    """A platform client whose every call ends in one way."""

    def __init__(self, error: PlatformError | None = None) -> None:
        self.error = error
        self.sent: list[tuple[str, str]] = []

    async def send_text(self, openid: str, text: str) -> None:
        if self.error:
            raise self.error
        self.sent.append((openid, text))

    async def media(self, media_id: str) -> Media:
        if self.error:
            raise self.error
        return Media(media_id.encode(), "image/png")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome(Delivered.SENT)),
        (PermanentError(45015), Outcome(Delivered.FAILED, 45015)),
        (TemporaryError(-1), Outcome(Delivered.FAILED, -1)),
        (TechnicalError(48001), Outcome(Delivered.FAILED, 48001)),
        (UncertainError(0), Outcome(Delivered.UNKNOWN, 0)),
    ],
)
async def test_only_what_went_out_without_an_answer_is_uncertain(error: PlatformError | None, outcome: Outcome) -> None:
    client = Client(error)
    assert await panel_platform(cast(WeChatClient, client)).send_text("oA", "好") == outcome
    assert client.sent == ([] if error else [("oA", "好")])


async def test_a_file_is_there_or_not() -> None:
    found = await panel_platform(cast(WeChatClient, Client())).media("m1")
    assert found
    assert (found.content, found.content_type) == (b"m1", "image/png")
    assert await panel_platform(cast(WeChatClient, Client(TechnicalError(40007)))).media("m1") is None
