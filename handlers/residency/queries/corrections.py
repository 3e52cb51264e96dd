"""Corrections that wait for a worker, cut to the viewer's part of the tree, and those of one account."""

from handlers.staff.rules import Viewer
from models.households import Correction
from models.states import CorrectionState


async def pending_corrections(viewer: Viewer, limit: int = 50) -> list[Correction]:
    """What residents of the viewer's want put right, the longest waiting first; with dwelling and binding."""
    waiting = Correction.filter(state=CorrectionState.PENDING, dwelling__community__code__startswith=viewer.code)
    return await waiting.select_related("dwelling__community", "binding").order_by("created_at", "id").limit(limit)


async def count_corrections(viewer: Viewer) -> int:
    """How many corrections of the viewer's wait for a worker."""
    waiting = Correction.filter(state=CorrectionState.PENDING, dwelling__community__code__startswith=viewer.code)
    return await waiting.count()


async def corrections_of(account_id: int) -> list[Correction]:
    """What an account has asked to be put right, the newest first."""
    return await Correction.filter(account_id=account_id).order_by("-id").prefetch_related("dwelling")
