"""What waits: for people, for the platform; counted and listed, cut to the viewer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q

from clock import clock
from handlers.moderation.rules import REPORTS_WANTED
from handlers.residency.people import masked_name
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.deliberation import AppealState, ModerationReason, PostState
from models.participation import Appeal, Post

_MARKED = """(p.platform_check IN ('risky', 'review') OR EXISTS (SELECT FROM jsonb_array_elements(p.checks) c
 WHERE c->>'verdict' <> 'pass' AND c->>'phase' <> 'people'))"""
_REPORTED = """p.id IN (SELECT post_id FROM post_report WHERE settled_at IS NULL GROUP BY post_id
 HAVING count(*) >= $2)"""
_QUEUE = f"(p.state = 'held' OR p.state = 'published' AND {_REPORTED})"


class Pile(StrEnum):
    """What of the queue is looked at."""

    WAITING = "waiting"
    MARKED = "marked"
    REPORTED = "reported"
    OVERDUE = "overdue"
    APPEALS = "appeals"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        return {
            "waiting": "全部待审",
            "marked": "有提醒的",
            "reported": "被举报的",
            "overdue": "超时的",
            "appeals": "申诉",
            "decided": "已处理",
        }[self]


_PILES = {
    Pile.WAITING: _QUEUE,
    Pile.MARKED: f"p.state = 'held' AND {_MARKED} AND $2::int >= 0",
    Pile.REPORTED: f"p.state = 'published' AND {_REPORTED}",
    Pile.OVERDUE: "p.state = 'held' AND p.due_at < $6 AND $2::int >= 0",
    Pile.DECIDED: "p.decided_at IS NOT NULL AND p.decided_by <> '' AND p.state <> 'withdrawn' AND $2::int >= 0",
}
_LIST = """
SELECT p.id FROM post p JOIN organisation o ON o.id = p.organisation_id AND starts_with(o.code, $1)
WHERE {pile} AND ($3 = '' OR p.kind = $3) AND ($4 = '' OR p.subject = $4) AND $6::timestamptz IS NOT NULL
ORDER BY {order} OFFSET $5 LIMIT $7
"""
_COUNTS = f"""
SELECT count(*) FILTER (WHERE p.state = 'held')::int AS held,
       count(*) FILTER (WHERE p.state = 'held' AND p.due_at < $3)::int AS overdue,
       count(*) FILTER (WHERE p.state = 'held' AND {_MARKED})::int AS marked,
       count(*) FILTER (WHERE p.state = 'published' AND {_REPORTED})::int AS reported
FROM post p JOIN organisation o ON o.id = p.organisation_id AND starts_with(o.code, $1)
WHERE p.state = 'held' OR p.id IN (SELECT post_id FROM post_report WHERE settled_at IS NULL)
"""
_AUTHORS = """
SELECT author_id, state, count(*)::int AS n FROM post
WHERE author_id = ANY($1) AND state IN ('published', 'returned', 'hidden') GROUP BY author_id, state
"""
_REPORTS = """
SELECT post_id, reason, count(*)::int AS n FROM post_report WHERE post_id = ANY($1) AND settled_at IS NULL
GROUP BY post_id, reason ORDER BY n DESC
"""
_TITLES = """
SELECT 'consultation:' || id AS subject, title FROM consultation WHERE 'consultation:' || id = ANY($1)
UNION ALL SELECT 'interview:' || id, title FROM interview WHERE 'interview:' || id = ANY($1)
"""
_PLATFORM = """
SELECT p.id, p.kind, p.text, coalesce(a.app_id, '') AS app_id, coalesce(a.openid, '') AS address FROM post p
LEFT JOIN participant t ON t.id = p.author_id LEFT JOIN account a ON a.id = t.account_id
WHERE p.platform_check = 'waiting' ORDER BY p.id LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that the platform is asked about, with its author's chat address; empty where the author has left."""

    post_id: int
    kind: str
    text: str = field(repr=False)
    app_id: str = ""
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A text in the queue with what helps to decide it; `author` is masked."""

    post: Post
    author: str
    title: str
    overdue: bool
    earlier: dict[PostState, int] = field(default_factory=dict[PostState, int])
    reports: list[tuple[ModerationReason, int]] = field(default_factory=list[tuple[ModerationReason, int]])


@dataclass(frozen=True, slots=True)
class Counts:
    held: int
    overdue: int
    marked: int
    reported: int
    appeals: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for; an empty kind or subject is any."""

    pile: Pile = Pile.WAITING
    kind: str = ""
    subject: str = ""
    skip: int = 0


