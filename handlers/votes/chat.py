"""Voting in chat: its commands, and what of it waits for a resident."""

from bot.router import Routes
from handlers.residency.visitors import Visitor
from handlers.votes.balloting import ROLL, VOTE, BallotDialogue
from handlers.votes.checking import ResultDialogue, RollDialogue, check_receipt, recent_receipt
from handlers.votes.queries.concerns import waiting_polls


async def waiting(visitor: Visitor) -> str:
    """「1个投票」 for the main menu."""
    count = await waiting_polls(visitor)
    return f"{count}个投票" if count else ""


def routes() -> Routes:
    routes = Routes()
    ballots = routes.dialogue(BallotDialogue())
    results = routes.dialogue(ResultDialogue())
    roll = routes.dialogue(RollDialogue())
    routes.command(ballots.start, VOTE, "表决", key="vote", dialogue=ballots)
    routes.command(results.start, "结果", "投票结果", dialogue=results)
    routes.command(roll.start, ROLL, "名册", "查名册", "我在名册上吗", "我在不在名册", "异议", dialogue=roll)
    routes.pattern(roll.of_poll, rf"{ROLL} [0-9]{{1,18}}", dialogue=roll)
    routes.command(recent_receipt, "凭证", "回执", "投票凭证", "我的凭证")
    routes.pattern(check_receipt, r"(投票)?(凭证|回执)(号)?[:\s]*[0-9a-z\s—–-]{1,30}")
    routes.pattern(check_receipt, r"[2-9a-hj-np-z]{4}([\s—–-]+[2-9a-hj-np-z]{4}){2}")
    return routes
