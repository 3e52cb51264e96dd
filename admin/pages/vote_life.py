"""One vote from its draft to the archive: how it stands, who answers for it, and the buttons that move it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from admin.access import Visit, require, require_post, require_upload
from admin.layout import show_part
from clock import BEIJING, clock
from errors import Conflict, Invalid, NotFound
from handlers.calendar.queries import is_workday
from handlers.consultations.queries.consultations import of_poll
from handlers.proofreading.rules import Remark
from handlers.staff.queries import names
from handlers.staff.rules import Permission
from handlers.votes import card, outcomes, texts
from handlers.votes.actions import conduct, drafts
from handlers.votes.actions.attachments import attach_file, detach_file
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.queries.notices import attachments, changes_of, was_told
from handlers.votes.queries.polls import poll_of
from handlers.votes.queries.progress import listed, progress
from handlers.votes.queries.roll import objections_to
from handlers.votes.remarks import remarks
from handlers.votes.rules import PollEvent, possible
from handlers.votes.terms import MATTERS, terms_from
from models.states import PollState
from models.votes import Poll
from web.forms import beijing_time, one_line, row_id

VOTES = "/admin/votes"
MOST_BYTES = 11 * 1024**2
WRITTEN = frozenset({PollState.DRAFT, PollState.REVIEW})
THREE = 3
"""Drafter, reviewer, publisher (三审三校)."""
_P = Permission


@dataclass(frozen=True, slots=True)
class Button:
    """What someone may do with a vote: the word on the button, what comes of pressing it, what is asked with it."""

    permission: Permission
    word: str
    meaning: str
    asks: str = ""


BUTTONS = {
    PollEvent.SUBMIT: Button(_P.VOTES_EDIT, "提交审核", "写好了，交给审核人看。提交以后不能再改，退回才能改。"),
    PollEvent.REVIEW: Button(_P.VOTES_REVIEW, "通过", "从头到尾读过，没有问题，交给批准人发布。"),
    PollEvent.PUBLISH: Button(
        _P.VOTES_PUBLISH, "发布", "发布后居民就能看到，名册同时公示。到时间自动开始投票，内容不能再改。"
    ),
    PollEvent.COUNT: Button(_P.VOTES_COUNT, "计票", "计票后先不公布，要由另一位工作人员确认。"),
    PollEvent.CERTIFY: Button(_P.VOTES_COUNT, "确认结果", "核对计票后点确认，结果就公布。计票的人不能自己确认。"),
    PollEvent.RETURN: Button(_P.VOTES_VIEW, "退回", "有要改的地方，写明原因，退给起草的人。", "reason"),
    PollEvent.EXTEND: Button(_P.VOTES_PUBLISH, "延期", "只能往后延，居民看得到新的截止时间和原因。", "closes_at"),
    PollEvent.CORRECT: Button(_P.VOTES_PUBLISH, "更正说明", "只能改说明和联系电话。改了什么，居民都看得到。", "texts"),
    PollEvent.SUSPEND: Button(
        _P.VOTES_PUBLISH, "中止", "中止就不能恢复，已投的票封存、不计票。要再投，请另建一份。", "reason"
    ),
    PollEvent.ARCHIVE: Button(_P.VOTES_PUBLISH, "归档", "结果公示期满再归档。归档以后还能看，不能再动。"),
}
"""The events that a person starts; the clock opens and closes."""


async def vote(visit: Visit) -> Response:
    poll = await _poll(visit)
    terms = terms_from(poll.terms)
    return await visit.show(
        "votes/vote.html",
        **await standing(poll),
        buttons=_buttons(visit, poll),
        editing=poll.state is PollState.DRAFT and visit.viewer.may(_P.VOTES_EDIT),
        remarks=await _remarks(poll) if poll.state in WRITTEN else None,
        objections=await objections_to(visit.viewer, poll.id),
        answering=visit.viewer.may(_P.VOTES_ROLL),
        today=clock.today(),
        changes=await changes_of(poll.id),
        changed=card.CHANGED,
        attachments=await attachments(poll.id),
        electors=await listed(poll.id),
        told=await was_told(poll.id),
        topic=await of_poll(poll.id),
        facts=card.facts(poll),
        matter=MATTERS.get(poll.matter or 0, ""),
        sources=sorted(set(terms.sources.values())),
        hands=await _hands(poll),
        single_handed=bool(poll.published_by)
        and poll.published_by != "import"
        and len(conduct.hands(poll, poll.published_by)) < THREE,
    )


async def turnout(visit: Visit) -> Response:
    """The turnout alone, fetched by the page every quarter of a minute; once voting is over the page is loaded anew."""
    poll = await _poll(visit)
    if poll.state is not PollState.OPEN:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return show_part(visit.request, "votes/_turnout.html", **await standing(poll))


async def standing(poll: Poll) -> dict[str, Any]:
    """A vote as it stands now. Nothing of its ballots is known before the count, so nothing can be shown."""
    return {
        "poll": poll,
        "progress": await progress(poll) if poll.announced_at or poll.opened_at else None,
        "unit": outcomes.unit(poll),
        "outcome": outcomes.outcome(poll) if poll.result else "",
        "telling": outcomes.telling(poll) if poll.state is PollState.COUNTING else [],
        "figures": outcomes.figures(poll) if poll.result else [],
        "overdue": poll.state is PollState.OPEN and poll.closes_at <= clock.now(),
    }


async def _remarks(poll: Poll) -> list[Remark]:
    works = await is_workday(poll.closes_at.astimezone(BEIJING).date())
    return remarks(poll, clock.now(), lambda _: works)


async def _hands(poll: Poll) -> list[tuple[str, str]]:
    """Who answers for which step, by name."""
    steps = {
        "起草": poll.submitted_by or poll.created_by,
        "审核": poll.reviewed_by,
        "发布": poll.published_by,
        "计票": poll.counted_by,
        "确认结果": poll.certified_by,
    }
    known = {"import": "批量导入"} | await names(login for login in steps.values() if login)
    return [(step, known.get(login, login)) for step, login in steps.items() if login]


def _buttons(visit: Visit, poll: Poll) -> list[tuple[str, Button]]:
    events = possible(poll.state)
    return [
        (event.value, button)
        for event, button in BUTTONS.items()
        if event in events and visit.viewer.may(button.permission) and _open_to(visit, poll, event)
    ]


def _open_to(visit: Visit, poll: Poll, event: PollEvent) -> bool:
    """Whether a step that the state allows is this person's to take now."""
    viewer = visit.viewer
    return {
        PollEvent.PUBLISH: conduct.publishable(poll, viewer),
        PollEvent.REVIEW: not poll.reviewed_by,
        PollEvent.RETURN: viewer.may(_P.VOTES_REVIEW) or viewer.may(_P.VOTES_PUBLISH),
        PollEvent.COUNT: poll.result is None,
        PollEvent.CERTIFY: conduct.certifiable(poll, viewer),
        PollEvent.EXTEND: poll.closes_at > clock.now(),
    }.get(event, True)


