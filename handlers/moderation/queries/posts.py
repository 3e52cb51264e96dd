"""One text with all that was done about it; the measures that run; unlawful content; an author's own texts."""

from dataclasses import dataclass
from datetime import datetime

from errors import NotFound
from handlers.moderation.queries.waiting import Line, lines
from handlers.staff.rules import Permission, Viewer
from models.audit import AuditEntry
from models.deliberation import AppealState
from models.participation import Appeal, Measure, Participant, Post

MOST = 100
MOST_OWN = 10


@dataclass(frozen=True, slots=True)
class Story:
    """A text in the queue's words, with its history; `measure` runs for its author in this place."""

    line: Line
    entries: list[AuditEntry]
    appeals: list[Appeal]
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody sees of their own."""

    posts: list[Post]
    measures: list[Measure]
    appealed: set[tuple[str, int]]


async def story(viewer: Viewer, post_id: int, now: datetime) -> Story:
    """One text of the viewer's organisations.

    Raises:
        NotFound: there is none.
    """
    viewer.require(Permission.MODERATION_VIEW)
    post = await Post.get_or_none(id=post_id).select_related("organisation")
    if post is None or not viewer.sees(post.organisation.code):
        raise NotFound
    running = Measure.filter(participant_id=post.author_id, organisation_id=post.organisation_id, lifted_at=None)
    return Story(
        (await lines([post_id], now))[0],
        await AuditEntry.filter(subject=f"post:{post_id}").order_by("id"),
        await Appeal.filter(post_id=post_id).order_by("id"),
        await running.filter(ends_at__gt=now).first() if post.author_id else None,
    )


async def running_measures(viewer: Viewer, now: datetime) -> list[Measure]:
    """Measures of the viewer's organisations that have not ended, the first to end first."""
    viewer.require(Permission.MODERATION_VIEW)
    running = Measure.filter(lifted_at=None, ends_at__gt=now, organisation__code__startswith=viewer.code)
    return await running.select_related("organisation", "participant__resident").order_by("ends_at").limit(MOST)


async def unlawful(viewer: Viewer) -> list[Post]:
    """What is kept for report, what was not reported yet first."""
    viewer.require(Permission.MODERATION_VIEW)
    kept = Post.filter(keep_until__isnull=False, organisation__code__startswith=viewer.code)
    return await kept.select_related("organisation").order_by("reported_at", "-id").limit(MOST)


async def own(account_id: int, now: datetime) -> Own:
    """Somebody's own latest texts and running measures, and which of them wait for an appeal's end."""
    posts = await Post.filter(author__account_id=account_id).order_by("-id").limit(MOST_OWN)
    measures = Measure.filter(participant__account_id=account_id, lifted_at=None, ends_at__gt=now)
    running = await measures.select_related("organisation").order_by("id")
    mine = Appeal.filter(post_id__in=[post.id for post in posts]) if posts else Appeal.filter(id=0)
    appeals = [*await mine, *await Appeal.filter(measure_id__in=[one.id for one in running] or [0])]
    decided = {post.id: post.decided_at for post in posts}
    return Own(posts, running, {_key(one) for one in appeals if _counts(one, decided)})


def _key(appeal: Appeal) -> tuple[str, int]:
    return ("post", appeal.post_id) if appeal.post_id else ("measure", appeal.measure_id or 0)


def _counts(appeal: Appeal, decided: dict[int, datetime | None]) -> bool:
    """Whether an appeal is against the decision that stands now."""
    at = decided.get(appeal.post_id or 0)
    return appeal.state is AppealState.OPEN or at is None or appeal.made_at >= at


async def nickname(account_id: int) -> str:
    """The name in front that this account's person has now; empty where there is none yet."""
    found = await Participant.filter(account_id=account_id).order_by("id").first()
    return found.nickname if found else ""