async def queue(viewer: Viewer, wanted: Wanted, now: datetime, limit: int) -> list[Line]:
    """Texts of the viewer's organisations, the oldest first; what is decided, the newest first."""
    viewer.require(Permission.MODERATION_VIEW)
    order = "p.decided_at DESC" if wanted.pile is Pile.DECIDED else "p.id"
    statement = _LIST.format(pile=_PILES[wanted.pile], order=order)
    asked = (viewer.code, REPORTS_WANTED, wanted.kind, wanted.subject, wanted.skip, now, limit)
    found = [row["id"] for row in await rows(statement, *asked)]
    return await lines(found, now)


async def lines(post_ids: list[int], now: datetime) -> list[Line]:
    """These texts, in this order, with their authors masked."""
    posts = {post.id: post for post in await _posts(post_ids)}
    titles = {row["subject"]: row["title"] for row in await rows(_TITLES, [one.subject for one in posts.values()])}
    earlier = await rows(_AUTHORS, [one.author_id for one in posts.values() if one.author_id])
    reports = await rows(_REPORTS, post_ids)
    return [_line(posts[number], titles, earlier, reports, now) for number in post_ids if number in posts]


async def _posts(post_ids: list[int]) -> list[Post]:
    return await Post.filter(id__in=post_ids).select_related("organisation", "author__resident")


def _line(
    post: Post,
    titles: dict[str, str],
    earlier: list[dict[str, Any]],
    reports: list[dict[str, Any]],
    now: datetime,
) -> Line:
    return Line(
        post,
        author_of(post),
        titles.get(post.subject, ""),
        post.state is PostState.HELD and post.due_at is not None and post.due_at < now,
        {PostState(row["state"]): row["n"] for row in earlier if row["author_id"] == post.author_id},
        [(ModerationReason(row["reason"]), row["n"]) for row in reports if row["post_id"] == post.id],
    )


def author_of(post: Post) -> str:
    """Who wrote, masked; the login of who wrote it down for a body, and nobody once the account is closed."""
    if post.written_by:
        return f"{post.written_by}代录"
    resident = post.author.resident if post.author else None
    return masked_name(resident.name) if resident else "已注销居民"


async def counts(viewer: Viewer, now: datetime) -> Counts:
    """How much waits in the viewer's organisations."""
    found = (await rows(_COUNTS, viewer.code, REPORTS_WANTED, now))[0]
    return Counts(**found, appeals=len(await open_appeals(viewer)))


async def open_appeals(viewer: Viewer) -> list[Appeal]:
    """Appeals that wait, the first due first, each with its text or measure."""
    viewer.require(Permission.MODERATION_VIEW)
    below = viewer.code
    own = Q(post__organisation__code__startswith=below) | Q(measure__organisation__code__startswith=below)
    found = Appeal.filter(own, state=AppealState.OPEN).order_by("due_on", "id")
    return await found.prefetch_related("post", "measure__participant__resident")


async def count_posts(viewer: Viewer) -> int:
    """How many texts wait for a decision."""
    found = await counts(viewer, clock.now())
    return found.held + found.reported


async def count_overdue(viewer: Viewer) -> int:
    return (await counts(viewer, clock.now())).overdue


async def count_appeals(viewer: Viewer) -> int:
    """How many appeals wait that this viewer may decide."""
    return sum(one.against != viewer.login for one in await open_appeals(viewer))


async def waiting_for_platform() -> list[Asked]:
    """Texts that the platform was not asked about yet, the oldest first."""
    return [Asked(row["id"], row["kind"], row["text"], row["app_id"], row["address"]) for row in await rows(_PLATFORM)]
