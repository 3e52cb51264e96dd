"""Whom a notice is for, as a form has it: the fields, what is wrong with them, and the audience that they mean."""

from collections.abc import Mapping

from campaigns.audience import Audience
from errors import Invalid, NotFound
from handlers.staff.rules import Viewer
from handlers.votes.registers import MOST_LINES, part_of
from models.organisations import Estate, Organisation
from models.states import Level, MemberRole
from web.forms import lines, missing

ROLES = {"owner": (MemberRole.OWNER, "业主"), "tenant": (MemberRole.TENANT, "租户")}
"""Of whom a notice may be for alone, by the name of the box to tick; without a tick it is for everybody."""
FIELDS = ("place", "parts", "age_min", "age_max", "tags", "only", *(f"role_{name}" for name in ROLES))
LABELS = {
    "place": "范围",
    "parts": "限定地点",
    "age_min": "年龄从",
    "age_max": "年龄到",
    "tags": "标签",
    "only": "只发给",
}
COMMUNITY_DIGITS = 12
"""With so many digits, its community's, a place's code begins."""
OLDEST = 130
MOST_TAGS = 10


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was written, by field."""
    found = missing({"place": LABELS["place"]}, values)
    for name in ("age_min", "age_max"):
        if values[name] and not _is_age(values[name]):
            found[name] = f"{LABELS[name]}请写0到{OLDEST}的数字。"
    both = values["age_min"] and values["age_max"] and not found.keys() & {"age_min", "age_max"}
    if both and int(values["age_min"]) > int(values["age_max"]):
        found["age_max"] = "年龄到比年龄从小，请改过再存。"
    if len(_tags(values)) > MOST_TAGS:
        found["tags"] = f"标签最多{MOST_TAGS}个。"
    return found


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= OLDEST


def _tags(values: Mapping[str, str]) -> list[str]:
    return [
        tag for line in lines(values["tags"]) for tag in line.replace("，", "、").replace(",", "、").split("、") if tag
    ]


async def audience_of(values: Mapping[str, str]) -> Audience:
    """Whom the fields mean.

    Raises:
        Invalid: a line names no place.
    """
    return Audience(
        places=await _places(values["place"], lines(values["parts"])),
        roles=tuple(role.value for name, (role, _) in ROLES.items() if values[f"role_{name}"]),
        age_min=int(values["age_min"]) if values["age_min"] else None,
        age_max=int(values["age_max"]) if values["age_max"] else None,
        tags=tuple(dict.fromkeys(tag.strip() for tag in _tags(values))),
        only=(values["only"],) if values["only"] else (),
    )


async def _places(place: str, written_parts: list[str]) -> tuple[str, ...]:
    if len(written_parts) > MOST_LINES:
        raise Invalid(f"限定地点最多写{MOST_LINES}行。")
    return tuple(dict.fromkeys([await _code(place, line) for line in written_parts])) or (place,)


async def _code(place: str, line: str) -> str:
    """What a line means: a body below, an estate, a building, an entrance, or a code itself."""
    bodies = await Organisation.filter(code__startswith=place, name=line).values_list("code", flat=True)
    if len(bodies) == 1:
        return str(bodies[0])
    if part := await part_of(place, line):
        return part.code
    raise Invalid(f"限定地点里的「{line[:30]}」没有找到，请写成「幸福里3号楼」这样。")


async def organisation_of(viewer: Viewer, place: str) -> str:
    """The code of the body that sends: the chosen one, or the community of the chosen estate.

    Raises:
        NotFound: the place is not the viewer's.
    """
    estate = await Estate.get_or_none(code=place).select_related("community")
    code = estate.community.code if estate else place
    if not viewer.sees(code):
        raise NotFound
    return code


async def filled(audience: Audience, body: str) -> dict[str, str]:
    """What stands in the fields for an audience of a body, by its code."""
    place, parts = await _chosen_place(audience, body)
    return dict.fromkeys(FIELDS, "") | {
        "place": place,
        "parts": "\n".join(parts),
        "age_min": _figure(audience.age_min),
        "age_max": _figure(audience.age_max),
        "tags": "、".join(audience.tags),
        "only": "".join(audience.only[:1]),
        **{f"role_{name}": "yes" for name, (role, _) in ROLES.items() if role in audience.roles},
    }


async def _chosen_place(audience: Audience, body: str) -> tuple[str, list[str]]:
    """A body's area or an estate, and the codes that narrow it."""
    whole = {body} | {row.code for row in await Estate.filter(code__in=audience.places)}
    if len(audience.places) == 1 and audience.places[0] in whole:
        return audience.places[0], []
    return body, list(audience.places)


async def body_of(audience: Audience, viewer: Viewer) -> str:
    """The code of the community in which all of an audience lives; the viewer's own area where it is larger."""
    community = await Organisation.get_or_none(level=Level.COMMUNITY, code=audience.places[0][:COMMUNITY_DIGITS])
    if community and all(place.startswith(community.code) for place in audience.places):
        return community.code
    return viewer.code


def _figure(number: int | None) -> str:
    return "" if number is None else f"{number}"


def people_words(audience: Audience) -> str:
    """「业主、楼长 60岁以上」; nothing where it is for everybody."""
    named = [word for role, word in ROLES.values() if role in audience.roles] + list(audience.tags)
    ages = (
        "" if audience.age_min is None else f"{audience.age_min}岁以上",
        "" if audience.age_max is None else f"{audience.age_max}岁以下",
    )
    return " ".join(part for part in ("、".join(named), *ages) if part)
