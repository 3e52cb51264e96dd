"""One message and its answer: taken in the person's turn, stored once, committed with what it did."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from bot import phrases
from bot.dialogue import HALF_HOUR, Choice, Reply, Turn, conduct_of
from bot.filters import fold, mask_id_numbers, picked_number
from bot.inbox import Earlier, Inbox, Record
from bot.listing import PUSHED
from bot.messages import Incoming, Kind
from bot.router import Plan, Router, expired
from bot.sessions import Held, Session, Sessions
from bot.turns import advance
from errors import DomainError

SECRET_CONTENT = "投票步骤，内容不保存"
SPOKEN = ("Recognition", "Label", "Title", "Description")
"""Fields in which people's own words may stand."""
EXPIRED_CONTENT = "过期的步骤，内容不保存"


log = structlog.get_logger("exchange")

Pushed = Callable[[Any, datetime], Awaitable[tuple[Choice, ...]]]


async def nothing(visitor: Any, since: datetime) -> tuple[Choice, ...]:
    """Where nothing is ever sent without being asked for."""
    return ()


async def no_invitation(visitor: Any) -> str:
    """Where nobody is asked for anything in return."""
    return ""


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything behind the door, for one official account.

    Args:
        router: which handler answers.
        inbox: what makes a message act once.
        sessions: dialogue state, in turn.
        who: looks up who speaks, by AppID and openid.
        who_within: the same, seeing what the transaction under way has written.
        clock: the product's clock.
        pushed: what was offered to somebody, without being asked for, since they were last answered.
        invitation: what is said below a confirmed act, in its transaction; mostly nothing.
    """

    router: Router
    inbox: Inbox
    sessions: Sessions
    who: Callable[[str, str], Awaitable[Any]]
    who_within: Callable[[str, str], Awaitable[Any]]
    clock: Clock
    pushed: Pushed = nothing
    invitation: Callable[[Any], Awaitable[str]] = no_invitation

    async def answer(self, message: Incoming) -> str | None:
        """The text that answers this message, None where nothing is said; the same for every delivery of it."""
        text, masked = mask_id_numbers(message.text)
        seen = replace(message, text=text) if masked else message
        try:
            return await self._in_turn(seen, masked)
        except Exception as error:
            if (emergency := self.router.emergency(seen)) is None:
                raise
            log.error("emergency out of turn", message=message.key.hex, failure=type(error).__name__, exc_info=error)
            return await self._out_of_turn(seen, masked, emergency)

    async def _in_turn(self, message: Incoming, masked: bool) -> str | None:
        async with self.sessions.turn(f"{message.app_id}:{message.sender}") as held:
            if held.session.last == message.key.hex:
                return held.session.answer
            await self._offer_pushed(message, held)
            return await _Exchange(self, message, held, masked).answer()

    async def _out_of_turn(self, message: Incoming, masked: bool, emergency: str) -> str:
        """The numbers to call, whatever is broken; others are told where the database at least still stands."""
        try:
            return await _Exchange(self, message, Held(Session()), masked).answer() or emergency
        except Exception as error:
            log.error("nobody told of an emergency", message=message.key.hex, failure=type(error).__name__)
            return emergency

    async def _offer_pushed(self, message: Incoming, held: Held) -> None:
        """A number means the list that was seen last, also when that one came by itself; dialogues go first."""
        session, now = held.session, self.clock.now()
        bare = message.kind is Kind.TEXT and not message.list_id and picked_number(fold(message.text)) is not None
        if not bare or (session.dialogue and session.open_at(now)):
            return
        since = datetime.fromtimestamp(session.expires_at, UTC) - HALF_HOUR
        if offered := await self.pushed(await self.who(message.app_id, message.sender), since):
            until = (now + HALF_HOUR).timestamp()
            held.session = Session(offered=offered, list_id=PUSHED, last=session.last, expires_at=until)


class _Exchange:
    """A message under way while the person's turn is held."""

    def __init__(self, bot: Bot, message: Incoming, held: Held, masked: bool) -> None:
        self._bot = bot
        self._message = message
        self._held = held
        self._masked = masked
        self._now = bot.clock.now()
        self._session = held.session if held.session.open_at(self._now) else Session(last=held.session.last)
        self._plan = plan = bot.router.plan(message, self._session)
        # What follows would tell a secret: that of a ballot's step, or of a session that goes on as it was.
        self._place_only = plan.stays or (plan.conduct.secret and not plan.conduct.commits)

    async def answer(self) -> str | None:
        record = self._record()
        if self._plan.conduct.commits:
            return await self._commit(record)
        plan, reply = await self._replied()
        if reply and reply.instead:
            self._plan = replace(self._plan, run=reply.instead, conduct=conduct_of(reply.instead))
            return await self._commit(record)
        following = self._advanced(plan, reply)
        self._fill(record, following)
        earlier = await self._bot.inbox.keep(record)
        if earlier:
            return self._repeat(earlier, following)
        return self._keep(following, b"" if self._place_only else record.after)

    async def _commit(self, record: Record) -> str | None:
        following: Session | None = None
        async with self._bot.inbox.act(record) as earlier:
            if earlier is None:
                plan, reply = await self._replied()
                following = self._advanced(plan, reply)
                record.fetchable = bool(reply and reply.fetchable)
                self._fill(record, following)
        return self._keep(following) if following else self._repeat(earlier) if earlier else None

    async def _replied(self) -> tuple[Plan, Reply | None]:
        reply = await self._reply(self._plan, self._session)
        if reply and reply.finished and self._session.resume:
            return await self._resumed(reply)
        return self._plan, reply

    def _advanced(self, plan: Plan, reply: Reply | None) -> Session:
        if self._masked and reply:
            reply = replace(reply, text=f"{phrases.MASKED}\n{reply.text}".strip())
        dialogue = self._bot.router.dialogues.get(plan.dialogue)
        return advance(self._session, plan, reply, self._message, self._now, dialogue)

    async def _resumed(self, finished: Reply) -> tuple[Plan, Reply]:
        """What was put off until this dialogue was finished goes on at once, under the same answer."""
        plan = self._bot.router.command(self._session.resume)
        reply = await self._reply(plan, Session())
        if reply is None:
            return self._plan, finished
        return plan, replace(reply, text=f"{finished.text}\n\n{reply.text}", instead=None)

    async def _reply(self, plan: Plan, session: Session) -> Reply | None:
        if plan.run is None:
            return None
        message = self._message
        who = self._bot.who_within if self._plan.conduct.commits else self._bot.who
        visitor = await who(message.app_id, message.sender)
        known = session if plan.resumes else Session()
        turn = Turn(message, plan.words, plan.choice, visitor, self._now, known.data, known.step, known.offered)
        try:
            reply = await plan.run(turn)
        except DomainError as refusal:
            return Reply(refusal.message)
        return await self._inviting(reply, visitor) if reply and reply.confirmed else reply

    async def _inviting(self, reply: Reply, visitor: Any) -> Reply:
        invitation = await self._bot.invitation(visitor)
        return replace(reply, text=f"{reply.text}\n\n{invitation}") if invitation else reply

    def _record(self) -> Record:
        message = self._message
        kind = message.event if message.kind is Kind.EVENT else message.kind.value
        secret = self._plan.conduct.secret
        content = SECRET_CONTENT if secret else EXPIRED_CONTENT if self._plan.run is expired else _content(message)
        return Record(message.key, message.app_id, message.sender, kind, content, secret)

    def _fill(self, record: Record, following: Session) -> None:
        place = Session(last=following.last, before=following.before)
        record.after = (place if self._place_only else following).packed()
        record.answer = following.answer if self._plan.keeps or not self._place_only else None

    def _keep(self, following: Session, packed: bytes = b"") -> str | None:
        seconds = int(following.expires_at - self._now.timestamp())
        self._held.keep(packed or following.packed(), seconds)
        return following.answer

    def _repeat(self, earlier: Earlier, again: Session | None = None) -> str | None:
        """The first answer once more.

        Where the first process died before it kept the session, the session is kept now; `again` is what a step
        that writes nothing leaves this time, for where only the place was stored.
        """
        after = Session.unpacked(earlier.after)
        if not after.last or after.before != self._session.last:
            return earlier.answer
        if self._place_only:
            again = again or self._session
            answer = again.answer if earlier.answer is None else earlier.answer
            after = replace(again, last=after.last, before=after.before, answer=answer)
        return self._keep(after)


def _content(message: Incoming) -> str:
    if message.kind is Kind.TEXT:
        return message.text
    spoken = {name: mask_id_numbers(str(message.fields[name]))[0] for name in SPOKEN if message.fields.get(name)}
    return json.dumps({**message.fields, **spoken}, ensure_ascii=False, default=str)
