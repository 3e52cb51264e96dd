"""What each official account shows at the platform, kept in step: its menu."""

import asyncio
from contextlib import suppress

from bot.client import WeChatClient
from bot.errcodes import PlatformError
from bot.menu import menu_buttons
from settings import Settings

MenuBar = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def menu_bar(settings: Settings, app_id: str) -> MenuBar:
    """The menu under an account's chat: only what is built. A button sends its key, or opens its address."""
    own = (
        ("登记住址", "bind"),
        ("我的", "me"),
        ("我的住户", settings.pages_address(app_id)),
        ("人工", "agent"),
        ("帮助", "help"),
    )
    return (("参与", (("投票", "vote"), ("通知", "notice"), ("订阅", "subscribe"))), ("我的", own))


async def push_menu_soon(client: WeChatClient, settings: Settings) -> None:
    """Give the simulator its menu bar as soon as this server answers."""
    for _ in range(60):
        await asyncio.sleep(0.5)
        with suppress(PlatformError):
            await client.create_menu(menu_buttons(menu_bar(settings, settings.wechat_app_id)))
            return
