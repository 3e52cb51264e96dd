"""议事规则: the counts and days that a body sets for the consultations begun in its places from now on."""

from collections.abc import Mapping
from datetime import datetime

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.consultations.terms import checked
from handlers.staff.rules import Permission, Viewer
from models.consultations import ConsultationRules
from models.organisations import Organisation


async def set_rules(viewer: Viewer, written: Mapping[str, int], now: datetime) -> None:
    """Set one's own body's terms; what is left out is inherited from above. Topics under way keep theirs.

    Raises:
        Invalid: one is out of its range.
    """
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    terms = checked(written)
    async with in_transaction():
        organisation = await Organisation.select_for_update().get(code=viewer.code)
        known = await ConsultationRules.get_or_none(organisation_id=organisation.id)
        before = known.terms if known else {}
        if before == terms:
            return
        kept = known or ConsultationRules(organisation_id=organisation.id)
        kept.terms, kept.set_by, kept.set_at = terms, viewer.login, now
        await kept.save()
        changed = {"before": before, "after": terms}
        about = f"organisation:{organisation.code}"
        await record(viewer.actor, "consultation.rules", about, place=organisation.code, detail=changed)
