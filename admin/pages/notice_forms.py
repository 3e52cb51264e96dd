"""The form of a notice's draft: its fields, what is wrong with them, and the draft that they make."""

from collections.abc import Mapping
from datetime import date

from admin.layout import browser_time
from admin.pages import notice_audiences as audiences
from campaigns.audience import audience_from
from campaigns.delivery import paths_of
from clock import clock
from handlers.notices.actions.drafts import NoticeDraft
from handlers.notices.rules import LONGEST_BODY, LONGEST_TITLE, allowed_paths
from handlers.staff.rules import Viewer
from models.notices import Notice
from models.organisations import Organisation
from models.reach import NoticeClass, Path, Repeat
from web.forms import beijing_time, clean, missing, one_line

WAYS: dict[str, tuple[tuple[Path, ...], str, str]] = {
    "chat": ((Path.CUSTOMER, Path.STANDING, Path.CREDIT), "公众号消息和订阅通知", "不花钱；来过信或订阅过的人收得到。"),
    "template": ((Path.TEMPLATE,), "模板消息", "只用于紧急和公示，别的类别系统不用。"),
    "mass": ((Path.MASS,), "公众号群发", "关注的人都收得到，每人每月最多四次；紧急的不用，要等确认。"),
    "sms": ((Path.SMS,), "短信", "要花钱；没有关注、登记过电话的人收得到。"),
}
"""The ways to send that can be ticked: by which paths, the word, what it means. Phone and doorstep always remain."""
FIELDS = (
    *("topic", "title", "body", "body_responsible", "person_responsible", "phone", "starts_on", "ends_on"),
    *("launch_at", "repeat", "repeat_unread", "about", "receipt", "saved", "audience_name"),
    *(*audiences.FIELDS, *(f"way_{name}" for name in WAYS)),
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
    "way_chat": "送达方式",
    "launch_at": "定时发送",
    "repeat": "再发",
    "about": "请居民做",
    **audiences.LABELS,
}


def empty(place: str) -> dict[str, str]:
    """What stands in the form of a new notice."""
    ticked = {"way_chat": "yes", "way_template": "yes", "way_mass": "yes"}
    known = {"topic": NoticeClass.CONVENIENCE.value, "starts_on": f"{clock.today()}", "place": place}
    known["repeat"] = Repeat.NEVER.value
    return dict.fromkeys(FIELDS, "") | known | ticked


def sent(form: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote."""
    return {name: clean(form.get(name, "")) for name in FIELDS}


async def written(notice: Notice) -> dict[str, str]:
    """What stands in the form of a draft that is changed."""
    body = (await Organisation.get(id=notice.organisation_id)).code
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
        "launch_at": browser_time(notice.launch_at) if notice.launch_at else "",
        "receipt": "yes" if notice.wants_receipt else "",
        "repeat": notice.repeat.value,
        "repeat_unread": "yes" if notice.repeat_unread else "",
        "about": notice.about,
        **await audiences.filled(audience_from(notice.audience), body),
        **{f"way_{name}": "yes" for name, (paths, _, _) in WAYS.items() if chosen & set(paths)},
    }


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was written, by field; what the rules say is not asked here."""
    wanted = ("topic", "title", "body", "body_responsible", "person_responsible", "starts_on", "place")
    found = missing({name: LABELS[name] for name in wanted}, values)
    if values["topic"] not in set(NoticeClass):
        found["topic"] = "请选类别。"
    if values["repeat"] and values["repeat"] not in set(Repeat):
        found["repeat"] = "请选再发的方式。"
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
    """What is wrong with whom it is for, and how: enough to count them before the rest is written."""
    found = audiences.problems(values)
    if not _paths(values):
        found["way_chat"] = "请至少选一种送达方式。"
    return found


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


async def draft_of(viewer: Viewer, values: Mapping[str, str]) -> NoticeDraft:
    """The draft that the fields make.

    Raises:
        NotFound: the place is not the viewer's.
        Invalid: a line names no place.
    """
    organisation = await audiences.organisation_of(viewer, values["place"])
    starts_on = _day(values["starts_on"])
    assert starts_on
    return NoticeDraft(
        topic=topic_of(values),
        title=one_line(values["title"]),
        body=values["body"],
        organisation=organisation,
        audience=await audiences.audience_of(values),
        paths=paths_of_form(values),
        body_responsible=one_line(values["body_responsible"]),
        person_responsible=one_line(values["person_responsible"]),
        phone=one_line(values["phone"]),
        starts_on=starts_on,
        ends_on=_day(values["ends_on"]),
        wants_receipt=bool(values["receipt"]),
        launch_at=beijing_time(values["launch_at"]),
        repeat=Repeat(values["repeat"] or Repeat.NEVER.value),
        repeat_unread=bool(values["repeat_unread"]),
        about=values["about"],
    )


def field_of(sentence: str) -> str:
    """The field that a refusal speaks of: the one whose label comes first in it; none when it names no field."""
    named = [(sentence.index(label), name) for name, label in LABELS.items() if label in sentence]
    return min(named)[1] if named else ""
