"""What goes with a vote for all to see: what was put right after it opened, its files, and whether they were told."""

from models.campaigns import Campaign
from models.states import PollPaper
from models.votes import PollChange, PollFile


async def changes_of(poll_id: int) -> list[PollChange]:
    """Corrections of a vote, the latest first."""
    return await PollChange.filter(poll_id=poll_id).order_by("-id").limit(20)


async def attachments(poll_id: int) -> list[PollFile]:
    """Files that explain a vote, with what is known of each, in the order in which they were added."""
    found = PollFile.filter(poll_id=poll_id, kind=PollPaper.ATTACHMENT)
    return await found.order_by("id").select_related("file")


async def was_told(poll_id: int) -> bool:
    """Whether anything was sent about a vote; of one that was loaded nothing was."""
    return await Campaign.filter(subject__startswith=f"poll:{poll_id}:").exists()
