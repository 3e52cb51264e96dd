"""Casting a ballot in chat: the list, the question, an answer in one or several messages, 「确认」, the receipt."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.filters import fold, picked_number
from errors import DomainError, Invalid
from handlers.residency.visitors import Home, Visitor
from handlers.votes import finished, texts
from handlers.votes.actions.cast import cast_ballot, check_standing, object_to_roll
from handlers.votes.answers import Answer, Shape, check_answer, limits, read_answer, spoken
from handlers.votes.card import shape as shape_of_poll
from handlers.votes.card import summary
from handlers.votes.queries.concerns import Concern, Voice, announced_polls, finished_polls, open_polls
from handlers.votes.queries.notices import attachments, changes_of
from handlers.votes.queries.standing import own_answer
from handlers.votes.rules import REFUSALS, AlreadyCast, NotBound, NotOnRoll, NotOwner, NotVerifiedOwner, OnlyOnPaper
from models.states import LegalEffect, PollState
from models.votes import Poll
from settings import get_settings

VOTE = "投票"
CONFIRM = "确认"
ROLL = "我在名册吗"
LATELY = timedelta(days=30)
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_LISTED = re.compile("[,、;]")
_AROUND = re.compile("[我要投选第项个号分和跟与及]")


class BallotDialogue(Dialogue):
    """From 「投票」 to the receipt; what is chosen and confirmed is secret and not kept as chat."""

    name: ClassVar[str] = "votes.ballot"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            first = texts.BIND_PENDING if visitor.pending else texts.BIND_FIRST
            return Reply(first, (Choice("登记住址"),), resume=VOTE)
        open_now = await open_polls(visitor, turn.now)
        if len(open_now) == 1:
            return await self._opened(turn, open_now[0])
        concerns = [*sorted(open_now, key=lambda item: item.done), *await _not_open(visitor, turn.now)]
        if not concerns:
            return Reply(await _none_open(visitor, turn.now), (Choice("结果"), Choice("菜单")))
        if len(concerns) == 1:
            return await self._opened(turn, concerns[0])
        listed = (
            Choice(item.poll.title, str(item.poll.id), summary(item.poll, turn.now, done=item.done))
            for item in concerns
        )
        return turn.ask("choose_poll", texts.CHOOSE_POLL, *listed)

    @asks()
    async def choose_poll(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        concern = await self._concern(turn, int(turn.choice))
        return await self._opened(turn, concern) if concern else await _over(int(turn.choice))

    @asks()
    async def choose_home(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        concern = await self._concern(turn, turn.data["poll"])
        voices = concern.voices if concern else ()
        voice = next((one for one in voices if str(one.home.dwelling_id) == turn.choice), None)
        return await self._question(turn, concern.poll, voice) if concern and voice else Reply(texts.GONE)

    @asks(secret=True)
    async def choose(self, turn: Turn) -> Reply:
        """One choice, several, all scores at once, or the score of one dimension after another."""
        poll = await Poll.get_or_none(id=turn.data["poll"])
        if poll is None:
            return Reply(texts.GONE)
        shape = shape_of_poll(poll)
        try:
            answer = _scores(turn, shape) if shape.scores else _choices(turn, shape)
        except Invalid as refusal:
            given: Answer = tuple(turn.data["answer"])
            return turn.again(f"{refusal.message}\n{texts.so_far(given, shape) if given else texts.ask(shape)}")
        if shape.scores and len(answer) < len(shape.dimensions):
            return turn.ask("choose", texts.so_far(answer, shape), *_offered(shape), answer=answer)
        return self._to_confirm(turn, answer, shape)

    @commits(secret=True)
    async def confirm(self, turn: Turn) -> Reply:
        """Hand it in; of several choices one more may be added or taken away before."""
        poll = await Poll.get_or_none(id=turn.data["poll"])
        home = _home(turn.visitor, turn.data["home"])
        if poll is None or home is None:
            return Reply(texts.GONE)
        shape, answer = shape_of_poll(poll), tuple(turn.data["answer"])
        if turn.choice != CONFIRM:
            return self._changed(turn, answer, shape)
        try:
            check_answer(answer, shape)
            receipt = await cast_ballot(poll.id, home, answer, turn.now)
        except REFUSALS as refusal:
            return _refused(turn, refusal, poll, home)
        except Invalid as refusal:
            return turn.again(refusal.message)
        return Reply(texts.receipt(poll, receipt.number), fetchable=True, confirmed=True)

    @commits()
    async def refused(self, turn: Turn) -> Reply:
        if turn.choice != texts.OBJECTION:
            return turn.again(texts.SAY_NUMBER)
        visitor: Visitor = turn.visitor
        home = _home(visitor, turn.data["home"])
        if home is None:
            return Reply(texts.GONE)
        number = await object_to_roll(visitor, home, turn.data["poll"], turn.now)
        return Reply(texts.objection(number, home.phone))

    async def _concern(self, turn: Turn, poll_id: int) -> Concern | None:
        concerns = [*await open_polls(turn.visitor, turn.now), *await _not_open(turn.visitor, turn.now)]
        return next((concern for concern in concerns if concern.poll.id == poll_id), None)

    async def _opened(self, turn: Turn, concern: Concern) -> Reply:
        """A vote that was picked: posted for now, without ballots here, or for which of several homes."""
        poll, voices = concern.poll, concern.voices
        if poll.state is PollState.SUSPENDED:
            return Reply(finished.suspended(poll))
        if poll.state is PollState.ANNOUNCED:
            page = await _page(poll, turn.visitor)
            return Reply(texts.announced(poll, turn.now, await changes_of(poll.id), page), (_roll_of(poll),))
        if poll.legal_effect is LegalEffect.STATUTORY:
            contact, page = poll.contact or concern.homes[0].phone, await _page(poll, turn.visitor)
            return Reply(texts.only_on_paper(poll, contact, await changes_of(poll.id), page), (_roll_of(poll),))
        if not voices:
            home = concern.homes[0]
            return _refused(turn.having(poll=poll.id, home=home.dwelling_id), NotOnRoll(), poll, home)
        if len(voices) == 1:
            return await self._question(turn, poll, voices[0])
        listed = (
            Choice(voice.home.address, str(voice.home.dwelling_id), "已投" if voice.voted else "") for voice in voices
        )
        return turn.ask("choose_home", f"{poll.title}\n{texts.CHOOSE_HOME}", *listed, poll=poll.id)

    async def _question(self, turn: Turn, poll: Poll, voice: Voice) -> Reply:
        home, shape = voice.home, shape_of_poll(poll)
        known = turn.having(poll=poll.id, home=home.dwelling_id)
        try:
            await check_standing(poll, home, turn.now)
        except REFUSALS as refusal:
            return _refused(known, refusal, poll, home)
        said = texts.question(poll, turn.now, home, await changes_of(poll.id), await _page(poll, turn.visitor))
        own = await own_answer(voice.entry_id, turn.visitor.account_id) if voice.voted else None
        before = f"{texts.may_change(spoken(own, shape))}\n" if own else ""
        return known.ask("choose", f"{before}{said}\n{texts.ask(shape)}", *_offered(shape), answer=())

    def _to_confirm(self, turn: Turn, answer: Answer, shape: Shape) -> Reply:
        confirm = Choice(CONFIRM, numbered=False)
        several = shape.most > 1 and not shape.scores
        options = _offered(shape, answer) if several else ()
        return turn.ask("confirm", texts.confirm(answer, shape), *options, confirm, answer=answer)

    def _changed(self, turn: Turn, answer: Answer, shape: Shape) -> Reply:
        """Of several choices the one that was picked is added, or taken away; numbers together replace them all.

        Of one choice the number of another could be a slip, so only its words replace it.
        """
        one = shape.most == 1 and len(shape.dimensions) < 2
        try:
            if turn.choice:
                changed = _toggled(answer, int(turn.choice))
            else:
                changed = _named(turn.words, shape) if one else _written(turn.words, shape)
            if changed:
                check_answer(changed, shape)
        except Invalid as refusal:
            return turn.again(f"{refusal.message}\n{texts.confirm(answer, shape)}")
        return (
            self._to_confirm(turn, changed, shape) if changed or not one else turn.again(texts.confirm(answer, shape))
        )


def _choices(turn: Turn, shape: Shape) -> Answer:
    if turn.choice:
        return (int(turn.choice),)
    return _written(turn.words, shape)


def _written(words: str, shape: Shape) -> Answer:
    return _named(words, shape) or read_answer(_numerals(words), shape)


def _named(words: str, shape: Shape) -> Answer:
    """「路灯、坡道」: several choices by their words; nothing where a part is none of them."""
    places = {fold(choice): at for at, choice in enumerate(shape.choices)}
    parts = [fold(part) for part in _LISTED.split(words)]
    if not all(part in places for part in parts):
        return ()
    answer = tuple(sorted(places[part] for part in parts))
    check_answer(answer, shape)
    return answer


def _scores(turn: Turn, shape: Shape) -> Answer:
    """All scores at once, those that were missing, or the next one."""
    given: Answer = tuple(turn.data["answer"])
    words, (low, high) = _numerals(turn.words), shape.scale
    single = int(turn.choice) if turn.choice else picked_number(words)
    if single is not None and low <= single <= high:
        return (*given, single)
    if single is not None and len(words) == 1:
        raise Invalid(limits(shape))
    try:
        return read_answer(words, shape)
    except Invalid:
        if not given:
            raise
    return read_answer(" ".join([*map(str, given), words]), shape)


def _numerals(words: str) -> str:
    """「选一和三」 as 「1 3」: what is spoken around numbers is left out."""
    return _AROUND.sub(" ", words.translate(_DIGITS)).strip()


def _toggled(answer: Answer, picked: int) -> Answer:
    return tuple(sorted(set(answer) ^ {picked}))


def _offered(shape: Shape, chosen: Answer = ()) -> tuple[Choice, ...]:
    """The choices by their numbers; of a scoring the scores, which are their own numbers."""
    if shape.scores:
        low, high = shape.scale
        return tuple(Choice(f"{score}分", str(score), numbered=False) for score in range(low, high + 1))
    return tuple(Choice(words, str(at), "已选" if at in chosen else "") for at, words in enumerate(shape.choices))


async def _not_open(visitor: Visitor, now: datetime) -> list[Concern]:
    """Votes that are posted for now, and those that were stopped before their time."""
    finished = await finished_polls(visitor, now)
    stopped = [one for one in finished if one.poll.state is PollState.SUSPENDED and one.poll.closes_at > now]
    return [*await announced_polls(visitor, now), *stopped]


async def _none_open(visitor: Visitor, now: datetime) -> str:
    """Nothing waits; what has closed lately stands below."""
    lately = [one.poll for one in await finished_polls(visitor, now) if one.poll.closes_at > now - LATELY]
    return f"{texts.NONE_OPEN}\n\n{finished.closed(lately[0])}" if lately else texts.NONE_OPEN


def _roll_of(poll: Poll) -> Choice:
    """Without a number: above it stand the options, and who sends the number of one wants to vote."""
    return Choice(ROLL, f"{ROLL} {poll.id}", numbered=False)


async def _over(poll_id: int) -> Reply:
    poll = await Poll.get_or_none(id=poll_id)
    return Reply(finished.closed(poll)) if poll else Reply(texts.GONE)


async def _page(poll: Poll, visitor: Visitor) -> str:
    """Where the rest of the question stands, if a chat can't hold it."""
    if not texts.needs_page(poll) and not await attachments(poll.id):
        return ""
    return f"{get_settings().pages_address(visitor.app_id)}/votes/{poll.id}"


def _home(visitor: Visitor, dwelling_id: int) -> Home | None:
    return next((home for home in visitor.homes if home.dwelling_id == dwelling_id), None)


def _refused(turn: Turn, refusal: DomainError, poll: Poll, home: Home) -> Reply:
    """What the rules say no with, and what can be done about it."""
    said, about = texts.refused(refusal, poll, home), {"poll": poll.id, "home": home.dwelling_id}
    match refusal:
        case OnlyOnPaper():
            return Reply(said, (_roll_of(poll),))
        case NotBound():
            return Reply(said, (Choice("登记住址"),), resume=VOTE)
        case AlreadyCast() | NotOnRoll() | NotOwner() | NotVerifiedOwner():
            return replace(turn.ask("refused", said, Choice(texts.OBJECTION)), data=about)
        case _:
            return Reply(said)
