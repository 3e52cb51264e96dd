"""Tasks and promises written down, put off with the reason, done with what came of it, or found not to be done."""

from datetime import date, datetime

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer
from handlers.undertakings import rules
from models.consultations import Consultation
from models.interviews import Interview, Question, Undertaking
from models.organisations import Organisation


async def add_undertaking(
    viewer: Viewer,
    what: str,
    owner: str,
    due_on: date,
    now: datetime,
    *,
    consultation_id: int | None = None,
    interview_id: int | None = None,
    question_id: int | None = None,
) -> Undertaking:
    """Write down what a body or an office, nobody by name, does until when: for a topic, or promised live.

    Raises:
        NotFound: the topic, interview or question is not the viewer's.
        Conflict: it is over. Invalid: something is missing, or the day has passed.
    """
    viewer.require(Permission.CONSULTATIONS_EDIT if consultation_id else Permission.INTERVIEWS_EDIT)
    rules.check_written(what, owner, due_on, now.astimezone(BEIJING).date())
    async with in_transaction():
        if consultation_id:
            organisation = await _of_consultation(viewer, consultation_id)
        else:
            organisation = await _of_interview(viewer, interview_id, question_id)
        undertaking = await Undertaking.create(
            organisation=organisation,
            consultation_id=consultation_id,
            interview_id=interview_id,
            question_id=question_id,
            what=what,
            owner=owner,
            due_on=due_on,
            first_due_on=due_on,
            created_by=viewer.login,
            created_at=now,
        )
        await _record(viewer, "undertaking.add", undertaking, organisation)
    return undertaking


async def put_off(viewer: Viewer, undertaking_id: int, due_on: date, why: str, now: datetime) -> Undertaking:
    """Give a task a later day; the first one and the reason stay to be read.

    Raises:
        NotFound: it is not the viewer's. Conflict: it is done. Invalid: no reason, or not later.
    """
    rules.check_words(why, "推迟的原因")
    async with in_transaction():
        undertaking, organisation = await _locked(viewer, undertaking_id)
        rules.check_open(done=undertaking.done_at is not None)
        rules.check_day(due_on, now.astimezone(BEIJING).date())
        rules.check_later(due_on, undertaking.due_on)
        before = undertaking.due_on
        undertaking.due_on, undertaking.late_why = due_on, why
        await undertaking.save(update_fields=("due_on", "late_why"))
        detail = {"from": before.isoformat(), "to": due_on.isoformat()}
        await _record(viewer, "undertaking.put_off", undertaking, organisation, why, detail)
    return undertaking


async def finish(viewer: Viewer, undertaking_id: int, outcome: str, now: datetime) -> Undertaking:
    """Say that a task is done, and what came of it.

    Raises:
        NotFound: it is not the viewer's. Conflict: it is done already. Invalid: no word about what came of it.
    """
    rules.check_words(outcome, "办理结果")
    async with in_transaction():
        undertaking, organisation = await _locked(viewer, undertaking_id)
        rules.check_open(done=undertaking.done_at is not None)
        undertaking.done_at, undertaking.done_by, undertaking.outcome = now, viewer.login, outcome
        await undertaking.save(update_fields=("done_at", "done_by", "outcome"))
        await _record(viewer, "undertaking.finish", undertaking, organisation)
    return undertaking


async def take_back(viewer: Viewer, undertaking_id: int, why: str, now: datetime) -> Undertaking:
    """Say that a task which counted as done is not, with the reason; it is owed again.

    Raises:
        NotFound: it is not the viewer's. Conflict: it is not done. Invalid: no reason.
    """
    rules.check_words(why, "原因")
    async with in_transaction():
        undertaking, organisation = await _locked(viewer, undertaking_id)
        if undertaking.done_at is None:
            raise Conflict("这件事还没有完成，刚才没有改动。")
        undertaking.done_at, undertaking.done_by, undertaking.outcome, undertaking.late_why = None, "", "", why
        await undertaking.save(update_fields=("done_at", "done_by", "outcome", "late_why"))
        await _record(viewer, "undertaking.take_back", undertaking, organisation, why)
    return undertaking


async def _of_consultation(viewer: Viewer, consultation_id: int) -> Organisation:
    found = await Consultation.select_for_update().get_or_none(id=consultation_id)
    organisation = await Organisation.get(id=found.organisation_id) if found else None
    if found is None or organisation is None or not viewer.sees(organisation.code):
        raise NotFound
    if found.stage in rules.OVER:
        raise Conflict(f"这个议题{found.stage.label}，不再加任务。")
    return organisation


async def _of_interview(viewer: Viewer, interview_id: int | None, question_id: int | None) -> Organisation:
    found = await Interview.select_for_update().get_or_none(id=interview_id)
    organisation = await Organisation.get(id=found.organisation_id) if found else None
    foreign = question_id and not await Question.exists(id=question_id, interview_id=interview_id)
    if found is None or organisation is None or not viewer.sees(organisation.code) or foreign:
        raise NotFound
    if found.state in rules.CALLED_OFF:
        raise Conflict("这次访谈已取消，不再加承诺。")
    return organisation


async def _locked(viewer: Viewer, undertaking_id: int) -> tuple[Undertaking, Organisation]:
    found = await Undertaking.select_for_update().get_or_none(id=undertaking_id)
    organisation = await Organisation.get(id=found.organisation_id) if found else None
    if found is None or organisation is None or not viewer.sees(organisation.code):
        raise NotFound
    viewer.require(Permission.CONSULTATIONS_EDIT if found.consultation_id else Permission.INTERVIEWS_EDIT)
    return found, organisation


async def _record(
    viewer: Viewer,
    action: str,
    undertaking: Undertaking,
    organisation: Organisation,
    reason: str = "",
    detail: dict[str, str] | None = None,
) -> None:
    about = f"undertaking:{undertaking.id}"
    await record(viewer.actor, action, about, place=organisation.code, reason=reason, detail=detail)
