"""The access_token: one for all processes, sealed, fetched no more often than it must be."""

import asyncio
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from structlog.testing import capture_logs

from bot.errcodes import TechnicalError
from bot.token import Token, TokenStore
from tests.bot.mock_platform import seal, unseal


class Platform:
    """Grants token-1, token-2, … and counts; refuses while `refusal` is set."""

    def __init__(self, expires_in: int = 7200) -> None:
        self.expires_in = expires_in
        self.granted = 0
        self.refusal: Exception | None = None

    async def fetch(self) -> Token:
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        self.granted += 1
        return Token(access_token=f"token-{self.granted}", expires_in=self.expires_in)


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def app_id() -> str:
    return f"wx{uuid4().hex[:16]}"


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def nowhere() -> Redis:
    return Redis(host="127.0.0.1", port=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))


def store(redis: Redis, app_id: str, platform: Platform, watch: Watch | None = None) -> TokenStore:
    return TokenStore(redis, app_id, platform.fetch, seal, unseal, watch or Watch())


async def test_processes_share_one_token(redis: Redis, app_id: str, platform: Platform) -> None:
    assert await store(redis, app_id, platform).get() == "token-1"
    assert await store(redis, app_id, platform).get() == "token-1"
    assert platform.granted == 1


async def test_accounts_do_not_share_a_token(redis: Redis, app_id: str, platform: Platform) -> None:
    assert await store(redis, app_id, platform).get() == "token-1"
    assert await store(redis, f"{app_id}2", platform).get() == "token-2"


async def test_redis_holds_the_token_sealed_until_five_minutes_before_its_end(
    redis: Redis, app_id: str, platform: Platform
) -> None:
    await store(redis, app_id, platform).get()
    held = await redis.get(f"token:{app_id}")
    assert isinstance(held, bytes)
    assert b"token-1" not in held
    assert unseal(held) == "token-1"
    assert 6898 <= await redis.ttl(f"token:{app_id}") <= 6900


@pytest.mark.parametrize("expires_in", [1, 300, 301])
async def test_a_token_near_its_end_is_used_and_hardly_kept(redis: Redis, app_id: str, expires_in: int) -> None:
    with capture_logs() as logs:
        assert await store(redis, app_id, Platform(expires_in)).get() == "token-1"
    assert await redis.ttl(f"token:{app_id}") <= 1
    assert logs == []


async def test_an_absurd_life_is_cut_to_two_hours(redis: Redis, app_id: str) -> None:
    await store(redis, app_id, Platform(10**30)).get()
    assert 6898 <= await redis.ttl(f"token:{app_id}") <= 6900


async def test_memory_answers_for_a_minute_and_then_redis_is_asked(
    redis: Redis, app_id: str, platform: Platform
) -> None:
    watch = Watch()
    tokens = store(redis, app_id, platform, watch)
    await tokens.get()
    await redis.set(f"token:{app_id}", seal("token-of-another-process"))
    watch.seconds += 59
    assert await tokens.get() == "token-1"
    watch.seconds += 1
    assert await tokens.get() == "token-of-another-process"


async def test_memory_does_not_outlive_a_short_token(redis: Redis, app_id: str) -> None:
    watch = Watch()
    tokens = store(redis, app_id, Platform(expires_in=20), watch)
    await tokens.get()
    await redis.delete(f"token:{app_id}")
    watch.seconds += 10
    assert await tokens.get() == "token-2"


async def test_many_at_once_fetch_once(redis: Redis, app_id: str, platform: Platform) -> None:
    tokens = store(redis, app_id, platform)
    assert set(await asyncio.gather(*(tokens.get() for _ in range(50)))) == {"token-1"}
    assert platform.granted == 1


async def test_a_refused_token_is_replaced_for_every_process(redis: Redis, app_id: str, platform: Platform) -> None:
    tokens = store(redis, app_id, platform)
    await tokens.invalidate(await tokens.get())
    assert await tokens.get() == "token-2"
    assert await store(redis, app_id, platform).get() == "token-2"


async def test_refusing_an_old_token_leaves_its_successor(redis: Redis, app_id: str, platform: Platform) -> None:
    mine, theirs = store(redis, app_id, platform), store(redis, app_id, platform)
    old = await mine.get()
    await theirs.get()
    await theirs.invalidate(old)
    assert await theirs.get() == "token-2"
    await mine.invalidate(old)
    assert await mine.get() == "token-2"
    assert platform.granted == 2


async def test_a_late_refusal_leaves_the_new_token_in_memory(redis: Redis, app_id: str, platform: Platform) -> None:
    tokens = store(redis, app_id, platform)
    old = await tokens.get()
    await tokens.invalidate(old)
    await tokens.get()
    await redis.delete(f"token:{app_id}")
    await tokens.invalidate(old)
    assert await tokens.get() == "token-2"


@pytest.mark.parametrize("held", [b"", b"token-1", b"\xff\x00"])
async def test_what_cannot_be_unsealed_is_fetched_anew(
    redis: Redis, app_id: str, platform: Platform, held: bytes
) -> None:
    await redis.set(f"token:{app_id}", held)
    assert await store(redis, app_id, platform).get() == "token-1"
    renewed = await redis.get(f"token:{app_id}")
    assert isinstance(renewed, bytes)
    assert unseal(renewed) == "token-1"


async def test_without_redis_the_token_is_fetched_and_remembered(
    nowhere: Redis, app_id: str, platform: Platform
) -> None:
    tokens = store(nowhere, app_id, platform)
    assert await asyncio.gather(tokens.get(), tokens.get()) == ["token-1", "token-1"]
    await tokens.invalidate("token-1")
    assert await tokens.get() == "token-2"
    await nowhere.aclose()


async def test_a_failed_fetch_is_told_and_does_not_block_the_next(
    redis: Redis, app_id: str, platform: Platform
) -> None:
    tokens = store(redis, app_id, platform)
    platform.refusal = TechnicalError(40125)
    with pytest.raises(TechnicalError):
        await tokens.get()
    platform.refusal = None
    assert await tokens.get() == "token-1"


async def test_neither_log_nor_repr_shows_a_token(redis: Redis, app_id: str, platform: Platform) -> None:
    await redis.set(f"token:{app_id}", b"token-in-clear")
    tokens = store(redis, app_id, platform)
    with capture_logs() as logs:
        await tokens.get()
    assert logs == [{"event": "token_unreadable", "kind": "InvalidToken", "log_level": "warning"}]
    assert "token-1" not in repr(tokens.__dict__) + repr(await platform.fetch())
