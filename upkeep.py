"""What each official account holds at the platform, kept in step with us: its menu, its tags, who follows it.

What the platform is believed to hold is remembered in Redis; lost, it is read or pushed anew. A platform that is away
changes nothing, one that refuses our settings rests for an hour.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any

import structlog
from redis.asyncio import Redis

from accounts import Accounts, Served
from bot.client import WeChatClient
from bot.errcodes import PermanentError, PlatformError, TechnicalError
from bot.menu import menu_buttons
from handlers.residency import texts
from handlers.residency.actions.unbind import end_bindings, welcome_back
from handlers.residency.queries.followers import followers_not_among, known_accounts
from scheduling import Job
from settings import Settings
from tagging import REGISTERED, keep_tags, tag_numbers

MenuBar = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
MOST_ASKED = 200
"""How many that the platform did not name as followers are asked for one by one each day."""
REST_SECONDS, DAY_SECONDS = 3600, 86400
UNFOLLOWED = "unsubscribe"

log = structlog.get_logger("upkeep")
Keep = Callable[[Served], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keeps every account of this installation in step."""

    settings: Settings
    redis: Redis
    accounts: Accounts

    def jobs(self) -> tuple[Job, ...]:
        """What the clock does; what is done once a day is offered each hour, so that no process need live for a day."""
        menu, tags = partial(keep_menu, self.settings, self.redis), partial(keep_tags, self.redis)
        followers = partial(keep_followers, self.redis)
        return (
            Job("accounts.menus", 60, partial(self._each, "menu", menu)),
            Job("accounts.tags", 600, partial(self._each, "tags", tags)),
            Job("accounts.followers", 3600, partial(self._each, "followers", followers)),
        )

    async def menu_soon(self) -> None:
        """Give the simulator its menu bar as soon as this server answers."""
        for _ in range(60):
            await asyncio.sleep(0.5)
            with suppress(PlatformError):
                await keep_menu(self.settings, self.redis, self.accounts.first)
                return

    async def _each(self, what: str, keep: Keep, _: datetime) -> None:
        """Tests and trials without a platform ask nobody."""
        settings = self.settings
        if not (settings.production or settings.uses_simulator or settings.wechat_api_base):
            return
        for served in await self.accounts.every():
            resting = f"upkeep:rest:{what}:{served.account.app_id}"
            if await self.redis.exists(resting):
                continue
            try:
                await keep(served)
            except TechnicalError:
                await self.redis.set(resting, 1, ex=REST_SECONDS)
            except PlatformError as error:
                log.info("not in step yet", what=what, errcode=error.errcode)


def menu_bar(settings: Settings, app_id: str, *, registered: bool = False) -> MenuBar:
    """The menu under an account's chat: only what is built. A button sends its key, or opens its address.

    Args:
        registered: for who has a home here; the others see first how to register one.
    """
    home, own = ("登记住址", "bind"), (("我的", "me"), ("我的住户", settings.pages_address(app_id)))
    first = (*own, home) if registered else (home, *own)
    part = (("投票", "vote"), ("通知", "notice"), ("订阅", "subscribe"))
    return (("参与", part), ("我的", (*first, ("人工", "agent"), ("帮助", "help"))))


async def keep_menu(settings: Settings, redis: Redis, served: Served) -> None:
    """Push an account's menus where they differ from those pushed last."""
    known = await redis.get(_menu_key(served))
    if not isinstance(known, bytes) or known.decode().split()[0] != _digest(settings, served):
        await push_menu(settings, redis, served)


async def push_menu(settings: Settings, redis: Redis, served: Served) -> None:
    """Replace an account's menus by what is built now."""
    before = await redis.get(_menu_key(served))
    numbers = before.decode().split()[1:] if isinstance(before, bytes) else []
    everybody, registered = _menus(settings, served)
    await served.client.create_menu(everybody)
    number = await _conditional(served.client, registered, numbers)
    await redis.set(_menu_key(served), f"{_digest(settings, served)} {number}")


def _menus(settings: Settings, served: Served) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """For everybody, and for who is registered."""
    app_id = served.account.app_id
    return menu_buttons(menu_bar(settings, app_id)), menu_buttons(menu_bar(settings, app_id, registered=True))


async def _conditional(client: WeChatClient, buttons: Sequence[dict[str, Any]], before: Sequence[str]) -> str:
    """The number of the menu for who is registered, in place of that of before; none where it is not granted."""
    try:
        number = await client.add_conditional_menu(buttons, (await tag_numbers(client, [REGISTERED]))[REGISTERED])
        for old in before:
            await client.delete_conditional_menu(old)
    except (TechnicalError, KeyError) as error:
        log.warning("no menu of their own for who is registered", failure=type(error).__name__)
        return ""
    return number


def _menu_key(served: Served) -> str:
    return f"upkeep:menu:{served.account.app_id}"


def _digest(settings: Settings, served: Served) -> str:
    parts = json.dumps([settings.api_base, *_menus(settings, served)], ensure_ascii=False)
    return blake2b(parts.encode(), digest_size=16).hexdigest()


async def keep_followers(redis: Redis, served: Served) -> None:
    """Once a day: who follows again is queued, who has left while we were down is unlinked, as by their events.

    Nobody is unlinked whom the platform, asked for alone, does not name as having left. Strangers stay unknown.
    """
    app_id, client = served.account.app_id, served.client
    if await redis.exists(done := f"upkeep:followers:{app_id}"):
        return
    seen, after = set[int](), ""
    while True:
        page = await client.followers(after)
        known = await known_accounts(app_id, page.openids)
        for address in (address for address, one in known.items() if not one.following):
            await welcome_back(app_id, address)
        seen |= {one.account_id for one in known.values()}
        after = page.next_openid
        if not page.openids or not after:
            break
    for address in await followers_not_among(app_id, seen, MOST_ASKED):
        with suppress(PermanentError):
            if not (await client.user_info(address)).is_following:
                await end_bindings(app_id, address, texts.UNLINKED[UNFOLLOWED])
    await redis.set(done, 1, ex=DAY_SECONDS)
