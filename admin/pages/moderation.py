"""The queue of what residents wrote: every text with what each phase said, oldest first; one text with its story."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from admin.access import Visit, require
from admin.pages.deeds import DEEDS
from clock import clock
from handlers.moderation.phases import LABELS
from handlers.moderation.queries.posts import running_measures, story, unlawful
from handlers.moderation.queries.waiting import Counts, Pile, Wanted, counts, lines, open_appeals, queue
from handlers.moderation.rules import LONGEST_REMARK, MEASURE_DAYS, Verdict, is_marked
from handlers.residency.people import masked_name
from handlers.staff.rules import Permission
from models.deliberation import ModerationReason, PostKind
from models.participation import Appeal
from web.forms import one_line, row_id

QUEUE = "/admin/moderation"
PAGE = 20
FARTHEST = 200


def wanted(fields: Mapping[str, str]) -> Wanted:
    """What of the queue an address or a form means."""
    pile, kind = fields.get("pile", ""), fields.get("kind", "")
    page = fields.get("page", "")
    skip = min(int(page), FARTHEST) * PAGE if page.isascii() and page.isdigit() and len(page) < 5 else 0
    return Wanted(
        Pile(pile) if pile in set(Pile) else Pile.WAITING,
        kind if kind in set(PostKind) else "",
        one_line(fields.get("subject", ""))[:40],
        skip,
    )


def address(asked: Wanted) -> str:
    """The queue with the same filters, from its beginning: the next text stands on top."""
    given = {"pile": asked.pile.value, "kind": asked.kind, "subject": asked.subject}
    return f"{QUEUE}?{urlencode({name: value for name, value in given.items() if value})}"


def shared(visit: Visit) -> dict[str, Any]:
    """What every page with a decision on it shows."""
    return {
        "deciding": visit.viewer.may(Permission.MODERATION_DECIDE),
        "reasons": tuple(ModerationReason),
        "phases": LABELS,
        "verdicts": {verdict.value: verdict.label for verdict in Verdict},
        "marked": is_marked,
        "longest": LONGEST_REMARK,
        "days": MEASURE_DAYS,
    }


async def moderation(visit: Visit) -> Response:
    asked = wanted(visit.request.query_params)
    if asked.pile is Pile.APPEALS:
        return await _appeals(visit)
    now = clock.now()
    found = await queue(visit.viewer, asked, now, PAGE + 1)
    return await visit.show(
        "moderation/queue.html",
        **shared(visit),
        asked=asked,
        found_piles=_piles(await counts(visit.viewer, now)),
        kinds=tuple(PostKind),
        lines=found[:PAGE],
        more=len(found) > PAGE,
        page=asked.skip // PAGE,
    )


def _piles(found: Counts) -> list[tuple[Pile, int | None]]:
    """Every pile with how much is in it, where that is counted."""
    many = {
        Pile.WAITING: found.held + found.reported,
        Pile.MARKED: found.marked,
        Pile.REPORTED: found.reported,
        Pile.OVERDUE: found.overdue,
        Pile.APPEALS: found.appeals,
    }
    return [(pile, many.get(pile)) for pile in Pile]


async def _appeals(visit: Visit) -> Response:
    """Appeals with their texts, the first due first; one's own decisions are for somebody else."""
    now, found = clock.now(), await open_appeals(visit.viewer)
    texts = {line.post.id: line for line in await lines([one.post_id for one in found if one.post_id], now)}
    return await visit.show(
        "moderation/appeals.html",
        **shared(visit),
        asked=Wanted(Pile.APPEALS),
        found_piles=_piles(await counts(visit.viewer, now)),
        appeals=[(one, texts.get(one.post_id or 0), _whose(one)) for one in found],
        today=clock.today(),
    )


def _whose(appeal: Appeal) -> str:
    """Who is silenced, masked; empty where a text is appealed."""
    if not appeal.measure:
        return ""
    resident = appeal.measure.participant.resident
    return masked_name(resident.name) if resident else "已注销居民"


async def post(visit: Visit) -> Response:
    found = await story(visit.viewer, row_id(visit.request.path_params["post_id"]), clock.now())
    return await visit.show(
        "moderation/post.html",
        **shared(visit),
        story=found,
        line=found.line,
        asked=wanted(visit.request.query_params),
        deeds=DEEDS,
    )


async def measures(visit: Visit) -> Response:
    """Who may not post now, until when and why."""
    found = await running_measures(visit.viewer, clock.now())
    named = [
        (one, masked_name(one.participant.resident.name) if one.participant.resident else "已注销居民") for one in found
    ]
    return await visit.show("moderation/measures.html", **shared(visit), measures=named)


async def unlawful_content(visit: Visit) -> Response:
    """What was stopped as unlawful and is kept for report."""
    return await visit.show("moderation/unlawful.html", **shared(visit), posts=await unlawful(visit.viewer))


ROUTES = (
    require(Permission.MODERATION_VIEW, "/moderation", moderation),
    require(Permission.MODERATION_VIEW, "/moderation/measures", measures),
    require(Permission.MODERATION_VIEW, "/moderation/unlawful", unlawful_content),
    require(Permission.MODERATION_VIEW, "/moderation/{post_id}", post),
)
