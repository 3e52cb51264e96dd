"""From one message to the handler that answers it: danger, taps, global words, the open dialogue, commands, the rest.

The order is the contract of conversations.md, "Rules for every reply". The router reads only the message and the
session; it never touches a database, so that the door can decide whether the turn needs a transaction.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from bot import phrases
from bot.dialogue import Choice, Conduct, Dialogue, Reply, Step, Turn, conduct_of
from bot.filters import CANCEL_WORDS, HELP_WORDS, HUMAN_WORDS, NEXT_PAGE, fold, is_bare, picked_number
from bot.listing import PUSHED, numbered
from bot.messages import Incoming, Kind
from bot.sessions import Session

D = TypeVar("D", bound=Dialogue)


@dataclass(frozen=True, slots=True)
class Command:
    """Words (or a menu key) that start something at any time."""

    words: tuple[str, ...]
    run: Step
    conduct: Conduct
    dialogue: Dialogue | None = None
    key: str = ""


@dataclass(slots=True)
class Routes:
    """What one capability answers to; capabilities fill one each, the composition root joins them."""

    commands: list[Command] = field(default_factory=list[Command])
    patterns: list[tuple[re.Pattern[str], Command]] = field(default_factory=list[tuple[re.Pattern[str], Command]])
    events: dict[str, Command] = field(default_factory=dict[str, Command])
    dialogues: dict[str, Dialogue] = field(default_factory=dict[str, Dialogue])
    kinds: dict[Kind, Command] = field(default_factory=dict[Kind, Command])

    def command(self, run: Step, *words: str, key: str = "", dialogue: Dialogue | None = None) -> None:
        """Answer to these words and to the menu key; `run` must be declared `@asks` or `@commits`."""
        self.commands.append(Command(words, run, conduct_of(run), dialogue, key))

    def pattern(self, run: Step, pattern: str, dialogue: Dialogue | None = None) -> None:
        """Answer to a folded text that matches as a whole, as 「凭证 1234-5678-9012」."""
        self.patterns.append((re.compile(pattern), Command((), run, conduct_of(run), dialogue)))

    def event(self, run: Step, *names: str, dialogue: Dialogue | None = None) -> None:
        for name in names:
            self.events[name] = Command((), run, conduct_of(run), dialogue)

    def kind(self, run: Step, *kinds: Kind) -> None:
        for kind in kinds:
            self.kinds[kind] = Command((), run, conduct_of(run))

    def dialogue(self, dialogue: D) -> D:
        self.dialogues[dialogue.name] = dialogue
        return dialogue


def _own(run: Step) -> Command:
    """What starts by this step, in the dialogue that the step belongs to, if it belongs to one."""
    owner = getattr(run, "__self__", None)
    return Command((), run, conduct_of(run), owner if isinstance(owner, Dialogue) else None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will answer this message. `run` is None where nothing is said; `keeps` leaves the session as it is.

    Only a step of the dialogue under way `resumes` it, with what it remembers; a command starts it with nothing.
    """

    run: Step | None
    conduct: Conduct = field(default_factory=Conduct)
    dialogue: str = ""
    words: str = ""
    choice: str | None = None
    keeps: bool = False
    resumes: bool = False

    @property
    def stays(self) -> bool:
        """Whether the session goes on as it was, at most a page further."""
        return self.keeps or self.run is TURN_PAGE


