"""`linli account add`: its three secrets come from standard input, where no list of processes shows them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from typer.testing import CliRunner

import account_commands
import cli
from errors import Invalid, NotFound
from models.accounts import OfficialAccount
from settings import Settings, get_settings
from tests.factories import make_district

SECRETS = ("s" * 32, "tokenriver", "A" * 43)
Work = Callable[[Settings], Awaitable[Any]]


@pytest.fixture
def linli(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Work]:
    """What a command would do with the database, to be done in the test's own loop."""
    asked: list[Work] = []
    monkeypatch.setattr(account_commands, "run", asked.append)

    def command(*words: str, stdin: str = "") -> Work:
        done = CliRunner().invoke(cli.app, words, stdin)
        assert done.exit_code == 0, done.output
        assert not any(secret in done.output for secret in SECRETS)
        return asked.pop()

    return command


async def test_an_account_is_added_from_three_lines(database: str, linli: Callable[..., Work]) -> None:
    await make_district()
    words = ("account", "add", "river", "--app-id", "wx000000000river00", "--org", "880412", "--name", "河东")
    add = linli(*words, stdin="\n".join(SECRETS) + "\n")
    assert (await add(get_settings())).endswith("/wechat/river")
    account = await OfficialAccount.get()
    assert (account.slug, account.name, account.mode) == ("river", "河东", "safe")
    assert (account.app_secret, account.token, account.aes_key) == SECRETS
    with pytest.raises(Invalid):
        await linli(*words, stdin="short\n\n\n")(get_settings())
    assert (await OfficialAccount.get()).token == "tokenriver"


async def test_the_menu_of_an_account_nobody_has_is_not_pushed(
    database: str, linli: Callable[..., Work], monkeypatch: pytest.MonkeyPatch, engines: Any
) -> None:
    push = linli("menu", "push", "--account", "nobody")
    with pytest.raises(NotFound):
        await push(get_settings().model_copy(update={"redis_url": engines.redis_url}))
