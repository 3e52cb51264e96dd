"""`linli doctor`: what is wrong with this installation, and what to do about each."""

import json
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts import first_account, platform_client
from backups import TOO_OLD, latest_backup
from bot.errcodes import PlatformError
from clock import clock
from errors import ConfigurationError
from handlers.audit.queries import unsealed_age, verify_chain
from handlers.files.storage import FOLDER, open_storage
from handlers.residency.queries.validation import faults
from main import connect_redis
from models.database import connect, disconnect, migrate, rows
from scheduling import read_clock
from settings import Settings

LEAST_DISK = 2 * 1024**3
MOST_SKEW = 2.0
LONGEST_TAIL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    good: bool
    state: str
    advice: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Every check, one after another; a check that fails does not hide the next."""
    checks: tuple[tuple[str, Callable[[Settings], Awaitable[Finding]]], ...] = (
        ("配置", _configuration),
        ("数据库", _database),
        ("缓存", _redis),
        ("微信平台", _platform),
        ("时钟", _clock),
        ("磁盘", _disk),
        ("文件", _files),
        ("备份", _backup),
        ("审计链", _chain),
        ("台账", _registers),
    )
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings.append(await check(settings))
        except Exception as error:
            findings.append(Finding(name, False, f"查不了（{type(error).__name__}）", "先处理上面的问题，再运行一次"))
    await disconnect()
    return findings


async def _configuration(settings: Settings) -> Finding:
    try:
        settings.refuse_unsafe()
    except ConfigurationError as error:
        return Finding("配置", False, "不安全", str(error))
    note = "演示密钥，只能演示用" if not settings.production else "生产环境"
    return Finding("配置", True, f"{settings.env.value}，{note}")


async def _database(settings: Settings) -> Finding:
    began = time.monotonic()
    await migrate(settings.database_url)
    await connect(settings.database_url)
    [row] = await rows("SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync")
    spent = round((time.monotonic() - began) * 1000)
    safe = row["fsync"] == "on"
    advice = "" if safe else "把 PostgreSQL 的 fsync 打开，否则断电会丢票"
    return Finding("数据库", safe, f"PostgreSQL {row['version']}，{spent} 毫秒", advice)


async def _redis(settings: Settings) -> Finding:
    redis = connect_redis(settings)
    try:
        await redis.ping()  # pyright: ignore[reportUnknownMemberType]
    except Exception as error:
        return Finding(
            "缓存", False, f"连不上（{type(error).__name__}）", "检查 LINLI_REDIS_URL，或看 DATA_DIR 里的日志"
        )
    finally:
        await redis.aclose()
    return Finding("缓存", True, "正常")


async def _platform(settings: Settings) -> Finding:
    redis = connect_redis(settings)
    client = platform_client(settings, redis, first_account(settings))
    try:
        await client.check()
    except PlatformError as error:
        advice = "模拟器要先运行 linli serve" if settings.uses_simulator else "核对 AppID、AppSecret 和后台的 IP 白名单"
        return Finding("微信平台", False, error.meaning, advice)
    finally:
        await client.aclose()
        await redis.aclose()
    return Finding("微信平台", True, settings.api_base)


async def _clock(settings: Settings) -> Finding:
    await read_clock()
    [row] = await rows("SELECT now() AS now")
    skew = abs((row["now"] - datetime.now(UTC)).total_seconds())
    if clock.shift:
        return Finding("时钟", not settings.production, f"拨快了 {clock.shift}", "用 linli clock reset 拨回")
    good = skew < MOST_SKEW
    return Finding("时钟", good, f"与数据库相差 {skew:.1f} 秒", "" if good else "打开系统的网络对时（NTP）")


async def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    good = free > LEAST_DISK
    return Finding(
        "磁盘", good, f"剩 {free / 1024**3:.0f} GB", "" if good else "清理磁盘，或把 LINLI_DATA_DIR 移到大盘"
    )


async def _files(settings: Settings) -> Finding:
    store, probe = open_storage(settings), uuid4()
    await store.put(probe, probe.bytes)
    whole = await store.get(probe) == probe.bytes
    await store.remove(probe)
    where = settings.s3_endpoint or f"{settings.data_dir / FOLDER}"
    return Finding("文件", whole, f"能写能读：{where}", "" if whole else "读回的内容不对，请检查存储")


async def _backup(settings: Settings) -> Finding:
    latest = latest_backup(settings)
    if latest is None:
        return Finding("备份", not settings.production, "还没有备份", "每天运行一次 linli backup，并拷到别的机器")
    age = timedelta(seconds=time.time() - latest.stat().st_mtime)
    good = age < TOO_OLD
    return Finding(
        "备份", good, f"最近一次在 {age.days} 天前", "" if good else "运行 linli backup，并检查每天的计划任务"
    )


async def _chain(_: Settings) -> Finding:
    if broken := await verify_chain():
        return Finding(
            "审计链", False, f"第 {broken} 条对不上封印", "有人改过操作记录：保留现场，与备份对照，并报告上级"
        )
    age = await unsealed_age(clock.now())
    good = age < LONGEST_TAIL
    advice = "" if good else "检查 linli serve 或 linli worker 是否在运行"
    return Finding("审计链", good, f"未封存的尾巴 {age.total_seconds():.0f} 秒", advice)


async def _registers(_: Settings) -> Finding:
    """Whether places fit together; what is merely unfinished is told, and is for the panel to put right."""
    found = await faults("", clock.today())
    if not found:
        return Finding("台账", True, "每户都在本社区的一个网格里")
    told = "；".join(f"{fault.check.words} {fault.count} 处" for fault in found)
    return Finding(
        "台账", not any(fault.check.faulty for fault in found), told, "在后台「机构网格」的「检查」里逐处改好"
    )


def demonstration_lines(settings: Settings) -> list[str]:
    """The demonstration's logins and residents, for the terminal."""
    file = settings.data_dir / "demo.json"
    if settings.production or not file.exists():
        return []
    told: dict[str, Any] = json.loads(file.read_text())
    logins = [f"  账号 {one['login']}  密码 {one['password']}  {one['role']}  {one['org']}" for one in told["logins"]]
    residents = [f"  {one['address']}  {one['name']}  绑定码 {one['code']}" for one in told["residents"]]
    return ["后台账号：", *logins, "可以登记的住户：", *residents]
