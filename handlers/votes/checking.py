"""What residents look up in chat: results, whether a ballot is counted, and whether they are on the roll."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from handlers.residency.visitors import Home, Visitor
from handlers.votes import finished, texts
from handlers.votes.actions.cast import object_to_roll
from handlers.votes.card import summary
from handlers.votes.queries.concerns import Concern, announced_polls, finished_polls, open_polls
from handlers.votes.queries.lists import ballot_of
from handlers.votes.queries.progress import turnout
from handlers.votes.receipts import last_receipt
from models.votes import Poll
from settings import get_settings


class ResultDialogue(Dialogue):
    """「结果」: finished votes and what came of them."""

    name: ClassVar[str] = "votes.results"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            return Reply(texts.BIND_FIRST, (Choice("登记住址"),), resume="结果")
        over = await finished_polls(visitor, turn.now)
        if not over:
            return Reply(texts.NONE_FINISHED)
        if len(over) == 1:
            return _result(over[0].poll)
        listed = (
            Choice(item.poll.title, str(item.poll.id), summary(item.poll, turn.now, done=item.done)) for item in over
        )
        return turn.ask("choose", texts.CHOOSE_POLL, *listed)

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        over = await finished_polls(turn.visitor, turn.now)
        poll = next((item.poll for item in over if str(item.poll.id) == turn.choice), None)
        return _result(poll) if poll else Reply(texts.GONE)


def _result(poll: Poll) -> Reply:
    """The result, and the page on which anybody may see it and check the public list."""
    page = f"{get_settings().base_url}/m/results/{poll.id}" if poll.state in finished.PUBLIC else ""
    return Reply(finished.closed(poll), tail=finished.on_the_page(page) if page else "")


class RollDialogue(Dialogue):
    """「我在名册吗」: for votes that are posted or open, whether each home has a voice and why not, and 「异议」."""

    name: ClassVar[str] = "votes.roll"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            return Reply(texts.BIND_FIRST, (Choice("登记住址"),), resume="我在名册吗")
        concerns = await self._posted(turn)
        if not concerns:
            return Reply(texts.NONE_LISTED, (Choice("结果"), Choice("菜单")))
        if len(concerns) == 1:
            return await self._listed(turn, concerns[0])
        listed = (Choice(one.poll.title, str(one.poll.id), summary(one.poll, turn.now, done=False)) for one in concerns)
        return turn.ask("choose", texts.CHOOSE_POLL, *listed)

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        return turn.again(texts.SAY_NUMBER) if turn.choice is None else await self._of(turn, turn.choice)

    @asks()
    async def of_poll(self, turn: Turn) -> Reply:
        """「我在名册吗」 under a vote that was just looked at: its number stands behind the words."""
        return await self._of(turn, turn.words.rsplit(" ", 1)[-1])

    @commits()
    async def objects(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        home = next((one for one in visitor.homes if str(one.dwelling_id) == turn.choice), None)
        if home is None:
            return turn.again(texts.WHICH_HOME if len(turn.offered) > 1 else texts.SAY_OBJECTION)
        number = await object_to_roll(visitor, home, turn.data["poll"], turn.now)
        return Reply(texts.objection(number, home.phone))

    async def _of(self, turn: Turn, poll_id: str) -> Reply:
        concern = next((one for one in await self._posted(turn) if str(one.poll.id) == poll_id), None)
        return await self._listed(turn, concern) if concern else Reply(texts.GONE)

    async def _posted(self, turn: Turn) -> list[Concern]:
        return [*await announced_polls(turn.visitor, turn.now), *await open_polls(turn.visitor, turn.now)]

    async def _listed(self, turn: Turn, concern: Concern) -> Reply:
        lines = [texts.roll_line(home, why_without(concern, home)) for home in concern.homes]
        only = len(concern.homes) == 1
        objections = (
            Choice(texts.OBJECTION if only else f"{texts.OBJECTION} {home.address}", str(home.dwelling_id))
            for home in concern.homes
        )
        return turn.ask(
            "objects",
            texts.on_the_roll(concern.poll, turn.now, await turnout(concern.poll), lines),
            *objections,
            poll=concern.poll.id,
        )


def why_without(concern: Concern, home: Home) -> str:
    """Why a home has no voice in a poll; empty where it has one."""
    return "" if home.dwelling_id in concern.listed else texts.why_not(concern.poll, home)


@asks(secret=True)
async def recent_receipt(turn: Turn) -> Reply:
    """「凭证」 alone: the receipt of a ballot just cast, whose answer never came; not kept as chat."""
    return Reply(await last_receipt(turn.visitor, turn.now) or texts.NO_RECENT, fetchable=True)


@asks(secret=True)
async def check_receipt(turn: Turn) -> Reply:
    """「凭证 XXXX-XXXX-XXXX」: whether that ballot is in the box, and after counting in the published list.

    The number is not kept as chat: it would join whoever asks to a ballot.
    """
    number = "".join(letter for letter in turn.words.upper() if letter.isascii() and letter.isalnum())
    held = await ballot_of(number)
    return Reply(finished.receipt_standing(held.poll, stands=held.stands) if held else texts.RECEIPT_UNKNOWN)
