"""代办 in chat: asking to act for somebody, letting somebody act, agreeing, stopping, and what runs."""

import re
from datetime import date, timedelta
from typing import ClassVar

from bot.dialogue import ONE_DAY, Choice, Dialogue, Reply, Turn, asks, commits
from bot.filters import picked_number
from bot.router import Routes
from clock import BEIJING
from handlers.delegations import queries, rules, texts
from handlers.delegations.actions.ask import Terms, ask_delegation, find_elder, grant_delegation
from handlers.delegations.actions.decide import confirm_delegation, decline_delegation, stop_delegation
from handlers.delegations.rules import Matter
from handlers.residency import places
from handlers.residency.places import DWELLING, Finding, Outcome
from handlers.residency.rules import read_lease_end, read_name
from handlers.residency.visitors import Home, Visitor
from models.households import Delegation

DELEGATE = "代办"
SPEAK = "代办留言"
"""With a delegation's number it opens a conversation in the person's name (handlers.enquiries)."""
_VOTE_FOR_ANOTHER = r"(?:代|替|帮)[^看查问怎啥]{0,12}(?:投票|投个票|表决)"
_BETWEEN = re.compile(r"[\s,，、.;；和]+")


@asks()
async def overview(turn: Turn) -> Reply:
    """「代办」: first what waits for this person's word, else what runs and what can be begun."""
    visitor: Visitor = turn.visitor
    if not visitor.homes or visitor.account_id is None:
        first = texts.REGISTER_PENDING if visitor.pending else texts.REGISTER_FIRST
        return Reply(first, (Choice("登记住址"),), resume=DELEGATE)
    known = await queries.standing(visitor.account_id)
    if known.waiting:
        return _question(known.waiting[0])
    lines = [texts.acting_line(one.elder, one.scope, one.expires_on) for one in known.acting]
    lines += [texts.asked_line(one.elder.name) for one in known.asked]
    lines += [texts.acted_for_line(one.delegate_name, one.scope, one.expires_on) for one in known.given]
    speaking = [Choice(texts.speak_for(one.elder), f"{SPEAK} {one.delegation_id}") for one in known.acting]
    stopping = [Choice(texts.STOP)] if lines else []
    begin = (Choice(texts.FOR_FAMILY), Choice(texts.FOR_ME))
    return Reply("\n".join([*(lines or [texts.INTRO]), texts.CHOOSE]), (*begin, *speaking, *stopping))


def _question(waiting: Delegation) -> Reply:
    asked = texts.question(waiting.delegate_name, waiting.relation, waiting.scope, waiting.expires_on)
    choices = (
        Choice(texts.AGREE, f"{texts.AGREE}代办 {waiting.id}"),
        Choice(texts.DISAGREE, f"{texts.DISAGREE}代办 {waiting.id}"),
    )
    return Reply(asked, choices)


@commits()
async def agree(turn: Turn) -> Reply:
    delegation = await confirm_delegation(turn.visitor.account_id, _number(turn), turn.now)
    return await _in_force(delegation)


@commits()
async def disagree(turn: Turn) -> Reply:
    delegation = await decline_delegation(turn.visitor.account_id, _number(turn), turn.now)
    return Reply(texts.declined(delegation.delegate_name), (Choice(DELEGATE), Choice("菜单")))


@asks()
async def vote_for_another(turn: Turn) -> Reply:
    """A delegate never votes (conversations.md, 代办)."""
    return Reply(texts.NO_VOTING, (Choice(DELEGATE), Choice("人工")))


async def _in_force(delegation: Delegation) -> Reply:
    await delegation.fetch_related("elder")
    said = texts.in_force(
        delegation.elder.name, delegation.delegate_name, delegation.id, delegation.scope, delegation.expires_on
    )
    return Reply(said, (Choice(DELEGATE), Choice("菜单")))


class Stopping(Dialogue):
    """「停止代办」, by either side; with several it asks which."""

    name: ClassVar[str] = "delegations.stopping"

    @commits()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        found = await _stoppable(visitor.account_id) if visitor.account_id else []
        if not found:
            return Reply(texts.NOTHING_TO_STOP, (Choice(DELEGATE),))
        if len(found) == 1:
            return await self._stop(turn, int(found[0].value))
        return turn.ask("which", texts.WHICH_TO_STOP, *found)

    @commits()
    async def which(self, turn: Turn) -> Reply:
        return await self._stop(turn, int(turn.choice)) if turn.choice else turn.again(texts.CHOOSE_NUMBER)

    async def _stop(self, turn: Turn, delegation_id: int) -> Reply:
        delegation = await stop_delegation(turn.visitor.account_id, delegation_id, turn.now)
        await delegation.fetch_related("elder")
        said = texts.stopped_by_you(delegation.elder.name, delegation.delegate_name)
        return Reply(said, (Choice(DELEGATE), Choice("菜单")))


