"""议事 in chat: the topics, statements one by one, one's own words, and what all agree on."""

from datetime import datetime
from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from errors import DomainError, Invalid
from handlers.consultations import rules, told
from handlers.consultations.actions.endorsing import endorse
from handlers.consultations.actions.speaking import LONGEST, check_one_idea, state_opinion
from handlers.consultations.actions.stances import take_stance
from handlers.consultations.queries.opinions import said_of
from handlers.consultations.queries.statements import next_statement, participant_id_of, words_of
from handlers.consultations.queries.topics import Topic, topic_for, topics_for
from handlers.consultations.rules import Verb
from handlers.residency.visitors import Visitor
from models.deliberation import Stage
from settings import get_settings

AGAIN = (Choice(told.CONSULT), Choice("菜单"))
SPOKEN = frozenset({Stage.DELIBERATING, Stage.DECIDING, Stage.CARRYING_OUT, Stage.APPRAISAL, Stage.CLOSED})


class TopicDialogue(Dialogue):
    """From 「议事」 to a topic, and there from one statement to the next."""

    name: ClassVar[str] = "consultations.topic"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        """The topics; a single open one opens at once."""
        if refusal := unbound(turn.visitor):
            return refusal
        topics = await topics_for(turn.visitor, turn.now)
        if not topics:
            return Reply(told.NO_TOPIC, (Choice(told.PROPOSE), Choice("菜单")))
        if len(topics) == 1:
            return await self._opened(turn, topics[0])
        return turn.ask("choose", told.CHOOSE, *lines(topics, turn.now), Choice(told.PROPOSE, numbered=False))

    @asks()
    async def one(self, turn: Turn) -> Reply:
        """「议事 12」: the topic of this number, as links that are passed on say it."""
        return unbound(turn.visitor) or await self._open(turn, int(turn.words.split()[-1]))

    @asks()
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None or not turn.choice.isdecimal():
            return turn.again(told.SAY_NUMBER)
        return await self._open(turn, int(turn.choice))

    @asks()
    async def go_on(self, turn: Turn) -> Reply:
        """「表态」: the next statement of the topic that is deliberated."""
        return await self._with_topic(turn, Verb.STANCE, told.NONE_OPEN)

    @asks()
    async def collecting(self, turn: Turn) -> Reply:
        """「我也想提」: the topic that waits for endorsements."""
        return await self._with_topic(turn, Verb.ENDORSE, told.NO_COLLECTING)

    @asks()
    async def speak(self, turn: Turn) -> Reply:
        """「发言」: one's own words on the topic that is deliberated."""
        return await self._with_topic(turn, Verb.SPEAK, told.NONE_OPEN)

    @asks()
    async def open_speaking(self, turn: Turn) -> Reply:
        if turn.choice is None or not turn.choice.isdecimal():
            return turn.again(told.SAY_NUMBER)
        return turn.ask("write", told.WRITE, topic=int(turn.choice))

    @commits()
    async def stance(self, turn: Turn) -> Reply:
        """A stance on the statement shown, and the next one."""
        topic_id, statement_id = turn.data["topic"], turn.data["statement"]
        if turn.choice == told.SPEAK:
            return turn.ask("write", told.WRITE)
        if turn.choice == told.OPINION:
            return await self._opinion(turn, topic_id)
        if turn.choice == told.BACK:
            return await self._shown_again(turn)
        value = _stance(turn)
        if value is None:
            return turn.again(told.SAY_STANCE)
        try:
            participant_id = await take_stance(turn.visitor, topic_id, statement_id, value, turn.now)
        except Invalid as refusal:
            return turn.again(refusal.message)
        except DomainError as refusal:
            return Reply(refusal.message, AGAIN)
        return await self._asked(turn, topic_id, told.taken(value), participant_id, before=statement_id)

    @asks()
    async def act(self, turn: Turn) -> Reply:
        """Under a topic that is not deliberated, or all of whose statements are answered."""
        if turn.choice == told.SPEAK:
            return turn.ask("write", told.WRITE)
        if turn.choice == told.OPINION:
            return await self._opinion(turn, turn.data["topic"])
        return turn.again(told.SAY_CHOICE)

    @commits()
    async def endorse(self, turn: Turn) -> Reply:
        """「我也想提」 under a topic that is collected."""
        if turn.choice != told.ENDORSE:
            return turn.again(told.SAY_CHOICE)
        try:
            topic = await topic_for(turn.visitor, turn.data["topic"], turn.now)
            done = await endorse(turn.visitor, topic.home, topic.consultation.id, turn.now)
        except DomainError as refusal:
            return Reply(refusal.message, AGAIN)
        return Reply(told.endorsed(done.count, done.need, first=done.first), AGAIN, confirmed=True)

    @asks()
    async def write(self, turn: Turn) -> Reply:
        """One's own words, said back before they count."""
        text = turn.message.text.strip()
        try:
            check_one_idea(text)
            if not 1 <= len(text) <= LONGEST:
                raise Invalid(told.too_long(len(text)) if text else told.ONE_SENTENCE)
        except Invalid as refusal:
            return turn.again(refusal.message)
        return turn.ask("confirm", told.ask_confirm(text), Choice(told.CONFIRM, numbered=False), words=text)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice != told.CONFIRM:
            return turn.again(told.ask_confirm(turn.data["words"]))
        try:
            await state_opinion(turn.visitor, turn.data["topic"], turn.data["words"], turn.now)
        except Invalid as refusal:
            return turn.ask("write", f"{refusal.message}\n{told.ONE_SENTENCE}")
        except DomainError as refusal:
            return Reply(refusal.message, AGAIN)
        return Reply(told.SAID, (Choice(told.STANCES), Choice(told.CONSULT)), confirmed=True)

    @asks()
    async def opinion(self, turn: Turn) -> Reply:
        """「观点」: of the topic that people have spoken on."""
        if refusal := unbound(turn.visitor):
            return refusal
        topics = [topic for topic in await topics_for(turn.visitor, turn.now) if topic.consultation.stage in SPOKEN]
        if not topics:
            return Reply(told.NONE_OPEN, AGAIN)
        if len(topics) == 1:
            return await self._opinion(turn, topics[0].consultation.id)
        return turn.ask("opinion_of", told.CHOOSE, *lines(topics, turn.now))

    @asks()
    async def opinion_of(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(told.SAY_NUMBER)
        return await self._opinion(turn, int(turn.choice))

    async def _opinion(self, turn: Turn, topic_id: int) -> Reply:
        try:
            topic = await topic_for(turn.visitor, topic_id, turn.now)
        except DomainError:
            return Reply(told.GONE, AGAIN)
        said = f"{topic.consultation.title}\n{await said_of(topic.consultation)}\n{_page(turn.visitor, topic)}"
        verbs = rules.verbs(topic.consultation.stage)
        return Reply(said, tuple(Choice(word) for verb, word in told.VERB_WORDS.items() if verb in verbs))

    async def _with_topic(self, turn: Turn, verb: Verb, none: str) -> Reply:
        """The one topic where this is open now; of several the resident picks."""
        if refusal := unbound(turn.visitor):
            return refusal
        topics = [topic for topic in await topics_for(turn.visitor, turn.now) if verb in topic.verbs]
        if not topics:
            return Reply(none, AGAIN)
        if len(topics) > 1:
            return turn.ask("open_speaking" if verb is Verb.SPEAK else "choose", told.CHOOSE, *lines(topics, turn.now))
        if verb is Verb.SPEAK:
            title = topics[0].consultation.title
            return turn.ask("write", f"{title}\n{told.WRITE}", topic=topics[0].consultation.id)
        return await self._opened(turn, topics[0])

    async def _open(self, turn: Turn, topic_id: int) -> Reply:
        try:
            return await self._opened(turn, await topic_for(turn.visitor, topic_id, turn.now))
        except DomainError:
            return Reply(told.GONE, AGAIN)

    async def _opened(self, turn: Turn, topic: Topic) -> Reply:
        """A topic with what its stage has open; under deliberation that is the next statement."""
        consultation = topic.consultation
        card = "\n".join(line for line in (told.heading(consultation), *_facts(topic, turn.now)) if line)
        if Verb.STANCE in topic.verbs:
            participant_id = await participant_id_of(turn.visitor)
            return await self._asked(turn, consultation.id, f"{card}\n", participant_id)
        shown = f"{card}\n{_page(turn.visitor, topic)}"
        if Verb.ENDORSE in topic.verbs:
            return turn.ask("endorse", shown, Choice(told.ENDORSE), topic=consultation.id)
        if Verb.APPRAISE in topic.verbs:
            return Reply(shown, (Choice(told.APPRAISE), *AGAIN))
        if consultation.stage in SPOKEN:
            return turn.ask("act", shown, Choice(told.OPINION), topic=consultation.id)
        return Reply(shown, AGAIN)

    async def _asked(
        self, turn: Turn, topic_id: int, said: str, participant_id: int | None, *, before: int = 0
    ) -> Reply:
        """The next statement, or that all are answered."""
        asked = await next_statement(topic_id, participant_id)
        if asked.done:
            text = told.ALL_ANSWERED if asked.every else told.NO_STATEMENTS
            listed = (Choice(told.SPEAK), *((Choice(told.OPINION),) if asked.every else ()))
            return turn.ask("act", f"{said}\n{text}".replace("\n\n", "\n"), *listed, topic=topic_id)
        text = told.asked(asked.speaker, asked.nickname, asked.text, asked.answered + 1, asked.every)
        others = [told.SPEAK, told.OPINION, *((told.BACK,) if before else ())]
        return turn.ask(
            "stance",
            f"{said}\n{text}".replace("\n\n", "\n"),
            *told.STANCE_CHOICES,
            *(Choice(word, numbered=False) for word in others),
            topic=topic_id,
            statement=asked.id,
            before=before,
        )

    async def _shown_again(self, turn: Turn) -> Reply:
        """「上一条」: the statement answered just now, to answer it otherwise."""
        topic_id, statement_id = turn.data["topic"], turn.data["before"]
        words = await words_of(topic_id, statement_id)
        if words is None:
            return turn.again(told.STATEMENT_GONE)
        return turn.ask("stance", told.anew(words), *told.STANCE_CHOICES, statement=statement_id, before=0)


def unbound(visitor: Visitor) -> Reply | None:
    """Who has registered nowhere is asked to first; the topics follow by themselves."""
    if visitor.homes:
        return None
    said = told.BIND_PENDING if visitor.pending else told.BIND_FIRST
    return Reply(said, (Choice("登记住址"),), resume=told.CONSULT)


def lines(topics: list[Topic], now: datetime) -> list[Choice]:
    return [
        Choice(topic.consultation.title, str(topic.consultation.id), told.standing(topic.consultation, now))
        for topic in topics
    ]


def _stance(turn: Turn) -> int | None:
    if turn.choice is not None:
        return int(turn.choice)
    return told.STANCE_ALIASES.get(turn.words)


def _facts(topic: Topic, now: datetime) -> list[str]:
    consultation = topic.consultation
    facts = [told.until(consultation, now)]
    if consultation.stage is Stage.COLLECTING:
        facts.append(told.collecting(topic.backed, consultation.endorse_need))
    if consultation.stage in (Stage.CARRYING_OUT, Stage.APPRAISAL, Stage.CLOSED) and consultation.resolution:
        facts.append(f"商定：{told.excerpt(consultation.resolution)}")
    if consultation.stage is Stage.DECLINED and consultation.answer:
        facts.append(f"答复：{told.excerpt(consultation.answer)}")
    return facts


def _page(visitor: Visitor, topic: Topic) -> str:
    return f"详细情况：{get_settings().pages_address(visitor.app_id)}/consultations/{topic.consultation.id}"
