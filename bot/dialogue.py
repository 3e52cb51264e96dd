"""Dialogues as classes whose steps are methods, and what a step gets and gives back.

A step is declared as `@asks` (it only reads and asks on) or `@commits` (it writes, in one transaction with the message
that confirmed it). `secret=True` keeps its words and answer out of the archive.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from bot import phrases
from bot.messages import Incoming, Kind

HALF_HOUR = timedelta(minutes=30)
ONE_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list: answered by its number, its words or one tap; `value` is what the step receives.

    One that is not `numbered` is taken by its words or a tap only: nobody confirms a ballot by a stray number.
    """

    words: str
    value: str = ""
    note: str = ""
    numbered: bool = True

    @property
    def picked(self) -> str:
        return self.value or self.words


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say, which choices to offer, and where the dialogue goes: `step` None ends it, no text is silence.

    `resume` names what was put off: when the dialogue that now follows is `finished`, it is taken up again.
    `instead` is a step that `@commits`, by which an asking step has this message answered after all.
    `fetchable` is the answer of a secret step that tells no secret, and that its account may ask for again for a while.
    `confirmed` says that what the resident confirmed is recorded now: the moment to ask for something in return.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tail: str = ""
    missed: bool = False
    resume: str = ""
    finished: bool = False
    instead: "Step | None" = None
    fetchable: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a step sees it."""

    message: Incoming
    words: str
    """What was said, folded; of a choice that was picked by number or tap, its words."""
    choice: str | None
    """The value of the choice that was picked, if one was."""
    visitor: Any
    """Who speaks, as the composition root looked them up."""
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    step: str = ""
    offered: tuple[Choice, ...] = ()

    def ask(self, step: str, text: str, *choices: Choice | str, tail: str = "", **data: Any) -> Reply:
        """Go on to `step`, remembering `data` beside what is known already."""
        listed = tuple(Choice(choice) if isinstance(choice, str) else choice for choice in choices)
        return Reply(text, listed, step, {**self.data, **data}, tail)

    def again(self, text: str) -> Reply:
        """Not understood: say what is expected and ask the same step again."""
        return Reply(text, self.offered, self.step, self.data, missed=True)

    def having(self, **data: Any) -> "Turn":
        """The same turn with more remembered, to hand on to the next step's question."""
        return replace(self, data={**self.data, **data})


Step = Callable[..., Awaitable[Reply | None]]
S = TypeVar("S", bound=Step)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a handler is run: whether it writes, and whether its words are kept."""

    commits: bool = False
    secret: bool = False


_CONDUCT = "__conduct__"


def asks(*, secret: bool = False) -> Callable[[S], S]:
    """Declare a step that writes nothing."""
    return _declare(Conduct(secret=secret))


def commits(*, secret: bool = False) -> Callable[[S], S]:
    """Declare a step that writes: it and its message are committed together or not at all."""
    return _declare(Conduct(commits=True, secret=secret))


def _declare(conduct: Conduct) -> Callable[[S], S]:
    def mark(step: S) -> S:
        setattr(step, _CONDUCT, conduct)
        return step

    return mark


def conduct_of(step: Step) -> Conduct:
    """How a step is declared.

    Raises:
        TypeError: neither `@asks` nor `@commits`.
    """
    conduct = getattr(step, _CONDUCT, None)
    if not isinstance(conduct, Conduct):
        raise TypeError(f"{step.__qualname__} is declared neither @asks nor @commits")
    return conduct


class Dialogue:
    """A conversation with a purpose; subclasses declare steps. It forgets itself after `lasts`."""

    name: ClassVar[str]
    lasts: ClassVar[timedelta] = HALF_HOUR
    takes: ClassVar[frozenset[Kind]] = frozenset()
    """Kinds of message beside text that its steps answer; any other kind is answered as if no dialogue were open."""

    def leaving(self, step: str) -> str:
        """What is said to who leaves at this step by 「取消」."""
        return phrases.CANCELLED

    def step(self, name: str) -> tuple[Step, Conduct]:
        """The method that answers at this step and its declaration.

        Raises:
            LookupError: the step no longer exists, as after an upgrade.
        """
        method = getattr(self, name, None)
        conduct = getattr(method, _CONDUCT, None)
        if method is None or not isinstance(conduct, Conduct):
            raise LookupError(f"{self.name} has no step {name}")
        return method, conduct
