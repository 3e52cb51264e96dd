"""A poll held for one step of its life: locked, moved to its next state, the step recorded."""

from typing import Any

from errors import NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Viewer
from handlers.votes import rules
from handlers.votes.rules import PollEvent
from models.votes import Poll


async def locked(poll_id: int, viewer: Viewer | None = None) -> Poll:
    """The poll, held against other steps until this transaction ends.

    Raises:
        NotFound: there is none, or it is outside the viewer's scope.
    """
    poll = await Poll.select_for_update().get_or_none(id=poll_id)
    if poll is None:
        raise NotFound
    await poll.fetch_related("organisation")
    if viewer and not viewer.sees(poll.organisation.code):
        raise NotFound
    return poll


async def move(
    poll: Poll, event: PollEvent, actor: str, detail: dict[str, Any] | None = None, *, reason: str = "", **changes: Any
) -> None:
    """Take the step, with what changes by it, and record it.

    Raises:
        Conflict: the step is not possible in the poll's state.
    """
    before = poll.state
    poll.state = rules.move(before, event)
    for name, value in changes.items():
        setattr(poll, name, value)
    await poll.save(update_fields=["state", *changes])
    place = poll.organisation.code
    await record(
        actor,
        f"poll.{event}",
        f"poll:{poll.id}",
        place=place,
        before=before,
        after=poll.state,
        reason=reason,
        detail=detail,
    )
