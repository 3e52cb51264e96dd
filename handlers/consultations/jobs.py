"""What the clock does for consultations: conclude what ran out, note a late review, work out what people think."""

from collections.abc import Awaitable, Iterable
from datetime import datetime

import structlog

from clock import BEIJING
from handlers.consultations.actions.appraising import end_appraisal
from handlers.consultations.actions.opinions import keep_opinion
from handlers.consultations.actions.stages import end_collecting, end_posting, note_overdue
from handlers.consultations.queries.opinions import changed_topics, matrix_of
from models.consultations import Consultation
from models.deliberation import Stage
from models.statements import TopicOpinion
from understanding.apart import LearningFailed, learnt_apart

log = structlog.get_logger("consultations")

_ENDS = {Stage.COLLECTING: end_collecting, Stage.POSTED: end_posting, Stage.APPRAISAL: end_appraisal}


async def conclude_due(now: datetime) -> None:
    """End collecting, posting and appraisal whose time is up, and note reviews that should have been answered."""
    due = await Consultation.filter(stage__in=list(_ENDS), ends_at__lte=now).only("id", "stage")
    today = now.astimezone(BEIJING).date()
    late = await Consultation.filter(stage=Stage.REVIEW, review_due_on__lt=today).only("id")
    await _each([*(_ENDS[one.stage](one.id, now) for one in due), *(note_overdue(one.id, today, now) for one in late)])


async def compute_opinions(now: datetime) -> None:
    """Work out anew what people think of each topic whose stances have changed, in a process of its own."""
    for consultation_id in await changed_topics():
        kept = await TopicOpinion.get_or_none(consultation_id=consultation_id)
        given = await matrix_of(consultation_id) | {"earlier": kept.found if kept else None}
        try:
            found = await learnt_apart("opinion.alone", given)
        except LearningFailed as failure:
            log.warning("opinions not worked out", consultation=consultation_id, failure=str(failure))
            continue
        await keep_opinion(consultation_id, found, now)


async def _each(steps: Iterable[Awaitable[None]]) -> None:
    """Take every step, and only then fail: a topic that can't be concluded holds up no other."""
    failures = list[Exception]()
    for step in steps:
        try:
            await step
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("consultations that could not be concluded", failures)
