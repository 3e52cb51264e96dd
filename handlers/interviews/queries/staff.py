"""Interviews as the host's colleagues see them: those of their part of the tree."""

from errors import NotFound
from handlers.interviews.queries.counted import Line, lines
from handlers.staff.rules import Permission, Viewer
from models.interviews import Interview, Undertaking

PAGE = 50


async def interviews_of(viewer: Viewer, before: int = 0, limit: int = PAGE) -> list[Line]:
    """Those of the viewer's part of the tree, the latest announced first; `before` is an id, 0 for the first page."""
    viewer.require(Permission.INTERVIEWS_VIEW)
    found = Interview.filter(organisation__code__startswith=viewer.code)
    page = found.filter(id__lt=before) if before else found
    listed = await page.order_by("-id").limit(limit).select_related("organisation")
    return await lines(listed)


async def interview_at(viewer: Viewer, interview_id: int) -> Interview:
    """One of the viewer's part of the tree.

    Raises:
        NotFound: there is none, or it is another branch's.
    """
    viewer.require(Permission.INTERVIEWS_VIEW)
    found = await Interview.get_or_none(id=interview_id).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def promise_at(viewer: Viewer, undertaking_id: int) -> Undertaking:
    """A promise made in an interview of the viewer's part of the tree.

    Raises:
        NotFound: there is none, it is a task of something else, or it is another branch's.
    """
    viewer.require(Permission.INTERVIEWS_VIEW)
    found = await Undertaking.get_or_none(id=undertaking_id).select_related("organisation")
    if found is None or found.interview_id is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found
