"""录入纸票: who took a paper, what a box held, papers with names one by one, what the authority's system counted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from starlette.responses import Response

from admin.access import Visit, require, require_post, require_upload
from clock import clock
from errors import Conflict, DomainError, Invalid, NotFound
from handlers.files.actions import forget, store
from handlers.staff.queries import names
from handlers.staff.rules import Permission, Viewer
from handlers.votes import card, outcomes
from handlers.votes.actions import box as boxes
from handlers.votes.actions import paper
from handlers.votes.answers import Answer, Shape, read_answer, spoken
from handlers.votes.queries.archive import papers_of
from handlers.votes.queries.lines import PaperLine, check_reach, paper_lines, roll_buildings
from handlers.votes.queries.polls import poll_of
from handlers.votes.tallies import Line, Weight
from models.ballots import BoxCount
from models.states import BoxSource, CastChannel, FilePurpose, LegalEffect, PollState, StaffRole
from models.votes import Poll
from web.forms import lines as lines_of
from web.forms import one_line, row_id, search_words

MOST_BYTES = 11 * 1024**2
TICKED_AT_ONCE = 150
SHOWN = 200
LARGEST = 999_999
Done = TypeVar("Done")
Word = TypeVar("Word", bound=StrEnum)
_TICK = "entry-"


async def papers(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """All of it, as far as the poll takes it and the viewer may; a form that was refused keeps what was written."""
    poll = await _poll(visit)
    asked, viewer = visit.request.query_params, visit.viewer
    chosen = {
        "building": asked.get("building", ""),
        "search": search_words(visit.request),
        "entry": asked.get("entry", ""),
    }
    chosen |= {name: visit.field(name) for name in ("building", "entry") if visit.form.get(name)}
    found = await _found(viewer, poll, chosen)
    entry = next((line for line in found if str(line.entry_id) == chosen["entry"]), None)
    own = viewer.login if viewer.role is StaffRole.GRID_WORKER else None
    known, held = await papers_of(poll, recorded_by=own, limit=SHOWN), await _boxes(viewer, poll)
    logins = {one.recorded_by for one in known} | {login for box in held for login in (box.entered_by, box.signed_by)}
    return await visit.show(
        "votes/papers.html",
        status,
        poll=poll,
        shape=card.shape(poll),
        voter=outcomes.voter(poll),
        open=poll.state in {PollState.OPEN, PollState.COUNTING} and poll.result is None,
        sources=_sources(poll),
        channels=_channels(viewer),
        buildings=await roll_buildings(viewer, poll.id),
        chosen=chosen,
        entry=entry,
        waiting=[line for line in found if line.cast_at is None][:TICKED_AT_ONCE],
        ticked=[line for line in found if line.channel in {CastChannel.PAPER, CastChannel.DOOR}],
        found=found[:SHOWN],
        papers=known,
        boxes=[(box, _contents(box, poll)) for box in held],
        who=await names(login for login in logins if login),
        written=visit.form,
        problem=problem,
    )


async def _found(viewer: Viewer, poll: Poll, chosen: Mapping[str, str]) -> list[PaperLine]:
    """The entries of the roll that were asked for: one, a building's, or those whose address has some words."""
    if chosen["entry"]:
        return await paper_lines(viewer, poll.id, entry=row_id(chosen["entry"]))
    if not chosen["building"] and not chosen["search"]:
        return []
    building = row_id(chosen["building"]) if chosen["building"] else None
    return await paper_lines(viewer, poll.id, building=building, search=chosen["search"])


async def _boxes(viewer: Viewer, poll: Poll) -> list[BoxCount]:
    """Boxes with their totals, for those alone who count."""
    if not viewer.may(Permission.VOTES_COUNT):
        return []
    return await BoxCount.filter(poll_id=poll.id).order_by("id")


def _contents(box: BoxCount, poll: Poll) -> list[str]:
    """What the second person is to compare; once signed nobody sees it until all is counted."""
    if box.signed_at and poll.result is None:
        return []
    shape = card.shape(poll)
    return [
        f"{spoken(line.answer, shape)}：{line.weight.heads}"
        + (f"，{line.weight.area}平方米" if line.weight.area else "")
        for line in boxes.lines_of(box)
    ]


