"""The taking in of ledgers: on which terms, what was refused or kept on the way, and how far it has come."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tortoise.transactions import in_transaction

from handlers.residency.ledgers.sheets import BadCell, Clash, Flaw, FlawedSheets, Made, Numbered

FOREIGN = "不在您的管理范围，请由上级单位导入"
Progress = Callable[[str, int, int], Awaitable[None]]
"""Takes a file's name, how many of its rows are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How ledgers are taken in.

    Args:
        dry_run: do everything and undo it at the end, so that what is told is what would happen.
        skip_bad: write the good rows although others are bad; otherwise one bad row refuses all.
        overwrite: what people here have put right by hand gives way to the files.
        place: code within which every row must lie, empty for no bounds.
    """

    dry_run: bool = False
    skip_bad: bool = False
    overwrite: bool = False
    place: str = ""

    @property
    def collecting(self) -> bool:
        """Whether a bad row is passed over, to see all the others."""
        return self.dry_run or self.skip_bad


@dataclass(slots=True)
class Taking:
    """One import under way: `flaws` are rows that were refused, `kept` values put right by hand."""

    terms: Terms = field(default_factory=Terms)
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    flaws: list[Flaw] = field(default_factory=list[Flaw])
    kept: list[Flaw] = field(default_factory=list[Flaw])
    progress: Progress | None = None
    done: Counter[str] = field(default_factory=Counter[str])
    of: dict[str, int] = field(default_factory=dict[str, int])

    def name(self, register: str) -> str:
        """What the file of a register is called."""
        return self.names.get(register, register)

    def conflicts(self, register: str) -> int:
        """How many rows of a file collide with what is registered, or would undo what people put right."""
        name = self.name(register)
        rows = {flaw.line for flaw in self.kept if flaw.file == name}
        return len(rows | {flaw.line for flaw in self.flaws if flaw.clash and flaw.file == name})

    def check_within(self, code: str) -> None:
        """Raise BadCell for what lies outside the bounds."""
        if not code.startswith(self.terms.place):
            raise BadCell(FOREIGN)

    def convert(
        self, register: str, records: Iterable[Numbered], make: Callable[[Numbered], Made]
    ) -> list[tuple[Numbered, Made]]:
        """Each record with what `make` makes of it; those that it refuses by BadCell become flaws."""
        made: list[tuple[Numbered, Made]] = []
        for record in records:
            try:
                made.append((record, make(record)))
            except BadCell as error:
                self.refuse(register, record.line, error)
        return made

    def refuse(self, register: str, line: int, error: BadCell) -> None:
        self.flaws.append(Flaw(self.name(register), line, str(error), isinstance(error, Clash)))

    def keep(self, register: str, line: int, columns: Sequence[str]) -> None:
        """Note which values of a row people here have put right, and what became of them."""
        words = "已按文件改" if self.terms.overwrite else "保留后台的值"
        reason = f"{'、'.join(columns)} 在后台改过，与文件不同，{words}"
        self.kept.append(Flaw(self.name(register), line, reason, clash=True))

    @property
    def refused(self) -> bool:
        """Whether there is no sense in writing on: a bad row refuses everything."""
        return bool(self.flaws) and not self.terms.collecting

    def settle(self) -> None:
        """Raise FlawedSheets when a bad row refuses everything."""
        if self.refused:
            raise FlawedSheets(sorted(self.flaws))

    async def advance(self, register: str, rows: int) -> None:
        """Tell that so many more rows of a file are done."""
        self.done[register] += rows
        if self.progress:
            await self.progress(self.name(register), self.done[register], self.of.get(register, 0))

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[None]:
        """One transaction for everything; a dry run is undone at its end."""
        try:
            async with in_transaction():
                yield
                if self.terms.dry_run:
                    raise _Undone
        except _Undone:
            return


class _Undone(Exception):
    """A dry run has come to its end."""
