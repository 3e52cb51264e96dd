"""What the platform pushes, as one frozen value per message or event, with the key that makes a retry recognisable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, cast
from uuid import UUID

from errors import LinliError

MAX_NAME = 128
MAX_EVENT_KEY = 2048
MAX_TEXT = 64 * 1024

# FromUserName is the platform's own account in these; the resident stands in OpenID (wechat-platform §2.2).
SUBJECT_IN_OPENID = frozenset({"user_authorization_revoke", "user_authorization_cancellation", "user_info_modified"})
SUBSCRIPTION_WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}
# What tells apart two events of one kind, one person and one second: two sent messages, checks or withdrawals.
PARTICULARS = ("MsgID", "trace_id", "RevokeInfo")


class EnvelopeError(LinliError):
    """A push that is refused at the door; `status` is the HTTP answer, `reason` never quotes what was sent."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Kind(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"
    MINIPROGRAMPAGE = "miniprogrampage"
    EVENT = "event"
    UNKNOWN = "unknown"


KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or event of one account. Who sent it and what it says stay out of the repr, and so out of logs."""

    app_id: str
    sender: str = field(repr=False)
    recipient: str
    kind: Kind
    key: UUID
    sent_at: int
    text: str = field(default="", repr=False)
    event: str = ""
    event_key: str = field(default="", repr=False)
    scene: str = field(default="", repr=False)
    list_id: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


def incoming(fields: Mapping[str, Any], app_id: str) -> Incoming:
    """Read a parsed push of the account `app_id`; kinds and events nobody knows yet are never an error.

    `sent_at` is Unix seconds, `event` lower-cased, `event_key` as sent, `scene` without its `qrscene_`, `list_id`
    the id of the tapped list. Raises EnvelopeError(400) for a used field that is missing, of a wrong type or absurdly
    long. Source: wechat-platform §2.1 and §2.2.
    """
    sent_by = _required(fields, "FromUserName")
    kind = KINDS.get(_required(fields, "MsgType").lower(), Kind.UNKNOWN)
    event = _scalar(fields, "Event").lower() if kind is Kind.EVENT else ""
    event_key = _scalar(fields, "EventKey", MAX_EVENT_KEY) if kind is Kind.EVENT else ""
    sender = (_openid(fields) if event in SUBJECT_IN_OPENID else "") or sent_by
    return Incoming(
        app_id=app_id,
        sender=sender,
        recipient=_scalar(fields, "ToUserName"),
        kind=kind,
        key=_event_key(fields, app_id, sender) if kind is Kind.EVENT else _message_key(fields, app_id, sender),
        sent_at=_sent_at(fields),
        text=_scalar(fields, "Content", MAX_TEXT) if kind is Kind.TEXT else "",
        event=event,
        event_key=event_key,
        scene=_scene(event, event_key),
        list_id=_scalar(fields, "bizmsgmenuid") if kind is Kind.TEXT else "",
        fields=fields,
    )


def subscription_items(message: Incoming) -> list[dict[str, str]]:
    """The templates a subscription event speaks of, whether it came as XML, a JSON array or a single JSON object.

    Empty for any other event; every value is text. Source: wechat-platform §2.2, subscribe_msg_…_event.
    """
    return _items(message.fields, message.event)


def _message_key(fields: Mapping[str, Any], app_id: str, sender: str) -> UUID:
    if msg_id := _scalar(fields, "MsgId"):
        return _key(app_id, msg_id)
    return _key(app_id, sender, str(_sent_at(fields)), _scalar(fields, "MsgType"), _scalar(fields, "Content", MAX_TEXT))


def _event_key(fields: Mapping[str, Any], app_id: str, sender: str) -> UUID:
    event = _scalar(fields, "Event").lower()
    items = [f"{item.get('TemplateId')} {item.get('MsgID')}" for item in _items(fields, event)]
    particulars = [_scalar(fields, name, MAX_EVENT_KEY) for name in PARTICULARS]
    event_key = _scalar(fields, "EventKey", MAX_EVENT_KEY)
    return _key(app_id, sender, str(_sent_at(fields)), event, event_key, *particulars, *items)


def _key(*parts: str) -> UUID:
    return UUID(bytes=blake2b("\0".join(parts).encode(), digest_size=16).digest())


def _items(fields: Mapping[str, Any], event: str) -> list[dict[str, str]]:
    if event not in SUBSCRIPTION_WRAPPERS:
        return []
    wrapper = fields.get(SUBSCRIPTION_WRAPPERS[event]) or fields
    found = cast(Mapping[str, Any], wrapper).get("List") if isinstance(wrapper, Mapping) else None
    items = cast(list[Any], found) if isinstance(found, list) else [found] if found else []
    return [_texts(item) for item in items]


def _texts(item: Any) -> dict[str, str]:
    if not isinstance(item, Mapping):
        raise EnvelopeError(400, "a subscription item has no fields")
    return {name: _scalar(cast(Mapping[str, Any], item), name) for name in cast(Mapping[str, Any], item)}


def _scene(event: str, event_key: str) -> str:
    if event == "scan":
        return event_key
    # A follow after payment carries other keys (last_trade_no_…), which are no scene.
    return event_key.removeprefix("qrscene_") if event == "subscribe" and event_key.startswith("qrscene_") else ""


def _openid(fields: Mapping[str, Any]) -> str:
    return next((_scalar(fields, name) for name in fields if name.lower() == "openid"), "")


def _sent_at(fields: Mapping[str, Any]) -> int:
    seconds = _required(fields, "CreateTime")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        raise EnvelopeError(400, "CreateTime is not a Unix time")
    return int(seconds)


def _required(fields: Mapping[str, Any], name: str) -> str:
    if value := _scalar(fields, name):
        return value
    raise EnvelopeError(400, f"{name} is missing")


def _scalar(fields: Mapping[str, Any], name: str, limit: int = MAX_NAME) -> str:
    """A field as text: absent and null are empty, a whole number is its digits, anything else is refused."""
    value = fields.get(name)
    if value is None:
        return ""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or len(text) > limit:
        raise EnvelopeError(400, f"{name} has a wrong type or length")
    return text
