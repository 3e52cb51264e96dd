"""议事 in chat: its commands, a proposal of one's own, an appraisal, and what of it waits for a resident."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from errors import DomainError, Invalid
from handlers.consultations import rules, told
from handlers.consultations.actions.appraising import appraise
from handlers.consultations.actions.proposing import propose
from handlers.consultations.queries.statements import waiting_statements
from handlers.consultations.queries.topics import topics_for
from handlers.consultations.rules import Verb
from handlers.consultations.talking import AGAIN, TopicDialogue, lines, unbound
from handlers.residency.visitors import Home, Visitor

STARS = tuple(Choice(f"{count}颗星", str(count)) for count in range(1, 6))


async def waiting(visitor: Visitor) -> str:
    """「2条观点」 for the main menu."""
    homes = visitor.homes
    if not homes:
        return ""
    people = [home.resident_id for home in homes if home.resident_id]
    return told.waiting(await waiting_statements([home.dwelling_id for home in homes], people))


class ProposalDialogue(Dialogue):
    """From 「提议」 to a topic that people look at before neighbours endorse it."""

    name: ClassVar[str] = "consultations.proposal"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        if refusal := unbound(turn.visitor):
            return refusal
        homes = _communities(turn.visitor)
        if len(homes) > 1:
            return turn.ask(
                "choose_home", told.WHICH_HOME, *(Choice(home.community, str(home.dwelling_id)) for home in homes)
            )
        return turn.ask("title", told.WRITE_TITLE, home=homes[0].dwelling_id)

    @asks()
    async def choose_home(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(told.SAY_NUMBER)
        return turn.ask("title", told.WRITE_TITLE, home=int(turn.choice))

    @asks()
    async def title(self, turn: Turn) -> Reply:
        title = " ".join(turn.message.text.split())
        try:
            rules.check_topic(title, title)
        except Invalid as refusal:
            return turn.again(refusal.message)
        return turn.ask("problem", told.WRITE_PROBLEM, title=title)

    @asks()
    async def problem(self, turn: Turn) -> Reply:
        problem = turn.message.text.strip()
        try:
            rules.check_topic(turn.data["title"], problem)
        except Invalid as refusal:
            return turn.again(refusal.message)
        said = told.confirm_proposal(turn.data["title"], problem)
        return turn.ask("confirm", said, Choice(told.CONFIRM, numbered=False), problem=problem)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        title, problem = turn.data["title"], turn.data["problem"]
        if turn.choice != told.CONFIRM:
            return turn.again(told.confirm_proposal(title, problem))
        home = next((home for home in turn.visitor.homes if home.dwelling_id == turn.data["home"]), None)
        if home is None:
            return Reply(told.BIND_FIRST, (Choice("登记住址"),))
        try:
            proposed = await propose(turn.visitor, home, title, problem, turn.now)
        except Invalid as refusal:
            return turn.ask("title", f"{refusal.message}\n{told.WRITE_TITLE}")
        except DomainError as refusal:
            return Reply(refusal.message, AGAIN)
        return Reply(told.proposed(proposed), AGAIN, confirmed=True)


class AppraisalDialogue(Dialogue):
    """「评议」: whether what was decided has been carried out, and how well."""

    name: ClassVar[str] = "consultations.appraisal"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        if refusal := unbound(turn.visitor):
            return refusal
        topics = [one for one in await topics_for(turn.visitor, turn.now) if Verb.APPRAISE in one.verbs]
        if not topics:
            return Reply(told.NO_APPRAISAL, AGAIN)
        if len(topics) > 1:
            return turn.ask("choose", told.CHOOSE, *lines(topics, turn.now))
        consultation = topics[0].consultation
        return _carried_out(turn.having(topic=consultation.id), consultation.title)

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(told.SAY_NUMBER)
        return _carried_out(turn.having(topic=int(turn.choice)), turn.words)

    @asks()
    async def carried_out(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(told.SAY_CHOICE)
        return turn.ask("stars", told.ASK_STARS, *STARS, carried_out=turn.choice == told.CARRIED_OUT)

    @commits()
    async def stars(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(told.ASK_STARS)
        try:
            await appraise(turn.visitor, turn.data["topic"], turn.data["carried_out"], int(turn.choice), turn.now)
        except DomainError as refusal:
            return Reply(refusal.message, AGAIN)
        return Reply(told.APPRAISED, AGAIN, confirmed=True)


def _carried_out(turn: Turn, title: str) -> Reply:
    choices = (Choice(told.CARRIED_OUT), Choice(told.NOT_CARRIED_OUT))
    return turn.ask("carried_out", f"{title}\n{told.ASK_CARRIED_OUT}", *choices)


def _communities(visitor: Visitor) -> list[Home]:
    """One home for each community that the visitor lives in."""
    return list({home.community_id: home for home in reversed(visitor.homes)}.values())[::-1]


def routes() -> Routes:
    routes = Routes()
    topics = routes.dialogue(TopicDialogue())
    proposals = routes.dialogue(ProposalDialogue())
    appraisals = routes.dialogue(AppraisalDialogue())
    routes.command(topics.start, told.CONSULT, "协商", "议题", key="consult", dialogue=topics)
    routes.command(topics.collecting, told.ENDORSE, "附议", dialogue=topics)
    routes.command(topics.go_on, told.STANCES, "接着表态", dialogue=topics)
    routes.command(topics.speak, told.SPEAK, "我要发言", dialogue=topics)
    routes.command(topics.opinion, told.OPINION, "大家的观点", dialogue=topics)
    routes.pattern(topics.one, rf"{told.CONSULT} [0-9]{{1,18}}", dialogue=topics)
    routes.command(proposals.start, told.PROPOSE, "提议题", "我要提议", dialogue=proposals)
    routes.command(appraisals.start, told.APPRAISE, "监督评议", dialogue=appraisals)
    return routes
