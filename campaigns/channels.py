"""What outreach asks of a path: to send one message, or one to many, and to tell what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.reach import AttemptOutcome, Path, Purpose

PAGES = "\ue000"
"""Stands in a text where the address of the residents' pages goes, of the account that the recipient follows."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One try: to whom by which path what is to be sent. `address` is an openid or a phone number.

    `link` goes on where PAGES end, until a channel puts them before it. `template_id` and `content` (its keys filled)
    are for paths that use a template of the platform.
    """

    delivery_id: int
    campaign_id: int
    path: Path
    app_id: str
    address: str = field(repr=False)
    purpose: Purpose
    text: str
    link: str = ""
    template_id: str = ""
    content: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a try; `message_id` lets a later event speak of it, `reason` is for the operator.

    `closed` says that until `retry_at` the path is shut for everybody, as when its quota is used up; `dead_template`
    that the template is no more, whoever it is for.
    """

    outcome: AttemptOutcome
    errcode: int = 0
    message_id: str = ""
    retry_at: datetime | None = None
    reason: str = ""
    closed: bool = False
    dead_template: bool = False


class Channel(Protocol):
    """One path. It never raises for what the other side refuses; what it raises makes the try uncertain."""

    async def send(self, message: Outgoing) -> Result: ...


Channels = Mapping[Path, Channel]
"""The paths that this installation can use; one that is missing is never chosen."""
