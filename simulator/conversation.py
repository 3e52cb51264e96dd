"""What stands in each phone's chat: bubbles in order, numbered from 1 (the number is how far a page has read)."""

from typing import Literal

from simulator.config import SimulatorConfig
from simulator.store import Record, key, pack, unpack

Side = Literal["resident", "account"]

UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"


async def add_bubble(config: SimulatorConfig, openid: str, side: Side, bubble: Record) -> None:
    """Put a bubble at the end of a chat: the resident's or the account's."""
    shown = bubble | {"side": side, "at": int(config.now())}
    await config.redis.rpush(key("messages", openid), pack(shown))


async def length(config: SimulatorConfig, openid: str) -> int:
    """The number of the last bubble; 0 for an empty chat."""
    return await config.redis.llen(key("messages", openid))


async def bubbles_after(config: SimulatorConfig, openid: str, after: int) -> list[Record]:
    """The bubbles with a number above `after`, each with its `id`."""
    stored = await config.redis.lrange(key("messages", openid), after, -1)
    return [unpack(bubble) | {"id": after + place} for place, bubble in enumerate(stored, start=1)]


def text_bubble(text: str) -> Record:
    """A bubble of words; links in it are the page's business."""
    return {"kind": "text", "text": text}


def note_bubble(text: str) -> Record:
    """A grey line in the middle, said by the phone itself."""
    return {"kind": "note", "text": text}


def image_bubble(media_id: str) -> Record:
    """A bubble with a stored picture."""
    return {"kind": "image", "media_id": media_id}


def voice_bubble(media_id: str) -> Record:
    """A bubble with a stored recording."""
    return {"kind": "voice", "media_id": media_id}
