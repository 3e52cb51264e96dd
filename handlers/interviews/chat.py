"""主任访谈 in chat: announced, live or over; 「我要提问」, 「我也想问」, answers as text, and what came of promises."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.filters import picked_number
from bot.router import Routes
from clock import BEIJING
from errors import DomainError, Invalid, NotFound
from handlers.interviews import rules, texts
from handlers.interviews.actions.questions import ask_question, back_question, may_ask
from handlers.interviews.queries.questions import Asked, answered_ones, open_ones, questions_of
from handlers.interviews.queries.residents import interview_for, interviews_for, news_for, people, promises_of
from handlers.interviews.rules import Verb
from handlers.moderation.rules import SHORTEST
from handlers.residency.visitors import Visitor
from handlers.undertakings.queries import Owed, progress
from models.interviews import Interview
from settings import get_settings


async def waiting(visitor: Visitor) -> str | None:
    """「主任访谈3个回答」 for the main menu; None where no interview is live or to come."""
    return await news_for(visitor)


class InterviewDialogue(Dialogue):
    """From 「访谈」 to a question asked or backed."""

    name: ClassVar[str] = "interviews.interview"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        """The one that is live or to come, or only one there is, at once; else the list."""
        if refusal := _unbound(turn.visitor):
            return refusal
        found = await interviews_for(turn.visitor)
        current = [one for one in found if one.state in rules.CURRENT]
        if not found:
            return Reply(texts.NONE, (Choice("菜单"),))
        if len(current) == 1 or len(found) == 1:
            return await self._opened(turn, (current or found)[0])
        return turn.ask("choose", texts.CHOOSE, *(Choice(one.title, str(one.id), texts.standing(one)) for one in found))

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        return await self._opened(turn, await interview_for(turn.visitor, int(turn.choice)))

    @commits()
    async def ask(self, turn: Turn) -> Reply:
        """「我要提问」 by itself: of the interview that takes questions."""
        found = await _collecting(turn.visitor)
        return await self._asking(turn, found) if found else _none(turn.visitor)

    @asks()
    async def back(self, turn: Turn) -> Reply:
        """「我也想问」 by itself."""
        found = await _collecting(turn.visitor)
        return await self._backing(turn, found) if found else _none(turn.visitor)

    @commits()
    async def act(self, turn: Turn) -> Reply:
        """Under an open interview: ask, back, read, or see what came of promises."""
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        interview = await interview_for(turn.visitor, turn.data["interview"])
        if turn.choice == texts.ASK:
            return await self._asking(turn, interview)
        if turn.choice == texts.BACK:
            return await self._backing(turn, interview)
        if turn.choice == texts.READ:
            return await self._reading(turn, interview)
        if turn.choice == texts.PROMISES:
            return await self._promised(turn, interview)
        return await self._opened(turn, interview)

    @asks()
    async def write(self, turn: Turn) -> Reply:
        """What was written, shown once more before it is handed in."""
        text = turn.message.text.strip()
        if len(turn.words) < SHORTEST or picked_number(turn.words) is not None:
            return turn.again(texts.TOO_SHORT)
        try:
            rules.check_question(text)
        except Invalid as refusal:
            return turn.again(refusal.message)
        return turn.ask("confirm", texts.confirm(text), texts.CONFIRM, texts.REWRITE, question=text)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice == texts.REWRITE:
            return turn.ask("write", texts.WRITE)
        if turn.choice != texts.CONFIRM:
            return turn.again(texts.SAY_NUMBER)
        try:
            question = await ask_question(turn.visitor, turn.data["interview"], turn.data["question"], turn.now)
        except Invalid as refusal:
            return turn.ask("write", f"{refusal.message}\n请改一改再写一次。")
        except DomainError as refusal:
            return Reply(refusal.message, (Choice(texts.INTERVIEW),))
        return Reply(texts.received(question.id), (Choice(texts.INTERVIEW),), confirmed=True)

    @commits()
    async def voice(self, turn: Turn) -> Reply:
        """「我也想问」 and the number of a question."""
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        try:
            found = await back_question(turn.visitor, int(turn.choice), turn.now)
        except DomainError as refusal:
            return Reply(refusal.message, (Choice(texts.INTERVIEW),))
        said = texts.backed(found.question.id, found.question.post.text, found.voices, first=found.first)
        return Reply(said, (Choice(texts.INTERVIEW),), confirmed=found.first)

    @asks()
    async def read(self, turn: Turn) -> Reply:
        """One question with its answer."""
        if turn.choice is None:
            return turn.again(texts.SAY_NUMBER)
        interview = await interview_for(turn.visitor, turn.data["interview"])
        asked = await questions_of(interview.id, people(turn.visitor))
        found = next((one for one in asked if str(one.id) == turn.choice), None)
        if found is None:
            return Reply(NotFound.message, (Choice(texts.INTERVIEW),))
        promised = await _promises(turn, interview, found.id)
        said = texts.question(found.text, found.voices, found.answer, found.corrected_at, promised)
        may_back = Verb.BACK in rules.verbs(interview.state) and not found.answered and not found.mine
        choices = [Choice(texts.BACK, str(found.id))] if may_back else []
        return turn.ask("after", said, *choices, Choice(texts.RETURN))

    @commits()
    async def after(self, turn: Turn) -> Reply:
        """Under a question: back it, or return."""
        if turn.choice in {None, texts.RETURN}:
            interview = await interview_for(turn.visitor, turn.data["interview"])
            return turn.again(texts.SAY_NUMBER) if turn.choice is None else await self._opened(turn, interview)
        return await self.voice(turn)

    async def _opened(self, turn: Turn, interview: Interview) -> Reply:
        asked = await questions_of(interview.id)
        promised = await promises_of(interview.id, turn.now.astimezone(BEIJING).date())
        choices = _choices(interview, asked, promised)
        kept = progress([one.undertaking for one in promised])
        said = texts.card(
            interview,
            len(asked),
            [(one.text, one.answer) for one in answered_ones(asked)],
            texts.kept(kept.done, kept.promised, kept.percent),
            f"{get_settings().base_url}/m/interviews/{interview.id}",
        )
        return turn.ask("act", said, *choices, interview=interview.id) if choices else Reply(said, (Choice("菜单"),))

    async def _asking(self, turn: Turn, interview: Interview) -> Reply:
        try:
            await may_ask(turn.visitor, interview.id, turn.now)
        except DomainError as refusal:
            return Reply(refusal.message, (Choice(texts.INTERVIEW),))
        return turn.ask("write", texts.WRITE, interview=interview.id)

    async def _backing(self, turn: Turn, interview: Interview) -> Reply:
        waiting = open_ones(await questions_of(interview.id, people(turn.visitor)))
        if not waiting or Verb.BACK not in rules.verbs(interview.state):
            return Reply(texts.NOTHING_TO_BACK, (Choice(texts.INTERVIEW),))
        return turn.ask("voice", texts.WHICH_TO_BACK, *map(_line, waiting), interview=interview.id)

    async def _reading(self, turn: Turn, interview: Interview) -> Reply:
        asked = await questions_of(interview.id, people(turn.visitor))
        if not asked:
            return turn.ask("act", texts.NO_QUESTIONS, Choice(texts.RETURN))
        listed = [*answered_ones(asked), *open_ones(asked)]
        return turn.ask("read", texts.QUESTIONS, *map(_line, listed))

    async def _promised(self, turn: Turn, interview: Interview) -> Reply:
        said = await _promises(turn, interview)
        return turn.ask("act", "\n".join(said[: texts.SHOWN_PROMISES]) or texts.NO_PROMISES, Choice(texts.RETURN))


def _choices(interview: Interview, asked: list[Asked], promised: list[Owed]) -> list[Choice]:
    """What can be done with an interview now, by the table of its states."""
    verbs = rules.verbs(interview.state)
    offered = {
        texts.ASK: Verb.ASK in verbs,
        texts.BACK: Verb.BACK in verbs and bool(open_ones(asked)),
        texts.READ: bool(asked),
        texts.PROMISES: bool(promised),
    }
    return [Choice(words) for words, shown in offered.items() if shown]


def _line(asked: Asked) -> Choice:
    return Choice(asked.text, str(asked.id), texts.note(asked.voices, answered=asked.answered, mine=asked.mine))


async def _promises(turn: Turn, interview: Interview, question_id: int | None = None) -> list[str]:
    found = await promises_of(interview.id, turn.now.astimezone(BEIJING).date())
    meant = [one for one in found if question_id is None or one.undertaking.question_id == question_id]
    return [texts.promise(one.undertaking, one.standing.label) for one in meant]


async def _collecting(visitor: Visitor) -> Interview | None:
    """The interview that takes questions where the visitor lives, the live one first."""
    return next((one for one in await interviews_for(visitor) if Verb.ASK in rules.verbs(one.state)), None)


def _none(visitor: Visitor) -> Reply:
    return _unbound(visitor) or Reply(texts.NONE_COLLECTING, (Choice("菜单"),))


def _unbound(visitor: Visitor) -> Reply | None:
    """Who has registered nowhere is asked to first; the interview follows by itself."""
    if visitor.homes:
        return None
    said = texts.BIND_PENDING if visitor.pending else texts.BIND_FIRST
    return Reply(said, (Choice("登记住址"),), resume=texts.INTERVIEW)


def routes() -> Routes:
    routes = Routes()
    interviews = routes.dialogue(InterviewDialogue())
    routes.command(interviews.start, texts.INTERVIEW, "主任访谈", dialogue=interviews)
    routes.command(interviews.ask, texts.ASK, dialogue=interviews)
    routes.command(interviews.back, texts.BACK, dialogue=interviews)
    return routes
