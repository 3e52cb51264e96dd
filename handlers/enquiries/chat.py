"""The main menu, a person to talk to, and the answer to what nothing else understood."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import ClassVar

import handlers.calendar.queries as hours
from bot.dialogue import Choice, Reply, Step, Turn, asks, commits
from bot.filters import mask_id_numbers, picked_number
from bot.messages import Incoming, Kind
from bot.router import Routes
from clock import BEIJING
from handlers.articles.rules import is_small_talk
from handlers.conversations.chat import below_news
from handlers.delegations.chat import DELEGATE, SPEAK
from handlers.delegations.queries import acting_for
from handlers.delegations.rules import DelegationOver, Matter
from handlers.enquiries import rules, texts
from handlers.enquiries.actions.asked import add_to_enquiry, end_enquiry, open_enquiry, open_enquiry_for
from handlers.enquiries.asking import Asking, KnowsArticles, account_of
from handlers.enquiries.queries.residents import asked_for, open_enquiry_of
from handlers.enquiries.rules import Said
from handlers.residency.visitors import Visitor
from models.states import EnquiryState

SHOWN = 5
SHORTEST = 2
"""Characters that can say what it is about."""
MEDIA_ID = 128
FETCHED = frozenset({Kind.VOICE, Kind.IMAGE, Kind.VIDEO, Kind.SHORTVIDEO})
"""Kinds whose content the platform hands out for three days."""
LONGEST_WORDS = 1000
TEN_METRES = Decimal("0.0001")
"""Of a degree."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main menu.

    Args:
        words: what is shown, and what typing it starts.
        waiting: what waits for this person, as 「1个投票」, or an empty string; None if it is nothing for them now.
        comes_first: whether this person needs it before all else.
        now_and_then: it is shown only to whom `waiting` says something, an empty string included.
        stays: shown to everybody, however much comes before it.
    """

    words: str
    waiting: Callable[[Visitor], Awaitable[str | None]] | None = None
    comes_first: Callable[[Visitor], bool] = lambda _: False
    now_and_then: bool = False
    stays: bool = False


class Menu:
    """The main menu, chosen for each person: what waits comes first, at most five lines and 「更多」."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    @asks()
    async def show(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        waiting = {entry.words: await entry.waiting(visitor) for entry in self._entries if entry.waiting}
        return self._listed(visitor, texts.GREETING, waiting)

    @asks()
    async def show_all(self, turn: Turn) -> Reply:
        asked = {entry.words: entry.waiting for entry in self._entries if entry.now_and_then and entry.waiting}
        waiting = {words: await ask(turn.visitor) for words, ask in asked.items()}
        return Reply(texts.CHOOSE, tuple(Choice(entry.words) for entry in self._shown(waiting)))

    @asks()
    async def fall_back(self, turn: Turn) -> Reply:
        """Without what waits: shared look-ups must not be waited for inside the transaction of free text."""
        return self._listed(turn.visitor, texts.NOTHING_ASKED, {})

    def _shown(self, waiting: Mapping[str, str | None]) -> list[Entry]:
        return [entry for entry in self._entries if not entry.now_and_then or waiting.get(entry.words) is not None]

    def _listed(self, visitor: Visitor, greeting: str, waiting: Mapping[str, str | None]) -> Reply:
        things = [thing for thing in waiting.values() if thing]
        ranked = sorted(self._shown(waiting), key=lambda entry: not _early(entry, visitor, waiting))
        shown, stay = ranked, [entry for entry in ranked if entry.stays]
        if len(ranked) > SHOWN:
            shown = [*[entry for entry in ranked if not entry.stays][: SHOWN - len(stay)], *stay]
        choices = [Choice(entry.words) for entry in shown]
        if len(shown) < len(ranked):
            choices.append(Choice(texts.MORE))
        lines = (greeting, texts.waiting(things) if things else "", texts.CHOOSE)
        return Reply("\n".join(line for line in lines if line), tuple(choices))

    def routes(self) -> Routes:
        routes = Routes()
        routes.command(self.show_all, texts.MORE)
        return routes


def _early(entry: Entry, visitor: Visitor, waiting: Mapping[str, str | None]) -> bool:
    """Whether a line comes before the others: somebody needs it, it waits for them, or it is there for a while only."""
    return entry.comes_first(visitor) or entry.now_and_then or bool(waiting.get(entry.words))


class Talk(Asking):
    """「人工」: what it is about, then everything else that is said until the conversation is over; and free questions.

    Args:
        knowledge: finds the articles that may answer.
        first: looks at free text before anything else does, and may leave it.
        otherwise: answers what asks for nothing.
    """

    name: ClassVar[str] = "enquiries.talk"
    lasts: ClassVar[timedelta] = rules.SILENCE
    takes: ClassVar[frozenset[Kind]] = frozenset(texts.MEDIA_NAMES)

    def __init__(self, knowledge: KnowsArticles, first: Step, otherwise: Step) -> None:
        super().__init__(knowledge)
        self._first = first
        self._otherwise = otherwise

    def leaving(self, step: str) -> str:
        return texts.LEFT if step == "more" else super().leaving(step)

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if known := await open_enquiry_of(visitor.account_id):
            for_elder = await asked_for(known)
            return turn.ask("more", texts.still_open(known.id, _phones(visitor), for_elder))
        return turn.ask("what", texts.ask_what(_phones(visitor)))

    @asks()
    async def start_for(self, turn: Turn) -> Reply:
        """「代办留言 7」: a question in another's name, by the delegation of this number."""
        visitor: Visitor = turn.visitor
        number = int(turn.words.split()[-1])
        trusted = await acting_for(visitor.account_id)
        acting = next((one for one in trusted if one.delegation_id == number and Matter.ENQUIRY in one.scope), None)
        if acting is None:
            return Reply(DelegationOver.message, (Choice(DELEGATE),))
        if known := await open_enquiry_of(visitor.account_id):
            return Reply(texts.first_end(known.id), (Choice("人工"), Choice("结束")))
        phones = [(acting.community, acting.phone)] if acting.phone else []
        return turn.ask("what", texts.ask_what(phones, acting.elder), delegation=number)

    @commits()
    async def what(self, turn: Turn) -> Reply:
        said = _said(turn.message)
        if len(said.text) < SHORTEST or picked_number(turn.words) is not None:
            return turn.again(texts.TOO_SHORT)
        opened = await self._opened(turn, said)
        told = texts.received(turn.message.kind)
        return replace(opened, text=f"{told}\n{opened.text}") if told else opened

    async def _hand_over(self, turn: Turn, asked: str) -> Reply:
        """A question that nobody but a person can answer opens a conversation with it."""
        return await self._opened(turn, Said(asked))

    async def _opened(self, turn: Turn, said: Said) -> Reply:
        visitor: Visitor = turn.visitor
        account_id = await account_of(visitor, turn.message)
        if delegation_id := turn.data.get("delegation"):
            enquiry = await open_enquiry_for(account_id, delegation_id, said, turn.now)
        else:
            enquiry = await open_enquiry(account_id, visitor.first_claim, said, turn.now)
        for_elder = await asked_for(enquiry)
        opening = await _opening(turn.now)
        handed_over = turn.ask("more", texts.handed_over(enquiry.id, opening, _phones(visitor), for_elder))
        return replace(handed_over, confirmed=True)

    @commits()
    async def more(self, turn: Turn) -> Reply:
        """Recorded; confirmed once, and in silence while a worker holds the conversation, but for what was left."""
        enquiry = await add_to_enquiry(turn.visitor.account_id, _said(turn.message), turn.now)
        if enquiry is None:
            return Reply(texts.OVER, (Choice("人工"),))
        quiet = enquiry.state is EnquiryState.HELD or "told" in turn.data
        recorded = turn.ask("more", "" if quiet else texts.received(turn.message.kind) or texts.ADDED, told=True)
        return await below_news(turn, recorded) or recorded

    @commits()
    async def take_up(self, turn: Turn) -> Reply | None:
        """Free text: more of an open conversation that was left for something else, or a question."""
        if turn.message.kind is not Kind.TEXT:
            return await self.listen(turn)
        if await open_enquiry_of(turn.visitor.account_id):
            return await self.more(turn)
        said = await self._first(turn)
        if said is None:
            said = await (self._otherwise(turn) if is_small_talk(turn.words) else self._asked(turn))
        return await below_news(turn, said)

    @commits()
    async def listen(self, turn: Turn) -> Reply | None:
        """A recording, picture or place outside the conversation: more of the open one, or the first of a new one."""
        visitor: Visitor = turn.visitor
        kind, said = turn.message.kind, _said(turn.message)
        if enquiry := await add_to_enquiry(visitor.account_id, said, turn.now):
            reply = None if enquiry.state is EnquiryState.HELD else Reply(texts.received(kind))
            return await below_news(turn, reply)
        account_id = await account_of(visitor, turn.message)
        enquiry = await open_enquiry(account_id, visitor.first_claim, said, turn.now)
        return Reply(texts.passed_on(kind, enquiry.id, await _opening(turn.now)))

    @commits()
    async def end(self, turn: Turn) -> Reply:
        enquiry = await end_enquiry(turn.visitor.account_id, turn.now)
        return Reply(texts.ended(enquiry.id) if enquiry else texts.NONE_OPEN, (Choice("菜单"),))

    def routes(self) -> Routes:
        routes = Routes()
        routes.dialogue(self)
        routes.command(self.end, "结束", "结束对话")
        routes.command(self.topics, "问答", "常见问题", dialogue=self)
        routes.pattern(self.start_for, rf"{SPEAK} \d{{1,18}}", dialogue=self)
        routes.kind(self.listen, *self.takes)
        return routes


def _said(message: Incoming) -> Said:
    """What is put to a worker; of what is no text, the kind with whatever words came with it."""
    if message.kind is Kind.TEXT:
        return Said(message.text.strip())
    words = {
        Kind.VOICE: (_words(message, "Recognition"),),
        Kind.LOCATION: (_words(message, "Label"), _coordinates(message)),
        Kind.LINK: (_words(message, "Title"), _words(message, "Url")),
        Kind.FILE: (_words(message, "Title"),),
    }
    media = _words(message, "MediaId")[:MEDIA_ID] if message.kind in FETCHED else ""
    return Said(texts.of_kind(message.kind, *words.get(message.kind, ())), media)


def _words(message: Incoming, name: str) -> str:
    """A field as people may read it: an ID number masked (conversations.md), never longer than a message."""
    return mask_id_numbers(str(message.fields.get(name) or "").strip()[:LONGEST_WORDS])[0]


def _coordinates(message: Incoming) -> str:
    """North and east to ten metres, empty where the message does not tell."""
    try:
        north, east = (Decimal(_words(message, name)).quantize(TEN_METRES) for name in ("Location_X", "Location_Y"))
    except InvalidOperation:
        return ""
    return f"{north},{east}"


def _phones(visitor: Visitor) -> list[tuple[str, str]]:
    """(community, telephone) of where the resident lives or asks to be registered."""
    return list({home.community: home.phone for home in visitor.claims if home.phone}.items())


async def _opening(now: datetime) -> str:
    """When somebody is there again, empty while somebody is."""
    if await hours.is_open(now):
        return ""
    return texts.opening(await hours.next_opening(now), now.astimezone(BEIJING))
