"""The tags of an official account's followers, kept in step with where they are registered (wechat-platform.md §3.5).

Who carries what is remembered in Redis by our own numbers of accounts; once a day it is read from the platform.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar, cast

from redis.asyncio import Redis

from accounts import Served
from bot.client import WeChatClient
from bot.errcodes import PermanentError
from handlers.residency.queries.followers import Registered, addresses, known_accounts, registered_accounts

REGISTERED = "已登记"
MOST_TAGS, LONGEST_TAG, TAGGED_AT_ONCE = 100, 30, 50
OF_THE_PLATFORM = 3
"""Tags below this number are the platform's own, and not counted."""
MOST_STRANGERS = 5
"""After so many people whom the platform does not know as this account's a tag's rest waits for the next firing."""
DAY_SECONDS = 86400
T = TypeVar("T")


async def keep_tags(redis: Redis, served: Served) -> None:
    """Give everybody the tag of each community they are registered in, and 「已登记」 last; take those that are over.

    Of several tags the platform shows the menu of the one given last (wechat-platform.md §3.3).
    """
    registered = await registered_accounts(served.account.app_id)
    if not registered:
        return
    names = tag_names(registered)
    wanted = {names[one.code]: one.account_ids for one in registered if one.code in names}
    everybody = frozenset[int]().union(*(one.account_ids for one in registered))
    numbers = await tag_numbers(served.client, [REGISTERED, *wanted])
    tagged = _Tagged(redis, served)
    await tagged.read(numbers.values())
    newly: set[int] = set()
    for name, account_ids in wanted.items():
        if name in numbers:
            newly |= await tagged.adjust(numbers[name], account_ids)
    if REGISTERED in numbers:
        await tagged.take(numbers[REGISTERED], newly & await tagged.present(numbers[REGISTERED]))
        await tagged.adjust(numbers[REGISTERED], everybody)


def tag_names(registered: Sequence[Registered]) -> dict[str, str]:
    """The tag of each community by its code: its name in 30 bytes, told apart by the end of the code.

    There is room for 99 beside 「已登记」: the largest have one.
    """
    names: dict[str, str] = {}
    for one in registered[: MOST_TAGS - 1]:
        name = _within(one.name, LONGEST_TAG)
        if name in names.values() or name == REGISTERED:
            name = _within(one.name, LONGEST_TAG - 3) + one.code[-3:]
        names[one.code] = name
    return names


def _within(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore")


async def tag_numbers(client: WeChatClient, names: Iterable[str]) -> dict[str, int]:
    """The numbers of these tags, made where they were missing, as far as there is room for them."""
    numbers = {tag.name: tag.id for tag in await client.tags() if tag.id >= OF_THE_PLATFORM}
    wanted = list(names)
    for name in wanted:
        if name not in numbers and len(numbers) < MOST_TAGS:
            numbers[name] = await client.create_tag(name)
    return {name: numbers[name] for name in wanted if name in numbers}


class _Tagged:
    """Who carries which tag of an account, by our own numbers of people; once a day it is read from the platform."""

    def __init__(self, redis: Redis, served: Served) -> None:
        self._redis = redis
        self._client = served.client
        self._app_id = served.account.app_id
        self._strangers = 0

    def _key(self, number: int | str) -> str:
        return f"upkeep:tagged:{self._app_id}:{number}"

    async def present(self, number: int) -> set[int]:
        found = cast(set[bytes], await cast(Any, self._redis.smembers(self._key(number))))
        return {int(member) for member in found}

    async def read(self, numbers: Iterable[int]) -> None:
        """Take over what the platform says, once a day; who carries a tag and is nobody's account loses it."""
        for number in numbers:
            if await self._redis.exists(marker := self._key(f"{number}:read")):
                continue
            found: set[int] = set()
            async for page in _pages(self._client, number):
                known = await known_accounts(self._app_id, page)
                found |= {one.account_id for one in known.values()}
                for strangers in _chunks([address for address in page if address not in known]):
                    await self._client.tag(number, strangers, on=False)
            await self._redis.delete(self._key(number))
            await self._note(number, found, on=True)
            await self._redis.set(marker, 1, ex=DAY_SECONDS)

    async def adjust(self, number: int, wanted: frozenset[int]) -> set[int]:
        """Give the tag to those who lack it, the newest first, and take it from those who have it; who got it."""
        present = await self.present(number)
        await self.take(number, present - wanted)
        return await self._change(number, wanted - present, on=True)

    async def take(self, number: int, account_ids: Iterable[int]) -> None:
        """Who has left carries nothing any more: the platform has forgotten it."""
        await self._change(number, set(account_ids), on=False)

    async def _change(self, number: int, account_ids: AbstractSet[int], *, on: bool) -> set[int]:
        self._strangers = 0
        reachable = await addresses(account_ids)
        if not on:
            await self._note(number, account_ids - set(reachable), on=False)
        done: set[int] = set()
        for chunk in _chunks(sorted(reachable, reverse=True)):
            done |= await self._together(number, {one: reachable[one] for one in chunk}, on)
        return done

    async def _together(self, number: int, people: dict[int, str], on: bool) -> set[int]:
        """All by one call; where the platform refuses one of them, each half by itself."""
        if self._strangers >= MOST_STRANGERS:
            return set()
        try:
            await self._client.tag(number, list(people.values()), on=on)
        except PermanentError:
            if len(people) > 1:
                halves = _halves(people)
                return {one for half in halves for one in await self._together(number, half, on)}
            self._strangers += 1  # noted all the same, so that nobody asks for them again today
            await self._note(number, people, on=on)
            return set()
        await self._note(number, people, on=on)
        return set(people)

    async def _note(self, number: int, account_ids: Iterable[int], *, on: bool) -> None:
        change = self._redis.sadd if on else self._redis.srem
        if members := list(account_ids):
            await cast(Any, change(self._key(number), *members))


async def _pages(client: WeChatClient, number: int) -> AsyncGenerator[Sequence[str]]:
    after = ""
    while True:
        page = await client.tagged(number, after)
        yield page.openids
        after = page.next_openid
        if not page.openids or not after:
            return


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + TAGGED_AT_ONCE] for at in range(0, len(items), TAGGED_AT_ONCE))


def _halves(people: dict[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    listed = list(people.items())
    return dict(listed[: len(listed) // 2]), dict(listed[len(listed) // 2 :])
