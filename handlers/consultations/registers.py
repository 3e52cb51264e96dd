"""What a consultation looks up elsewhere: its place and how many households live there, and the terms that hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import Invalid, NotFound
from handlers.consultations.terms import Terms, inherited
from handlers.staff.rules import Viewer
from handlers.votes.registers import part_of
from models.consultations import ConsultationRules
from models.database import rows
from models.organisations import Organisation
from models.residency import Dwelling

MOST_LINES, LONGEST_SCOPE = 20, 60
_PLACE = """
SELECT o.id, o.code AS organisation, e.name AS estate FROM organisation o
LEFT JOIN estate e ON e.community_id = o.id AND e.code = $1
WHERE o.code = $1 OR e.code = $1 ORDER BY e.name NULLS LAST LIMIT 1
"""
_HOUSEHOLDS = """
SELECT count(*) AS households FROM dwelling d JOIN estate e ON e.id = d.estate_id
WHERE d.occupancy <> '空置'
  AND EXISTS (SELECT FROM unnest($1::text[]) place WHERE e.code = place OR starts_with(d.code, place))
"""
_RULES = """
SELECT r.id FROM consultation_rules r JOIN organisation o ON o.id = r.organisation_id
WHERE starts_with($1, o.code) ORDER BY length(o.code)
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a topic is at home: the body that leads it, the codes of its places and their name on screens."""

    organisation: Organisation
    places: tuple[str, ...]
    name: str


async def scope_of(viewer: Viewer, place: str, parts: Sequence[str] = ()) -> Scope:
    """A community or estate of the viewer's, or the parts of it that the lines mean.

    Raises:
        NotFound: the place is not in the viewer's scope.
        Invalid: a line means nothing there.
    """
    found = await rows(_PLACE, place) if viewer.sees(place) else []
    if not found:
        raise NotFound
    organisation = await Organisation.get(id=found[0]["id"])
    whole = found[0]["estate"] or organisation.name
    return await _narrowed(organisation, place, whole, parts) if parts else Scope(organisation, (place,), whole)


async def _narrowed(organisation: Organisation, place: str, whole: str, parts: Sequence[str]) -> Scope:
    if len(parts) > MOST_LINES:
        raise Invalid(f"限定楼栋最多写{MOST_LINES}行。")
    meant = [await part_of(place, line) for line in parts]
    for line, part in zip(parts, meant, strict=True):
        if part is None:
            raise Invalid(f"限定楼栋里的「{line[:30]}」没有找到，请写成「幸福里3号楼」这样。")
    found = {part.code: part.name for part in meant if part}
    words = "、".join(found.values())
    return Scope(organisation, tuple(found), words if len(words) <= LONGEST_SCOPE else f"{whole}的{len(found)}处")


async def scope_of_home(dwelling_id: int) -> Scope:
    """What a resident's proposal is about: the estate they live in."""
    dwelling = await Dwelling.get(id=dwelling_id).select_related("estate", "community")
    return Scope(dwelling.community, (dwelling.estate.code,), dwelling.estate.name)


async def scope_named(district: str, words: str) -> Scope | None:
    """A place of a district as a file names it: a community, an estate or a building; None where nothing fits."""
    body = await Organisation.get_or_none(code__startswith=district, name=words)
    if body:
        return Scope(body, (body.code,), body.name)
    part = await part_of(district, words)
    found = await rows(_BODY_OF, part.code) if part else []
    return Scope(await Organisation.get(id=found[0]["id"]), (part.code,), part.name) if part and found else None


_BODY_OF = "SELECT id FROM organisation WHERE starts_with($1, code) ORDER BY length(code) DESC LIMIT 1"


async def households_in(places: Sequence[str]) -> int:
    """How many dwellings of some places somebody lives in."""
    return (await rows(_HOUSEHOLDS, list(places)))[0]["households"]


async def set_terms(code: str) -> list[dict[str, Any]]:
    """What the bodies above a place, and its own, have set, the widest first."""
    setting = [row["id"] for row in await rows(_RULES, code)]
    kept = await ConsultationRules.in_bulk(setting, "id")
    return [kept[number].terms for number in setting]


async def terms_at(code: str) -> Terms:
    """The terms of a consultation that is begun in a place now."""
    return inherited(await set_terms(code))


async def own_terms(organisation_id: int) -> dict[str, Any]:
    """What a body has set itself."""
    found = await ConsultationRules.get_or_none(organisation_id=organisation_id)
    return found.terms if found else {}