def _channels(viewer: Viewer) -> Sequence[CastChannel]:
    door = viewer.role is StaffRole.GRID_WORKER
    return (CastChannel.DOOR,) if door else (CastChannel.PAPER, CastChannel.DOOR)


async def tick(visit: Visit) -> Response:
    """Tick those of a building who took a paper."""
    poll = await _poll(visit)
    wanted = [row_id(name.removeprefix(_TICK)) for name in visit.form if name.startswith(_TICK)]
    if not wanted:
        return await _page(visit, 422, "请先勾选谁领了票。")
    await check_reach(visit.viewer, poll.id, wanted)
    try:
        ticked = await paper.tick_paper(visit.viewer, poll.id, wanted, _channel(visit), clock.now())
    except (Conflict, Invalid) as refusal:
        return await _page(visit, refusal.status, refusal.message)
    before = len(wanted) - len(ticked)
    unit = outcomes.unit(poll)
    told = f"已登记{len(ticked)}{unit}。" + (f"另有{before}{unit}已经投过，不要再给票。" if before else "")
    return await visit.go(_address(visit, poll), told, bad=bool(before))


async def untick(visit: Visit) -> Response:
    poll = await _poll(visit)
    entry = row_id(visit.field("entry") or "0")
    await check_reach(visit.viewer, poll.id, [entry])
    try:
        await paper.untick_paper(visit.viewer, poll.id, entry, one_line(visit.field("reason")))
    except (Conflict, Invalid) as refusal:
        return await _page(visit, refusal.status, refusal.message)
    return await visit.go(_address(visit, poll), "已取消登记。")


async def named(visit: Visit) -> Response:
    """Record one paper with a name: it counts, or it came after another."""
    poll = await _poll(visit)
    entry = row_id(visit.field("entry") or "0")
    await check_reach(visit.viewer, poll.id, [entry])
    try:
        answer = _answer(visit.form, card.shape(poll))
        serial, channel = one_line(visit.field("serial")), _channel(visit)

        def record(photo: UUID) -> Awaitable[Any]:
            return paper.record_named_paper(visit.viewer, poll.id, entry, answer, serial, photo, channel, clock.now())

        ballot = await _with_photo(visit, poll, record)
    except (Conflict, Invalid) as refusal:
        return await _page(visit, refusal.status, refusal.message)
    told = "已录入：有效。" if ballot.stands else f"已录入：{outcomes.voter(poll)}已有票，这张记为后到，不计。"
    return await visit.go(f"/admin/votes/{poll.id}/papers", told, bad=not ballot.stands)


async def enter(visit: Visit) -> Response:
    """Write down what a box held, or what the authority's system says."""
    poll = await _poll(visit)
    try:
        source = _given(BoxSource, visit.field("source"), "请选来源。")
        counted, spoilt = _counted(visit.form, card.shape(poll)), _number(visit.field("spoilt") or "0")
        note = one_line(visit.field("note"))

        def write(sheet: UUID) -> Awaitable[Any]:
            return boxes.enter_box(visit.viewer, poll.id, source, counted, spoilt, clock.now(), note=note, sheet=sheet)

        await _with_photo(visit, poll, write)
    except (Conflict, Invalid) as refusal:
        return await _page(visit, refusal.status, refusal.message)
    return await visit.go(f"/admin/votes/{poll.id}/papers", "已录入，请另一位工作人员核对单子后签字。")


async def sign(visit: Visit) -> Response:
    poll, box_id = await _poll(visit), await _box(visit)
    signing = boxes.sign_box(visit.viewer, box_id, clock.now())
    return await visit.attempt(f"/admin/votes/{poll.id}/papers", signing, "已签字，这一箱计入票数。")


async def withdraw(visit: Visit) -> Response:
    poll, box_id = await _poll(visit), await _box(visit)
    withdrawing = boxes.withdraw_box(visit.viewer, box_id)
    return await visit.attempt(f"/admin/votes/{poll.id}/papers", withdrawing, "已撤回，请重新录入。")