async def _stoppable(account_id: int) -> list[Choice]:
    known = await queries.standing(account_id)
    acting = [(f"您代{one.elder}", one.delegation_id) for one in known.acting]
    asked = [(texts.asked_line(one.elder.name), one.id) for one in known.asked]
    given = [(f"{one.delegate_name}替您", one.id) for one in (*known.given, *known.waiting)]
    return [Choice(f"{words}（代办号 {number}）", str(number)) for words, number in (*acting, *asked, *given)]


class Delegating(Dialogue):
    """From 我替家人办 or 让家人替我办 over who, what and how long to a confirmed request."""

    name: ClassVar[str] = "delegations.delegating"
    lasts: ClassVar[timedelta] = ONE_DAY

    @asks()
    async def for_family(self, turn: Turn) -> Reply:
        homes = _grown_up(turn.visitor)
        if not homes:
            return _not_yet(turn.visitor)
        listed = [Choice(home.address, f"{DWELLING}:{home.dwelling_id}") for home in homes]
        return turn.ask("address", texts.WHOSE_HOME, *listed, Choice(texts.OTHER_HOME))

    @asks()
    async def address(self, turn: Turn) -> Reply:
        if turn.choice == texts.OTHER_HOME:
            return turn.ask("address", texts.ADDRESS)
        text = turn.message.text
        if turn.choice is None:
            return self._located(turn, await places.find(text), text)
        kind, _, number = turn.choice.partition(":")
        if kind == DWELLING:
            return turn.ask("elder", texts.NAME, dwelling=int(number))
        finding = await places.find_within(int(number), turn.data["address"])
        return self._located(turn, finding, turn.data["address"])

    def _located(self, turn: Turn, finding: Finding, address: str) -> Reply:
        if finding.outcome is Outcome.FOUND:
            return turn.ask("elder", texts.NAME, dwelling=finding.dwelling_id)
        said = places.explained(finding)
        if finding.options:
            listed = [Choice(option.words, option.value) for option in finding.options]
            return turn.ask("address", said, *listed, tail=texts.ADDRESS_TAIL, address=address)
        return turn.again(said)

    @commits()
    async def elder(self, turn: Turn) -> Reply:
        name = read_name(turn.message.text)
        if name is None:
            return turn.again(texts.NAME_EXPECTED)
        try:
            found = await find_elder(turn.visitor.account_id, turn.data["dwelling"], name, turn.now)
        except rules.NobodyOfThatName as refusal:
            return turn.ask("elder", refusal.message)
        return turn.ask("relation", texts.RELATION, *rules.RELATIONS, elder=found, name=name)

    @asks()
    async def relation(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.CHOOSE_NUMBER)
        return self._scope(turn.having(relation=turn.choice))

    @asks()
    async def for_me(self, turn: Turn) -> Reply:
        homes = _grown_up(turn.visitor)
        known = [home for home in homes if home.resident_id]
        if not known:
            return Reply(texts.NOT_ON_REGISTER, (Choice("人工"),)) if homes else _not_yet(turn.visitor)
        if len(known) == 1:
            return await self._who(turn, known[0])
        return turn.ask("home", texts.WHICH_HOME, *(Choice(home.address, str(home.dwelling_id)) for home in known))

    @asks()
    async def home(self, turn: Turn) -> Reply:
        homes = {str(home.dwelling_id): home for home in _grown_up(turn.visitor)}
        chosen = homes.get(turn.choice or "")
        return await self._who(turn, chosen) if chosen else turn.again(texts.CHOOSE_NUMBER)

    async def _who(self, turn: Turn, home: Home) -> Reply:
        others = await queries.housemates(turn.visitor.account_id, home.dwelling_id)
        if not others:
            return Reply(texts.nobody_at_home(home.address), (Choice("菜单"),))
        listed = [Choice(f"{other.name}（登记号 {other.id}）", f"{other.account_id} {other.name}") for other in others]
        known = {"dwelling": home.dwelling_id, "elder": home.resident_id}
        return turn.ask("who", texts.WHO, *listed, tail=texts.FROM_OTHER_PHONE, **known)

    @asks()
    async def who(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.CHOOSE_NUMBER)
        number, _, name = turn.choice.partition(" ")
        return self._scope(turn.having(delegate=int(number), name=name, relation=""))

    def _scope(self, turn: Turn) -> Reply:
        listed = [Choice(matter.label, matter.value) for matter in Matter]
        return turn.ask("scope", texts.SCOPE, *listed, Choice(texts.ALL))

    @asks()
    async def scope(self, turn: Turn) -> Reply:
        chosen = _chosen(turn)
        if not chosen:
            return turn.again(texts.SCOPE_EXPECTED)
        today = _day(turn)
        terms = [Choice(words, rules.months_after(today, months).isoformat()) for words, months in rules.TERMS]
        return turn.ask("term", texts.TERM, *terms, scope=[matter.value for matter in chosen])

    @asks()
    async def term(self, turn: Turn) -> Reply:
        today = _day(turn)
        until = date.fromisoformat(turn.choice) if turn.choice else read_lease_end(turn.message.text, today)
        try:
            rules.check_term(until or today, today)
        except rules.BadTerm as refusal:
            return turn.again(refusal.message)
        return await self._summary(turn.having(until=(until or today).isoformat()))

    async def _summary(self, turn: Turn) -> Reply:
        data, until = turn.data, date.fromisoformat(turn.data["until"])
        if "delegate" in data:
            said = texts.grant_summary(data["name"], data["scope"], until)
        else:
            place = await places.place(data["dwelling"])
            said = texts.summary(data["name"], place.address if place else "", data["scope"], until)
        return turn.ask("confirm", said, Choice(texts.CONFIRM, numbered=False))

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice != texts.CONFIRM:
            return turn.again(texts.CONFIRM_EXPECTED)
        account_id: int = turn.visitor.account_id
        if delegate := turn.data.get("delegate"):
            return await _in_force(await grant_delegation(account_id, _terms(turn, delegate), turn.now))
        delegation = await ask_delegation(_terms(turn, account_id), turn.now)
        place = await places.place(delegation.dwelling_id)
        reachable = await queries.reachable(delegation.elder_id)
        said = texts.asked(turn.data["name"], delegation.id, place.phone if place else "", reachable=reachable)
        return Reply(said, (Choice(DELEGATE), Choice("菜单")))


