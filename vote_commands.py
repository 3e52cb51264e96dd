"""`linli recount FILE`: a vote that was taken out as a file, checked by anybody, without a database."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.votes import recount as checking


def recount(
    file: Annotated[Path, typer.Argument(help="导出的名单，JSON 或 ZIP 文件", exists=True, dir_okay=False)],
) -> None:
    """核对一次投票：封印有没有断，审计清单还会重新计票；不需要数据库。"""
    raise typer.Exit(checking.main([str(file)]))
