"""What residents were not told yet, on top of an answer that they asked for."""

from dataclasses import replace

from bot.dialogue import Reply, Step, Turn, asks, commits
from handlers.conversations.actions import show_unseen


def news_first(step: Step) -> Step:
    """An asking step, with what this resident was not certainly told above its answer.

    Only then does it write: whoever has missed nothing is answered without a transaction.
    """

    @asks()
    async def answer(turn: Turn) -> Reply | None:
        reply: Reply | None = await step(turn)
        return replace(reply, instead=_below_news(reply)) if reply and turn.visitor.has_news else reply

    return answer


def _below_news(reply: Reply) -> Step:
    @commits()
    async def answer(turn: Turn) -> Reply:
        return await below_news(turn, reply) or reply

    return answer


@commits()
async def below_news(turn: Turn, reply: Reply | None) -> Reply | None:
    """A committing step's answer, also its silence, with what this resident was not certainly told above it."""
    news = await show_unseen(turn.visitor.account_id, turn.now) if turn.visitor.has_news else ""
    if not news:
        return reply
    return replace(reply, text=f"{news}\n\n{reply.text}".rstrip()) if reply else Reply(news)
