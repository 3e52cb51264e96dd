"""For whom a notice is: the notices that were sent to a resident, or concern one of their homes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clock import BEIJING
from errors import NotFound
from handlers.notices import rules, texts
from handlers.residency.visitors import Home, Visitor
from models.database import rows
from models.notices import Notice
from models.reach import NoticeState

People = Sequence[tuple[int, Sequence[Home]]]
"""Accounts with their homes."""
# A notice is somebody's who was written to, or lives where and as its audience says; of a branch that they belong to.
# One that missed its time, or was called off before it began, nobody has but who has read it. A posting is taken down
# at its end.
MEANT = """
home AS (
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])
    AS home (who, account_id, dwelling_id, role, resident_id)
), told AS (
  SELECT home.who, split_part(c.subject, ':', 2)::bigint AS notice_id,
         min(coalesce(d.dwelling_id, home.dwelling_id)) AS dwelling_id
  FROM home JOIN delivery d ON d.account_id = home.account_id OR d.resident_id = home.resident_id
  JOIN campaign c ON c.id = d.campaign_id AND starts_with(c.subject, 'notice:')
  GROUP BY 1, 2
), placed AS (
  SELECT home.who, n.id AS notice_id, min(home.dwelling_id) AS dwelling_id
  FROM home JOIN dwelling ON dwelling.id = home.dwelling_id JOIN estate ON estate.id = dwelling.estate_id
  JOIN organisation o ON starts_with(dwelling.code, o.code)
  JOIN notice n ON n.organisation_id = o.id AND n.state IN ('sent', 'withdrawn')
  LEFT JOIN resident ON resident.id = home.resident_id
  WHERE EXISTS (SELECT FROM jsonb_array_elements_text(n.audience->'places') place
                WHERE estate.code = place OR starts_with(dwelling.code, place))
    AND NOT n.audience ? 'only' {current}
    AND (NOT n.audience ? 'roles' OR n.audience->'roles' ? home.role)
    AND (NOT n.audience ? 'tags' OR EXISTS (SELECT FROM jsonb_array_elements_text(n.audience->'tags') tag
                                            WHERE resident.tags ? tag))
    AND (NOT n.audience ? 'age_min'
         OR resident.birth_on <= $6::date - make_interval(years => (n.audience->>'age_min')::int))
    AND (NOT n.audience ? 'age_max'
         OR resident.birth_on > $6::date - make_interval(years => (n.audience->>'age_max')::int + 1))
  GROUP BY 1, 2
), pair AS (
  SELECT who, notice_id, min(dwelling_id) AS dwelling_id
  FROM (SELECT * FROM told UNION ALL SELECT * FROM placed) AS every
  GROUP BY 1, 2
), mine AS (
  SELECT pair.who, pair.dwelling_id, n.id, n.launch_at, n.state, n.version, n.wants_receipt, n.topic,
         coalesce(n.ends_on, (n.launch_at AT TIME ZONE 'Asia/Shanghai')::date + $7::int) < $6 AS over,
         r.version AS read_version, r.acknowledged_at IS NOT NULL AS acknowledged
  FROM pair JOIN notice n ON n.id = pair.notice_id
  LEFT JOIN notice_reading r ON r.notice_id = n.id AND r.account_id = (
    SELECT account_id FROM home WHERE home.who = pair.who LIMIT 1)
  WHERE n.state IN ('sent', 'withdrawn') AND n.launch_at <= $8
    AND NOT (n.topic = 'posting' AND n.ends_on < $6)
    AND NOT (
      r.id IS NULL AND EXISTS (SELECT FROM campaign c WHERE c.subject = 'notice:' || n.id || ':' || n.version
              AND c.launched_at IS NULL AND (c.state IN ('overdue', 'cancelled') OR c.launch_at > $8))
      AND NOT EXISTS (SELECT FROM generate_series(1, n.version) number
                      JOIN campaign c ON c.subject = 'notice:' || n.id || ':' || number AND c.launched_at IS NOT NULL))
)
"""
CURRENT = "AND coalesce(n.ends_on, (n.launch_at AT TIME ZONE 'Asia/Shanghai')::date + $7::int) >= $6"
"""Of those by place only what is not over: all that can wait for somebody."""
_LISTED = f"""
WITH {MEANT.format(current="")}
SELECT mine.* FROM mine, LATERAL (SELECT state = 'sent' AND NOT over AND coalesce(read_version, 0) < version AS waits)
WHERE (state = 'sent' OR read_version IS NOT NULL OR NOT over) AND ($10::bigint IS NULL OR id = $10)
ORDER BY waits DESC, (waits AND topic = 'urgent') DESC, launch_at DESC, id DESC LIMIT $9
"""


@dataclass(frozen=True, slots=True)
class Mine:
    """A notice as it stands to one resident: `read` in its present text, `changed` since they read it.

    `dwelling_id` is the home that it concerns. `over` where its end is past; such a one waits for nobody any more.
    """

    notice: Notice
    dwelling_id: int
    read: bool
    changed: bool
    acknowledged: bool
    over: bool

    @property
    def unread(self) -> bool:
        return not self.read and not self.over and self.notice.state is NoticeState.SENT

    @property
    def wants_receipt(self) -> bool:
        """Whether it still waits for 「已阅」."""
        return self.notice.wants_receipt and not self.acknowledged and self.notice.state is NoticeState.SENT

    @property
    def standing(self) -> str:
        return texts.standing(
            self.notice, read=self.read, changed=self.changed, acknowledged=self.acknowledged, over=self.over
        )


async def mine_of(visitor: Visitor, now: datetime, limit: int, notice_id: int | None = None) -> list[Mine]:
    """The notices of one resident, or one of them, unread and urgent ones first."""
    homes = visitor.homes
    if not homes or visitor.account_id is None:
        return []
    found = await rows(_LISTED, *columns([(visitor.account_id, homes)]), *moment(now), limit, notice_id)
    notices = await Notice.in_bulk({row["id"] for row in found}, "id")
    return [_mine(notices[row["id"]], row) for row in found]


def _mine(notice: Notice, row: dict[str, Any]) -> Mine:
    seen: int = row["read_version"] or 0
    return Mine(
        notice,
        row["dwelling_id"],
        read=seen >= notice.version,
        changed=0 < seen < notice.version,
        acknowledged=bool(row["acknowledged"]) and seen >= notice.version,
        over=row["over"],
    )


async def own_notice(visitor: Visitor, notice_id: int, now: datetime) -> Mine:
    """One notice of this resident's.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = await mine_of(visitor, now, 1, notice_id)
    if not found:
        raise NotFound(texts.GONE)
    return found[0]


def columns(people: People) -> tuple[list[Any], ...]:
    """The homes of several accounts as columns: who, account, dwelling, role, resident."""
    lines = [(who, account_id, home) for who, (account_id, homes) in enumerate(people) for home in homes]
    return (
        [who for who, _, _ in lines],
        [account_id for _, account_id, _ in lines],
        [home.dwelling_id for _, _, home in lines],
        [home.role.value for _, _, home in lines],
        [home.resident_id for _, _, home in lines],
    )


def moment(now: datetime) -> tuple[Any, ...]:
    """Today in Beijing, how long a notice without an end lasts, and now."""
    return now.astimezone(BEIJING).date(), rules.LASTS.days, now
