"""Topics proposed: by a resident, looked at before anybody else sees it, or written down by staff and changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict
from handlers.audit.actions import record
from handlers.consultations import rules
from handlers.consultations.actions.consultations import begin, locked, subject, write_lines
from handlers.consultations.registers import scope_of, scope_of_home
from handlers.consultations.rules import Line, NoHome
from handlers.consultations.terms import terms_from
from handlers.moderation.actions.participants import speaking
from handlers.moderation.actions.posting import submit
from handlers.residency.visitors import Home, Visitor
from handlers.staff.rules import Permission, Viewer
from models.consultations import Consultation, Endorsement
from models.deliberation import PostKind, PostState, Stage, StepKind
from models.participation import Post

LONGEST = rules.LONGEST_TITLE + 1 + rules.LONGEST_PROBLEM


@dataclass(frozen=True, slots=True)
class Written:
    """A topic as staff write it down."""

    title: str
    problem: str
    options: Sequence[str] = ()
    parties: Sequence[str] = ()
    contact: str = ""


async def propose(visitor: Visitor, home: Home, title: str, problem: str, now: datetime) -> Consultation:
    """Propose a topic for the estate of one's home; the proposer's household is the first to back it.

    Others see it, and it begins to collect, once a moderator has published its text.

    Raises:
        NoHome: the home is not the visitor's.
        Invalid: too short, too long, or a phase of moderation refuses it.
        Forbidden: not verified, too young, or stopped there for now.
    """
    if home not in visitor.homes:
        raise NoHome
    rules.check_topic(title, problem)
    async with in_transaction():
        participant = await speaking(visitor, home.community_code, now)
        scope = await scope_of_home(home.dwelling_id)
        actor = f"account:{visitor.account_id}"
        words = {"title": title, "problem": problem}
        consultation = await begin(scope, Stage.COLLECTING, actor, f"{scope.name}居民", now, words)
        post = await submit(
            participant,
            PostKind.PROPOSAL,
            home.community_id,
            subject(consultation),
            f"{title}\n{problem}",
            now,
            longest=LONGEST,
            place_name=scope.name,
        )
        _take_over(consultation, post)
        consultation.post_id, consultation.proposer = post.id, post.nickname
        await consultation.save(update_fields=("post_id", "proposer", "title", "problem"))
        await Endorsement.create(
            consultation=consultation, dwelling_id=home.dwelling_id, participant=participant, made_at=now
        )
    return consultation


def _take_over(consultation: Consultation, post: Post) -> None:
    """Say what the post says: a moderator may have taken something out of it."""
    title, _, problem = post.text.partition("\n")
    consultation.title, consultation.problem = title[: rules.LONGEST_TITLE], problem or title


async def begin_collecting(payload: dict[str, Any]) -> None:
    """Once a proposal's text is published, begin to collect; published again it says what the text says then.

    Args:
        payload: of the event PostDecided.
    """
    if payload["kind"] != PostKind.PROPOSAL or payload["state"] != PostState.PUBLISHED:
        return
    async with in_transaction():
        consultation = await Consultation.select_for_update().get_or_none(post_id=payload["post"])
        if consultation is None:
            return
        now = clock.now()
        _take_over(consultation, await Post.get(id=payload["post"]))
        if consultation.stage is Stage.COLLECTING and consultation.ends_at is None:
            days = terms_from(consultation.terms).collect_days
            consultation.stage_since, consultation.ends_at = now, now + timedelta(days=days)
        await consultation.save(update_fields=("title", "problem", "stage_since", "ends_at"))


async def raise_topic(
    viewer: Viewer, written: Written, place: str, parts: Sequence[str], now: datetime, *, skip_reason: str = ""
) -> Consultation:
    """Write a topic down as staff: it collects endorsements like any other, or goes to the review with the reason why.

    Args:
        place: code of the community or estate; `parts` are lines that narrow it.
        skip_reason: why nothing is collected; read by all.

    Raises:
        Invalid: something is missing or too long. NotFound: the place is not in the viewer's scope.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    _check(written)
    scope = await scope_of(viewer, place, parts)
    stage = Stage.REVIEW if skip_reason else Stage.COLLECTING
    if skip_reason:
        rules.check_reason(skip_reason)
    columns = _columns(replace(written, contact=written.contact or scope.organisation.phone))
    async with in_transaction():
        by = scope.organisation.name
        columns |= {"proposer": f"{by}居委会", "created_by": viewer.login}
        consultation = await begin(scope, stage, viewer.actor, by, now, columns)
        if skip_reason:
            await write_lines(consultation, [Line(StepKind.SKIPPED, Stage.COLLECTING, skip_reason)], by, now)
        else:
            consultation.ends_at = now + timedelta(days=terms_from(consultation.terms).collect_days)
            await consultation.save(update_fields=("ends_at",))
    return consultation


async def edit_topic(
    viewer: Viewer,
    consultation_id: int,
    written: Written,
    *,
    discussion: bool = False,
    map_shown: bool = False,
) -> Consultation:
    """Put a topic otherwise: its words until the review is answered, what can be chosen and who takes part until then.

    A resident's words are theirs: only what staff wrote down can be put otherwise.

    Raises:
        Conflict: it is too late for that. Invalid: something is missing or too long.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT)
    async with in_transaction():
        consultation = await locked(consultation_id, viewer)
        if consultation.stage not in rules.ADDED_TO:
            raise Conflict(f"这个议题已是「{consultation.stage.label}」，内容不能再改。")
        if not rewritable(consultation):
            written = replace(written, title=consultation.title, problem=consultation.problem)
        _check(written)
        columns = _columns(written) | {"discussion": discussion, "map_shown": map_shown}
        changed = [name for name, value in columns.items() if getattr(consultation, name) != value]
        for name in changed:
            setattr(consultation, name, columns[name])
        if changed:
            await consultation.save(update_fields=changed)
            await record(
                viewer.actor,
                "consultation.edit",
                subject(consultation),
                place=consultation.organisation.code,
                detail={"fields": sorted(changed)},
            )
    return consultation


def rewritable(consultation: Consultation) -> bool:
    """Whether title and problem are staff's own and nothing was answered yet."""
    return consultation.post_id is None and consultation.stage in rules.REWRITTEN


def _columns(written: Written) -> dict[str, Any]:
    return {
        "title": written.title,
        "problem": written.problem,
        "options": list(written.options),
        "parties": list(written.parties),
        "contact": written.contact,
    }


def _check(written: Written) -> None:
    rules.check_topic(written.title, written.problem)
    rules.check_lists(written.options, written.parties)
    rules.check_contact(written.contact)
