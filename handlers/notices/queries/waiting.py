"""What of notices waits for somebody at the panel."""

from handlers.staff.rules import Viewer
from models.campaigns import Campaign
from models.notices import Notice
from models.reach import CampaignState, NoticeState


async def count_to_review(viewer: Viewer) -> int:
    """Notices of the viewer's scope that nobody has reviewed yet."""
    return await Notice.filter(
        organisation__code__startswith=viewer.code, state=NoticeState.REVIEW, reviewed_by=""
    ).count()


async def count_to_send(viewer: Viewer) -> int:
    """Those that were reviewed and wait for who sends."""
    reviewed = Notice.filter(organisation__code__startswith=viewer.code, state=NoticeState.REVIEW)
    return await reviewed.exclude(reviewed_by="").count()


async def count_overdue(viewer: Viewer) -> int:
    """Those that missed their time, and ask."""
    return await Campaign.filter(
        place__startswith=viewer.code, subject__startswith="notice:", state=CampaignState.OVERDUE
    ).count()
