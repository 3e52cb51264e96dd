"""Drafts: a vote of any kind written down, changed until it is submitted, reviewed or given back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer, check_reason
from handlers.votes import rules
from handlers.votes.actions.polls import locked, move
from handlers.votes.motions import Motion, check_poll
from handlers.votes.registers import MOST_LINES, Part, elector_of, part_of
from handlers.votes.rules import PollEvent
from handlers.votes.terms import Terms, electorate_of, preset
from models.database import rows
from models.organisations import Organisation
from models.states import Electorate, LegalEffect, PollKind, PollState
from models.votes import Poll, PollElector

LONGEST_SCOPE = 60
_PLACE = """
SELECT o.id, e.name AS estate FROM organisation o LEFT JOIN estate e ON e.community_id = o.id AND e.code = $1
WHERE o.code = $1 OR e.code = $1 ORDER BY e.name NULLS LAST LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A vote as it is written in the panel; what is None is as usual for the kind.

    Args:
        place: code of the community or estate; `parts` are lines that narrow it to estates, buildings or entrances.
        electors: lines 「姓名 地址」 where the roll is a list; none of them leaves a list as it is.
    """

    title: str
    explanation: str
    choices: Sequence[str]
    place: str
    opens_at: datetime
    closes_at: datetime
    organiser: str = ""
    contact: str = ""
    abstain: str = ""
    kind: PollKind = PollKind.HOUSEHOLD
    parts: Sequence[str] = ()
    electorate: Electorate | None = None
    matter: int | None = None
    max_choices: int = 1
    dimensions: Sequence[str] = ()
    scale: tuple[int, int] = (1, 5)
    secret: bool | None = None
    changeable: bool = False
    legal_effect: LegalEffect | None = None
    legal_basis: str = ""
    terms: Terms | None = None
    electors: Sequence[str] = ()

    @property
    def motion(self) -> Motion:
        owners = self.kind is PollKind.OWNERS
        usual = LegalEffect.INDICATIVE if owners else LegalEffect.CONSULTATIVE
        return Motion(
            kind=self.kind,
            title=self.title,
            choices=self.choices,
            max_choices=self.max_choices,
            dimensions=self.dimensions,
            scale=self.scale,
            abstain=self.abstain,
            matter=self.matter if owners else None,
            electorate=self.electorate or electorate_of(self.kind),
            secret=self.secret if self.secret is not None else not owners,
            changeable=self.changeable,
            legal_effect=self.legal_effect or usual,
            legal_basis=self.legal_basis,
        )


async def draft_poll(viewer: Viewer, draft: Draft, now: datetime) -> Poll:
    """Write down a vote; nobody sees it until it is published.

    Raises:
        Invalid: the draft could not be answered or counted, or names places or people that are not found.
        NotFound: the place is not in the viewer's scope.
    """
    viewer.require(Permission.VOTES_EDIT)
    organisation, written = await _written(viewer, draft, now)
    electors = await _electors(organisation, draft)
    async with in_transaction():
        poll = await Poll.create(organisation=organisation, **written, state=PollState.DRAFT, created_by=viewer.login)
        await _list_electors(poll, electors)
        await record(viewer.actor, "poll.draft", f"poll:{poll.id}", place=organisation.code, after=poll.state)
    return poll


async def edit_poll(viewer: Viewer, poll_id: int, draft: Draft, now: datetime) -> Poll:
    """Write a draft anew, while it is one; its kind stays.

    Raises:
        Conflict: it has been submitted or published.
        Invalid, NotFound: as `draft_poll`.
    """
    viewer.require(Permission.VOTES_EDIT)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        rules.move(poll.state, PollEvent.EDIT)
        organisation, written = await _written(viewer, replace(draft, kind=poll.kind), now)
        electors = await _electors(organisation, draft)
        written["organisation_id"] = organisation.id
        changed = [name for name, value in written.items() if getattr(poll, name) != value]
        if electors:
            await PollElector.filter(poll_id=poll.id).delete()
            await _list_electors(poll, electors)
            changed.append("electors")
        if changed:
            await move(poll, PollEvent.EDIT, viewer.actor, {"fields": sorted(changed)}, **written)
    return poll


async def _written(viewer: Viewer, draft: Draft, now: datetime) -> tuple[Organisation, dict[str, Any]]:
    """The community that a draft is of, and the other columns that it fills."""
    organisation, name = await _place(viewer, draft.place)
    motion = draft.motion
    check_poll(motion, draft.opens_at, draft.closes_at, now)
    parts = await _parts(draft)
    scores = motion.kind is PollKind.SCORE
    return organisation, {
        "kind": motion.kind,
        "electorate": motion.electorate,
        "title": draft.title,
        "explanation": draft.explanation,
        "matter": motion.matter,
        "choices": [] if scores else list(motion.choices),
        "max_choices": motion.max_choices,
        "dimensions": list(motion.dimensions) if scores else [],
        "scale": list(motion.scale) if scores else [],
        "abstain": motion.abstain,
        "places": [part.code for part in parts] or [draft.place],
        "scope": _scope(name, parts),
        "organiser": draft.organiser or f"{organisation.name}居委会",
        "contact": draft.contact or organisation.phone,
        "legal_effect": motion.legal_effect,
        "legal_basis": draft.legal_basis,
        "secret": motion.secret,
        "changeable": motion.changeable,
        "terms": (draft.terms or preset(motion.kind, motion.matter)).stored(),
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
    }


async def _place(viewer: Viewer, place: str) -> tuple[Organisation, str]:
    """The community that a vote's place lies in, and the place's name on screens."""
    found = await rows(_PLACE, place) if viewer.sees(place) else []
    if not found:
        raise NotFound
    organisation = await Organisation.get(id=found[0]["id"])
    return organisation, found[0]["estate"] or organisation.name


async def _parts(draft: Draft) -> list[Part]:
    if len(draft.parts) > MOST_LINES:
        raise Invalid(f"限定楼栋最多写{MOST_LINES}行。")
    found = [await part_of(draft.place, line) for line in draft.parts]
    for line, part in zip(draft.parts, found, strict=True):
        if part is None:
            raise Invalid(f"限定楼栋里的「{line[:30]}」没有找到，请写成「幸福里3号楼2单元」这样。")
    return list({part.code: part for part in found if part}.values())


def _scope(name: str, parts: Sequence[Part]) -> str:
    """What residents read: the place, or its parts as far as there is room for them."""
    if not parts:
        return name
    words = "、".join(part.name for part in parts)
    return words if len(words) <= LONGEST_SCOPE else f"{name}的{len(parts)}处"


async def _electors(organisation: Organisation, draft: Draft) -> list[int]:
    """The residents that a pasted list means, all of them or none."""
    if len(draft.electors) > MOST_LINES:
        raise Invalid(f"代表名单最多{MOST_LINES}行。")
    found = [await elector_of(organisation.code, line) for line in draft.electors]
    unknown = [number for number, resident in enumerate(found, 1) if resident is None]
    if unknown:
        lines = "、".join(f"第{number}行" for number in unknown[:10])
        raise Invalid(f"代表名单有{len(unknown)}行没有对上登记的居民：{lines}。请核对姓名和地址。")
    return list(dict.fromkeys(resident for resident in found if resident))


async def _list_electors(poll: Poll, electors: Sequence[int]) -> None:
    await PollElector.bulk_create([PollElector(poll_id=poll.id, resident_id=resident) for resident in electors])


async def submit_poll(viewer: Viewer, poll_id: int) -> Poll:
    """Hand a draft over for review; from now on it is not changed, unless it is given back.

    Raises:
        Conflict: it is no draft any more.
    """
    viewer.require(Permission.VOTES_EDIT)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        await move(poll, PollEvent.SUBMIT, viewer.actor, submitted_by=viewer.login)
    return poll


async def review_poll(viewer: Viewer, poll_id: int) -> Poll:
    """Answer for the text as its reviewer; it waits for who publishes.

    Raises:
        Conflict: it is not under review, or has been reviewed.
    """
    viewer.require(Permission.VOTES_REVIEW)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        if poll.state is PollState.REVIEW and poll.reviewed_by:
            raise Conflict("已经审核通过了，等批准人发布。")
        await move(poll, PollEvent.REVIEW, viewer.actor, reviewed_by=viewer.login)
    return poll


async def return_poll(viewer: Viewer, poll_id: int, reason: str) -> Poll:
    """Give a draft back to be put right, with the reason; reviewers may, and who publishes.

    Raises:
        Conflict: it is not under review.
        Invalid: there is no reason.
    """
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        if not (viewer.may(Permission.VOTES_REVIEW) or viewer.may(Permission.VOTES_PUBLISH)):
            raise Forbidden
        check_reason(reason)
        await move(poll, PollEvent.RETURN, viewer.actor, reason=reason, submitted_by="", reviewed_by="")
        await Poll.filter(id=poll.id).update(reason=reason)
    return poll
