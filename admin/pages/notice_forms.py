"""The form of a notice's draft: its fields, what is wrong with them, and the draft that they make."""

from collections.abc import Mapping
from datetime import date

from admin.layout import browser_time
from campaigns.audience import Audience, audience_from
from campaigns.delivery import paths_of
from clock import clock
from errors import Invalid, NotFound
from handlers.notices.actions.drafts import NoticeDraft
from handlers.notices.rules import LONGEST_BODY, LONGEST_TITLE, allowed_paths
from handlers.staff.rules import Viewer
from handlers.votes.registers import MOST_LINES, part_of
from models.notices import Notice
from models.organisations import Estate, Organisation
from models.reach import NoticeClass, Path
from models.states import MemberRole
from web.forms import beijing_time, clean, lines, missing, one_line

ROLES = {"owner": (MemberRole.OWNER, "业主"), "tenant": (MemberRole.TENANT, "租户")}
"""Of whom a notice may be for alone, by the name of the box to tick; without a tick it is for everybody."""
WAYS: dict[str, tuple[tuple[Path, ...], str, str]] = {
    "chat": ((Path.CUSTOMER, Path.STANDING, Path.CREDIT), "公众号消息和订阅通知", "不花钱；来过信或订阅过的人收得到。"),
    "template": ((Path.TEMPLATE,), "模板消息", "只用于紧急和公示，别的类别系统不用。"),
    "mass": ((Path.MASS,), "公众号群发", "关注的人都收得到，每人每月最多四次；紧急的不用，要等确认。"),
    "sms": ((Path.SMS,), "短信", "要花钱；没有关注、登记过电话的人收得到。"),
}
"""The ways to send that can be ticked: by which paths, the word, what it means. Phone and doorstep always remain."""
TICKS = (*(f"role_{name}" for name in ROLES), *(f"way_{name}" for name in WAYS), "receipt")
FIELDS = (
    *("topic", "title", "body", "body_responsible", "person_responsible", "phone", "starts_on", "ends_on"),
    *("place", "parts", "age_min", "age_max", "tags", "launch_at", *TICKS),
)
LABELS = {
    "topic": "类别",
    "title": "标题",
    "body": "正文",
    "body_responsible": "责任单位",
    "person_responsible": "责任人",
    "phone": "联系电话",
    "starts_on": "开始日期",
    "ends_on": "结束日期",
    "place": "范围",
    "parts": "限定地点",
    "age_min": "年龄从",
    "age_max": "年龄到",
    "tags": "标签",
    "way_chat": "送达方式",
    "launch_at": "定时发送",
}
OLDEST = 130
MOST_TAGS = 10


def empty(place: str) -> dict[str, str]:
    """What stands in the form of a new notice."""
    ticked = {"way_chat": "yes", "way_template": "yes", "way_mass": "yes"}
    known = {"topic": NoticeClass.CONVENIENCE.value, "starts_on": f"{clock.today()}", "place": place}
    return dict.fromkeys(FIELDS, "") | known | ticked


