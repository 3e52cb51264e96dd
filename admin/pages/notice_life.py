"""One notice from its draft to its withdrawal: how it stands, who answers for it, and the buttons that move it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from admin.access import Visit, require, require_post, require_upload
from admin.pages.notice_audiences import people_words
from admin.pages.notice_drafting import would_reach
from campaigns.audience import audience_from
from campaigns.delivery import paths_of
from campaigns.queries import Preview
from clock import clock
from errors import NotFound
from handlers.notices import texts
from handlers.notices.actions import drafts, holding, sending
from handlers.notices.actions.attachments import attach_file, detach_file
from handlers.notices.queries.audiences import condition_words
from handlers.notices.queries.staff import NoticePage, notice_of, notice_page
from handlers.notices.registers import asked_poll, is_firing
from handlers.notices.remarks import remarks
from handlers.notices.rules import NoticeEvent, possible
from handlers.staff.queries import names
from handlers.staff.rules import Permission
from models.notices import Notice
from models.reach import CampaignState, NoticeState
from web.forms import beijing_time, one_line, row_id

NOTICES = "/admin/notices"
MOST_BYTES = 11 * 1024**2
_P = Permission


@dataclass(frozen=True, slots=True)
class Button:
    """What someone may do with a notice: the address, the word, what comes of pressing it, what is asked with it."""

    path: str
    permission: Permission
    word: str
    meaning: str
    asks: str = ""


STEPS = {
    NoticeEvent.SUBMIT: Button(
        "submit", _P.NOTICES_EDIT, "提交审核", "写好了，交给审核人看。提交以后不能再改，退回才能改。"
    ),
    NoticeEvent.REVIEW: Button("review", _P.NOTICES_REVIEW, "通过", "从头到尾读过，没有问题，交给批准人发送。"),
    NoticeEvent.SEND: Button("send", _P.NOTICES_SEND, "发送", "", "launch_at"),
    NoticeEvent.RETURN: Button("return", _P.NOTICES_VIEW, "退回", "有要改的地方，写明原因，退给起草的人。", "reason"),
    NoticeEvent.CORRECT: Button(
        "correct", _P.NOTICES_SEND, "更正", "收到过原来那条的人，都会收到更正和原因。还没发出的，改发新的。", "texts"
    ),
    NoticeEvent.WITHDRAW: Button(
        "withdraw", _P.NOTICES_SEND, "撤回", "还没发出的不再发；收到过的人会收到「已撤回」和原因。不能恢复。", "reason"
    ),
}
"""The steps of a notice's own life."""
HOLDS = {
    CampaignState.RUNNING: (Button("pause", _P.NOTICES_SEND, "暂停", "后面的先不发，已经在路上的还会到。"),),
    CampaignState.PAUSED: (Button("resume", _P.NOTICES_SEND, "继续", "从停下的地方接着发，不会有人收到两次。"),),
    CampaignState.SCHEDULED: (
        Button("cancel", _P.NOTICES_SEND, "取消定时", "到时间不再发，谁也收不到。要再发，请另建一条。"),
    ),
    CampaignState.OVERDUE: (
        Button("late", _P.NOTICES_SEND, "现在发送", "过了定好的时间，系统没有自己发。看看内容还对不对，对就发。"),
        Button("cancel", _P.NOTICES_SEND, "取消定时", "不发了，谁也收不到。要再发，请另建一条。"),
    ),
}
"""What can be done with a sending, by its state."""
SKIP = Button("skip", _P.NOTICES_SEND, "这次不发", "过了时间的这一次再发不发了，以后的到时间还会发。")
STOP = Button("stop", _P.NOTICES_SEND, "停止再发", "以后不再自动发。已经发出去的不变，居民还看得到这条通知。")


