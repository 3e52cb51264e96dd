"""Two official accounts beside each other: their own doors, tokens and people, also where an openid is the same."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

import accounts as served
from accounts import Accounts, Doors
from bot.envelope import Credentials, Mode
from bot.token import Token, TokenStore
from clock import clock
from handlers.articles.knowledge import Knowledge
from handlers.official_accounts.actions import add_account
from handlers.official_accounts.rules import AccountTaken, NewAccount
from handlers.residency.visitors import chat_address
from main import Front, compose_bot
from models.accounts import OfficialAccount
from models.database import rows
from models.residency import Account, Binding
from models.states import BindingState, MemberRole
from settings import get_settings
from tests.factories import make_community, make_district, make_dwelling, make_estate
from tests.journeys.platform_push import Platform

SECRETS = ("s" * 32, "tokenriver", "RiverKey" + "0" * 35)
RIVER = NewAccount("river", "河东社区", "880412", "wx000000000river00", *SECRETS)
FIRST = get_settings()
ORIGIN = "http://127.0.0.1:8000"


def phone(openid: str, slug: str = "") -> Platform:
    if slug:
        return Platform(
            ORIGIN, Credentials(RIVER.app_id, RIVER.token, RIVER.aes_key, Mode.SAFE), openid, f"/wechat/{slug}"
        )
    own = (FIRST.wechat_app_id, FIRST.wechat_token, FIRST.wechat_aes_key)
    return Platform(ORIGIN, Credentials(*own, Mode(FIRST.wechat_mode)), openid)


@pytest.fixture
async def town(database: str, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    """The whole front with two accounts; what is switched off is noticed at once."""
    monkeypatch.setattr(served, "HELD_SECONDS", 0)
    await make_district()
    await add_account(RIVER, FIRST.wechat_app_id)
    bot, accounts = compose_bot(redis, Knowledge()), Accounts(FIRST, redis)
    await bot.sessions.start()
    front = Front(FastAPI(openapi_url=None), Doors(accounts, bot))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(front)) as client:
        yield client
    await front.doors.drain()
    await bot.sessions.stop()
    await accounts.aclose()


async def make_home(app_id: str, openid: str, estate: str) -> int:
    account = await Account.create(app_id=app_id, openid=openid, created_at=clock.now())
    district = await make_district((estate == "河东里" and "880501") or "880502")
    home = await make_dwelling(await make_estate(await make_community(district), estate))
    await Binding.create(
        account=account,
        dwelling=home,
        role=MemberRole.OWNER,
        name="李秀英",
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )
    return account.id


async def test_one_openid_under_two_accounts_is_two_people(town: httpx.AsyncClient) -> None:
    at_first = await make_home(FIRST.wechat_app_id, "oSame", "河东里")
    at_river = await make_home(RIVER.app_id, "oSame", "河西里")
    said = await phone("oSame").say_with(town, "我的")
    assert "河东里" in said
    assert "河西里" not in said
    said = await phone("oSame", "river").say_with(town, "我的")
    assert "河西里" in said
    assert "河东里" not in said
    assert await chat_address(at_first) == (FIRST.wechat_app_id, "oSame")
    assert await chat_address(at_river) == (RIVER.app_id, "oSame")


async def test_a_dialogue_at_one_account_does_not_go_on_at_the_other(town: httpx.AsyncClient) -> None:
    assert "同意" in await phone("oSame").say_with(town, "绑定")
    assert "已过期" in await phone("oSame", "river").say_with(town, "确认")
    assert "请发送您家的地址" in await phone("oSame").say_with(town, "同意")


async def test_a_push_for_one_account_does_not_pass_the_others_door(town: httpx.AsyncClient) -> None:
    stranger = phone("oSame")
    stranger.url = f"{ORIGIN}/wechat/river"
    with pytest.raises(AssertionError):
        await stranger.say_with(town, "我的")
    assert (await town.get(f"{ORIGIN}/wechat/river")).status_code in {400, 403}


async def test_an_account_that_is_switched_off_has_no_door(town: httpx.AsyncClient) -> None:
    assert await phone("oLi", "river").say_with(town, "你好")
    await OfficialAccount.filter(slug="river").update(active=False)
    assert (await town.post(f"{ORIGIN}/wechat/river")).status_code == 404
    await OfficialAccount.filter(slug="river").update(active=True)
    assert await phone("oLi", "river").say_with(town, "你好")


async def test_new_secrets_take_the_place_of_the_old(town: httpx.AsyncClient) -> None:
    assert await phone("oLi", "river").say_with(town, "你好")
    await OfficialAccount.filter(slug="river").update(token="anothertoken")
    with pytest.raises(AssertionError):
        await phone("oLi", "river").say_with(town, "你好")


async def test_unknown_slugs_cost_the_database_one_read_together(
    database: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0

    async def counted() -> list[served.ServedAccount]:
        nonlocal reads
        reads += 1
        return []

    monkeypatch.setattr(served, "served_accounts", counted)
    accounts = Accounts(FIRST, redis)
    for slug in ("a", "b", *(f"guess-{number}" for number in range(50)), "../x", "A", "x" * 500):
        assert await accounts.by_slug(slug) is None
    assert reads == 1
    await accounts.aclose()


async def test_a_database_that_is_away_leaves_the_doors_that_were_known(
    town: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await phone("oLi", "river").say_with(town, "你好")

    async def away() -> list[served.ServedAccount]:
        raise OSError

    monkeypatch.setattr(served, "served_accounts", away)
    assert await phone("oLi", "river").say_with(town, "你好")


async def test_each_account_keeps_a_token_of_its_own(redis: Redis) -> None:
    def store(app_id: str) -> TokenStore:
        async def fetch() -> Token:
            return Token(access_token=f"token of {app_id}", expires_in=7200)

        return TokenStore(redis, app_id, fetch, str.encode, bytes.decode)

    assert await store("wx1").get() == "token of wx1"
    assert await store("wx2").get() == "token of wx2"
    await store("wx1").invalidate("token of wx1")
    assert [key async for key in redis.scan_iter("token:*")] == [b"token:wx2"]


async def test_secrets_are_sealed_and_the_same_again_replaces_them(database: str) -> None:
    await make_district()
    await add_account(RIVER, FIRST.wechat_app_id)
    [row] = await rows("SELECT * FROM official_account")
    assert not any(secret.encode() in bytes(str(row), "utf-8") for secret in SECRETS)
    await add_account(NewAccount(**{**_parts(RIVER), "app_secret": "n" * 32}), FIRST.wechat_app_id)
    assert (await OfficialAccount.get()).app_secret == "n" * 32


@pytest.mark.parametrize(
    "taken", [{"app_id": FIRST.wechat_app_id}, {"slug": "other"}, {"app_id": "wx000000000other00"}]
)
async def test_an_account_is_served_at_one_place(database: str, taken: dict[str, str]) -> None:
    await make_district()
    await add_account(RIVER, FIRST.wechat_app_id)
    with pytest.raises(AccountTaken):
        await add_account(NewAccount(**{**_parts(RIVER), **taken}), FIRST.wechat_app_id)
    assert await OfficialAccount.all().count() == 1


def _parts(account: NewAccount) -> dict[str, str]:
    return {name: getattr(account, name) for name in NewAccount.__dataclass_fields__}
