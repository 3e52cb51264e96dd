"""The audit trail in words: who did what to which thing, when, from which state to which, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from admin.access import Visit, require
from admin.pages.deeds import ACTORS, DEEDS, STATES, SUBJECTS
from clock import BEIJING
from handlers.audit import queries
from handlers.staff import queries as staff
from handlers.staff.rules import Permission, Viewer
from models.audit import AuditEntry
from web.forms import LONGEST_SEARCH, one_line, page_after, row_id

AUDIT = "/admin/audit"
PAGE = 50
SHOWN_OF_A_SEAL = 8
FIELDS = ("q", "deed", "who", "place", "since", "until")
WORDS = {word: code for codes in (DEEDS, ACTORS, SUBJECTS) for code, word in codes.items()}
"""What people read on the page and then search for, as it is stored."""
OBJECTS = {
    "poll": ("/admin/votes", Permission.VOTES_VIEW),
    "notice": ("/admin/notices", Permission.NOTICES_VIEW),
    "binding": ("/admin/bindings", Permission.BINDINGS_VIEW),
    "enquiry": ("/admin/inbox", Permission.INBOX_VIEW),
    "delegation": ("/admin/delegations", Permission.DELEGATIONS_VIEW),
    "building": ("/admin/buildings", Permission.DWELLINGS_VIEW),
    "dwelling": ("/admin/dwellings", Permission.DWELLINGS_VIEW),
}
"""Where the thing that a deed is about is looked at, by its kind, and the permission for that page."""
CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Line:
    """One deed as it is shown; `number` is its place in the sealed chain, None while it waits to be sealed."""

    at: datetime
    actor: str
    deed: str
    subject: str
    page: str
    before: str
    after: str
    reason: str
    number: int | None
    seal: str


async def audit(visit: Visit) -> Response:
    values = asked(visit)
    before = page_after(visit.request) or None
    found = await queries.entries(visit.viewer, await sought(values), before_id=before, limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show(
        "audit.html",
        lines=await lines_of(visit.viewer, found[:PAGE]),
        values=values,
        deeds=DEEDS,
        places=await staff.organisations(visit.viewer),
        more=more,
        checked=row_id(visit.request.query_params.get(CHECKED, "0")),
    )


def asked(visit: Visit) -> dict[str, str]:
    """What the form above the list holds; what can't be is as good as empty."""
    values = {name: one_line(visit.request.query_params.get(name, ""))[:LONGEST_SEARCH] for name in FIELDS}
    return values | {
        "deed": values["deed"] if values["deed"] in DEEDS else "",
        "place": values["place"] if visit.viewer.sees(values["place"]) else "",
        "since": values["since"] if _day(values["since"]) else "",
        "until": values["until"] if _day(values["until"]) else "",
    }


async def sought(values: dict[str, str]) -> queries.Sought:
    last = _day(values["until"])
    return queries.Sought(
        words=" ".join(WORDS.get(word, word) for word in values["q"].split()),
        deed=values["deed"],
        who=WORDS.get(values["who"], values["who"]),
        logins=await staff.logins_named(values["who"]) if values["who"] else (),
        place=values["place"],
        since=_day(values["since"]),
        until=last + timedelta(days=1) if last else None,
    )


def _day(text: str) -> datetime | None:
    """The beginning of a day in Beijing; None when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), BEIJING)
    except ValueError:
        return None


async def lines_of(viewer: Viewer, found: list[AuditEntry]) -> list[Line]:
    things = [thing for entry in found for thing in (entry.actor, entry.subject)]
    names = await staff.names(thing.removeprefix("staff:") for thing in things if thing.startswith("staff:"))
    return [_line(viewer, entry, names) for entry in found]


def _line(viewer: Viewer, entry: AuditEntry, names: dict[str, str]) -> Line:
    return Line(
        entry.at,
        _named(entry.actor, ACTORS, names),
        DEEDS.get(entry.action, entry.action),
        _named(entry.subject, SUBJECTS, names),
        _page_of(viewer, entry.subject),
        _state(entry.subject, entry.before),
        _state(entry.subject, entry.after),
        entry.reason,
        entry.number,
        entry.seal.hex()[:SHOWN_OF_A_SEAL] if entry.seal else "",
    )


def _page_of(viewer: Viewer, subject: str) -> str:
    """Where the thing is looked at; empty when there is no such page, or not for this viewer."""
    kind, _, key = subject.partition(":")
    path, permission = OBJECTS.get(kind, ("", None))
    return f"{path}/{key}" if permission and viewer.may(permission) and key.isdecimal() else ""


def _state(subject: str, state: str) -> str:
    return STATES.get(subject.partition(":")[0], {}).get(state, state)


def _named(thing: str, kinds: dict[str, str], names: dict[str, str]) -> str:
    """`poll:7` → 投票 7, `staff:lin` → 工作人员 林工（lin）."""
    kind, _, key = thing.partition(":")
    called = names.get(key, "") if kind == "staff" else ""
    return f"{kinds.get(kind, kind)} {f'{called}（{key}）' if called else key}".strip()


ROUTES = (require(Permission.AUDIT_VIEW, "/audit", audit),)
