"""`linli bench …` and `linli train`: what is measured with a floor in the same run, and what is learnt from samples."""

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benches.ballots import bench_ballots
from benches.inbox import bench_inbox
from benches.notice import bench_notice
from benches.residency import bench_residency
from benches.stances import bench_stances
from benches.tally import bench_tally
from benches.webhook import bench_webhook
from errors import ConfigurationError
from settings import get_settings
from terminal import kindly, out


class Bench(StrEnum):
    WEBHOOK = "webhook"
    RESIDENCY = "residency"
    BALLOTS = "ballots"
    TALLY = "tally"
    NOTICE = "notice"
    UNDERSTAND = "understand"
    INBOX = "inbox"
    OPINION = "opinion"


JUDGED = {Bench.BALLOTS: bench_ballots, Bench.TALLY: bench_tally, Bench.NOTICE: bench_notice, Bench.INBOX: bench_inbox}
"""Those that fail below their floor."""


def bench(
    name: Annotated[Bench, typer.Argument(help="测哪一项")] = Bench.WEBHOOK,
    dwellings: Annotated[int, typer.Option(help="residency：造多少户")] = 450_000,
    plans: Annotated[Path, typer.Option(help="residency：执行计划写到哪里")] = Path("plans.txt"),
    data: Annotated[Path, typer.Option(help="understand：标注样本的文件夹")] = Path("eval"),
) -> None:
    """测速，与同一次运行中的底线相比。

    webhook：问候 → 菜单，每条都入库。residency：110万居民的查找和列表。ballots：16个任务投一次表决的票。
    tally：封存并清点一百万张业主的票。notice：通知十万人，平台当场应答。inbox：一万条没结束的留言，
    列表和对话多久打开。understand：问答和留言听懂了多少。opinion：算一次观点分组，与一次svd相比；
    再让一百人五分钟里表态5500次，看别人收到回答慢了多少（约十一分钟）。
    """
    with kindly():
        if name is Bench.WEBHOOK:
            bench_webhook(get_settings(), out.print)
        elif name is Bench.UNDERSTAND:
            _apart("benches.understand", str(_folder(data)))
        elif name is Bench.OPINION:
            _apart("benches.opinion")
            if not bench_stances(get_settings(), out.print).good:
                raise typer.Exit(1)
        elif name in JUDGED:
            if not JUDGED[name](out.print).good:
                raise typer.Exit(1)
        elif any(timing.slow for timing in bench_residency(out.print, dwellings, plans)):
            raise typer.Exit(1)


def train(data: Annotated[Path, typer.Option(help="标注样本的文件夹")]) -> None:
    """从标注样本学习，放在数据目录的 understanding 里，供查看。

    服务只读识别冒犯的那一份，给审核发言的人提醒；问答从自己的文章学，留言的类别从工作人员核对过的留言学（每类够50条，而且比看字猜得准，才用）。
    """
    with kindly():
        _apart("understanding.train", str(_folder(data)), str(get_settings().data_dir / "understanding"))


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise ConfigurationError(f"没有文件夹 {folder}。请用 --data 指到放样本的文件夹。")
    return folder


def _apart(module: str, *words: str) -> None:
    """Run what needs scikit-learn or numpy in a process of its own, on one thread: no other command waits for it."""
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if code := subprocess.run([sys.executable, "-m", module, *words], env=alone, cwd=Path(__file__).parent).returncode:
        raise typer.Exit(code)
