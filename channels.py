"""Outreach's paths on the platform: each adapter sends by the client, and says what a refusal means for a delivery."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b

from batches import Batch
from bot.client import FEWEST_AT_ONCE, MAX_TEXT_BYTES, MOST_AT_ONCE, WeChatClient
from bot.errcodes import PermanentError, PlatformError, TechnicalError, TemporaryError, UncertainError
from bot.fields import Unfit, fitted, within_bytes
from bot.listing import untapped
from campaigns.channels import PAGES, Channel, Channels, Outgoing, Result
from models.reach import AttemptOutcome, Path

FindClient = Callable[[str], Awaitable[WeChatClient | None]]
Send = Callable[[WeChatClient, Outgoing], Awaitable[str]]
FindPages = Callable[[str], str]
"""Where the residents' pages begin for who follows the account with this AppID; nobody's is empty."""

NOT_THIS_WAY = frozenset({40037, 41030, 43116, 45001, 45002, 45003, 45004, 45005, 45008, 45028, 45067, 47003, 48001})
"""Codes by which a path is closed to this message, however often it is tried: others may still be open."""
QUOTA_CODES = frozenset({45009, 45011})
"""Codes by which the path is closed to everybody for a while (wechat-platform.md §3.2)."""
DEAD_TEMPLATE = 40037
ARGUMENT_INVALID = 47003
TOO_FEW = 40130


class Leading:
    """A path whose links lead to the pages of the account that the recipient follows; a campaign knows the rest."""

    def __init__(self, channel: Channel, pages: FindPages) -> None:
        self._channel = channel
        self._pages = pages

    async def send(self, message: Outgoing) -> Result:
        pages = self._pages(message.app_id)
        link, text = pages + message.link if message.link else "", message.text.replace(PAGES, pages)
        return await self._channel.send(replace(message, link=link, text=text))


class OneByOne:
    """A path that tells one person by one call; `send` makes the call and gives its message id."""

    def __init__(self, find: FindClient, send: Send) -> None:
        self._find = find
        self._send = send

    async def send(self, message: Outgoing) -> Result:
        return await _tried(self._find, message, partial(_sending, self._send, message))


class Together:
    """The mass message: those who are told the same at the same moment are named by one call, of at least two."""

    def __init__(self, find: FindClient) -> None:
        self._find = find
        self._waiting = Batch(self._send_all, MOST_AT_ONCE)

    async def send(self, message: Outgoing) -> Result:
        return await self._waiting(message)

    async def _send_all(self, messages: Sequence[Outgoing]) -> list[Result]:
        groups: dict[tuple[str, int], list[Outgoing]] = {}
        for message in messages:
            groups.setdefault((message.app_id, message.campaign_id), []).append(message)
        results = {group: await self._send_group(found) for group, found in groups.items()}
        return [results[message.app_id, message.campaign_id] for message in messages]

    async def _send_group(self, group: Sequence[Outgoing]) -> Result:
        if len(group) < FEWEST_AT_ONCE:
            return Result(AttemptOutcome.PERMANENT, TOO_FEW, reason="群发至少要两个人")
        numbers = ",".join(str(message.delivery_id) for message in group)
        once = f"linli-{blake2b(numbers.encode(), digest_size=16).hexdigest()}"
        openids = [message.address for message in group]
        text = untapped(_words(group[0]))
        return await _tried(self._find, group[0], lambda client: client.send_mass_text(openids, text, once))


async def _sending(send: Send, message: Outgoing, client: WeChatClient) -> str:
    return await send(client, message)


async def _tried(find: FindClient, message: Outgoing, call: Callable[[WeChatClient], Awaitable[str]]) -> Result:
    client = await find(message.app_id)
    if client is None:
        return Result(AttemptOutcome.PERMANENT, reason="公众号已停用")
    try:
        return Result(AttemptOutcome.ACCEPTED, message_id=await call(client))
    except Unfit as error:
        return Result(AttemptOutcome.PERMANENT, ARGUMENT_INVALID, reason=f"{error.key}没有合适的内容")
    except PlatformError as error:
        return refused(error)


def refused(error: PlatformError) -> Result:
    """What the platform's refusal means for a delivery (wechat-platform.md §3.2)."""
    code, reason = error.errcode, f"{error.errcode} {error.meaning}"
    if code in NOT_THIS_WAY:
        return Result(AttemptOutcome.PERMANENT, code, reason=reason, dead_template=code == DEAD_TEMPLATE)
    match error:
        case TemporaryError():
            closed = code in QUOTA_CODES
            return Result(AttemptOutcome.TEMPORARY, code, retry_at=error.retry_at, reason=reason, closed=closed)
        case PermanentError():
            return Result(AttemptOutcome.PERMANENT, code, reason=reason)
        case TechnicalError():
            return Result(AttemptOutcome.TECHNICAL, code, reason=reason)
        case UncertainError():
            return Result(AttemptOutcome.UNCERTAIN, code, reason=reason)
        case _:
            return Result(AttemptOutcome.TECHNICAL, code, reason=reason)


def _words(message: Outgoing) -> str:
    """The text as a resident reads it, its link last; a long text is cut, never the link."""
    link = f"\n{message.link}" if message.link else ""
    return within_bytes(message.text, MAX_TEXT_BYTES - len(link.encode())) + link


async def _customer(client: WeChatClient, message: Outgoing) -> str:
    await client.send_text(message.address, _words(message))
    return ""


async def _subscription(client: WeChatClient, message: Outgoing) -> str:
    content = fitted(message.content)
    return await client.send_subscription(message.address, message.template_id, content, message.link)


async def _template(client: WeChatClient, message: Outgoing) -> str:
    once = f"linli-{message.delivery_id}"
    content = fitted(message.content)
    return await client.send_template(message.address, message.template_id, content, message.link, once)


SENDING: Mapping[Path, Send] = {
    Path.CUSTOMER: _customer,
    Path.STANDING: _subscription,
    Path.CREDIT: _subscription,
    Path.TEMPLATE: _template,
}


def platform_channels(find: FindClient, pages: FindPages, sms: Channel | None = None) -> Channels:
    """Every path of this installation; without a gateway nobody is told by SMS."""
    found: dict[Path, Channel] = {path: OneByOne(find, send) for path, send in SENDING.items()}
    found |= {Path.MASS: Together(find)} | ({Path.SMS: sms} if sms else {})
    return {path: Leading(channel, pages) for path, channel in found.items()}
