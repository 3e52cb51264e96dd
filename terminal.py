"""How a command runs: with engines, the present schema and the clock, and what goes wrong told in one sentence."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from engines import start_engines
from errors import LinliError
from logs import configure_logs
from models.database import connect, disconnect, migrate
from scheduling import read_clock
from settings import Settings, get_settings

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
Answer = TypeVar("Answer")


@contextmanager
def kindly() -> Generator[None]:
    """What the product expects to go wrong is told in one sentence, without a trace."""
    try:
        yield
    except LinliError as error:
        out.print(f"[red]✗[/red] {error}")
        raise typer.Exit(1) from error


@contextmanager
def with_engines(*, unsafe: bool = False) -> Generator[Settings]:
    """The settings, with embedded engines where no others are named; `unsafe` only to say what is wrong."""
    configure_logs()
    settings = get_settings()
    if not unsafe:
        settings.refuse_unsafe()
    # The web server hands its signals on when it has finished; this one must still let the engines go.
    signal.signal(signal.SIGTERM, _leave)
    held = start_engines(settings.data_dir, not settings.database_url, not settings.redis_url)
    try:
        yield settings.model_copy(
            update={
                "database_url": settings.database_url or held.database_url,
                "redis_url": settings.redis_url or held.redis_url,
            }
        )
    finally:
        held.release()


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


def run(work: Callable[[Settings], Awaitable[Answer]]) -> Answer:
    """Do something with the database at its present schema and the clock as it stands."""

    async def connected(settings: Settings) -> Answer:
        await migrate(settings.database_url)
        await connect(settings.database_url)
        try:
            await read_clock()
            return await work(settings)
        finally:
            await disconnect()

    with kindly(), with_engines() as settings:
        return asyncio.run(connected(settings))


@contextmanager
def progress_bar() -> Generator[Callable[[str, int, int], Awaitable[None]]]:
    """A bar for each thing that takes long, told its name, how much is done, and of how much; nothing in a file."""
    bars: dict[str, TaskID] = {}
    with Progress(console=out, disable=not out.is_terminal, transient=True) as shown:

        async def tell(name: str, done: int, of: int) -> None:
            if name not in bars:
                bars[name] = shown.add_task(name, total=of)
            shown.update(bars[name], completed=done, total=of)

        yield tell
