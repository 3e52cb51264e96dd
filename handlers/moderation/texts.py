"""What moderation tells authors, reporters and participants; what a phase refuses for stands beside it in `phases`."""

from datetime import datetime

from clock import BEIJING


def moment(at: datetime) -> str:
    """「12月3日17:30」 in Beijing."""
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local:%H:%M}"
