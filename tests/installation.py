"""A data folder on which the commands of `linli` are run inside the test's own process, where they start at once."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

import cli
from clock import clock
from settings import Settings, get_settings


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder, and the settings under which commands are run on it."""

    data: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {"LINLI_ENV": "test", "LINLI_DATA_DIR": str(self.data), "LINLI_PORT": str(self.port)}

    def linli(self, *words: str | Path, stdin: str = "", **settings: str) -> Said:
        """Run a command in this process, where it starts at once; what is not an expected failure is raised."""
        with fresh_settings():
            done = CliRunner().invoke(
                cli.app, [str(word) for word in words], stdin, {**BARE, **self.environment, **settings}
            )
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.output)


BARE: dict[str, str | None] = dict.fromkeys(f"LINLI_{name.upper()}" for name in Settings.model_fields)


@contextmanager
def fresh_settings() -> Generator[None]:
    """Settings are read anew inside and again afterwards; the clock is back where it was."""
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
    clock.shift *= 0
