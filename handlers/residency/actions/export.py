"""Taking the register out: who may, of what part, why; it stands in the audit trail before the first line goes."""

from tortoise.transactions import in_transaction

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency import rules
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Organisation

MOST_XLSX = 100_000
_COUNT = """
SELECT count(*) AS n FROM membership m
JOIN resident r ON r.id = m.resident_id AND r.merged_into_id IS NULL
JOIN dwelling d ON d.id = m.dwelling_id
WHERE m.until IS NULL AND d.community_id IN (SELECT id FROM organisation WHERE starts_with(code, $1))
"""


async def take_out(viewer: Viewer, code: str, kind: str, *, clear: bool, reason: str = "") -> Organisation:
    """Write down that the people of an organisation's part are exported, with how many lines; the organisation.

    Args:
        kind: csv or xlsx.
        clear: unmasked, for which there is to be a reason; the caller has seen to the second factor.

    Raises:
        Forbidden.
        NotFound: it is not the viewer's.
        Invalid: no reason, or more lines than an Excel file should hold.
    """
    viewer.require(Permission.RESIDENTS_EXPORT)
    organisation = await Organisation.get_or_none(code=code)
    if organisation is None or not viewer.sees(code):
        raise NotFound
    written = rules.check_reason(reason) if clear or reason.strip() else ""
    count = (await rows(_COUNT, code))[0]["n"]
    if kind == "xlsx" and count > MOST_XLSX:
        raise Invalid(f"共{count}行，Excel 文件最多{MOST_XLSX}行。请选一个社区，或者用 CSV。")
    async with in_transaction():
        detail = {"rows": count, "format": kind, "masked": not clear}
        subject = f"organisation:{code}"
        await record(viewer.actor, "residents.export", subject, place=code, reason=written, detail=detail)
    return organisation
