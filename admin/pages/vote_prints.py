"""What of a vote goes on paper, A4: ballots, delivery lists, notices, count sheets, rolls, doorstep lists; and what
goes into a WeChat group: a short text and a poster.
"""

from dataclasses import dataclass
from typing import Any

import segno
from starlette.responses import Response

from admin.access import Page, Visit, require, require_upload
from admin.layout import panel_of
from clock import clock
from errors import Conflict, Invalid
from handlers.staff.queries import names
from handlers.staff.rules import Permission
from handlers.votes import card, outcomes, told
from handlers.votes.actions.filing import file_posted, note_taken
from handlers.votes.queries.exports import last_seals
from handlers.votes.queries.lines import MOST, paper_lines, roll_buildings
from handlers.votes.queries.polls import poll_of, turnouts_of
from handlers.votes.queries.progress import progress
from handlers.votes.terms import terms_from
from models.states import PollPaper, PollState
from models.votes import Poll, PollChange, PollFile
from web.forms import row_id

MOST_BYTES = 11 * 1024**2
UNSEEN = frozenset({PollState.DRAFT, PollState.REVIEW})
OVER = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of print: its template, the word on screen, what it is for, and whether it names dwellings."""

    name: str
    word: str
    meaning: str
    lists: bool = False
    over: bool = False

    def fits(self, poll: Poll) -> bool:
        """Whether it can be printed as the poll stands."""
        return poll.state in OVER if self.over else poll.state not in UNSEEN


SHEETS = (
    Sheet("notice", "投票公示", "贴在公告栏：投什么、谁能投、什么时候、怎么投，带二维码。"),
    Sheet("roll", "名册公示", "公示期间贴出来核对，姓名只留姓。", lists=True),
    Sheet("ballots", "表决票", "一户一页，上面是票根，撕下交回；大字。", lists=True),
    Sheet("delivery", "送达签收表", "逐户送票时签收，按楼栋打印。", lists=True),
    Sheet("doorstep", "扫楼清单", "还没投的，按楼栋和房号排。", lists=True),
    Sheet("count", "计票确认单", "唱票、计票、监票的人签名。"),
    Sheet("outcome", "结果公示", "结果公布后贴出来，带二维码。", over=True),
)


async def prints(visit: Visit) -> Response:
    """What can be printed now, by building where it lists dwellings; texts for groups; photos of what was posted."""
    poll = await _poll(visit)
    buildings = await roll_buildings(visit.viewer, poll.id)
    photos = await PollFile.filter(poll_id=poll.id, kind=PollPaper.POSTED).order_by("id").select_related("file")
    return await visit.show(
        "votes/prints/index.html",
        poll=poll,
        sheets=[sheet for sheet in SHEETS if sheet.fits(poll)],
        buildings=buildings,
        photos=photos,
        who=await names(photo.added_by for photo in photos),
        posting=visit.viewer.may(Permission.VOTES_RECORD) and poll.state not in UNSEEN | {PollState.ARCHIVED},
        shortfall=await _shortfall(poll),
        texts=told.group_texts(poll, page_of(visit, poll)),
        most=MOST,
    )


def page_of(visit: Visit, poll: Poll) -> str:
    """The address of the vote's public page."""
    return f"{panel_of(visit.request).settings.base_url}/m/results/{poll.id}"


def _printing(sheet: Sheet) -> Page:
    async def page(visit: Visit) -> Response:
        poll = await _poll(visit)
        if not sheet.fits(poll):
            raise Conflict(f"「{poll.state.label}」的投票还没有{sheet.word}。")
        lists = await _listed(visit, sheet, poll) if sheet.lists else {}
        return await visit.show(f"votes/prints/{sheet.name}.html", **await _sheet(visit, sheet, poll), **lists)

    page.__name__ = f"print_{sheet.name}"
    return page


