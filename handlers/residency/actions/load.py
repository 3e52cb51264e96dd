"""Loading the ledgers of a district in one go: its tree, its dwellings, and who lives in and owns them."""

from collections.abc import Mapping
from datetime import datetime

from tortoise.expressions import Q

from clock import BEIJING
from errors import Conflict, Invalid
from handlers.audit.actions import record as audit
from handlers.residency.actions.enrol import load_owners, load_residents
from handlers.residency.actions.locks import LOAD_LOCK
from handlers.residency.actions.places_told import load_dwellings, load_organisations
from handlers.residency.actions.taking import Taking
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS, OWNERS, RESIDENTS
from handlers.residency.ledgers.records import Ledgers
from models.database import rows
from models.organisations import Organisation
from models.states import Level

_DISTRICT_DIGITS = 6


async def load_ledgers(
    ledgers: Ledgers, now: datetime, *, actor: str = "cli", taking: Taking | None = None
) -> dict[str, Counts]:
    """Write all registers of a folder in one transaction; the same folder again changes nothing.

    Args:
        taking: the terms, and where to note what is refused or kept on the way.

    Returns:
        counts by register.

    Raises:
        FlawedSheets: rows that name what does not exist, unless they are passed over.
        Conflict: another import is under way.
    """
    taking = taking or Taking(names=ledgers.names)
    async with taking.transaction():
        return await write_ledgers(taking, ledgers, now, actor)


async def write_ledgers(taking: Taking, ledgers: Ledgers, now: datetime, actor: str) -> dict[str, Counts]:
    """The same inside the transaction under way.

    Rows that a file no longer holds stay, but a dwelling's owners become those of the file, and whoever is
    registered elsewhere now has moved there.
    """
    if not (await rows("SELECT pg_try_advisory_xact_lock($1) AS mine", LOAD_LOCK))[0]["mine"]:
        raise Conflict("另一个导入正在进行，请稍后再试。")
    taking.settle()
    _expect(taking, ledgers)
    counts: dict[str, Counts] = {}
    if ledgers.tree:
        counts[ORGANISATIONS] = await load_organisations(taking, ledgers.tree, now.astimezone(BEIJING).date())
    district = ledgers.tree.district if ledgers.tree else await the_district(taking.terms.place)
    if ledgers.dwellings is not None:
        counts[DWELLINGS] = await load_dwellings(taking, district, ledgers.dwellings)
    if ledgers.residents is not None:
        counts[RESIDENTS] = await load_residents(taking, district, ledgers.residents, now)
    if ledgers.owners is not None:
        counts[OWNERS] = await load_owners(taking, district, ledgers.owners)
    await _note(actor, district, taking, counts)
    return {register: count + Counts(conflicts=taking.conflicts(register)) for register, count in counts.items()}


def _expect(taking: Taking, ledgers: Ledgers) -> None:
    """Note how many rows each file has."""
    if ledgers.tree:
        tree = ledgers.tree
        taking.of[ORGANISATIONS] = sum(map(len, (tree.organisations, tree.grids, tree.estates, tree.buildings)))
    registers = {DWELLINGS: ledgers.dwellings, RESIDENTS: ledgers.residents, OWNERS: ledgers.owners}
    taking.of |= {register: len(records) for register, records in registers.items() if records is not None}


async def _note(actor: str, district: str, taking: Taking, counts: Mapping[str, Counts]) -> None:
    """Write the import into the audit trail, with its figures and what it was told to do."""
    place = taking.terms.place or district
    detail: dict[str, object] = {file: [count.new, count.updated, count.unchanged] for file, count in counts.items()}
    if taking.flaws:
        detail["skipped"] = len(taking.flaws)
    if taking.kept:
        detail["overwritten" if taking.terms.overwrite else "kept"] = len(taking.kept)
    await audit(actor, "residency.load", f"organisation:{place}", place=place, detail=detail)


async def the_district(place: str = "") -> str:
    """The code of the only district there is: whose ids a folder without org.yaml means.

    Args:
        place: the code of whoever imports, in or above whose district they are.

    Raises:
        Invalid: there is none, or more than one.
    """
    inside = Q(code__startswith=place) | Q(code=place[:_DISTRICT_DIGITS])
    districts = await Organisation.filter(inside, level=Level.DISTRICT).limit(2)
    if len(districts) != 1:
        raise Invalid("文件夹里没有 org.yaml，无法判断属于哪个区。")
    return districts[0].code
