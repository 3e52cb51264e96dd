"""The main menu, a person to talk to, and the answer to what nothing else understood."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.dialogue import Choice, Reply, Turn, asks
from bot.messages import Kind
from bot.router import Routes
from handlers.enquiries import rules, texts
from handlers.residency.visitors import Visitor

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main menu.

    Args:
        words: what is shown, and what typing it starts.
        waiting: what waits for this person, as 「1个投票」, or an empty string.
        comes_first: whether this person needs it before all else.
    """

    words: str
    waiting: Callable[[Visitor], Awaitable[str]] | None = None
    comes_first: Callable[[Visitor], bool] = lambda _: False


def danger(words: str) -> str | None:
    """The answer to an emergency, or None."""
    found = rules.danger_of(words)
    return texts.emergency(found) if found else None


class Menu:
    """The main menu, chosen for each person: what waits comes first, at most five lines and 「更多」."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    @asks()
    async def show(self, turn: Turn) -> Reply:
        return await self._listed(turn.visitor, texts.GREETING)

    @asks()
    async def show_all(self, turn: Turn) -> Reply:
        return Reply(texts.CHOOSE, tuple(Choice(entry.words) for entry in self._entries))

    @asks()
    async def fall_back(self, turn: Turn) -> Reply:
        return await self._listed(turn.visitor, texts.UNKNOWN)

    async def _listed(self, visitor: Visitor, greeting: str) -> Reply:
        waiting = {entry.words: await entry.waiting(visitor) for entry in self._entries if entry.waiting}
        things = [thing for thing in waiting.values() if thing]
        ranked = sorted(self._entries, key=lambda entry: not (entry.comes_first(visitor) or waiting.get(entry.words)))
        choices = [Choice(entry.words) for entry in ranked]
        if len(choices) > SHOWN:
            choices = [*choices[:SHOWN], Choice(texts.MORE)]
        lines = (greeting, texts.waiting(things) if things else "", texts.CHOOSE)
        return Reply("\n".join(line for line in lines if line), tuple(choices))

    def routes(self) -> Routes:
        routes = Routes()
        routes.command(self.show_all, texts.MORE)
        routes.kind(listen, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.SHORTVIDEO, Kind.LOCATION, Kind.LINK, Kind.FILE)
        return routes


@asks()
async def human(turn: Turn) -> Reply:
    """「人工」: until workers can answer in the panel, the telephone numbers of the resident's communities."""
    visitor: Visitor = turn.visitor
    phones = {home.community: home.phone for home in visitor.claims if home.phone}
    return Reply(texts.human(list(phones.items())))


@asks()
async def listen(turn: Turn) -> Reply:
    return Reply(texts.MEDIA)