async def notice(visit: Visit) -> Response:
    page = await notice_page(visit.viewer, _id(visit))
    found = page.notice
    writing = found.state in (NoticeState.DRAFT, NoticeState.REVIEW)
    return await visit.show(
        "notices/notice.html",
        page=page,
        own=_own(visit, found),
        notice=found,
        campaign=page.campaigns[-1] if page.campaigns else None,
        buttons=_buttons(visit, page),
        editing=found.state is NoticeState.DRAFT and visit.viewer.may(_P.NOTICES_EDIT),
        remarks=remarks(found, clock.today()) if writing else None,
        facts=texts.facts(found),
        whom=people_words(audience_from(found.audience)),
        only=await condition_words(audience_from(found.audience).only),
        paths=paths_of(found.paths),
        counted=await _counted(visit, found) if writing else None,
        hands=await _hands(found),
        single_handed=found.sent_by not in ("", "import") and not page.reviewed_by_three,
        poll=await asked_poll(found),
        launch_at=found.launch_at if found.launch_at and found.launch_at > clock.now() else None,
        testing=_own(visit, found)
        and any(visit.viewer.may(one) for one in (_P.NOTICES_EDIT, _P.NOTICES_REVIEW, _P.NOTICES_SEND)),
    )


async def _counted(visit: Visit, found: Notice) -> Preview:
    """Whom it would reach if it were sent now."""
    place, paths = found.organisation.code, frozenset(paths_of(found.paths))
    return await would_reach(visit, audience_from(found.audience), place, found.topic, paths)


async def _hands(found: Notice) -> list[tuple[str, str]]:
    """Who answers for which step, by name."""
    steps = {"起草": found.submitted_by or found.created_by, "审核": found.reviewed_by, "发送": found.sent_by}
    known = {"import": "批量导入"} | await names(login for login in steps.values() if login)
    return [(step, known.get(login, login)) for step, login in steps.items() if login]


def _own(visit: Visit, found: Notice) -> bool:
    """Whether it is of the viewer's part of the tree; one from above can only be looked at."""
    return visit.viewer.sees(found.organisation.code)


def _buttons(visit: Visit, page: NoticePage) -> list[Button]:
    found = page.notice
    if not _own(visit, found):
        return []
    steps = [button for event, button in STEPS.items() if event in possible(found.state) and _may(visit, found, event)]
    if found.state is NoticeState.WITHDRAWN:
        return steps
    return steps + [button for button in _holds(page) if visit.viewer.may(button.permission)]


def _holds(page: NoticePage) -> list[Button]:
    """What can be done with the sendings; of a repetition that asks the notice itself is not called off."""
    holds = [button for state in {one.state for one in page.campaigns} for button in HOLDS.get(state, ())]
    if any(is_firing(one) and one.state is CampaignState.OVERDUE for one in page.campaigns):
        holds = [SKIP if button.path == "cancel" else button for button in holds]
    return holds + [STOP] * (page.notice.again_at is not None)


def _may(visit: Visit, found: Notice, event: NoticeEvent) -> bool:
    """Whether a step that the state allows is this person's to take now."""
    viewer = visit.viewer
    return viewer.may(STEPS[event].permission) and {
        NoticeEvent.SEND: sending.sendable(found, viewer),
        NoticeEvent.REVIEW: not found.reviewed_by,
        NoticeEvent.RETURN: viewer.may(_P.NOTICES_REVIEW) or viewer.may(_P.NOTICES_SEND),
    }.get(event, True)


async def _do(visit: Visit, deed: Awaitable[Notice], done: str) -> Response:
    return await visit.attempt(f"{NOTICES}/{_id(visit)}", deed, done)


async def submit(visit: Visit) -> Response:
    return await _do(visit, drafts.submit_notice(visit.viewer, _id(visit)), "已提交，等审核人看。")


async def review(visit: Visit) -> Response:
    passed = drafts.review_notice(visit.viewer, _id(visit), True, "", clock.now())
    return await _do(visit, passed, "已通过，等批准人发送。")


async def give_back(visit: Visit) -> Response:
    returned = drafts.review_notice(visit.viewer, _id(visit), False, one_line(visit.field("reason")), clock.now())
    return await _do(visit, returned, "已退回，起草的人改好再提交。")


