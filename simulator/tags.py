"""The account's tags and who carries them, in the order in which they were given (wechat-platform §3.5)."""

from typing import Any, cast

from starlette.requests import Request

from simulator.bodies import call_body
from simulator.config import SimulatorConfig
from simulator.errcodes import OK, PlatformError
from simulator.residents import all_residents, find_resident
from simulator.store import Record, key, words

MOST_TAGS, LONGEST_NAME, MOST_AT_ONCE, MOST_EACH = 100, 30, 50, 20
FIRST_ID = 100
_TAGS = key("tags")


async def create_tag(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/tags/create: a name of 1 to 30 bytes that no other tag has; 100 tags at most."""
    part: Any = (await call_body(request)).get("tag")
    name = cast(Record, part).get("name") if isinstance(part, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= LONGEST_NAME:
        raise PlatformError(45158)
    known = await _known(config)
    if name in known.values():
        raise PlatformError(45157)
    if len(known) >= MOST_TAGS:
        raise PlatformError(45056)
    number = FIRST_ID + int(await config.redis.incr(key("tags", "count")))
    await config.redis.hset(_TAGS, str(number), name)
    return {"tag": {"id": number, "name": name}}


async def list_tags(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/tags/get: the platform's own tag and the account's, each with how many carry it."""
    known = {2: "星标组"} | await _known(config)
    counts = [len(await _carriers(config, number)) for number in known]
    named = zip(known.items(), counts, strict=True)
    return {"tags": [{"id": number, "name": name, "count": count} for (number, name), count in named]}


async def give_tag(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/tags/members/batchtagging: all of up to 50 followers, or none of them."""
    number, openids = await _asked(config, request)
    for openid in openids:
        carried = await tags_of(config, openid)
        if number not in carried and len(carried) >= MOST_EACH:
            raise PlatformError(45059)
    for openid in openids:
        if number not in await tags_of(config, openid):
            await config.redis.rpush(key("tagged", openid), number)
    return OK


async def take_tag(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/tags/members/batchuntagging."""
    number, openids = await _asked(config, request)
    for openid in openids:
        await config.redis.lrem(key("tagged", openid), 0, str(number))
    return OK


async def list_carriers(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/user/tag/get: the followers that carry a tag, after `next_openid` if given."""
    data = await call_body(request)
    openids = await _carriers(config, await _tag(config, data.get("tagid")))
    after = data.get("next_openid") or ""
    page = openids[openids.index(after) + 1 :] if after in openids else openids
    counted: Record = {"count": len(page)}
    return counted | {"data": {"openid": page}, "next_openid": page[-1]} if page else counted


async def list_tags_of(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/tags/getidlist: the tags that one follower carries."""
    openid = await _follower(config, (await call_body(request)).get("openid"))
    return {"tagid_list": await tags_of(config, openid)}


async def tags_of(config: SimulatorConfig, openid: str) -> list[int]:
    """The tags a resident carries, the last given last."""
    return [int(number) for number in await config.redis.lrange(key("tagged", openid), 0, -1)]


async def _known(config: SimulatorConfig) -> dict[int, str]:
    stored = await config.redis.hgetall(_TAGS)
    return {int(number): words(name) for number, name in sorted(stored.items())}


async def _carriers(config: SimulatorConfig, number: int) -> list[str]:
    followers = [resident["openid"] for resident in await all_residents(config) if resident["following"]]
    return [openid for openid in followers if number in await tags_of(config, openid)]


async def _asked(config: SimulatorConfig, request: Request) -> tuple[int, list[str]]:
    data = await call_body(request)
    number, openids = await _tag(config, data.get("tagid")), data.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(cast(list[Any], openids)) <= MOST_AT_ONCE:
        raise PlatformError(40032)
    return number, [await _follower(config, openid) for openid in cast(list[Any], openids)]


async def _tag(config: SimulatorConfig, number: object) -> int:
    if not isinstance(number, int | str) or not str(number).isdecimal():
        raise PlatformError(45159)
    if int(number) < 3:
        raise PlatformError(45058)
    if int(number) not in await _known(config):
        raise PlatformError(45159)
    return int(number)


async def _follower(config: SimulatorConfig, openid: object) -> str:
    resident = await find_resident(config, openid)
    if resident is None or not resident["following"]:
        raise PlatformError(40003)
    return resident["openid"]
