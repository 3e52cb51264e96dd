"""What becomes of a session when a message was answered: the next step, list and page, and the text that is sent."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import phrases
from bot.dialogue import HALF_HOUR, Dialogue, Reply
from bot.listing import plain, render
from bot.messages import Incoming
from bot.router import TURN_PAGE, Plan
from bot.sessions import Session

MISSES_BEFORE_HUMAN = 3
LIST_ID_LENGTH = 8


def advance(
    session: Session, plan: Plan, reply: Reply | None, message: Incoming, now: datetime, lasts: Dialogue | None
) -> Session:
    """The session after `reply`, with the answer as it is sent in `answer`.

    Args:
        lasts: the dialogue that goes on, whose memory decides when it is forgotten.
    """
    if reply is None or plan.keeps:
        return _marked(replace(session, answer=reply and plain(reply.text)), message, session)
    if plan.run is TURN_PAGE:
        return _marked(_shown(replace(session, page=session.page + 1)), message, session)
    if reply.missed:
        following = replace(
            session, misses=session.misses + 1, page=0, text=reply.text, tail=_miss_tail(session, reply)
        )
    else:
        following = _next(session, plan, reply, message)
    memory = lasts.lasts if lasts and reply.step else HALF_HOUR
    if reply.fetchable:  # what is kept for who asks again need not lie in Redis as well
        memory = timedelta()
    following.expires_at = (now + memory).timestamp()
    return _marked(_shown(following), message, session)


def _next(session: Session, plan: Plan, reply: Reply, message: Incoming) -> Session:
    return Session(
        dialogue=plan.dialogue if reply.step else "",
        step=reply.step or "",
        data=dict(reply.data) if reply.step else {},
        offered=reply.choices,
        text=reply.text,
        tail=reply.tail,
        list_id=message.key.hex[:LIST_ID_LENGTH],
        resume=reply.resume or (session.resume if reply.step and session.dialogue in {"", plan.dialogue} else ""),
    )


def _miss_tail(session: Session, reply: Reply) -> str:
    """After three misses a person is offered (conversations.md)."""
    return phrases.OFFER_HUMAN if session.misses + 1 >= MISSES_BEFORE_HUMAN else reply.tail


def _shown(session: Session) -> Session:
    page = render(session.text, session.offered, session.tail, session.list_id, session.page)
    session.answer = page.text or None
    session.page = page.number
    return session


def _marked(following: Session, message: Incoming, session: Session) -> Session:
    following.last = message.key.hex
    following.before = session.last
    return following