async def _listed(visit: Visit, sheet: Sheet, poll: Poll) -> dict[str, Any]:
    """The entries of the building asked for, or of the whole roll where it is short; that they are taken is noted.

    Raises:
        Invalid: too many for one print.
    """
    wanted = visit.request.query_params.get("building", "")
    buildings = await roll_buildings(visit.viewer, poll.id)
    chosen = [one for one in buildings if not wanted or one.id == row_id(wanted)]
    if sum(one.entries for one in chosen) > MOST:
        raise Invalid(f"一次最多打印{MOST}户，请按楼栋打印。")
    voted = False if sheet.name == "doorstep" else None
    parts = [(one, await paper_lines(visit.viewer, poll.id, building=one.id, voted=voted)) for one in chosen]
    count = sum(len(lines) for _, lines in parts)
    await note_taken(visit.viewer, poll.id, sheet.name, lines=count)
    return {"parts": [part for part in parts if part[1]], "count": count}


async def _sheet(visit: Visit, sheet: Sheet, poll: Poll) -> dict[str, Any]:
    """What every sheet may speak of."""
    link = page_of(visit, poll)
    people = (poll.created_by, poll.reviewed_by, poll.published_by, poll.counted_by, poll.certified_by)
    known = await names(login for login in people if login)
    changes = await PollChange.filter(poll_id=poll.id).order_by("-id")
    return {
        "sheet": sheet,
        "poll": poll,
        "shape": card.shape(poll),
        "facts": card.facts(poll),
        "how": card.how(card.shape(poll)),
        "corrections": card.corrections(changes),
        "outcome": outcomes.outcome(poll),
        "effect": outcomes.effect(poll),
        "figures": outcomes.figures(poll),
        "unit": outcomes.unit(poll),
        "terms": terms_from(poll.terms),
        "turnout": (await turnouts_of(visit.viewer, [poll.id])).get(poll.id),
        "who": {login: known.get(login, login) for login in people if login},
        "shortfall": await _shortfall(poll),
        "seals": await last_seals(poll.id),
        "link": link,
        "qr": drawn(link),
        "today": clock.today(),
    }


async def _shortfall(poll: Poll) -> str:
    """What an open vote's quorum still wants, so that one knows whether to go round once more."""
    return told.shortfall(poll, (await progress(poll)).missing) if poll.state is PollState.OPEN else ""


def drawn(link: str) -> str:
    """A QR code as SVG that takes the size its frame gives it."""
    code: Any = segno.make(link, error="m", micro=False)
    return code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)


async def poster(visit: Visit) -> Response:
    """One screen, or one page, to save as a picture and send to a group."""
    poll = await _poll(visit)
    if poll.state in UNSEEN:
        raise Conflict("发布以后才有海报。")
    link = page_of(visit, poll)
    picture = segno.make(link, error="m").png_data_uri(scale=12, border=3)
    return await visit.show(
        "votes/prints/poster.html",
        poll=poll,
        over=poll.state in OVER,
        outcome=outcomes.outcome(poll),
        effect=outcomes.effect(poll),
        facts=card.facts(poll),
        link=link,
        picture=picture,
    )


async def post_photo(visit: Visit) -> Response:
    """File a photo of the notice as it hangs."""
    poll = await _poll(visit)
    address = f"/admin/votes/{poll.id}/prints"
    if not visit.files:
        return await visit.go(address, "请先选一张照片。", bad=True)
    photo = visit.files[0]
    filing = file_posted(visit.viewer, poll.id, photo.content, photo.name, clock.now())
    return await visit.attempt(address, filing, "照片已存档。")


async def _poll(visit: Visit) -> Poll:
    return await poll_of(visit.viewer, row_id(visit.request.path_params["poll_id"]))


ROUTES = (
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/prints", prints),
    *(require(Permission.VOTES_VIEW, f"/votes/{{poll_id}}/prints/{one.name}", _printing(one)) for one in SHEETS),
    require(Permission.VOTES_VIEW, "/votes/{poll_id}/poster", poster),
    require_upload(Permission.VOTES_RECORD, "/votes/{poll_id}/posted", post_photo, MOST_BYTES),
)