async def _do(visit: Visit, deed: Awaitable[Poll], done: Callable[[Poll], str]) -> Response:
    """Take a step, or say how the vote stands and change nothing."""
    here = f"{VOTES}/{_id(visit)}"
    try:
        poll = await deed
    except (Conflict, Invalid) as refusal:
        return await visit.go(here, refusal.message, bad=True)
    return await visit.go(here, done(poll))


async def submit(visit: Visit) -> Response:
    return await _do(visit, drafts.submit_poll(visit.viewer, _id(visit)), lambda _: "已提交，等审核人看。")


async def review(visit: Visit) -> Response:
    return await _do(visit, drafts.review_poll(visit.viewer, _id(visit)), lambda _: "已通过，等批准人发布。")


async def give_back(visit: Visit) -> Response:
    returned = drafts.return_poll(visit.viewer, _id(visit), one_line(visit.field("reason")))
    return await _do(visit, returned, lambda _: "已退回，起草的人改好再提交。")


async def publish(visit: Visit) -> Response:
    return await _do(visit, conduct.publish_poll(visit.viewer, _id(visit), clock.now()), _published)


def _published(poll: Poll) -> str:
    opens = "现在就可以投票了" if poll.state is PollState.OPEN else f"{texts.local(poll.opens_at)}自动开始投票"
    return f"已发布，{opens}。"


