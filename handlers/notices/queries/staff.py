"""Notices in the viewer's scope: the list, and one of them with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from errors import NotFound
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
    def campaign_ids(self) -> tuple[int, ...]:
        return tuple(campaign.id for campaign in self.campaigns)

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
    """All that the panel shows of a notice.

    Raises:
        NotFound: as `notice_of`.
    """
    notice = await notice_of(viewer, notice_id)
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
