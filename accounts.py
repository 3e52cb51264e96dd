"""Every official account of this installation: its client by AppID, its door by path, and what surfaces ask of it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import cast

from redis.asyncio import Redis

import admin.layout as panel
import miniprogram.layout as pages
from bot.client import LONGEST_SCENE, SHORTEST_SCENE, CodeRejected, WeChatClient, WeChatConfig
from bot.envelope import Credentials, Mode
from bot.errcodes import OversizeError, PlatformError, UncertainError
from bot.exchange import Bot
from bot.fields import Unfit, fitted
from bot.webhook import Door
from campaigns.actions.windows import ANY_NUMBER, count_customer_message
from clock import clock
from handlers.conversations.rules import FetchMedia, Found, Outcome, SendText, Unfetched
from handlers.moderation.actions.platform import Judged
from handlers.moderation.jobs import CheckText
from handlers.official_accounts.queries import ServedAccount, served_accounts
from handlers.official_accounts.rules import is_slug
from held import Held
from models.sealed import blind_index, seal, unseal
from models.states import Delivered
from settings import Settings

FIRST = ""
"""The slug of the account in the settings, which has none."""
ALLOWANCE_USED_UP = 45047
NO_SUCH_MEDIA = 40007
TOKEN = "platform:token"
SCENE = "platform:scene"
LABELS = {
    100: "正常",
    10001: "广告",
    20001: "时政",
    20002: "色情",
    20003: "辱骂",
    20006: "违法犯罪",
    20008: "欺诈",
    20012: "低俗",
    20013: "版权",
}
"""What the platform calls its numbers for a text (wechat-platform §3.12)."""
SCENES, FORUM = {"nickname": 1, "reply": 2}, 3
"""Where a text stands, as the platform asks it."""
UNJUDGED = Judged("unknown")
HELD_SECONDS = 10
"""How long a new or closed account may go unnoticed; in that time a stranger's paths cost one read, not one each."""


@dataclass(frozen=True, slots=True)
class Served:
    account: ServedAccount
    client: WeChatClient


def first_account(settings: Settings) -> ServedAccount:
    """The official account that the settings hold."""
    return ServedAccount(
        FIRST,
        settings.wechat_app_id,
        settings.wechat_app_secret,
        settings.wechat_token,
        settings.wechat_aes_key,
        settings.wechat_mode.value,
    )


def platform_client(settings: Settings, redis: Redis, account: ServedAccount) -> WeChatClient:
    """The platform's server API for one account; its access token is shared by all processes, sealed."""
    config = WeChatConfig(account.app_id, account.app_secret, settings.api_base, settings.open_base)
    return WeChatClient(config, redis, partial(seal, context=TOKEN), partial(unseal, context=TOKEN))


class Accounts:
    """The accounts that are served now, each with one client in this process."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        self._client = partial(platform_client, settings, redis)
        account = first_account(settings)
        self.first = Served(account, self._client(account))
        self._further: dict[str, Served] = {}
        self._retired: list[Served] = []
        self._held = Held(self._read, HELD_SECONDS)

    async def by_slug(self, slug: str) -> Served | None:
        """The active account at `/wechat/{slug}`; with an empty slug the first."""
        if slug == FIRST:
            return self.first
        return (await self._held.get() or {}).get(slug) if is_slug(slug) else None

    async def every(self) -> list[Served]:
        """All that are served now, the first one first."""
        return [self.first, *(await self._held.get() or {}).values()]

    async def client(self, app_id: str) -> WeChatClient | None:
        """The client of an active account."""
        if app_id == self.first.account.app_id:
            return self.first.client
        further = (await self._held.get() or {}).values()
        return next((served.client for served in further if served.account.app_id == app_id), None)

    async def aclose(self) -> None:
        for served in (self.first, *self._further.values(), *self._retired):
            await served.client.aclose()

    async def _read(self) -> dict[str, Served]:
        """An account whose secrets have not changed keeps its client; the others' are closed with the process."""
        found = {account.slug: self._serve(account) for account in await served_accounts()}
        self._retired += [served for slug, served in self._further.items() if found.get(slug) is not served]
        self._further = found
        return found

    def _serve(self, account: ServedAccount) -> Served:
        known = self._further.get(account.slug)
        return known if known and known.account == account else Served(account, self._client(account))


class Doors:
    """The webhook of each account; all lead to one bot."""

    def __init__(self, accounts: Accounts, bot: Bot) -> None:
        self._accounts = accounts
        self._bot = bot
        self._further: dict[ServedAccount, Door] = {}
        self.first = self._door(accounts.first)

    async def find(self, slug: str) -> Door | None:
        """The door of a further account; None for a slug that nobody has, or that is switched off."""
        served = await self._accounts.by_slug(slug)
        if served is None:
            return None
        if served.account not in self._further:
            self._further[served.account] = self._door(served)
        return self._further[served.account]

    async def drain(self) -> None:
        for door in (self.first, *self._further.values()):
            await door.drain()

    def _door(self, served: Served) -> Door:
        account = served.account
        credentials = Credentials(account.app_id, account.token, account.aes_key, Mode(account.mode))

        async def send_late(openid: str, text: str) -> None:
            await served.client.send_text(openid, text)
            await count_customer_message(account.app_id, openid, clock.now())

        return Door(credentials, self._bot, send_late)


