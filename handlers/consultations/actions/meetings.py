"""Meetings of a topic: place, people, points, dissent, and the photograph of the signed page (domain.md §2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.consultations import rules
from handlers.consultations.actions.consultations import locked, subject
from handlers.files.actions import forget, store
from handlers.staff.rules import Permission, Viewer
from models.consultations import Consultation, Meeting, MeetingFile
from models.states import FilePurpose

MOST_FILES, MOST_LINES, LONGEST_LINE, MOST_PEOPLE = 10, 20, 200, 9999
LONGEST = {"place": 60, "people": 200, "minutes": 5000, "following": 200}
LABELS = {"place": "地点", "people": "参加的人", "minutes": "会议记录", "following": "下一步"}


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said at a table; `people` says from which bodies they came, without names."""

    held_at: datetime
    place: str
    present: int
    people: str = ""
    minutes: str = ""
    points: Sequence[str] = ()
    dissent: Sequence[str] = ()
    following: str = ""


async def record_meeting(viewer: Viewer, consultation_id: int, minutes: Minutes, now: datetime) -> Meeting:
    """Keep what was met about; all can read it.

    Raises:
        Conflict: the topic is not at a stage where people meet. Invalid: something is missing, too long, or to come.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    _check(minutes, now)
    async with in_transaction():
        consultation = await _meeting(viewer, consultation_id)
        kept = await Meeting.create(consultation_id=consultation.id, **_columns(minutes), **_by(viewer, now))
        await _record(viewer, consultation, "consultation.meeting", kept)
    return kept


async def rewrite_meeting(viewer: Viewer, meeting_id: int, minutes: Minutes, now: datetime) -> Meeting:
    """Put the minutes of a meeting right while the topic is under way.

    Raises:
        NotFound: it is not the viewer's. Conflict, Invalid: as `record_meeting`.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    _check(minutes, now)
    async with in_transaction():
        kept, consultation = await _kept(viewer, meeting_id)
        for name, value in (_columns(minutes) | _by(viewer, now)).items():
            setattr(kept, name, value)
        await kept.save()
        await _record(viewer, consultation, "consultation.meeting_edit", kept)
    return kept


async def attach_page(viewer: Viewer, meeting_id: int, content: bytes, name: str, *, public: bool) -> MeetingFile:
    """Put a photograph of the signed page, or another paper, with a meeting.

    Args:
        public: whether everybody may see it. Signatures are for staff: the default of every form is no.

    Raises:
        NotFound: the meeting is not the viewer's. Conflict: it has ten files. Invalid: no picture or PDF, over 10 MB.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    async with in_transaction():
        _, consultation = await _kept(viewer, meeting_id)
    purpose = FilePurpose.MINUTES if public else FilePurpose.MEETING
    file = await store(content, name, purpose, consultation.organisation.code, viewer.actor)
    async with in_transaction():
        meeting, consultation = await _kept(viewer, meeting_id)
        if await MeetingFile.filter(meeting_id=meeting.id).count() >= MOST_FILES:
            raise Conflict(f"附件最多{MOST_FILES}个。")
        kept = await MeetingFile.create(meeting_id=meeting.id, file_id=file.key, added_by=viewer.login)
        await _record(viewer, consultation, "consultation.meeting_file", meeting)
    return kept


async def detach_page(viewer: Viewer, meeting_id: int, file_id: int) -> None:
    """Take a paper of a meeting away for good.

    Raises:
        NotFound: the meeting is not the viewer's, or has no such paper. Conflict: its topic is over.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    async with in_transaction():
        meeting, consultation = await _kept(viewer, meeting_id)
        kept = await MeetingFile.get_or_none(id=file_id, meeting_id=meeting.id)
        if kept is None:
            raise NotFound
        await kept.delete()
        await _record(viewer, consultation, "consultation.meeting_unfile", meeting)
        await forget(kept.file_id, viewer.actor)


async def _kept(viewer: Viewer, meeting_id: int) -> tuple[Meeting, Consultation]:
    meeting = await Meeting.get_or_none(id=meeting_id)
    if meeting is None:
        raise NotFound
    return meeting, await _meeting(viewer, meeting.consultation_id)


async def _meeting(viewer: Viewer, consultation_id: int) -> Consultation:
    consultation = await locked(consultation_id, viewer)
    if consultation.stage not in rules.MEETS:
        raise Conflict(f"这个议题是「{consultation.stage.label}」，这一步不记会议。")
    return consultation


async def _record(viewer: Viewer, consultation: Consultation, action: str, meeting: Meeting) -> None:
    place, detail = consultation.organisation.code, {"meeting": meeting.id}
    await record(viewer.actor, action, subject(consultation), place=place, detail=detail)


def _by(viewer: Viewer, now: datetime) -> dict[str, Any]:
    return {"recorded_by": viewer.login, "recorded_at": now}


def _columns(minutes: Minutes) -> dict[str, Any]:
    written = {name: getattr(minutes, name) for name in ("held_at", "place", "present", *LONGEST)}
    return written | {"points": list(minutes.points), "dissent": list(minutes.dissent)}


def _check(minutes: Minutes, now: datetime) -> None:
    if not minutes.place:
        raise Invalid("请填写地点。")
    for name, longest in LONGEST.items():
        if len(getattr(minutes, name)) > longest:
            raise Invalid(f"{LABELS[name]}最多{longest}个字。")
    if not 1 <= minutes.present <= MOST_PEOPLE:
        raise Invalid("请填写到会人数。")
    if minutes.held_at > now:
        raise Invalid("会议时间还没到，开过会再记。")
    lines = (*minutes.points, *minutes.dissent)
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Invalid(f"共识和不同意见一共最多{MOST_LINES}条，每条最多{LONGEST_LINE}个字。")
    if not minutes.points and not minutes.minutes:
        raise Invalid("请写明会上说了什么，或达成了哪些共识。")
