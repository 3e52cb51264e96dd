"""Drafts: a notice written down, changed until it is submitted, reviewed or given back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.audience import Audience
from campaigns.delivery import bits_of
from clock import BEIJING
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.notices import rules
from handlers.notices.actions.notices import check_words, locked, move
from handlers.notices.registers import check_about, check_conditions
from handlers.notices.rules import NoticeEvent, Wording
from handlers.staff.rules import Permission, Viewer, check_reason
from models.database import rows
from models.notices import Notice
from models.organisations import Organisation
from models.reach import NoticeClass, NoticeState, Path, Repeat

MOST_PLACES = 200
LONGEST_SCOPE = 60
_NAMES = """
SELECT place, coalesce(o.name, e.name, be.name || b.number || '号楼') AS name
FROM unnest($1::text[]) WITH ORDINALITY AS given (place, at)
LEFT JOIN organisation o ON o.code = place LEFT JOIN estate e ON e.code = place
LEFT JOIN building b ON b.code = place LEFT JOIN estate be ON be.id = b.estate_id
ORDER BY at
"""


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice as it is written in the panel.

    Args:
        organisation: code of the body whose notice it is; the audience lies within it.
        paths: by which it may be told; empty takes the usual ones of its class.
        launch_at: when it is to be sent; as soon as it is approved without it.
        repeat: when it sends itself again, by `repeat_unread` only to homes in which nobody has read it.
        about: what it asks people to do, as "poll:12".
    """

    topic: NoticeClass
    title: str
    body: str
    organisation: str
    audience: Audience
    body_responsible: str
    person_responsible: str
    starts_on: date
    phone: str = ""
    ends_on: date | None = None
    paths: Collection[Path] = ()
    wants_receipt: bool = False
    launch_at: datetime | None = None
    repeat: Repeat = Repeat.NEVER
    repeat_unread: bool = False
    about: str = ""

    @property
    def wording(self) -> Wording:
        return Wording(
            self.topic,
            self.title,
            self.body,
            self.body_responsible,
            self.person_responsible,
            self.phone,
            self.starts_on,
            self.ends_on,
        )


async def draft_notice(viewer: Viewer, draft: NoticeDraft, now: datetime) -> Notice:
    """Write down a notice; nobody sees it until it is sent.

    Raises:
        Invalid: it could not be published as it is.
        NotFound: the organisation is not in the viewer's scope.
    """
    viewer.require(Permission.NOTICES_EDIT)
    written = await _written(viewer, draft, now)
    async with in_transaction():
        notice = await Notice.create(**written, state=NoticeState.DRAFT, created_by=viewer.login, created_at=now)
        subject, place = f"notice:{notice.id}", draft.organisation
        await record(viewer.actor, "notice.draft", subject, place=place, after=notice.state)
    return notice


async def edit_notice(viewer: Viewer, notice_id: int, draft: NoticeDraft, now: datetime) -> Notice:
    """Write a draft anew, while it is one.

    Raises:
        Conflict: it has been submitted or sent.
        Invalid, NotFound: as `draft_notice`.
    """
    viewer.require(Permission.NOTICES_EDIT)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        rules.move(notice.state, NoticeEvent.EDIT)
        written = await _written(viewer, draft, now)
        changed = {name: value for name, value in written.items() if getattr(notice, name) != value}
        if changed:
            await move(notice, NoticeEvent.EDIT, viewer.actor, {"fields": sorted(changed)}, **changed)
    return notice


async def _written(viewer: Viewer, draft: NoticeDraft, now: datetime) -> dict[str, Any]:
    """The columns that a draft fills."""
    organisation = await Organisation.get_or_none(code=draft.organisation) if viewer.sees(draft.organisation) else None
    if organisation is None:
        raise NotFound
    rules.check_wording(draft.wording, now.astimezone(BEIJING).date())
    paths = draft.paths or rules.usual_paths(draft.topic)
    rules.check_paths(draft.topic, paths)
    launch_on = draft.launch_at.astimezone(BEIJING).date() if draft.launch_at else None
    rules.check_launch(draft.launch_at, draft.ends_on, now, launch_on)
    rules.check_repeat(draft.repeat, (draft.launch_at or now).astimezone(BEIJING), draft.ends_on)
    check_audience(draft.audience, organisation)
    rules.check_work(draft.topic, draft.audience.tags)
    await check_conditions(viewer, draft.audience.only)
    await check_about(viewer, draft.about)
    return {
        "organisation_id": organisation.id,
        "topic": draft.topic,
        "title": draft.title,
        "body": draft.body,
        "body_responsible": draft.body_responsible,
        "person_responsible": draft.person_responsible,
        "phone": draft.phone,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "wants_receipt": draft.wants_receipt,
        "audience": _plain(draft.audience),
        "scope": await scope_of(draft.audience.places),
        "paths": bits_of(paths),
        "launch_at": draft.launch_at,
        "repeat": draft.repeat,
        "repeat_unread": draft.repeat_unread and draft.repeat is not Repeat.NEVER,
        "about": draft.about,
    }


