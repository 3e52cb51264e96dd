"""Notices in the viewer's scope: the list, and one of them with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.arrivals import Reach
from errors import NotFound
from handlers.notices.registers import reached_notice
from handlers.notices.rules import THREE, hands
from handlers.staff.rules import Permission, Viewer
from models.campaigns import Campaign
from models.database import rows
from models.notices import Notice, NoticeFile, NoticeVersion
from models.reach import NoticeState

_READERS = """
SELECT count(*) AS readers, count(*) FILTER (WHERE acknowledged_at IS NOT NULL) AS receipts,
       count(DISTINCT dwelling_id) AS dwellings,
       count(DISTINCT dwelling_id) FILTER (WHERE acknowledged_at IS NOT NULL) AS acknowledged
FROM notice_reading WHERE notice_id = $1 AND version = $2
"""
_REACHES = """
SELECT split_part(c.subject, ':', 2)::bigint AS notice_id, counted.* FROM campaign c
CROSS JOIN LATERAL (
  SELECT count(*) AS people, count(*) FILTER (WHERE d.state IN ('sent', 'delivered', 'read')) AS sent,
    count(*) FILTER (WHERE d.state = 'read') AS read
  FROM delivery d WHERE d.campaign_id = c.id
) counted WHERE c.subject = ANY($1::text[])
"""
# What a body above has sent to somewhere in a viewer's part of the tree; places are codes of estates too.
_FROM_ABOVE = """
SELECT n.id FROM organisation o JOIN notice n ON n.organisation_id = o.id AND n.state = 'sent'
WHERE o.code = ANY($1::text[]) AND ($3::bigint IS NULL OR n.id < $3) AND EXISTS (
  SELECT FROM jsonb_array_elements_text(n.audience->'places') place
  WHERE starts_with($2, place) OR starts_with(place, $2)
    OR place IN (SELECT e.code FROM estate e JOIN organisation c ON c.id = e.community_id WHERE starts_with(c.code, $2))
) ORDER BY n.id DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who has opened the present text, people and dwellings, and how many of them said 「已阅」."""

    readers: int
    receipts: int
    dwellings: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with its earlier texts (the latest first), its files, its campaigns in order, and its readers."""

    notice: Notice
    versions: list[NoticeVersion]
    files: list[NoticeFile]
    campaigns: list[Campaign]
    readers: Readers

    @property
    def reviewed_by_three(self) -> bool:
        """Whether three people have answered for it; of fewer the page says 「未经三人审核」."""
        notice = self.notice
        return len(hands(notice.submitted_by, notice.created_by, notice.reviewed_by, notice.sent_by)) >= THREE


async def notice_of(viewer: Viewer, notice_id: int) -> Notice:
    """One notice of the viewer's scope with its organisation.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.NOTICES_VIEW)
    found = await Notice.get_or_none(id=notice_id).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def notice_page(viewer: Viewer, notice_id: int) -> NoticePage:
    """All that the panel shows of a notice; one from above too, once it was sent.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    notice = await reached_notice(viewer, notice_id)
    versions = await NoticeVersion.filter(notice_id=notice.id).order_by("-number")
    files = await NoticeFile.filter(notice_id=notice.id).order_by("id").select_related("file")
    campaigns = await Campaign.filter(subject__startswith=f"notice:{notice.id}:").order_by("id")
    counted = (await rows(_READERS, notice.id, notice.version))[0]
    return NoticePage(notice, versions, files, campaigns, Readers(**counted))


async def notices_of(
    viewer: Viewer, *, states: Sequence[NoticeState] = tuple(NoticeState), before: int | None = None, limit: int = 50
) -> list[Notice]:
    """The viewer's notices in some states, newest first, in pages by id."""
    viewer.require(Permission.NOTICES_VIEW)
    found = Notice.filter(organisation__code__startswith=viewer.code, state__in=list(states))
    if before is not None:
        found = found.filter(id__lt=before)
    return await found.order_by("-id").limit(limit).select_related("organisation")


async def notices_from_above(viewer: Viewer, *, before: int | None = None, limit: int = 50) -> list[Notice]:
    """What bodies above have sent to homes of the viewer's part of the tree, newest first, in pages by id."""
    viewer.require(Permission.NOTICES_VIEW)
    above = [viewer.code[:length] for length in range(1, len(viewer.code))]
    found = [row["id"] for row in await rows(_FROM_ABOVE, above, viewer.code, before, limit)]
    return await Notice.filter(id__in=found).order_by("-id").select_related("organisation")


async def pushed(notices: Sequence[Notice]) -> set[int]:
    """Which of these were sent out, and not only loaded."""
    subjects = {f"notice:{notice.id}:{notice.version}": notice.id for notice in notices}
    found = await Campaign.filter(subject__in=list(subjects)).values_list("subject", flat=True)
    return {subjects[str(subject)] for subject in found}


async def reaches(notices: Sequence[Notice]) -> dict[int, Reach]:
    """People meant, sent to and readers of each notice's text in force, for a list."""
    found = await rows(_REACHES, [f"notice:{notice.id}:{notice.version}" for notice in notices])
    return {row["notice_id"]: Reach(people=row["people"], sent=row["sent"], read=row["read"]) for row in found}
