"""Whose matter an enquiry is and what it wants: found by words, put right by staff, learnt from what they put right."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime

from announcements import telling
from errors import Invalid
from handlers.audit.actions import record
from handlers.enquiries import texts
from handlers.enquiries.actions.steps import keep, note_deed, own_enquiry
from handlers.enquiries.knowledge import CONTEXT, LEARNT, MACHINE, Route, acts, departments
from handlers.staff.rules import Viewer
from models.database import rows
from models.enquiries import Enquiry
from models.sealed import seal_bytes

_ROUTE = """
UPDATE enquiry SET department = route.department, act = route.act, routed_by = $4
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS route (id, department, act)
WHERE enquiry.id = route.id AND enquiry.routed_by = '' RETURNING enquiry.id
"""
_KEEP = """
INSERT INTO shared (name, value) VALUES ($1, $2::jsonb)
ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name
"""


async def keep_routes(routes: Mapping[int, Route]) -> None:
    """Route new enquiries, each by its id, unless somebody has done so meanwhile."""
    columns = zip(*((number, route.department, route.act) for number, route in routes.items()), strict=True)
    await rows(_ROUTE, *map(list, columns), MACHINE)


async def route_enquiry(viewer: Viewer, enquiry_id: int, department: str, now: datetime, act: str = "") -> Enquiry:
    """Say whose matter an enquiry is, or confirm it; the product learns from it. Once is enough.

    Args:
        act: what it wants; as it stands where that is not said.

    Raises:
        NotFound, Forbidden, Conflict: not this viewer's.
        Invalid: no such department, no such act.
    """
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        if department not in departments() or act not in {"", *acts()}:
            raise Invalid("请从列表里选一个。")
        before, after = (enquiry.department, enquiry.act), (department, act or enquiry.act)
        if before == after and enquiry.routed_by == viewer.login:
            return enquiry
        (enquiry.department, enquiry.act), enquiry.routed_by = after, viewer.login
        if before != after:
            await note_deed(enquiry, viewer.login, texts.routed(*after), now)
        await keep(enquiry, "department", "act", "routed_by")
        detail = {"department": department, "act": enquiry.act}
        await record(viewer.actor, "enquiry.route", f"enquiry:{enquiry.id}", place=enquiry.place, detail=detail)
    return enquiry


async def keep_judges(routed: int, learnt: Mapping[str, str | None], now: datetime) -> None:
    """Let every process judge by what was learnt from so many routed enquiries; sealed, since it knows their words."""
    sealed = {
        name: base64.b64encode(seal_bytes(base64.b64decode(judge), CONTEXT)).decode()
        for name, judge in learnt.items()
        if judge
    }
    await rows(_KEEP, LEARNT, json.dumps({"at": now.isoformat(), "routed": routed, **sealed}))