async def extend(visit: Visit) -> Response:
    closes_at = beijing_time(visit.field("closes_at")) or datetime.min.replace(tzinfo=BEIJING)
    reason = one_line(visit.field("reason"))
    extended = conduct.extend_poll(visit.viewer, _id(visit), closes_at, reason, clock.now())
    return await _do(visit, extended, lambda poll: f"已延期到{texts.local(poll.closes_at)}。")


async def suspend(visit: Visit) -> Response:
    suspended = conduct.suspend_poll(visit.viewer, _id(visit), one_line(visit.field("reason")), clock.now())
    return await _do(visit, suspended, lambda _: "已中止。居民看得到原因。")


async def correct(visit: Visit) -> Response:
    explanation, contact = visit.field("explanation"), one_line(visit.field("contact"))
    reason = one_line(visit.field("reason"))
    corrected = conduct.correct_poll(visit.viewer, _id(visit), explanation, contact, reason, clock.now())
    return await _do(visit, corrected, lambda _: "已更正，居民看得到改了什么。")


async def count(visit: Visit) -> Response:
    counted = count_poll(visit.viewer, _id(visit), clock.now())
    return await _do(visit, counted, lambda poll: f"已计票。{outcomes.outcome(poll)}请另一位工作人员确认。")


async def certify(visit: Visit) -> Response:
    certified = certify_poll(visit.viewer, _id(visit), clock.now())
    return await _do(visit, certified, lambda poll: f"结果已公布。{outcomes.outcome(poll)}")


async def attach(visit: Visit) -> Response:
    """Put a file with the draft."""
    poll = await _poll(visit)
    here = f"{VOTES}/{poll.id}"
    if not visit.files:
        return await visit.go(here, "请先选一个文件。", bad=True)
    file = visit.files[0]
    kept = attach_file(visit.viewer, poll.id, file.content, file.name, clock.now())
    return await visit.attempt(here, kept, "附件已存，发布后居民看得到。")


async def detach(visit: Visit) -> Response:
    poll = await _poll(visit)
    try:
        key = UUID(visit.field("file"))
    except ValueError as error:
        raise NotFound from error
    return await visit.attempt(f"{VOTES}/{poll.id}", detach_file(visit.viewer, poll.id, key), "附件已删除。")


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, _id(visit))


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["poll_id"])


ROUTES = (
    require(_P.VOTES_VIEW, "/votes/{poll_id}", vote),
    require(_P.VOTES_VIEW, "/votes/{poll_id}/turnout", turnout, renew=False),
    require_post(_P.VOTES_EDIT, "/votes/{poll_id}/submit", submit),
    require_post(_P.VOTES_REVIEW, "/votes/{poll_id}/review", review),
    require_post(_P.VOTES_VIEW, "/votes/{poll_id}/return", give_back),
    require_post(_P.VOTES_PUBLISH, "/votes/{poll_id}/publish", publish),
    require_post(_P.VOTES_PUBLISH, "/votes/{poll_id}/extend", extend),
    require_post(_P.VOTES_PUBLISH, "/votes/{poll_id}/suspend", suspend),
    require_post(_P.VOTES_PUBLISH, "/votes/{poll_id}/correct", correct),
    require_post(_P.VOTES_COUNT, "/votes/{poll_id}/count", count),
    require_post(_P.VOTES_COUNT, "/votes/{poll_id}/certify", certify),
    require_upload(_P.VOTES_EDIT, "/votes/{poll_id}/files", attach, MOST_BYTES),
    require_post(_P.VOTES_EDIT, "/votes/{poll_id}/files/remove", detach),
)
