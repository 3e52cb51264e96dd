"""What became of residents' texts in a place and a time, counted by reason for everybody to read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clock import BEIJING
from models.database import rows
from models.deliberation import ModerationReason, PostKind, PostState
from models.organisations import Organisation
from models.participation import Post

MOST_HIDDEN = 20

_FIGURES = """
SELECT count(*)::int AS came, count(*) FILTER (WHERE p.state = 'held')::int AS held,
       count(*) FILTER (WHERE p.state = 'published')::int AS published,
       count(*) FILTER (WHERE p.state = 'returned')::int AS returned,
       count(*) FILTER (WHERE p.state = 'hidden')::int AS hidden,
       count(*) FILTER (WHERE p.state = 'withdrawn')::int AS withdrawn,
       (percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(p.published_at, p.decided_at)
        - p.created_at)) FILTER (WHERE p.decided_by NOT IN ('', '+words', '+wechat')) / 60)::int AS minutes
FROM post p JOIN organisation o ON o.id = p.organisation_id AND starts_with(o.code, $1)
WHERE p.written_by = '' AND p.created_at >= $2 AND p.created_at < $3
"""
_REASONS = """
SELECT p.reason, count(*) FILTER (WHERE p.state = 'returned')::int AS returned,
       count(*) FILTER (WHERE p.state = 'hidden')::int AS hidden
FROM post p JOIN organisation o ON o.id = p.organisation_id AND starts_with(o.code, $1)
WHERE p.written_by = '' AND p.created_at >= $2 AND p.created_at < $3 AND p.state IN ('returned', 'hidden')
GROUP BY p.reason
"""
_APPEALS = """
SELECT count(*)::int AS appeals, count(*) FILTER (WHERE a.state = 'granted')::int AS granted,
       count(*) FILTER (WHERE a.state = 'refused')::int AS refused
FROM appeal a LEFT JOIN post p ON p.id = a.post_id LEFT JOIN measure m ON m.id = a.measure_id
JOIN organisation o ON o.id = coalesce(p.organisation_id, m.organisation_id) AND starts_with(o.code, $1)
WHERE a.made_at >= $2 AND a.made_at < $3
"""
_SILENCED = """
SELECT count(*)::int AS n FROM measure m JOIN organisation o ON o.id = m.organisation_id AND starts_with(o.code, $1)
WHERE m.starts_at >= $2 AND m.starts_at < $3
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the texts that came in a time: what became of them; `minutes` is the median until people had decided."""

    came: int
    held: int
    published: int
    returned: int
    hidden: int
    withdrawn: int
    minutes: int | None
    reasons: dict[ModerationReason, tuple[int, int]]
    appeals: int
    granted: int
    refused: int
    measures: int

    @property
    def waited(self) -> str:
        """The median as people say it."""
        if self.minutes is None:
            return "还没有"
        return f"{max(self.minutes, 1)}分钟" if self.minutes < 120 else f"{self.minutes // 60}小时"

    def lines(self) -> list[tuple[str, int | str]]:
        """The same as a table of two columns."""
        counted = [
            ("收到", self.came),
            ("待审核", self.held),
            ("已发布", self.published),
            ("已退回", self.returned),
            ("已隐藏", self.hidden),
            ("本人撤回", self.withdrawn),
            ("申诉", self.appeals),
            ("申诉成立", self.granted),
            ("维持原处理", self.refused),
            ("禁言", self.measures),
        ]
        return [*counted, ("审核用时（中位数）", self.waited)]


async def counts_by_reason(organisation: Organisation, since: date, until: date) -> Figures:
    """What became of the texts of an organisation and all below it that came from `since` to `until`, both counted."""
    span = (_midnight(since), _midnight(until + timedelta(days=1)))
    figures = (await rows(_FIGURES, organisation.code, *span))[0]
    appeals = (await rows(_APPEALS, organisation.code, *span))[0]
    found = {row["reason"]: (row["returned"], row["hidden"]) for row in await rows(_REASONS, organisation.code, *span)}
    return Figures(
        **figures,
        **appeals,
        reasons={reason: found.get(reason.value, (0, 0)) for reason in ModerationReason},
        measures=(await rows(_SILENCED, organisation.code, *span))[0]["n"],
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


async def hidden_lately(organisation: Organisation, since: date) -> list[Post]:
    """What was hidden since then, the latest first: what kind it was and why is said, not its words."""
    hidden = Post.filter(state=PostState.HIDDEN, decided_at__gte=_midnight(since), organisation_id=organisation.id)
    return await hidden.exclude(kind=PostKind.NICKNAME).order_by("-decided_at").limit(MOST_HIDDEN)


async def community_of(code: str) -> Organisation | None:
    """The organisation whose figures everybody may read."""
    return await Organisation.get_or_none(code=code)
