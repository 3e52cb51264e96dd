"""`linli account …` and `linli menu …`: further official accounts, and the menu under each one's chat."""

import sys
from typing import Annotated

import typer

from accounts import FIRST, Accounts
from errors import NotFound
from handlers.official_accounts.actions import add_account
from handlers.official_accounts.rules import MODES, NewAccount
from main import connect_redis
from settings import Settings
from terminal import out, run
from upkeep import push_menu

account_app = typer.Typer(no_args_is_help=True, help="更多公众号")
menu_app = typer.Typer(no_args_is_help=True, help="公众号菜单")
SECRETS = ("AppSecret", "Token", "EncodingAESKey")


@account_app.callback()
def accounts_of_this_installation() -> None:
    """设置里的是第一个公众号，更多的用这里的命令或后台添加。"""


@account_app.command("add")
def account_add(
    slug: str,
    app_id: Annotated[str, typer.Option(help="公众号的 AppID")],
    org: Annotated[str, typer.Option(help="所属单位代码")],
    name: Annotated[str, typer.Option(help="名称")] = "",
    mode: Annotated[str, typer.Option(help="加密方式：safe、compatible 或 plain")] = MODES[0],
) -> None:
    """新增一个公众号，或更换它的密钥。标准输入三行：AppSecret、Token、EncodingAESKey。"""
    secret, token, aes_key = (_secret(word) for word in SECRETS)
    new = NewAccount(slug, name or slug, org, app_id, secret, token, aes_key, mode)

    async def add(settings: Settings) -> str:
        await add_account(new, settings.wechat_app_id)
        return f"{settings.base_url}/wechat/{slug}"

    out.print(f"[green]✓[/green] 请在这个公众号的后台把服务器地址填成 {run(add)}")


def _secret(word: str) -> str:
    """One line of standard input; a person at a terminal is asked, and what is typed is not shown."""
    return typer.prompt(word, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().strip()


@menu_app.callback()
def menus() -> None:
    """公众号对话下面的菜单。"""


@menu_app.command("push")
def menu_push(
    account: Annotated[str, typer.Option(help="更多公众号的标识；不写是设置里的那个")] = FIRST,
) -> None:
    """把公众号底部菜单换成当前已开通的功能。"""

    async def push(settings: Settings) -> None:
        redis = connect_redis(settings)
        accounts = Accounts(settings, redis)
        try:
            served = await accounts.by_slug(account)
            if served is None:
                raise NotFound("没有这个公众号，或已停用。")
            await push_menu(settings, redis, served)
        finally:
            await accounts.aclose()
            await redis.aclose()

    run(push)
    out.print("[green]✓[/green] 菜单已更新，已关注的居民几分钟内看到")
