"""`linli …`: run the service, load data, print letters, keep it healthy."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.progress import Progress, TaskID
from rich.table import Table

import backups
import doctor as examination
from account_commands import account_app, menu_app
from accounts import Accounts
from audit_commands import audit_app
from bench_commands import bench, train
from clock import BEIJING, clock, read_shift
from demonstration import FOLDER, load_demonstration
from errors import ConfigurationError
from handlers.privacy.actions import reseal
from handlers.residency.actions.findable import index_missing
from handlers.residency.actions.letters import issue_codes, write_letters
from handlers.residency.actions.taking import Terms
from handlers.staff.actions.logins import add_staff
from health import share_metrics
from loading import load_folder
from main import SUBSCRIPTIONS, connect_redis, outreach, run_worker
from models.database import connect, disconnect, migrate, rows
from models.states import StaffRole
from scheduling import read_clock, run_due, shift_clock
from settings import Settings, get_settings
from sms import gateway
from terminal import kindly, out, progress_bar, run, with_engines
from timetable import clock_jobs
from vote_commands import recount

app = typer.Typer(no_args_is_help=True, add_completion=False, help="邻里：社区参与服务", pretty_exceptions_enable=False)
staff_app = typer.Typer(no_args_is_help=True, help="工作人员账号")
keys_app = typer.Typer(no_args_is_help=True, help="加密密钥")
app.add_typer(staff_app, name="staff")
app.add_typer(menu_app, name="menu")
app.add_typer(account_app, name="account")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.command("recount")(recount)
app.command("bench")(bench)
app.command("train")(train)


@app.command()
def serve() -> None:
    """启动网站、公众号接口和定时任务。演示环境第一次启动会装入演示数据。"""
    with kindly(), with_engines() as settings:
        out.print("[1/3] 数据库和缓存已就绪")
        asyncio.run(_prepare(settings))
        out.print("[3/3] 正在启动服务")
        _show_doors(settings)
        os.environ |= {"LINLI_DATABASE_URL": settings.database_url, "LINLI_REDIS_URL": settings.redis_url}
        if settings.workers > 1:
            share_metrics(settings.data_dir / "metrics")
        get_settings.cache_clear()
        uvicorn.run(
            "main:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=10,
            # A busy machine needs longer than the usual five seconds, after which it would begin anew for ever.
            timeout_worker_healthcheck=60,
        )


async def _prepare(settings: Settings) -> None:
    await migrate(settings.database_url)
    await connect(settings.database_url)
    try:
        await read_clock()
        empty = not await rows("SELECT 1 FROM organisation LIMIT 1")
        if settings.demo and empty:
            with out.status("[2/3] 正在装入演示数据，约半分钟……"):
                await load_demonstration(FOLDER, settings, clock.now(), out.print)
        await index_missing(lambda done: out.print(f"[2/3] 正在编入搜索：{done} 户"))
        out.print("[2/3] 数据表已是最新")
    finally:
        await disconnect()


def _show_doors(settings: Settings) -> None:
    """Where to go next, with the demonstration's logins."""
    out.print(f"管理后台：{settings.base_url}/admin/")
    if settings.uses_simulator:
        out.print(f"手机模拟器：{settings.base_url}/simulator/")
    for line in examination.demonstration_lines(settings):
        out.print(line)
    out.print("按 Ctrl+C 停止。")


@app.command()
def worker() -> None:
    """只运行定时任务（可以开多个，互不重复）。"""
    run(run_worker)


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="数据文件夹")] = FOLDER) -> None:
    """装入演示数据、工作人员和演示居民。"""
    run(lambda settings: load_demonstration(folder, settings, clock.now(), out.print))
    for line in examination.demonstration_lines(get_settings()):
        out.print(line)


@app.command(name="migrate")
def migrate_schema() -> None:
    """把数据表升级到当前版本。"""

    async def nothing(_: Settings) -> None: ...

    run(nothing)
    out.print("[green]✓[/green] 数据表已是最新")


@app.command(name="import")
def import_folder(
    folder: Annotated[Path, typer.Argument(help="数据文件夹，或其中一个文件", exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，什么也不写")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有误的行，其余照写")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="后台改过的，也以文件为准")] = False,
) -> None:
    """装入一个文件夹里的全部已知文件；有一行不对就一行都不写。"""
    terms = Terms(dry_run=dry_run, skip_bad=skip_bad, overwrite=overwrite)
    with progress_bar() as progress:
        loaded = run(lambda _: load_folder(folder, clock.now(), out.print, terms=terms, progress=progress))
    if dry_run and loaded.flaws:
        raise typer.Exit(1)


