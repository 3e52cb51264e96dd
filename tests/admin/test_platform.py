"""What became of a message or a file, as the composition root tells it to the panel."""

from typing import cast

import pytest
from redis.asyncio import Redis

from accounts import Accounts, panel_platform, sender
from bot.client import Media, WeChatClient
from bot.errcodes import PermanentError, PlatformError, TechnicalError, TemporaryError, UncertainError
from handlers.conversations.rules import Outcome
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


class Served:
    """Accounts of which only `wx-first` is served."""

    def __init__(self, client: Client) -> None:
        self.only = client

    async def client(self, app_id: str) -> WeChatClient | None:
        return cast(WeChatClient, self.only) if app_id == "wx-first" else None


def served(client: Client) -> Accounts:
    return cast(Accounts, Served(client))


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
async def test_only_what_went_out_without_an_answer_is_uncertain(
    database: str, error: PlatformError | None, outcome: Outcome
) -> None:
    client = Client(error)
    assert await sender(served(client).client)("wx-first", "oA", "好") == outcome
    assert client.sent == ([] if error else [("oA", "好")])


async def test_nothing_goes_out_by_an_account_that_is_not_served(redis: Redis) -> None:
    client = Client()
    assert await sender(served(client).client)("wx-gone", "oA", "好") == Outcome(Delivered.FAILED)
    assert await panel_platform(served(client), redis).media("wx-gone", "m1") is None
    assert client.sent == []


async def test_a_file_is_there_or_not(redis: Redis) -> None:
    found = await panel_platform(served(Client()), redis).media("wx-first", "m1")
    assert found
    assert (found.content, found.content_type) == (b"m1", "image/png")
    assert await panel_platform(served(Client(TechnicalError(40007))), redis).media("wx-first", "m1") is None