class Router:
    """All routes of the bot in one place.

    Args:
        routes: of every capability that is built.
        menu: shows the main menu.
        human: puts the resident through to a person (「人工」).
        danger: what is said of the emergency in a folded text, None where there is none; it comes first and the
            dialogue is kept.
        alarm: tells others of the emergency, and answers with the same or more; without it the answer is all.
        fallback: answers free text that nothing else understands.
    """

    def __init__(
        self,
        routes: Iterable[Routes],
        *,
        menu: Step,
        human: Step,
        fallback: Step,
        danger: Callable[[str], str | None] = lambda _: None,
        alarm: Step | None = None,
    ) -> None:
        joined = list(routes)
        commands = [command for part in joined for command in part.commands]
        self._words = {fold(word): command for command in commands for word in command.words}
        self._keys = {command.key: command for command in commands if command.key}
        self._patterns = [pattern for part in joined for pattern in part.patterns]
        self._events = {name: command for part in joined for name, command in part.events.items()}
        self._kinds = {kind: command for part in joined for kind, command in part.kinds.items()}
        self.dialogues = {name: dialogue for part in joined for name, dialogue in part.dialogues.items()}
        self._menu = Command((), menu, conduct_of(menu))
        self._human = _own(human)
        self._fallback = _own(fallback)
        self._danger = danger
        self._alarm = _own(alarm) if alarm else None
        self._keys |= {"help": self._menu, "agent": self._human}

    def plan(self, message: Incoming, session: Session) -> Plan:
        """Which handler answers, decided from the message and the session alone."""
        if message.kind is Kind.EVENT:
            return self._on_event(message)
        if message.kind is not Kind.TEXT:
            return self._on_kind(message.kind, session)
        return self._on_words(message, fold(message.text), session)

    def command(self, words: str) -> Plan:
        """The plan of a command by its words, as when it is taken up again."""
        return _start(self._global(words), words=words)

    def _on_event(self, message: Incoming) -> Plan:
        if message.event == "click":
            return _start(self._keys.get(message.event_key)) if message.event_key in self._keys else Plan(_not_built)
        command = self._events.get(message.event)
        return _start(command, words=message.scene) if command else Plan(None, keeps=True)

    def _on_kind(self, kind: Kind, session: Session) -> Plan:
        dialogue = self.dialogues.get(session.dialogue)
        if dialogue and kind in dialogue.takes:
            return _resumed(dialogue, session)
        command = self._kinds.get(kind)
        return _start(command, keeps=True) if command else Plan(None, keeps=True)

    def _on_words(self, message: Incoming, words: str, session: Session) -> Plan:
        if message.list_id and message.list_id != session.list_id and not message.list_id.startswith(PUSHED):
            return Plan(expired)
        picked = _pick(words, session.offered)
        if not picked and (emergency := self._danger(words)):
            return self._alarming(emergency, words)
        tapped = picked is not None and bool(message.list_id)
        if not tapped and (plan := _steering(words, session, self.dialogues.get(session.dialogue))):
            return plan
        if session.dialogue in self.dialogues:
            return self._in_dialogue(words, picked, session)
        return self._from_start(words, picked)

    def emergency(self, message: Incoming) -> str | None:
        """What to say where nothing else works any more: the numbers to call, None where nobody is in danger."""
        return self._danger(fold(message.text)) if message.kind is Kind.TEXT else None

    def _alarming(self, emergency: str, words: str) -> Plan:
        if self._alarm is None:
            return Plan(_answering(emergency), words=words, keeps=True)
        return Plan(self._alarm.run, self._alarm.conduct, words=words, keeps=True)

    def _in_dialogue(self, words: str, picked: Choice | None, session: Session) -> Plan:
        if picked is None and (command := self._global(words)):
            return _start(command, words=words)
        said = fold(picked.words) if picked else words
        return _resumed(self.dialogues[session.dialogue], session, said, picked.picked if picked else None)

    def _from_start(self, words: str, picked: Choice | None) -> Plan:
        meant = fold(picked.picked) if picked else words
        if command := self._global(meant):
            return _start(command, words=meant)
        if picked is None and is_bare(words):
            return Plan(expired)
        return _start(self._fallback, words=meant)

    def _global(self, words: str) -> Command | None:
        if words in HELP_WORDS:
            return self._menu
        if words in HUMAN_WORDS:
            return self._human
        return self._words.get(words) or next((run for form, run in self._patterns if form.fullmatch(words)), None)


def _steering(words: str, session: Session, dialogue: Dialogue | None) -> Plan | None:
    """Turning the page and leaving, which every list and dialogue has."""
    if words == NEXT_PAGE:
        return Plan(TURN_PAGE, dialogue=session.dialogue) if session.list_id else Plan(expired)
    if words in CANCEL_WORDS:
        if not session.list_id and picked_number(words) is not None:
            return Plan(expired)
        said = dialogue.leaving(session.step) if dialogue else phrases.CANCELLED
        return Plan(_answering(said, Choice("菜单")))
    return None


def _resumed(dialogue: Dialogue, session: Session, words: str = "", choice: str | None = None) -> Plan:
    """The step of the dialogue under way."""
    try:
        step, conduct = dialogue.step(session.step)
    except LookupError:
        return Plan(expired)
    return Plan(step, conduct, dialogue.name, words, choice, resumes=True)


def _start(command: Command | None, *, words: str = "", keeps: bool = False) -> Plan:
    if command is None:
        return Plan(None, keeps=True)
    name = command.dialogue.name if command.dialogue else ""
    return Plan(command.run, command.conduct, name, words, keeps=keeps)


def _pick(words: str, offered: tuple[Choice, ...]) -> Choice | None:
    """The choice meant by its words or its number."""
    if exact := next((choice for choice in offered if fold(choice.words) == words), None):
        return exact
    number = str(picked_number(words))
    return next((choice for choice, shown in zip(offered, numbered(offered), strict=True) if shown == number), None)


def _answering(text: str, *choices: Choice) -> Step:
    async def answer(turn: Turn) -> Reply:
        return Reply(text, choices)

    return answer


async def expired(turn: Turn) -> Reply:
    """「刚才的步骤已过期」; a marker as well: what was said may have been a choice in a ballot and is not kept."""
    return Reply(phrases.EXPIRED, (Choice("菜单"),))


async def _not_built(turn: Turn) -> Reply:
    return Reply(phrases.NOT_BUILT, (Choice("菜单"),))


async def TURN_PAGE(turn: Turn) -> Reply:  # noqa: N802
    """A marker: the door shows the next page of the list on offer."""
    return Reply("")
