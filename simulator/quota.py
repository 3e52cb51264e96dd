"""How many customer messages an account may send to a person, and until when (wechat-platform §3.6)."""

from typing import Literal

from simulator.config import SimulatorConfig
from simulator.errcodes import PlatformError
from simulator.store import key

Trigger = Literal["message", "menu", "follow", "scan"]

ALLOWANCE: dict[Trigger, tuple[int, int]] = {
    "message": (5, 48 * 3600),
    "menu": (3, 60),
    "follow": (3, 60),
    "scan": (3, 60),
}
REACH = 30

# KEYS[1] the ledger; ARGV: now, messages allowed, when the window ends. The larger rest and the later end win.
_OPEN = """
local left, ends = unpack(redis.call('HMGET', KEYS[1], 'left', 'ends'))
if not ends or tonumber(ends) <= tonumber(ARGV[1]) then left, ends = '0', '0' end
if tonumber(left) < tonumber(ARGV[2]) then left = ARGV[2] end
if tonumber(ends) < tonumber(ARGV[3]) then ends = ARGV[3] end
redis.call('HSET', KEYS[1], 'left', left, 'ends', ends, 'touched', ARGV[1])
"""
# KEYS[1] the ledger; ARGV: now. Answers the refusal's errcode, or 0 and one message less.
_SPEND = """
local left, ends = unpack(redis.call('HMGET', KEYS[1], 'left', 'ends'))
if not ends or tonumber(ends) <= tonumber(ARGV[1]) then return 45015 end
if tonumber(left) < 1 then return 45047 end
redis.call('HINCRBY', KEYS[1], 'left', -1)
return 0
"""


async def open_window(config: SimulatorConfig, openid: str, trigger: Trigger) -> None:
    """A person did something: the allowance is reset to the larger number and the later end, never added up."""
    count, seconds = ALLOWANCE[trigger]
    now = config.now()
    await config.redis.eval(_OPEN, 1, key("quota", openid), now, count, now + seconds)


async def spend(config: SimulatorConfig, openid: str) -> None:
    """Take one message from the allowance; raises PlatformError 45015 (no window) or 45047 (used up)."""
    errcode = int(await config.redis.eval(_SPEND, 1, key("quota", openid), config.now()))
    if errcode:
        raise PlatformError(errcode)


async def was_just_here(config: SimulatorConfig, openid: str) -> bool:
    """Whether the person did something in the last 30 seconds: only then may "typing" be shown."""
    touched = await config.redis.hget(key("quota", openid), "touched")
    return touched is not None and config.now() - float(touched) <= REACH


async def close_window(config: SimulatorConfig, openid: str) -> None:
    """Forget the allowance: the person no longer follows."""
    await config.redis.delete(key("quota", openid))