def sent(form: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote."""
    return {name: clean(form.get(name, "")) for name in FIELDS}


async def written(notice: Notice) -> dict[str, str]:
    """What stands in the form of a draft that is changed."""
    audience = audience_from(notice.audience)
    place, parts = await _written_place(notice, audience)
    chosen = set(paths_of(notice.paths))
    return dict.fromkeys(FIELDS, "") | {
        "topic": notice.topic.value,
        "title": notice.title,
        "body": notice.body,
        "body_responsible": notice.body_responsible,
        "person_responsible": notice.person_responsible,
        "phone": notice.phone,
        "starts_on": f"{notice.starts_on}",
        "ends_on": f"{notice.ends_on or ''}",
        "place": place,
        "parts": "\n".join(parts),
        "age_min": _figure(audience.age_min),
        "age_max": _figure(audience.age_max),
        "tags": "、".join(audience.tags),
        "launch_at": browser_time(notice.launch_at) if notice.launch_at else "",
        "receipt": "yes" if notice.wants_receipt else "",
        **{f"role_{name}": "yes" for name, (role, _) in ROLES.items() if role in audience.roles},
        **{f"way_{name}": "yes" for name, (paths, _, _) in WAYS.items() if chosen & set(paths)},
    }


async def _written_place(notice: Notice, audience: Audience) -> tuple[str, list[str]]:
    """The place of a draft as its form has it: a body's area or an estate, and the codes that narrow it."""
    organisation = await Organisation.get(id=notice.organisation_id)
    whole = {organisation.code} | {row.code for row in await Estate.filter(code__in=audience.places)}
    if len(audience.places) == 1 and audience.places[0] in whole:
        return audience.places[0], []
    return organisation.code, list(audience.places)


def _figure(number: int | None) -> str:
    return "" if number is None else f"{number}"


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was written, by field; what the rules say is not asked here."""
    wanted = ("topic", "title", "body", "body_responsible", "person_responsible", "starts_on", "place")
    found = missing({name: LABELS[name] for name in wanted}, values)
    if values["topic"] not in set(NoticeClass):
        found["topic"] = "请选类别。"
    for name, longest in (("title", LONGEST_TITLE), ("body", LONGEST_BODY)):
        if len(values[name]) > longest:
            found[name] = f"{LABELS[name]}最多{longest}个字，现在有{len(values[name])}个。"
    for name in ("starts_on", "ends_on"):
        if values[name] and _day(values[name]) is None:
            found[name] = f"{LABELS[name]}不对，请从日历里选一天。"
    if values["launch_at"] and beijing_time(values["launch_at"]) is None:
        found["launch_at"] = "定时发送要写成日期和时间，例如 2026-05-01 08:00。"
    return found | audience_problems(values)


def audience_problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with whom it is for: enough to count them before the rest is written."""
    found = missing({"place": LABELS["place"]}, values)
    for name in ("age_min", "age_max"):
        if values[name] and not _is_age(values[name]):
            found[name] = f"{LABELS[name]}请写0到{OLDEST}的数字。"
    both = values["age_min"] and values["age_max"] and not found.keys() & {"age_min", "age_max"}
    if both and int(values["age_min"]) > int(values["age_max"]):
        found["age_max"] = "年龄到比年龄从小，请改过再存。"
    if len(_tags(values)) > MOST_TAGS:
        found["tags"] = f"标签最多{MOST_TAGS}个。"
    if not _paths(values):
        found["way_chat"] = "请至少选一种送达方式。"
    return found


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= OLDEST


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def topic_of(values: Mapping[str, str]) -> NoticeClass:
    """The class that was chosen; 便民 while there is none."""
    return NoticeClass(values["topic"]) if values["topic"] in set(NoticeClass) else NoticeClass.CONVENIENCE


def paths_of_form(values: Mapping[str, str]) -> frozenset[Path]:
    """The ways that were ticked, as far as the class may use them, and the lists for phone and doorstep."""
    by_hand = {path for path in Path if not path.by_machine}
    return allowed_paths(topic_of(values)) & (_paths(values) | by_hand)


def _paths(values: Mapping[str, str]) -> set[Path]:
    ticked = {path for name, (paths, _, _) in WAYS.items() if values[f"way_{name}"] for path in paths}
    return ticked & allowed_paths(topic_of(values))


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


async def draft_of(viewer: Viewer, values: Mapping[str, str]) -> NoticeDraft:
    """The draft that the fields make.

    Raises:
        NotFound: the place is not the viewer's.
        Invalid: a line names no place.
    """
    organisation = await organisation_of(viewer, values["place"])
    starts_on = _day(values["starts_on"])
    assert starts_on
    return NoticeDraft(
        topic=topic_of(values),
        title=one_line(values["title"]),
        body=values["body"],
        organisation=organisation,
        audience=await audience_of(values),
        paths=paths_of_form(values),
        body_responsible=one_line(values["body_responsible"]),
        person_responsible=one_line(values["person_responsible"]),
        phone=one_line(values["phone"]),
        starts_on=starts_on,
        ends_on=_day(values["ends_on"]),
        wants_receipt=bool(values["receipt"]),
        launch_at=beijing_time(values["launch_at"]),
    )


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


def field_of(sentence: str) -> str:
    """The field that a refusal speaks of: the one whose label comes first in it; none when it names no field."""
    named = [(sentence.index(label), name) for name, label in LABELS.items() if label in sentence]
    return min(named)[1] if named else ""
