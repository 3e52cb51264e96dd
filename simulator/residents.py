"""The residents who hold the phones: one openid each, following the account or not (wechat-platform §3.5)."""

import secrets

from starlette.requests import Request

from simulator.config import SimulatorConfig
from simulator.errcodes import PlatformError
from simulator.store import Record, key, pack, unpack

_EVERYONE = key("residents")


async def add_resident(config: SimulatorConfig, name: str = "") -> Record:
    """A new phone with a new openid; it does not follow the account yet."""
    number = await config.redis.incr(key("residents", "count"))
    resident: Record = {
        "openid": f"oSIM{secrets.token_urlsafe(18)}",
        "number": number,
        "name": name or f"居民{number}",
        "following": False,
    }
    await _save(config, resident)
    return resident


async def all_residents(config: SimulatorConfig) -> list[Record]:
    """Everyone with a phone, the oldest phone first."""
    stored = await config.redis.hgetall(_EVERYONE)
    return sorted(map(unpack, stored.values()), key=lambda resident: resident["number"])


async def find_resident(config: SimulatorConfig, openid: object) -> Record | None:
    """The resident with this openid, or None."""
    stored = await config.redis.hget(_EVERYONE, openid) if isinstance(openid, str) else None
    return None if stored is None else unpack(stored)


async def start_following(config: SimulatorConfig, resident: Record, scene: str) -> None:
    """The resident follows, having come by a scene code or (empty) by a search."""
    came = {"following": True, "since": int(config.now()), "scene": scene}
    await _save(config, resident | came)


async def stop_following(config: SimulatorConfig, resident: Record) -> None:
    """The resident no longer follows; the phone stays, the account's tags of them are gone."""
    await config.redis.delete(key("tagged", resident["openid"]))
    await _save(config, resident | {"following": False})


async def remove_resident(config: SimulatorConfig, openid: str) -> bool:
    """Take the phone away with all it holds; False when there is no such phone."""
    parts = ("messages", "quota", "typing", "turn", "ticks", "tagged")
    await config.redis.delete(*(key(part, openid) for part in parts))
    return await config.redis.hdel(_EVERYONE, openid) == 1


async def user_info(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/user/info: no name and no picture since 2021; only the openid of one who does not follow."""
    resident = await find_resident(config, request.query_params.get("openid"))
    if resident is None:
        raise PlatformError(40003)
    if not resident["following"]:
        return {"subscribe": 0, "openid": resident["openid"]}
    scene = resident["scene"]
    return {
        "subscribe": 1,
        "openid": resident["openid"],
        "language": "zh_CN",
        "subscribe_time": resident["since"],
        "remark": "",
        "groupid": 0,
        "tagid_list": [int(tag) for tag in await config.redis.lrange(key("tagged", resident["openid"]), 0, -1)],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(scene) if scene.isdecimal() else 0,
        "qr_scene_str": "" if scene.isdecimal() else scene,
    }


async def followers(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/user/get: the openids that follow, after `next_openid` if given."""
    openids = [resident["openid"] for resident in await all_residents(config) if resident["following"]]
    after = request.query_params.get("next_openid", "")
    if after and after not in openids:
        raise PlatformError(40003)
    page = openids[openids.index(after) + 1 :] if after else openids
    total: Record = {"total": len(openids), "count": len(page)}
    return total | {"data": {"openid": page}, "next_openid": page[-1]} if page else total | {"next_openid": ""}


async def _save(config: SimulatorConfig, resident: Record) -> None:
    await config.redis.hset(_EVERYONE, resident["openid"], pack(resident))
