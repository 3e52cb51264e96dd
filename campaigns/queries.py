"""Reads of outreach: what is running, how far it has come, whom nobody has reached, what of the quotas is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns.audience import Audience, Resolvers, statement
from campaigns.delivery import CUSTOMER_MESSAGES, MOST_PUSHED, bits_of
from campaigns.ladder import KNOWN, OPENING, PATH
from clock import BEIJING
from models.campaigns import Campaign
from models.database import rows
from models.reach import CampaignState, Path, Purpose, TemplateKind

_PREVIEW = """
WITH {people}
SELECT path, count(*) AS people, count(DISTINCT dwelling_id) AS dwellings FROM (
  SELECT wanted.dwelling_id, {path} AS path FROM wanted {known}
) AS chosen GROUP BY path
"""

_ALLOWED = """
SELECT t.purpose, t.kind, t.template_id, coalesce(s.standing, FALSE) AS standing, coalesce(s.credits, 0) AS credits
FROM account JOIN message_template t ON t.app_id = account.app_id AND t.enabled AND t.kind IN ('standing', 'credit')
LEFT JOIN subscription s ON s.account_id = account.id AND s.template_id = t.id
WHERE account.id = $1 ORDER BY t.id
"""

_LACKS = """
SELECT EXISTS (
  SELECT FROM account
  JOIN message_template t ON t.app_id = account.app_id AND t.enabled AND t.kind IN ('standing', 'credit')
  LEFT JOIN subscription s ON s.account_id = account.id AND s.template_id = t.id
  WHERE account.id = $1 GROUP BY t.purpose HAVING NOT coalesce(bool_or(s.standing OR s.credits > 0), FALSE)
) AS lacks
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an account has allowed one of its templates that can be ticked: all messages, or so many more."""

    purpose: Purpose
    kind: TemplateKind
    template_id: str
    standing: bool
    credits: int

    @property
    def left(self) -> bool:
        """Whether it may be written to by this template."""
        return self.standing if self.kind is TemplateKind.STANDING else self.credits > 0


_BUDGETS = """
SELECT app_id, path, per_day, CASE WHEN day = $2 THEN used ELSE 0 END AS used,
  CASE WHEN closed_until > $3 THEN closed_until END AS closed_until,
  CASE WHEN closed_until > $3 THEN reason ELSE '' END AS reason
FROM send_budget WHERE app_id = ANY($1::text[]) ORDER BY app_id, path
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a message would reach by which path; `nobody` are those for whom no path is open: doorstep or phone."""

    people: int
    dwellings: int
    by_path: dict[Path, int]
    nobody: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What an account (SMS has none) has used of a path today; `closed_until` while it rests, with the reason."""

    app_id: str
    path: Path
    used: int
    per_day: int
    closed_until: datetime | None
    reason: str


async def running_campaigns() -> list[Campaign]:
    """Those under way, the urgent ones first, then in order of starting."""
    return await Campaign.filter(state=CampaignState.RUNNING).order_by("-urgent", "launched_at", "id")


async def preview(
    audience: Audience,
    scope: str,
    topic: str,
    purpose: Purpose,
    paths: Iterable[Path],
    now: datetime,
    resolvers: Resolvers,
) -> Preview:
    """Whom a message would reach now, counted by the same expression that sends it."""
    today: date = now.astimezone(BEIJING).date()
    month = now.astimezone(BEIJING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    people, values = statement(audience, scope, topic, today, resolvers)
    sql = _PREVIEW.format(
        people=people,
        path=PATH.format(left="$10::int", most=MOST_PUSHED),
        known=KNOWN.format(who="wanted", now="$9", opening="$11", paths="$10::int", purpose="$12", month="$13"),
    )
    found = await rows(sql, *values, now, bits_of(paths), list(OPENING), purpose.value, month)
    by_path = {Path(row["path"]): row["people"] for row in found if row["path"]}
    total = sum(row["people"] for row in found)
    counted = await rows(f"WITH {people} SELECT count(DISTINCT dwelling_id) AS n FROM wanted", *values)
    return Preview(total, counted[0]["n"], by_path, total - sum(by_path.values()))


async def allowances(account_id: int) -> list[Allowance]:
    """What an account may tick and has ticked."""
    return [
        Allowance(
            Purpose(row["purpose"]), TemplateKind(row["kind"]), row["template_id"], row["standing"], row["credits"]
        )
        for row in await rows(_ALLOWED, account_id)
    ]


async def lacks_allowance(account_id: int) -> bool:
    """Whether there is something that an account could tick and by which it can't be written to now."""
    return (await rows(_LACKS, account_id))[0]["lacks"]


async def closed_topics(account_id: int) -> frozenset[str]:
    """The topics of which an account wants no messages."""
    found = await rows("SELECT topic FROM opt_out WHERE account_id = $1", account_id)
    return frozenset(row["topic"] for row in found)


async def budgets(app_ids: Iterable[str], now: datetime) -> list[Budget]:
    """What is used today of the paths of these accounts; SMS stands under the empty AppID."""
    found = await rows(_BUDGETS, list(app_ids), now.astimezone(BEIJING).date(), now)
    return [
        Budget(row["app_id"], Path(row["path"]), row["used"], row["per_day"], row["closed_until"], row["reason"])
        for row in found
    ]


_WINDOW = """
SELECT max(m.received_at) AS at, coalesce(max(w.used) FILTER (WHERE w.opened_at >= m.received_at), 0) AS used
FROM account a
JOIN LATERAL (
  SELECT received_at FROM message m WHERE m.sender = a.openid AND m.app_id = a.app_id AND m.kind = ANY($2::text[])
    AND m.received_at > $3::timestamptz - interval '48 hours' ORDER BY received_at DESC LIMIT 1
) m ON true
LEFT JOIN contact_window w ON w.account_id = a.id
WHERE a.id = $1 AND a.following
"""


CONTACT_WINDOW = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Window:
    """Until when the platform takes customer messages to an account, and how many; `until` is None when it is shut."""

    until: datetime | None
    left: int


async def contact_window(account_id: int, now: datetime) -> Window:
    """The 48 hours and five messages that follow what a resident wrote (wechat-platform.md §3.6)."""
    found = (await rows(_WINDOW, account_id, list(OPENING), now))[0]
    if found["at"] is None:
        return Window(None, 0)
    return Window(found["at"] + CONTACT_WINDOW, max(0, CUSTOMER_MESSAGES - found["used"]))
