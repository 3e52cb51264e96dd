"""Writing a new vote: the form, what is wrong with it, and the draft that comes of it."""

from datetime import timedelta
from itertools import groupby

from starlette.responses import Response

from admin.access import Visit
from clock import BEIJING, clock
from errors import Invalid
from handlers.staff.rules import Viewer
from handlers.votes.actions.drafts import Draft, draft_poll
from handlers.votes.queries.polls import places
from web.forms import beijing_time, clean, lines, missing, one_line

FIELDS = ("title", "explanation", "choices", "abstain", "place", "opens_at", "closes_at", "organiser", "contact")
WANTED = {
    "title": "标题",
    "choices": "选项",
    "place": "范围",
    "opens_at": "开始时间",
    "closes_at": "截止时间",
}
LONGEST = {"title": 60, "explanation": 2000, "abstain": 30, "organiser": 60, "contact": 60}
OPEN_FOR = timedelta(days=7)
ABSTAIN = "弃权"
USUAL_CHOICES = f"同意\n不同意\n{ABSTAIN}"


async def new(visit: Visit) -> Response:
    now = clock.now().astimezone(BEIJING)
    times = {"opens_at": f"{now:%Y-%m-%dT%H:%M}", "closes_at": f"{now + OPEN_FOR:%Y-%m-%dT%H:%M}"}
    return await _form(visit, dict.fromkeys(FIELDS, "") | times | {"choices": USUAL_CHOICES})


async def draft(visit: Visit) -> Response:
    """Keep a draft; a form with mistakes comes back as it was, with the place of each."""
    values = {name: clean(visit.form.get(name, "")) for name in FIELDS}
    if problems := _problems(values):
        return await _form(visit, values, problems)
    try:
        poll = await draft_poll(visit.viewer, _draft(values), clock.now())
    except Invalid as refusal:
        return await _form(visit, values, {_field_of(refusal.message): refusal.message})
    return await visit.go(f"/admin/votes/{poll.id}", "草稿已保存，发布前居民看不到。")


def _problems(values: dict[str, str]) -> dict[str, str]:
    problems = missing(WANTED, values)
    for name in ("opens_at", "closes_at"):
        if name not in problems and beijing_time(values[name]) is None:
            problems[name] = f"{WANTED[name]}要写成日期和时间，例如 2026-05-01 08:00。"
    for name, longest in LONGEST.items():
        if len(values[name]) > longest:
            problems[name] = f"这一项最多{longest}个字，现在有{len(values[name])}个。"
    return problems


def _field_of(sentence: str) -> str:
    """The field that a refusal speaks of: the one whose label comes first in it; none when it names no field."""
    named = [(sentence.index(label), name) for name, label in WANTED.items() if label in sentence]
    return min(named)[1] if named else ""


def _draft(values: dict[str, str]) -> Draft:
    opens_at, closes_at = beijing_time(values["opens_at"]), beijing_time(values["closes_at"])
    assert opens_at
    assert closes_at
    choices = lines(values["choices"])
    usual = ABSTAIN if ABSTAIN in choices else ""
    return Draft(
        title=one_line(values["title"]),
        explanation=values["explanation"],
        choices=choices,
        place=values["place"],
        opens_at=opens_at,
        closes_at=closes_at,
        organiser=one_line(values["organiser"]),
        contact=one_line(values["contact"]),
        abstain=one_line(values["abstain"]) or usual,
    )


async def _form(visit: Visit, values: dict[str, str], problems: dict[str, str] | None = None) -> Response:
    status = 422 if problems else 200
    places = await _places(visit.viewer)
    return await visit.show("votes/new.html", status, values=values, problems=problems or {}, places=places)


async def _places(viewer: Viewer) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places to choose from, (code, name), by community."""
    found = groupby(await places(viewer), key=lambda place: place["community"])
    return [(community, [(place["code"], place["name"]) for place in group]) for community, group in found]
