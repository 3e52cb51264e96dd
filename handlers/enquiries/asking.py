"""A question in free words: answered where it is surely known, three guesses where it is half known, else a person."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Protocol

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.messages import Incoming
from handlers.articles import queries, texts
from handlers.articles.actions.asked import note_missed, rate_article
from handlers.articles.addressees import places_of
from handlers.articles.knowledge import Guess
from handlers.residency.actions.accounts import know_account
from handlers.residency.visitors import Visitor
from models.articles import Article
from models.desk import Missed
from models.states import ArticleState
from understanding.bands import Band, Bands

NONE = "none"
HUMAN = "人工"


class KnowsArticles(Protocol):
    """What finds the articles that may answer."""

    async def guesses(self, text: str, places: Collection[str]) -> tuple[list[Guess], Bands]: ...


class Asking(Dialogue):
    """The steps of a question; what comes before and after them is the conversation's.

    Args:
        knowledge: finds the articles.
    """

    def __init__(self, knowledge: KnowsArticles) -> None:
        self._knowledge = knowledge

    async def _asked(self, turn: Turn) -> Reply:
        """The answer to free words, in the transaction of a step that commits."""
        text = turn.message.text.strip()
        guesses, bands = await self._knowledge.guesses(text, places_of(turn.visitor))
        sure = [guess.sure for guess in guesses]
        match bands.of(sure):
            case Band.ANSWER:
                return await self._answered(turn, guesses[0].article_id, text)
            case Band.CHOOSE:
                return await self._offered(turn, guesses[: bands.offered(sure)], text)
            case Band.HAND_OVER:
                return await self._passed_on(turn, text, Missed.UNKNOWN)

    @commits()
    async def guess(self, turn: Turn) -> Reply | None:
        """One of three was picked, none of them, or something else was asked."""
        if turn.choice is None:
            return await self.take_up(turn)
        if turn.choice == NONE:
            return await self._passed_on(turn, turn.data["asked"], Missed.NOT_AMONG)
        return await self._answered(turn, int(turn.choice), turn.data["asked"])

    @commits()
    async def rate(self, turn: Turn) -> Reply | None:
        """「有帮助」, 「没帮助」, or something else was asked."""
        if turn.words not in {texts.HELPED, texts.NOT_HELPED}:
            return await self.take_up(turn)
        helped, article_id = turn.words == texts.HELPED, int(turn.data["article"])
        await rate_article(article_id, await account_of(turn.visitor, turn.message), helped, turn.now)
        if helped:
            return Reply(texts.THANKS)
        await note_missed(turn.data["asked"], Missed.NOT_HELPED, _community(turn.visitor), turn.now, article_id)
        return Reply(texts.SORRY, (Choice(HUMAN),))

    @asks()
    async def topics(self, turn: Turn) -> Reply:
        """「问答」: what is asked again and again, by category."""
        found = await queries.topics(turn.visitor)
        if not found:
            return Reply(texts.NOTHING_WRITTEN, (Choice(HUMAN),))
        return turn.ask("topic", texts.WHICH_TOPIC, *dict.fromkeys(one.category for one in found))

    @asks()
    async def topic(self, turn: Turn) -> Reply:
        """A category was picked, or something else was asked."""
        if turn.choice is None:
            return Reply("", instead=self.take_up)
        found = await queries.topics(turn.visitor, category=turn.choice)
        if not found:
            return Reply(texts.NOTHING_WRITTEN, (Choice(HUMAN),))
        choices = [Choice(one.question, f"{one.id}") for one in found]
        return turn.ask("question", texts.WHICH_QUESTION, *choices)

    @commits()
    async def question(self, turn: Turn) -> Reply | None:
        """A question was picked from the list of its category, or something else was asked."""
        if turn.choice is None:
            return await self.take_up(turn)
        return await self._answered(turn, int(turn.choice), turn.words)

    @commits()
    @abstractmethod
    async def take_up(self, turn: Turn) -> Reply | None:
        """Free text that was not an answer to what was asked."""

    @abstractmethod
    async def _hand_over(self, turn: Turn, asked: str) -> Reply:
        """Put a question through to a person."""

    async def _answered(self, turn: Turn, article_id: int, asked: str) -> Reply:
        article = await Article.get_or_none(id=article_id, state=ArticleState.PUBLISHED)
        if article is None:
            return await self._passed_on(turn, asked, Missed.UNKNOWN)
        said = texts.answered(article.questions[0], article.answer)
        return turn.ask("rate", said, texts.HELPED, texts.NOT_HELPED, article=article.id, asked=asked)

    async def _offered(self, turn: Turn, guesses: Sequence[Guess], asked: str) -> Reply:
        known = await Article.in_bulk([guess.article_id for guess in guesses], "id")
        choices = [Choice(known[one.article_id].questions[0], f"{one.article_id}") for one in guesses]
        return turn.ask("guess", texts.WHICH, *choices, Choice(texts.NONE_OF_THEM, NONE), asked=asked)

    async def _passed_on(self, turn: Turn, asked: str, why: Missed) -> Reply:
        await note_missed(asked, why, _community(turn.visitor), turn.now)
        return await self._hand_over(turn, asked)


def _community(visitor: Visitor) -> int | None:
    return visitor.first_claim.community_id if visitor.first_claim else None


async def account_of(visitor: Visitor, message: Incoming) -> int:
    """The id of the account that speaks, made if it was never seen."""
    return visitor.account_id or await know_account(message.app_id, message.sender)
