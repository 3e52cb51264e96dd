"""议事: the board with what is overdue first, one topic with its whole road, and its appraisal as a table to save."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from admin.access import Visit, require
from admin.layout import panel_of
from admin.sheets import csv_download, watermark
from clock import clock
from handlers.consultations import texts
from handlers.consultations.actions.deciding import VOTES_HERE, publishable, stands
from handlers.consultations.queries.consultations import board, consultation_of, mergeable
from handlers.consultations.queries.opinions import opinion_view
from handlers.consultations.queries.whole import Whole, whole_of
from handlers.consultations.rules import ADDED_TO, ENDED, MEETS, MERGES_INTO, ROAD, StageEvent, early, possible
from handlers.staff.rules import Permission
from handlers.votes.queries.polls import places
from models.consultations import Consultation
from models.deliberation import DecisionKind, NotForUs, Stage
from web.forms import one_line, row_id

CONSULTATIONS = "/admin/consultations"
_P = Permission


@dataclass(frozen=True, slots=True)
class Button:
    """What someone may do with a topic: the word, what comes of it, and what is asked with it."""

    permission: Permission
    word: str
    meaning: str
    asks: tuple[str, ...] = ()


_E, _D = StageEvent, Permission.CONSULTATIONS_DECIDE
BUTTONS = {
    _E.TAKE_UP: Button(_D, "直接审题", "附议还不够也先审。原因会写进过程，居民看得到。", ("reason",)),
    _E.ACCEPT: Button(
        _D, "列入议事", "答复发给提议人和附议的住户，然后公示方案、邀请各方。", ("answer", "skip_reason")
    ),
    _E.DECLINE: Button(_D, "不归我们", "选一条理由，写明该去哪里办。答复会发给提议人和附议的住户。", ("why", "answer")),
    _E.MERGE: Button(_D, "合并", "附议、观点和任务都带过去，两边都附议的一户只算一次。不能撤销。", ("into", "reason")),
    _E.SPLIT: Button(_D, "拆分", "另立一个议题，从审题开始，写明从这里拆出；附议也带过去。", ("part", "reason")),
    _E.DELIBERATE: Button(_D, "开始协商", "居民可以发言和表态。公示没满就开始，要写原因。", ("early",)),
    _E.DECIDE: Button(_D, "进入表决或共识", "不再收新的观点和表态。计划的时间没到，要写原因。", ("early",)),
    _E.RESUME: Button(_D, "回到协商", "投票没有形成决定，或意见书谈不拢，回去再谈。", ("reason",)),
    _E.PUBLISH: Button(_D, "公布决定", "公布后提议人和附议的住户会收到。写意见书的人不能自己公布。"),
    _E.APPRAISE: Button(_D, "请居民评议", "至少要有一项任务。公示没满就开始，要写原因。", ("early",)),
    _E.SKIP: Button(_D, "跳过下一步", "原因会写进过程，居民看得到。审题和决定不能跳过。", ("reason",)),
    _E.EXTEND: Button(_D, "延长", "只能往后。新的日期和原因，居民看得到。", ("last_day", "reason")),
}
"""The events that a person starts, in the order of the page; the clock and residents start the others."""


async def consultations(visit: Visit) -> Response:
    """The board: how many stand where, and the topics of a stage or all that are under way."""
    query = visit.request.query_params
    place, chosen = one_line(query.get("place", ""))[:40], query.get("stage", "")
    listed = await board(visit.viewer, place, clock.now(), clock.today())
    counts = Counter(line.consultation.stage for line in listed)
    stage = Stage(chosen) if chosen in set(Stage) else None
    shown = [
        line for line in listed if (line.consultation.stage is stage if stage else line.consultation.stage not in ENDED)
    ]
    return await visit.show(
        "consultations/list.html",
        listed=shown,
        stages=[(one, counts[one]) for one in Stage if counts[one] or one in ROAD],
        stage=stage,
        place=place,
        bodies=[(one["code"], one["name"]) for one in await places(visit.viewer) if one["rank"] == 0],
        total=sum(counts[one] for one in ROAD),
    )


async def consultation(visit: Visit) -> Response:
    found = await consultation_of(visit.viewer, _id(visit))
    whole = await whole_of(found, clock.today())
    link = f"{panel_of(visit.request).settings.base_url}/m/consultations/{found.id}"
    due = found.review_due_on or clock.today()
    return await visit.show(
        "consultations/consultation.html",
        whole=whole,
        one=found,
        buttons=_buttons(visit, whole),
        **_writing(visit, found),
        kinds=VOTES_HERE,
        reasons=list(NotForUs),
        others=await mergeable(visit.viewer, found, list(MERGES_INTO)) if visit.viewer.may(_D) else [],
        overdue=found.stage is Stage.REVIEW and due < clock.today(),
        link=link,
        group=texts.for_group(found, link),
        view=await opinion_view(found),
    )


def _writing(visit: Visit, found: Consultation) -> dict[str, bool]:
    """Which forms stand on the page: what this person may write where the topic is."""
    writes, deciding = visit.viewer.may(_P.CONSULTATIONS_EDIT), found.stage is Stage.DECIDING
    undecided = deciding and not found.poll_id and not found.resolution
    return {
        "writes": writes,
        "editing": writes and found.stage in ADDED_TO,
        "resolving": writes and deciding,
        "voting": writes and undecided and visit.viewer.may(_P.VOTES_EDIT),
        "meets": writes and found.stage in MEETS,
        "promising": writes and found.stage not in ENDED,
    }


def _buttons(visit: Visit, whole: Whole) -> list[tuple[StageEvent, Button]]:
    """What the stage leaves open and this person may do; a reason is asked for early only where it is early."""
    found = whole.consultation
    return [
        (event, _asking(found, event, button))
        for event, button in BUTTONS.items()
        if event in possible(found.stage) and visit.viewer.may(button.permission) and _open_to(visit, whole, event)
    ]


def _asking(found: Consultation, event: StageEvent, button: Button) -> Button:
    if "early" not in button.asks:
        return button
    asks = ("reason",) if early(event, found.ends_at, clock.now()) else ()
    return Button(button.permission, button.word, button.meaning, asks)


def _open_to(visit: Visit, whole: Whole, event: StageEvent) -> bool:
    """Whether a step that the stage allows can be taken now by this person."""
    found = whole.consultation
    by_vote = found.decision is DecisionKind.POLL
    decided = (by_vote and whole.poll is not None and stands(whole.poll)) or (not by_vote and bool(found.resolution))
    return {
        StageEvent.PUBLISH: decided and publishable(found, visit.viewer),
        StageEvent.APPRAISE: bool(whole.owed),
        StageEvent.EXTEND: found.ends_at is not None,
        StageEvent.SKIP: found.stage is not Stage.REVIEW,
    }.get(event, True)


async def appraisal_csv(visit: Visit) -> Response:
    """What residents said of each round, as a table."""
    found = await consultation_of(visit.viewer, _id(visit))
    whole = await whole_of(found, clock.today())
    header = ("轮次", "评议人数", "已落实", "未落实", *(f"{star}星" for star in range(1, 6)), "平均")
    lines: list[Sequence[object]] = [
        (one.round, one.voices, one.carried_out, one.not_carried_out, *(one.stars or ("",) * 5), one.mean)
        for one in whole.appraised
    ]
    mark = watermark(visit.viewer, found.scope, clock.now())
    return csv_download(f"{found.title}-评议", [header, *lines], mark)


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["consultation_id"])


ROUTES = (
    require(_P.CONSULTATIONS_VIEW, "/consultations", consultations),
    require(_P.CONSULTATIONS_VIEW, "/consultations/{consultation_id}", consultation),
    require(_P.CONSULTATIONS_VIEW, "/consultations/{consultation_id}/appraisal.csv", appraisal_csv),
)