def _grown_up(visitor: Visitor) -> list[Home]:
    return [home for home in visitor.homes if home.adult]


def _not_yet(visitor: Visitor) -> Reply:
    if visitor.homes:
        return Reply(rules.DelegateTooYoung.message, (Choice("菜单"),))
    return Reply(texts.REGISTER_PENDING if visitor.pending else texts.REGISTER_FIRST, (Choice("登记住址"),))


def _chosen(turn: Turn) -> list[Matter]:
    """The matters meant by one choice or by several numbers, none where any of them is no choice."""
    every = list(Matter)
    if turn.choice:
        return every if turn.choice == texts.ALL else [Matter(turn.choice)]
    numbers = [picked_number(part) for part in _BETWEEN.split(turn.words.strip()) if part]
    if any(number is None or not 1 <= number <= len(every) + 1 for number in numbers):
        return []
    return every if len(every) + 1 in numbers else [every[number - 1] for number in numbers if number]


def _terms(turn: Turn, account_id: int) -> Terms:
    data = turn.data
    return Terms(
        account_id=account_id,
        elder_id=data["elder"],
        dwelling_id=data["dwelling"],
        relation=data["relation"],
        scope=[Matter(value) for value in data["scope"]],
        expires_on=date.fromisoformat(data["until"]),
    )


def _day(turn: Turn) -> date:
    return turn.now.astimezone(BEIJING).date()


def _number(turn: Turn) -> int:
    """The delegation's number behind a command."""
    return int(turn.words.split()[-1])


def routes() -> Routes:
    routes = Routes()
    delegating, stopping = routes.dialogue(Delegating()), routes.dialogue(Stopping())
    routes.command(overview, DELEGATE)
    routes.command(delegating.for_family, texts.FOR_FAMILY, dialogue=delegating)
    routes.command(delegating.for_me, texts.FOR_ME, dialogue=delegating)
    routes.command(stopping.start, texts.STOP, dialogue=stopping)
    routes.pattern(agree, rf"{texts.AGREE}{DELEGATE} \d{{1,18}}")
    routes.pattern(disagree, rf"{texts.DISAGREE}{DELEGATE} \d{{1,18}}")
    routes.pattern(vote_for_another, _VOTE_FOR_ANOTHER)
    return routes