async def _with_photo(visit: Visit, poll: Poll, deed: Callable[[UUID], Awaitable[Done]]) -> Done:
    """Do something with the photo that was sent; if it is refused, the photo is not kept either.

    Raises:
        Invalid: none was sent, or it is no photo.
    """
    if not visit.files:
        raise Invalid("请附上照片或扫描件。")
    sent, actor = visit.files[0], visit.viewer.actor
    file = await store(sent.content, sent.name, FilePurpose.VOTE, poll.organisation.code, actor)
    try:
        return await deed(file.key)
    except DomainError:
        await forget(file.key, actor)
        raise


def _answer(form: Mapping[str, str], shape: Shape) -> Answer:
    """What stands on a paper, as the form's fields have it: `choice`, or a `choice-…` or `score-…` each."""
    if shape.scores:
        return read_answer(" ".join(form.get(f"score-{at}", "") for at in range(len(shape.dimensions))), shape)
    if shape.most == 1:
        return read_answer(form.get("choice", ""), shape)
    return read_answer(" ".join(str(at + 1) for at in range(len(shape.choices)) if f"choice-{at}" in form), shape)


def _counted(form: Mapping[str, str], shape: Shape) -> list[Line]:
    """What a box held: papers by choice with their m², or where more may stand on one paper, a line for each paper."""
    if not shape.scores and shape.most == 1:
        heads = {at: _number(form.get(f"papers-{at}", "") or "0") for at in range(len(shape.choices))}
        areas = {at: _area(form.get(f"area-{at}", "") or "0") for at in heads}
        return [Line((at,), Weight(count, count, areas[at])) for at, count in heads.items() if count]
    papers: dict[Answer, int] = {}
    for at, line in enumerate(lines_of(form.get("papers", "")), 1):
        try:
            answer = read_answer(line, shape)
        except Invalid as fault:
            raise Invalid(f"第{at}张票：{fault.message}") from fault
        papers[answer] = papers.get(answer, 0) + 1
    return [Line(answer, Weight(count, count)) for answer, count in papers.items()]


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 6:
        raise Invalid(f"票数请写整数，不超过{LARGEST}。")
    return int(plain)


def _area(text: str) -> Decimal:
    try:
        area = Decimal(text.strip().replace(",", ""))
    except InvalidOperation as fault:
        raise Invalid("面积请写数字，例如 24666.37。") from fault
    if not area.is_finite() or not 0 <= area < 10**9 or area != round(area, 4):
        raise Invalid("面积请写数字，最多四位小数。")
    return area


def _sources(poll: Poll) -> list[BoxSource]:
    """Where totals may come from now: a box of secret papers once voting is over, the authority's system of 法定."""
    paper = poll.secret and poll.state is PollState.COUNTING
    official = poll.legal_effect is LegalEffect.STATUTORY
    return [BoxSource.PAPER] * paper + [BoxSource.OFFICIAL] * official


def _channel(visit: Visit) -> CastChannel:
    return _given(CastChannel, visit.field("channel") or CastChannel.PAPER, "请选纸质票或上门。")


def _given(among: type[Word], word: str, otherwise: str) -> Word:
    try:
        return among(word)
    except ValueError as fault:
        raise Invalid(otherwise) from fault


async def _box(visit: Visit) -> int:
    """The number of a box of this very poll.

    Raises:
        NotFound.
    """
    box_id = row_id(visit.field("box") or "0")
    if not await BoxCount.exists(id=box_id, poll_id=row_id(visit.request.path_params["poll_id"])):
        raise NotFound
    return box_id


def _address(visit: Visit, poll: Poll) -> str:
    """Back to the building one was at."""
    building = visit.field("building")
    return f"/admin/votes/{poll.id}/papers" + (f"?building={row_id(building)}" if building else "")


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, row_id(visit.request.path_params["poll_id"]))


ROUTES = (
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/papers", papers),
    require_post(Permission.VOTES_RECORD, "/votes/{poll_id}/papers/tick", tick),
    require_post(Permission.VOTES_RECORD, "/votes/{poll_id}/papers/untick", untick),
    require_upload(Permission.VOTES_RECORD, "/votes/{poll_id}/papers/named", named, MOST_BYTES),
    require_upload(Permission.VOTES_COUNT, "/votes/{poll_id}/papers/box", enter, MOST_BYTES),
    require_post(Permission.VOTES_COUNT, "/votes/{poll_id}/papers/sign", sign),
    require_post(Permission.VOTES_COUNT, "/votes/{poll_id}/papers/withdraw", withdraw),
)
