"""Voting in chat: the list, the question, the choice, the confirmation, the receipt."""

from dataclasses import replace
from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from handlers.residency.visitors import Home, Visitor
from handlers.votes import texts
from handlers.votes.actions.cast import cast_ballot, check_standing, object_to_roll
from handlers.votes.queries.concerns import Concern, finished_polls, open_polls, waiting_polls
from handlers.votes.queries.lists import ballot_of
from handlers.votes.rules import AlreadyCast, MinorMayNotVote, NotOnRoll, NotRepresentative, PollClosed
from models.states import PollState
from models.votes import Poll

VOTE = "投票"
CONFIRM = "确认"
REFUSALS = (PollClosed, NotOnRoll, AlreadyCast, MinorMayNotVote, NotRepresentative)


class BallotDialogue(Dialogue):
    """From 「投票」 to the receipt; what is chosen and confirmed is secret and not kept as chat."""

    name: ClassVar[str] = "votes.ballot"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            first = texts.BIND_PENDING if visitor.pending else texts.BIND_FIRST
            return Reply(first, (Choice("登记住址"),), resume=VOTE)
        concerns = await open_polls(visitor, turn.now)
        if not concerns:
            return Reply(texts.NONE_OPEN, (Choice("结果"), Choice("菜单")))
        if len(concerns) == 1:
            return await self._at_home(turn, concerns[0])
        ordered = sorted(concerns, key=lambda concern: concern.done)
        listed = (
            Choice(item.poll.title, str(item.poll.id), texts.summary(item.poll, turn.now, done=item.done))
            for item in ordered
        )
        return turn.ask("choose_poll", texts.CHOOSE_POLL, *listed)

    @asks()
    async def choose_poll(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        concern = await self._concern(turn, int(turn.choice))
        return await self._at_home(turn, concern) if concern else await self._over(int(turn.choice))

    @asks()
    async def choose_home(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        concern = await self._concern(turn, turn.data["poll"])
        home = _home(turn.visitor, int(turn.choice))
        return await self._question(turn, concern.poll, home) if concern and home else Reply(texts.GONE)

    @asks(secret=True)
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        number = int(turn.choice)
        words = turn.offered[number].words
        confirm = Choice(CONFIRM, numbered=False)
        said = f"{texts.chosen(number + 1, words)}\n{texts.SAY_CONFIRM}"
        return turn.ask("confirm", said, confirm, choice=number)

    @commits(secret=True)
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice != CONFIRM:
            return turn.again(texts.SAY_CONFIRM)
        poll = await Poll.get_or_none(id=turn.data["poll"])
        home = _home(turn.visitor, turn.data["home"])
        if poll is None or home is None:
            return Reply(texts.GONE)
        try:
            receipt = await cast_ballot(poll.id, home, (turn.data["choice"],), turn.now)
        except REFUSALS as refusal:
            return _refused(turn, refusal, poll, home)
        return Reply(texts.receipt(poll, receipt.number))

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
        concerns = await open_polls(turn.visitor, turn.now)
        return next((concern for concern in concerns if concern.poll.id == poll_id), None)

    async def _over(self, poll_id: int) -> Reply:
        poll = await Poll.get_or_none(id=poll_id)
        return Reply(texts.closed(poll)) if poll else Reply(texts.GONE)

    async def _at_home(self, turn: Turn, concern: Concern) -> Reply:
        """Which of several homes to vote for, those that have not voted first."""
        if len(concern.voices) < 2:
            home = concern.voices[0].home if concern.voices else concern.homes[0]
            return await self._question(turn, concern.poll, home)
        listed = (
            Choice(voice.home.address, str(voice.home.dwelling_id), "已投" if voice.voted else "")
            for voice in concern.voices
        )
        return turn.ask("choose_home", f"{concern.poll.title}\n{texts.CHOOSE_HOME}", *listed, poll=concern.poll.id)

    async def _question(self, turn: Turn, poll: Poll, home: Home) -> Reply:
        known = turn.having(poll=poll.id, home=home.dwelling_id)
        try:
            await check_standing(poll, home, turn.now)
        except REFUSALS as refusal:
            return _refused(known, refusal, poll, home)
        listed = (Choice(words, str(at)) for at, words in enumerate(poll.choices))
        return known.ask("choose", texts.question(poll, turn.now, home.address), *listed)


def _home(visitor: Visitor, dwelling_id: int) -> Home | None:
    return next((home for home in visitor.homes if home.dwelling_id == dwelling_id), None)


def _refused(turn: Turn, refusal: Exception, poll: Poll, home: Home) -> Reply:
    if isinstance(refusal, PollClosed):
        return Reply(texts.closed(poll))
    if isinstance(refusal, MinorMayNotVote):
        return Reply(texts.MINOR)
    if isinstance(refusal, NotRepresentative):
        return Reply(texts.represented(refusal.representative))
    if isinstance(refusal, AlreadyCast):
        said = texts.already_cast(refusal.voter, refusal.cast_at)
    else:
        said = texts.not_on_roll(home.address, poll.contact or home.phone)
    return replace(turn.ask("refused", said, Choice(texts.OBJECTION)), data={"poll": poll.id, "home": home.dwelling_id})


class ResultDialogue(Dialogue):
    """「结果」: finished votes and what came of them."""

    name: ClassVar[str] = "votes.results"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            return Reply(texts.BIND_FIRST, (Choice("登记住址"),), resume="结果")
        finished = await finished_polls(visitor, turn.now)
        if not finished:
            return Reply(texts.NONE_FINISHED)
        if len(finished) == 1:
            return Reply(texts.closed(finished[0].poll))
        listed = (Choice(item.poll.title, str(item.poll.id), item.poll.state.label) for item in finished)
        return turn.ask("choose", texts.CHOOSE_POLL, *listed)

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        finished = await finished_polls(turn.visitor, turn.now)
        poll = next((item.poll for item in finished if item.poll.id == int(turn.choice or 0)), None)
        return Reply(texts.closed(poll)) if poll else Reply(texts.GONE)


@asks()
async def check_receipt(turn: Turn) -> Reply:
    """「凭证 XXXX-XXXX-XXXX」: whether that ballot is in the box, and after counting in the published list."""
    number = "".join(letter for letter in turn.words.upper() if letter.isascii() and letter.isalnum())
    poll = await ballot_of(number)
    if poll is None:
        return Reply(texts.RECEIPT_UNKNOWN)
    published = poll.state in {PollState.PUBLISHED, PollState.ARCHIVED}
    return Reply(texts.published_ballot(poll) if published else texts.RECEIPT_HELD)


async def waiting(visitor: Visitor) -> str:
    """「1个投票」 for the main menu."""
    count = await waiting_polls(visitor)
    return f"{count}个投票" if count else ""


def routes() -> Routes:
    routes = Routes()
    ballots = routes.dialogue(BallotDialogue())
    results = routes.dialogue(ResultDialogue())
    routes.command(ballots.start, VOTE, "表决", key="vote", dialogue=ballots)
    routes.command(results.start, "结果", "投票结果", dialogue=results)
    routes.pattern(check_receipt, r"(投票)?(凭证|回执)(号)?[:\s]*[0-9a-z\s-]{1,30}")
    return routes
