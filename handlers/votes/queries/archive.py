"""All that is kept of a finished vote, read together: for the minutes and the archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from errors import Conflict
from handlers.staff import queries as staff
from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from models.ballots import BoxCount
from models.database import rows
from models.files import StoredFile
from models.states import CastChannel, PollState
from models.votes import Poll, PollChange, PollFile

OVER = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})
_PAPERS = """
SELECT b.serial, d.address, b.channel, b.cast_at, b.recorded_by, b.stands, b.flaw, b.photo_id
FROM named_ballot b JOIN roll_entry r ON r.id = b.entry_id JOIN dwelling d ON d.id = r.dwelling_id
WHERE b.poll_id = $1 AND b.channel IN ('paper', 'door') AND ($2::text IS NULL OR b.recorded_by = $2)
ORDER BY b.id DESC LIMIT $3
"""
_TICKS = """
SELECT d.address, m.channel, m.cast_at, m.recorded_by
FROM roll_mark m JOIN roll_entry r ON r.id = m.entry_id JOIN dwelling d ON d.id = r.dwelling_id
WHERE r.poll_id = $1 AND m.channel IN ('paper', 'door') AND ($2::text IS NULL OR m.recorded_by = $2)
ORDER BY m.cast_at DESC, r.id LIMIT $3
"""
_CHANNELS = """
SELECT m.channel, count(*) AS voted FROM roll_mark m JOIN roll_entry r ON r.id = m.entry_id
WHERE r.poll_id = $1 GROUP BY m.channel
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper or a visit at the door, as it was recorded; never what was chosen.

    `counts` is None where the vote is secret: there the papers lie in a box, apart from who is ticked.
    """

    serial: str
    address: str
    channel: CastChannel
    recorded_at: datetime
    recorded_by: str
    counts: bool | None
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A picture or document of the vote, and what it is."""

    word: str
    file: StoredFile
    added_by: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished vote with its papers; `people` are names by login."""

    poll: Poll
    people: Mapping[str, str]
    changes: Sequence[PollChange]
    boxes: Sequence[BoxCount]
    papers: Sequence[Paper]
    filed: Sequence[Filed]
    channels: Mapping[CastChannel, int]

    def name(self, login: str) -> str:
        """Who is behind a login, in words; 「—」 where nobody was."""
        return {"": "—", "import": "批量导入", "clock": "系统"}.get(login) or self.people.get(login, login)


async def archive_of(viewer: Viewer, poll_id: int) -> Archive:
    """All that is kept of a finished vote.

    Raises:
        NotFound: it is not the viewer's.
        Conflict: its result is not posted.
    """
    poll = await poll_of(viewer, poll_id)
    if poll.state not in OVER:
        raise Conflict("结果公布以后才能归档。")
    changes = await PollChange.filter(poll_id=poll.id).order_by("id")
    boxes = await BoxCount.filter(poll_id=poll.id).order_by("id").select_related("sheet")
    papers = await papers_of(poll)
    filed = await _filed(poll, boxes)
    logins = {poll.created_by, poll.submitted_by, poll.reviewed_by, poll.published_by, poll.counted_by}
    logins |= {poll.certified_by, *(one.made_by for one in changes), *(one.recorded_by for one in papers)}
    logins |= {login for box in boxes for login in (box.entered_by, box.signed_by)}
    channels = {CastChannel(row["channel"]): row["voted"] for row in await rows(_CHANNELS, poll.id)}
    return Archive(poll, await staff.names(logins - {""}), changes, boxes, papers, filed, channels)


async def papers_of(poll: Poll, *, recorded_by: str | None = None, limit: int | None = None) -> list[Paper]:
    """The papers of a named vote, or the ticks of a secret one, the latest first; the caller has seen to the scope."""
    found = await rows(_TICKS if poll.secret else _PAPERS, poll.id, recorded_by, limit)
    return [_paper(row, secret=poll.secret) for row in found]


def _paper(row: Mapping[str, Any], *, secret: bool) -> Paper:
    facts = (row["address"], CastChannel(row["channel"]), row["cast_at"], row["recorded_by"])
    return Paper("", *facts, None) if secret else Paper(row["serial"] or "", *facts, row["stands"], row["photo_id"])


async def _filed(poll: Poll, boxes: Sequence[BoxCount]) -> list[Filed]:
    """Files of the poll, of its boxes and of its papers; each once."""
    found = await PollFile.filter(poll_id=poll.id).order_by("id").select_related("file")
    filed = {one.file_id: Filed(one.kind.label, one.file, one.added_by) for one in found}
    filed |= {box.sheet.key: Filed("计票单", box.sheet, box.entered_by) for box in boxes if box.sheet}
    photos = await StoredFile.filter(ballots__poll_id=poll.id).order_by("created_at")
    return [*filed.values(), *(Filed("纸质票照片", one, one.owner) for one in photos if one.key not in filed)]