@app.command()
def letters(
    community: Annotated[str, typer.Option(help="社区代码")],
    csv: Annotated[Path, typer.Option(help="写到哪个文件")],
    new: Annotated[bool, typer.Option("--new", help="全部换新码，旧码作废")] = False,
) -> None:
    """生成入户通知单的绑定码；仍有效的码照原样重印。"""
    issued = run(lambda _: issue_codes(community, clock.now(), renew=new))
    write_letters(csv, issued)
    out.print(f"[green]✓[/green] {len(issued)} 户的绑定码已写入 {csv}")


@staff_app.command("add")
def staff_add(
    login: str,
    role: Annotated[StaffRole, typer.Option(help="角色")],
    org: Annotated[str, typer.Option(help="所属单位代码")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码")] = False,
    name: Annotated[str, typer.Option(help="姓名")] = "",
) -> None:
    """新增或更新一个账号。"""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt("密码", hide_input=True)
    run(lambda _: add_staff(login, password, role, org, name))
    out.print(f"[green]✓[/green] {login} 可以登录了")


@keys_app.command("rotate")
def rotate_keys() -> None:
    """把全部加密内容改用 LINLI_FIELD_KEY 里最前面的新密钥；可以边运行边做，中断了再运行一次。"""
    with Progress(console=out) as progress:
        tasks: dict[str, TaskID] = {}

        def show(column: str, done: int, todo: int) -> None:
            if column not in tasks:
                tasks[column] = progress.add_task(column, total=todo)
            progress.update(tasks[column], completed=done, total=max(todo, done))

        done = run(lambda _: reseal(show))
    out.print(f"[green]✓[/green] {done} 项已改用新密钥")
    if not get_settings().index_key:
        out.print("去掉旧密钥之前，先把最旧的一个填进 LINLI_INDEX_KEY：姓名和凭证靠它查找。")


@app.command(name="clock", context_settings={"ignore_unknown_options": True})
def move_clock(shift: Annotated[str, typer.Argument(help="例如 +3d、-2h、reset；不写则只显示")] = "") -> None:
    """演示和测试用：拨动全部进程的时钟，并处理到期的事。"""
    change = read_shift(shift)
    if shift and change is None:
        raise typer.BadParameter("请写成 +3d、+2h、+30m、-1d 或 reset")
    with kindly():
        if get_settings().production:
            raise ConfigurationError("生产环境不能拨动时钟")

    async def move(settings: Settings) -> list[str]:
        if change is None:
            return []
        redis = connect_redis(settings)
        accounts, texts = Accounts(settings, redis), gateway(settings)
        try:
            await shift_clock(redis, clock.shift + change if change else timedelta())
            return await run_due(clock_jobs(accounts, outreach(settings, accounts, texts), SUBSCRIPTIONS))
        finally:
            await texts.aclose()
            await accounts.aclose()
            await redis.aclose()

    failed = run(move)
    out.print(f"现在是北京时间 {clock.now().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}，比真实时间快 {clock.shift}")
    if failed:
        out.print(f"[red]✗[/red] 这些定时任务失败了：{'、'.join(failed)}")
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path | None, typer.Argument(help="备份文件，默认在 DATA_DIR/backups")] = None) -> None:
    """备份数据库和上传的文件。LINLI_FIELD_KEY 不在备份里，请另外保管，没有它备份读不出个人信息。"""
    with kindly(), with_engines() as settings:
        written = backups.write_backup(settings, file, clock.now())
    out.print(f"[green]✓[/green] 已备份到 {written.path}（{written.path.stat().st_size / 1e6:.1f} MB）")
    kept = "不在备份里，请用对象存储自己的备份" if written.files is None else f"{written.files} 个，都在备份里"
    out.print(f"上传的文件：{kept}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="覆盖现有数据")] = False,
) -> None:
    """从备份恢复。数据库里已有数据时要加 --replace。"""
    with kindly(), with_engines() as settings:
        files = backups.restore_backup(settings, file, replace=replace)
    out.print(f"[green]✓[/green] 已恢复，上传的文件 {files} 个")


@app.command()
def doctor() -> None:
    """检查配置、数据库、缓存、微信平台、时钟、磁盘和备份，并说明怎么处理。"""
    with kindly(), with_engines(unsafe=True) as settings:
        findings = asyncio.run(examination.examine(settings))
    table = Table("", "检查", "结果", "怎么办", box=None)
    for finding in findings:
        table.add_row(
            "[green]✓[/green]" if finding.good else "[red]✗[/red]", finding.name, finding.state, finding.advice
        )
    out.print(table)
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
