"""What the account answered to a push, turned into the bubbles a phone shows (wechat-platform §1.4, §2.3)."""

from xml.etree.ElementTree import Element

from simulator.config import ACCOUNT, SimulatorConfig
from simulator.conversation import image_bubble, note_bubble, text_bubble
from simulator.customer import TEXT_BYTES
from simulator.envelope import BadEnvelope, decrypt, from_xml, is_signed
from simulator.media import is_kept
from simulator.store import Record

MOST_ARTICLES = 8
TOO_LONG = "回复超过2048字节，平台没有显示"

_SOUNDS = {"voice": "［语音］", "video": "［视频］", "music": "［音乐］"}


async def read_reply(config: SimulatorConfig, openid: str, body: bytes) -> list[Record]:
    """The bubbles of a passive reply; none for `success` or an empty body, which are never encrypted.

    Raises BadEnvelope where the platform would tell the resident that the account is out of service.
    """
    if body in (b"", b"success"):
        return []
    try:
        reply = _opened(config, from_xml(body.decode()))
    except UnicodeDecodeError as error:
        raise BadEnvelope("encoding") from error
    if _value(reply, "ToUserName") != openid or _value(reply, "FromUserName") != ACCOUNT:
        raise BadEnvelope("names")
    if not _value(reply, "CreateTime").isdecimal():
        raise BadEnvelope("time")
    return await _bubbles(config, reply)


def _opened(config: SimulatorConfig, root: Element) -> Element:
    """The plain reply; safe mode insists on encryption, compatible mode takes both."""
    encrypted = _value(root, "Encrypt")
    if config.mode == "plain" or (config.mode == "compatible" and not encrypted):
        return root
    stamped = (_value(root, "TimeStamp"), _value(root, "Nonce"), encrypted)
    if not is_signed(_value(root, "MsgSignature"), config.token, *stamped):
        raise BadEnvelope("signature")
    return from_xml(decrypt(encrypted, config.aes_key, config.app_id))


async def _bubbles(config: SimulatorConfig, reply: Element) -> list[Record]:
    kind = _value(reply, "MsgType")
    if kind == "text":
        return [_text(_value(reply, "Content"))]
    if kind == "image":
        return [await _image(config, _value(reply, "Image/MediaId"))]
    if kind == "news":
        return [_news(reply)]
    if kind in _SOUNDS:
        return [text_bubble(_SOUNDS[kind])]
    if kind == "transfer_customer_service":
        return []
    raise BadEnvelope("type")


def _text(words: str) -> Record:
    if not words:
        raise BadEnvelope("empty")
    if len(words.encode()) > TEXT_BYTES:
        return note_bubble(TOO_LONG)
    return text_bubble(words)


async def _image(config: SimulatorConfig, media_id: str) -> Record:
    if not await is_kept(config, media_id):
        raise BadEnvelope("media")
    return image_bubble(media_id)


def _news(reply: Element) -> Record:
    articles = [
        {"title": _value(item, "Title"), "description": _value(item, "Description"), "url": _value(item, "Url")}
        for item in reply.findall("Articles/item")
    ]
    if not 1 <= len(articles) <= MOST_ARTICLES:
        raise BadEnvelope("articles")
    return {"kind": "news", "articles": articles}


def _value(element: Element, path: str) -> str:
    return element.findtext(path) or ""
