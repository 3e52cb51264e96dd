"""`linli audit …`: what was taken out of the audit trail, recounted by anybody, without a database."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from errors import Invalid
from handlers.audit.seals import Recount, recount
from terminal import kindly, out

audit_app = typer.Typer(no_args_is_help=True, help="操作记录")


@audit_app.callback()
def audit_trail() -> None:
    """核对导出的操作记录。"""


@audit_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="「操作记录」页导出的 CSV 文件", exists=True, dir_okay=False)],
) -> None:
    """把导出文件里的封印从头算一遍；不需要数据库。"""
    with kindly():
        found = _recount(file)
    if found.broken:
        out.print(f"[red]✗[/red] {len(found.broken)} 条对不上封印：第 {'、'.join(map(str, found.broken[:20]))} 条")
        raise typer.Exit(1)
    out.print(f"[green]✓[/green] {found.fitting} 条的封印都对得上，{found.unsealed} 条还没有封存")
    if found.gaps:
        out.print(f"中间有 {found.gaps} 处不相连，是没有导出的记录；只能逐条核对，不能证明中间没有少")


def _recount(file: Path) -> Recount:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return recount(csv.reader(lines))
    except (ValueError, KeyError, csv.Error) as error:
        raise Invalid("这个文件读不出来，请用「操作记录」页导出的 CSV 文件。") from error
