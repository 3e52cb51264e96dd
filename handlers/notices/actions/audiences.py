"""Audiences that a body uses again, kept by a name of its own; each is counted and resolved anew when it is used."""

from datetime import datetime

from tortoise.transactions import in_transaction

from campaigns.audience import Audience
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.notices.actions.drafts import check_audience
from handlers.notices.registers import check_conditions
from handlers.staff.rules import Permission, Viewer
from models.campaigns import SavedAudience
from models.organisations import Organisation

LONGEST_NAME = 20
MOST_SAVED = 50


async def save_audience(viewer: Viewer, name: str, audience: Audience, now: datetime) -> SavedAudience:
    """Keep an audience for the viewer's body.

    Raises:
        Invalid: no name, or an audience that no notice of this body could have.
        NotFound: its condition is about something of another branch.
        Conflict: there is one of this name, or there are fifty.
    """
    viewer.require(Permission.NOTICES_EDIT)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"请给人群起个名称，最多{LONGEST_NAME}个字。")
    await check_conditions(viewer, audience.only)
    async with in_transaction():
        body = await Organisation.select_for_update().get_or_none(code=viewer.code)
        if body is None:
            raise NotFound
        check_audience(audience, body)
        known = [one.name for one in await SavedAudience.filter(organisation_id=body.id)]
        if name in known:
            raise Conflict(f"已有叫「{name}」的常用人群，请换个名称。")
        if len(known) >= MOST_SAVED:
            raise Conflict(f"常用人群最多{MOST_SAVED}个，请先删掉不用的。")
        kept = await SavedAudience.create(
            organisation_id=body.id, name=name, audience=audience.as_json(), created_by=viewer.login, created_at=now
        )
        await record(viewer.actor, "audience.save", f"audience:{kept.id}", place=viewer.code)
    return kept


async def forget_audience(viewer: Viewer, audience_id: int) -> None:
    """Delete one; notices that were written with it stay as they are.

    Raises:
        NotFound: the viewer's body has none of this number.
    """
    viewer.require(Permission.NOTICES_EDIT)
    async with in_transaction():
        kept = await SavedAudience.select_for_update().get_or_none(id=audience_id, organisation__code=viewer.code)
        if kept is None:
            raise NotFound
        await kept.delete()
        await record(viewer.actor, "audience.forget", f"audience:{audience_id}", place=viewer.code)