def sender(find: Callable[[str], Awaitable[WeChatClient | None]], most: int = ANY_NUMBER) -> SendText:
    """The platform as the actions see it: what became of a message through the account with this AppID.

    Every one is counted against the five that follow a resident's words; of those it takes `most`.
    """

    async def send_text(app_id: str, address: str, text: str) -> Outcome:
        client = await find(app_id)
        if client is None:
            return Outcome(Delivered.FAILED)
        if not await count_customer_message(app_id, address, clock.now(), most):
            return Outcome(Delivered.FAILED, ALLOWANCE_USED_UP)
        try:
            await client.send_text(address, text)
        except UncertainError as error:
            return Outcome(Delivered.UNKNOWN, error.errcode)
        except PlatformError as error:
            return Outcome(Delivered.FAILED, error.errcode)
        return Outcome(Delivered.SENT)

    return send_text


def fetcher(find: Callable[[str], Awaitable[WeChatClient | None]]) -> FetchMedia:
    """What residents sent, as the platform gives it through the account with this AppID."""

    async def fetch(app_id: str, media_id: str, most_bytes: int) -> Found | Unfetched:
        client = await find(app_id)
        if client is None:
            return Unfetched.LATER
        try:
            found = await client.media(media_id, most_bytes)
        except OversizeError:
            return Unfetched.TOO_LARGE
        except PlatformError as error:
            return Unfetched.GONE if error.errcode == NO_SUCH_MEDIA else Unfetched.LATER
        return Found(found.content, found.content_type)

    return fetch


def checker(find: Callable[[str], Awaitable[WeChatClient | None]]) -> CheckText:
    """The platform's look at texts of a mini-program's users; a failure of any kind is told as "unknown"."""

    async def check(app_id: str, address: str, kind: str, text: str) -> Judged:
        client = await find(app_id)
        with suppress(PlatformError):
            found = await client.msg_sec_check(address, text, SCENES.get(kind, FORUM)) if client else None
            return Judged(found.suggest, LABELS.get(found.label, "其他"), found.trace) if found else UNJUDGED
        return UNJUDGED

    return check


def panel_platform(accounts: Accounts, redis: Redis) -> panel.Platform:
    """The platform as the panel sees it: a way to send, files while they live, QR codes, each asked for once.

    The codes lead to the first account.
    """

    async def media(app_id: str, media_id: str) -> panel.Media | None:
        client = await accounts.client(app_id)
        with suppress(PlatformError):
            found = await client.media(media_id) if client else None
            return panel.Media(found.content, found.content_type) if found else None
        return None

    async def scene(name: str, seconds: int) -> str | None:
        held = f"{SCENE}:{blind_index(name, SCENE).hex()}"
        known = cast(bytes | None, await redis.get(held))
        if known:
            return unseal(known, SCENE)
        with suppress(PlatformError):
            made = await accounts.first.client.create_scene(name, max(SHORTEST_SCENE, min(seconds, LONGEST_SCENE)))
            await redis.set(held, seal(made.url, SCENE), ex=max(seconds, SHORTEST_SCENE))
            return made.url
        return None

    return panel.Platform(sender(accounts.client), media, scene, fits)


def fits(content: Mapping[str, str]) -> Mapping[str, str] | None:
    """A template's values as the platform takes them, None where one can't be made to fit its key."""
    try:
        return fitted(content)
    except Unfit:
        return None


def residents_platform(accounts: Accounts) -> pages.Platform:
    """The platform as the residents' pages see it: who somebody is."""

    async def authorize(app_id: str, back: str, state: str) -> str | None:
        client = await accounts.client(app_id)
        return client.authorize_url(back, state) if client else None

    async def sign_in(app_id: str, code: str) -> pages.SignedIn | pages.Refused:
        client = await accounts.client(app_id)
        if client is None:
            return pages.Refused.AGAIN
        try:
            person = await client.exchange_code(code)
        except CodeRejected:
            return pages.Refused.AGAIN
        except PlatformError:
            return pages.Refused.AWAY
        if person.is_snapshot:
            return pages.Refused.SNAPSHOT
        return pages.SignedIn(app_id, person.openid, person.union_id)

    async def sign(app_id: str, address: str) -> pages.Signature | None:
        client = await accounts.client(app_id)
        with suppress(PlatformError):
            return pages.Signature(**asdict(await client.sign_page(address))) if client else None
        return None

    return pages.Platform(authorize, sign_in, sign)
