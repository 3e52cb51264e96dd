"""A consultation held for one step: locked, begun or moved, the step in its timeline and in the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from clock import BEIJING
from errors import NotFound
from handlers.audit.actions import record
from handlers.calendar.queries import add_working_days
from handlers.consultations import rules
from handlers.consultations.addressees import backers
from handlers.consultations.registers import Scope, households_in, terms_at
from handlers.consultations.rules import Line, StageEvent
from handlers.consultations.terms import terms_from
from handlers.conversations.actions import notify
from handlers.staff.rules import Viewer
from models.consultations import Consultation, ConsultationStep
from models.deliberation import Stage, StepKind

CLOCK = "系统"


async def locked(consultation_id: int, viewer: Viewer | None = None) -> Consultation:
    """The consultation, held against other steps until this transaction ends.

    Raises:
        NotFound: there is none, or it is outside the viewer's scope.
    """
    found = await Consultation.select_for_update().get_or_none(id=consultation_id)
    if found is None:
        raise NotFound
    await found.fetch_related("organisation")
    if viewer and not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def begin(
    scope: Scope,
    stage: Stage,
    actor: str,
    by: str,
    now: datetime,
    columns: Mapping[str, Any],
    *,
    kind: StepKind = StepKind.PROPOSED,
    reason: str = "",
    words: str = "",
) -> Consultation:
    """Write a new consultation down with its terms and the first line of its timeline; arguments as of `move`."""
    terms = await terms_at(scope.organisation.code)
    usual: dict[str, Any] = {
        "contact": scope.organisation.phone,
        "terms": terms.stored(),
        "endorse_need": terms.need(await households_in(scope.places)),
        "review_due_on": await review_due(terms.review_days, now) if stage is Stage.REVIEW else None,
        "created_at": now,
        "stage_since": now,
    }
    place: dict[str, Any] = {"organisation": scope.organisation, "places": list(scope.places), "scope": scope.name}
    consultation = await Consultation.create(stage=stage, **place, **(usual | dict(columns)))
    await record(actor, "consultation.begin", subject(consultation), place=scope.organisation.code, after=stage)
    await write_lines(consultation, [Line(kind, stage, reason)], by, now, words)
    return consultation


async def move(
    consultation: Consultation,
    event: StageEvent,
    actor: str,
    by: str,
    now: datetime,
    *,
    reason: str = "",
    words: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Take the step, with what changes by it; write it into the timeline and record it.

    Args:
        actor: as the audit trail names them; `by` is who is named in public.
        reason: read by all; asked for wherever a stage is left out, cut short, put off or ended.
        words: what else the timeline says.
        changes: columns that are set with it.

    Raises:
        Conflict: the step is not possible in the stage.
        Invalid: the reason that it needs is missing.
    """
    before, following = consultation.stage, rules.move(consultation.stage, event)
    shortened = rules.early(event, consultation.ends_at, now)
    written = rules.lines(before, event, reason, shortened=shortened)
    set_with_it = await _entered(consultation, following, now) if following is not before else {}
    set_with_it |= changes or {}
    for name, value in set_with_it.items():
        setattr(consultation, name, value)
    if set_with_it:
        await consultation.save(update_fields=[*set_with_it])
    await write_lines(consultation, written, by, now, words)
    action, about, place = f"consultation.{event}", subject(consultation), consultation.organisation.code
    await record(actor, action, about, place=place, before=before, after=following, reason=reason)


async def _entered(consultation: Consultation, stage: Stage, now: datetime) -> dict[str, Any]:
    """What entering a stage sets: since when, and until when it is planned."""
    terms = terms_from(consultation.terms)
    days = terms.days(stage)
    entered: dict[str, Any] = {
        "stage": stage,
        "stage_since": now,
        "ends_at": now + timedelta(days=days) if days is not None else None,
    }
    return entered | ({"review_due_on": await review_due(terms.review_days, now)} if stage is Stage.REVIEW else {})


async def review_due(days: int, now: datetime) -> date:
    """The day by which a review is answered, in working days of the calendar."""
    return await add_working_days(now.astimezone(BEIJING).date(), days)


async def write_lines(
    consultation: Consultation, written: Sequence[Line], by: str, now: datetime, words: str = ""
) -> None:
    """Put lines under the timeline; `words` go with the last."""
    for at, line in enumerate(written, 1):
        await ConsultationStep.create(
            consultation_id=consultation.id,
            kind=line.kind,
            stage=line.stage,
            reason=line.reason,
            words=words if at == len(written) else "",
            taken_by=by,
            taken_at=now,
        )


async def tell_backers(consultation: Consultation, text: str) -> None:
    """Tell who proposed the topic and who backs it, each once."""
    for account_id in await backers(consultation):
        await notify(account_id, text)


def subject(consultation: Consultation) -> str:
    """How the audit trail, texts and files name it."""
    return f"consultation:{consultation.id}"