def _plain(audience: Audience) -> dict[str, Any]:
    """As the column gives it back."""
    stored: dict[str, Any] = json.loads(json.dumps(audience.as_json()))
    return stored


def check_audience(audience: Audience, organisation: Organisation) -> None:
    """Refuse an audience that is nobody's, or reaches beyond the body that speaks.

    Raises:
        Invalid: with what to put right.
    """
    if not audience.places:
        raise Invalid("请选发送范围。")
    if len(audience.places) > MOST_PLACES:
        raise Invalid(f"发送范围最多选{MOST_PLACES}处。")
    if not all(place.startswith(organisation.code) for place in audience.places):
        raise Invalid(f"发送范围超出了{organisation.name}，请重新选。")
    if None not in (audience.age_min, audience.age_max) and (audience.age_min or 0) > (audience.age_max or 0):
        raise Invalid("年龄的下限高于上限，请改过再存。")


async def scope_of(places: Sequence[str]) -> str:
    """What residents read: the places by name, as far as there is room for them."""
    found = [row["name"] for row in await rows(_NAMES, list(places))]
    words = "、".join(dict.fromkeys(name for name in found if name))
    if None not in found and len(words) <= LONGEST_SCOPE:
        return words
    first = next((name for name in found if name), "")
    return f"{first}等{len(places)}处" if first else f"{len(places)}处"


async def submit_notice(viewer: Viewer, notice_id: int) -> Notice:
    """Hand a draft over for review; from now on it is not changed, unless it is given back.

    Raises:
        Conflict: it is no draft any more.
    """
    viewer.require(Permission.NOTICES_EDIT)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        await move(notice, NoticeEvent.SUBMIT, viewer.actor, submitted_by=viewer.login, reason="")
    return notice


async def review_notice(viewer: Viewer, notice_id: int, passed: bool, reason: str, now: datetime) -> Notice:
    """Answer for the text as its reviewer, or give it back with the reason; who sends may give it back too.

    Raises:
        Conflict: it is not under review, has been reviewed, or was submitted by this same person.
        Invalid: given back without a reason, or passed although it is over or holds a date that can't be.
    """
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        if passed:
            await _pass(viewer, notice, now.astimezone(BEIJING).date())
        else:
            await _return(viewer, notice, reason)
    return notice


async def _pass(viewer: Viewer, notice: Notice, today: date) -> None:
    viewer.require(Permission.NOTICES_REVIEW)
    if notice.state is NoticeState.REVIEW and notice.reviewed_by:
        raise Conflict("已经审核通过了，等批准人发送。")
    if notice.submitted_by == viewer.login and not holds_all(viewer):
        raise Conflict("提交的人不能自己审核，请另一位来审核。")
    check_words(notice, today)
    await move(notice, NoticeEvent.REVIEW, viewer.actor, reviewed_by=viewer.login)


async def _return(viewer: Viewer, notice: Notice, reason: str) -> None:
    if not (viewer.may(Permission.NOTICES_REVIEW) or viewer.may(Permission.NOTICES_SEND)):
        raise Forbidden
    check_reason(reason)
    await move(notice, NoticeEvent.RETURN, viewer.actor, why=reason, reason=reason, submitted_by="", reviewed_by="")


def holds_all(viewer: Viewer) -> bool:
    """Whether this one person may do all three steps, as in a small committee."""
    steps = (Permission.NOTICES_EDIT, Permission.NOTICES_REVIEW, Permission.NOTICES_SEND)
    return all(viewer.may(step) for step in steps)
