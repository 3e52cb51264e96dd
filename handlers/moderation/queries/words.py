"""The words that the viewer's organisations have added to those that come with the product."""

from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.participation import WatchedWord


async def own_words(viewer: Viewer) -> list[WatchedWord]:
    """Words that the viewer's organisations and those above have added, with whose they are."""
    viewer.require(Permission.MODERATION_VIEW)
    found = await rows("SELECT id FROM organisation WHERE starts_with($1, code) OR starts_with(code, $1)", viewer.code)
    own = WatchedWord.filter(organisation_id__in=[row["id"] for row in found])
    return await own.select_related("organisation").order_by("organisation__code", "word")