async def send(visit: Visit) -> Response:
    """Send now, or at the time that is written in the field."""
    written, now = visit.field("launch_at"), clock.now()
    launch_at = beijing_time(written) if written else now
    if launch_at is None:
        return await visit.go(f"{NOTICES}/{_id(visit)}", "定时发送的时间不对，请从日历里选。", bad=True)
    done = "已定时，到时间自动发送。" if launch_at > now else "开始发送了，几秒钟后在「送达情况」里看得到。"
    return await _do(visit, sending.send_notice(visit.viewer, _id(visit), now, launch_at), done)


async def pause(visit: Visit) -> Response:
    return await _do(visit, holding.pause_sending(visit.viewer, _id(visit)), "已暂停，后面的先不发。")


async def resume(visit: Visit) -> Response:
    return await _do(visit, holding.resume_sending(visit.viewer, _id(visit)), "接着发送了。")


async def late(visit: Visit) -> Response:
    return await _do(visit, holding.send_after_all(visit.viewer, _id(visit), clock.now()), "开始发送了。")


async def cancel(visit: Visit) -> Response:
    """Call off what waits for its time: nobody has got it, so nobody is told."""
    return await _do(visit, holding.call_off(visit.viewer, _id(visit), clock.now()), "已取消，谁也没有收到。")


async def skip(visit: Visit) -> Response:
    return await _do(visit, holding.skip_firing(visit.viewer, _id(visit)), "这次不发了，下次到时间还会发。")


async def stop(visit: Visit) -> Response:
    return await _do(visit, holding.stop_repeating(visit.viewer, _id(visit)), "已停止，以后不再自动发。")


async def correct(visit: Visit) -> Response:
    title, body, reason = one_line(visit.field("title")), visit.field("body"), one_line(visit.field("reason"))
    corrected = sending.correct_notice(visit.viewer, _id(visit), title, body, reason, clock.now())
    return await _do(visit, corrected, "已更正，收到过的人会收到更正。")


async def withdraw(visit: Visit) -> Response:
    withdrawn = sending.withdraw_notice(visit.viewer, _id(visit), one_line(visit.field("reason")), clock.now())
    return await _do(visit, withdrawn, "已撤回，收到过的人会收到说明。")


async def attach(visit: Visit) -> Response:
    """Put a file with the draft."""
    here = f"{NOTICES}/{(await notice_of(visit.viewer, _id(visit))).id}"
    if not visit.files:
        return await visit.go(here, "请先选一个文件。", bad=True)
    file = visit.files[0]
    kept = attach_file(visit.viewer, _id(visit), file.content, file.name)
    return await visit.attempt(here, kept, "附件已存，发送后居民看得到。")


async def detach(visit: Visit) -> Response:
    notice = await notice_of(visit.viewer, _id(visit))
    try:
        key = UUID(visit.field("file"))
    except ValueError as error:
        raise NotFound from error
    return await visit.attempt(f"{NOTICES}/{notice.id}", detach_file(visit.viewer, notice.id, key), "附件已删除。")


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["notice_id"])


ROUTES = (
    require(_P.NOTICES_VIEW, "/notices/{notice_id}", notice),
    require_post(_P.NOTICES_EDIT, "/notices/{notice_id}/submit", submit),
    require_post(_P.NOTICES_REVIEW, "/notices/{notice_id}/review", review),
    require_post(_P.NOTICES_VIEW, "/notices/{notice_id}/return", give_back),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/send", send),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/pause", pause),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/resume", resume),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/late", late),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/cancel", cancel),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/skip", skip),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/stop", stop),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/correct", correct),
    require_post(_P.NOTICES_SEND, "/notices/{notice_id}/withdraw", withdraw),
    require_upload(_P.NOTICES_EDIT, "/notices/{notice_id}/files", attach, MOST_BYTES),
    require_post(_P.NOTICES_EDIT, "/notices/{notice_id}/files/remove", detach),
)
