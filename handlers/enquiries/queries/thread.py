"""One conversation as staff read it: its lines, who asks, what the platform still takes, and where it may go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.queries import Window, contact_window
from errors import NotFound
from handlers.enquiries import rules, texts
from handlers.enquiries.askers import SURE, askers, homes_of
from handlers.staff.queries import names
from handlers.staff.rules import PERMISSIONS, Permission, Viewer
from models.desk import Fetched, LineKind
from models.enquiries import CannedReply, Enquiry, EnquiryLine
from models.files import StoredFile
from models.organisations import Organisation
from models.residency import Account, Binding, Membership
from models.staff import StaffMember
from models.states import EnquiryState

SHOWN = 200
ANSWERING = [role for role, held in PERMISSIONS.items() if Permission.INBOX_ANSWER in held]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation; `author` is the name of staff, empty for the resident.

    `content_type` is that of the file that was kept of a picture or recording, empty where none was;
    `source` is the number of the enquiry that the line came in by, where that was merged into this one.
    """

    id: int
    kind: LineKind
    author: str
    text: str
    at: datetime
    media: bool
    fetched: Fetched | None
    content_type: str
    gone: bool
    delivered: str
    problem: str
    source: int | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """`more` is the number of the first line shown where there are earlier ones."""

    enquiry: Enquiry
    who: str
    holder: str
    assigned: str
    branch: str
    lines: tuple[Line, ...]
    more: int | None

    @property
    def last(self) -> int:
        """The last line that stands on the page."""
        return max((line.id for line in self.lines), default=0)


async def seen_enquiry(viewer: Viewer, enquiry_id: int) -> Enquiry:
    """An enquiry that the viewer may look at: of the own branch, or of somebody who lives there.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.INBOX_VIEW)
    enquiry = await Enquiry.get_or_none(id=enquiry_id).select_related("community")
    if enquiry is None:
        raise NotFound
    lives = enquiry.community is not None and viewer.sees(enquiry.community.code)
    if not (viewer.answers_for(enquiry.place) or lives):
        raise NotFound
    return enquiry


async def conversation(viewer: Viewer, enquiry_id: int, now: datetime, before: int | None = None) -> Conversation:
    """One conversation of the viewer's with its latest lines in order, or those before a line.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    enquiry = await seen_enquiry(viewer, enquiry_id)
    sources = [enquiry.id, *await Enquiry.filter(merged_into_id=enquiry.id).values_list("id", flat=True)]
    wanted = EnquiryLine.filter(enquiry_id__in=sources)
    latest = await (wanted.filter(id__lt=before) if before else wanted).order_by("-id").limit(SHOWN + 1)
    lines = latest[:SHOWN][::-1]
    files = [line.file for line in lines if line.file]
    types = dict(await StoredFile.filter(key__in=files).values_list("key", "content_type")) if files else {}
    staff = await names([enquiry.held_by, enquiry.assigned_to, *(line.author for line in lines)])
    branch = await Organisation.get_or_none(code=enquiry.place)
    return Conversation(
        enquiry,
        await who_asks(viewer, enquiry),
        staff.get(enquiry.held_by, enquiry.held_by),
        staff.get(enquiry.assigned_to, enquiry.assigned_to),
        branch.name if branch else "",
        tuple(_line(one, staff, enquiry.id, types, now) for one in lines),
        lines[0].id if len(latest) > SHOWN else None,
    )


async def who_asks(viewer: Viewer, enquiry: Enquiry) -> str:
    facts = ("id", "account_id", "delegation_id", "resident_id", "caller")
    return (await askers(viewer, [{name: getattr(enquiry, name) for name in facts}]))[enquiry.id]


async def window_of(enquiry: Enquiry, now: datetime) -> Window | None:
    """Until when and how often the platform takes answers; None where nobody can be written to."""
    return await contact_window(enquiry.account_id, now) if enquiry.account_id else None


async def media(viewer: Viewer, enquiry_id: int, line_id: int) -> tuple[str, EnquiryLine]:
    """A recording or picture in one of the viewer's conversations: the official account's AppID, and its line.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    enquiry = await seen_enquiry(viewer, enquiry_id)
    line = await EnquiryLine.get_or_none(id=line_id).select_related("enquiry")
    if line is None or not line.media or enquiry.id not in {line.enquiry_id, line.enquiry.merged_into_id}:
        raise NotFound
    account = await Account.get_or_none(id=line.account_id or line.enquiry.account_id)
    if account is None:
        raise NotFound
    return account.app_id, line


async def colleagues(viewer: Viewer, enquiry: Enquiry) -> list[StaffMember]:
    """Who else may answer residents of this place."""
    if not viewer.sees(enquiry.place):
        return []
    near = StaffMember.filter(active=True, role__in=ANSWERING, organisation__code__in=_and_above(enquiry.place))
    members = await near.select_related("organisation").order_by("login")
    return [one for one in members if one.login not in {viewer.login, enquiry.held_by}]


async def neighbours(viewer: Viewer, enquiry: Enquiry) -> list[Enquiry]:
    """Other open enquiries from chats of the same home for certain, which may be about the same thing."""
    homes = list(await homes_of(enquiry, SURE))
    accounts = await Binding.filter(dwelling_id__in=homes, state__in=SURE).values_list("account_id", flat=True)
    people = await Membership.filter(dwelling_id__in=homes, until=None).values_list("resident_id", flat=True)
    others = Enquiry.exclude(state=EnquiryState.CLOSED).exclude(id=enquiry.id)
    found = [
        *await others.filter(account_id__in=list(accounts)),
        *await others.filter(resident_id__in=list(people)),
    ]
    unique = {one.id: one for one in found if one.account_id and viewer.answers_for(one.place)}
    return sorted(unique.values(), key=lambda one: one.id)


async def canned_replies(viewer: Viewer) -> list[CannedReply]:
    """Words that the viewer may use: of the own branch and those above it."""
    viewer.require(Permission.INBOX_VIEW)
    return (
        await CannedReply.filter(organisation__code__in=_and_above(viewer.code))
        .select_related("organisation")
        .order_by("title", "id")
    )


def _and_above(code: str) -> list[str]:
    """A branch's code and all that may be those of the bodies above it."""
    return [code[:length] for length in range(1, len(code) + 1)]


def _line(line: EnquiryLine, staff: dict[str, str], enquiry_id: int, types: dict[UUID, str], now: datetime) -> Line:
    return Line(
        id=line.id,
        kind=line.kind,
        author=staff.get(line.author, line.author),
        text=line.text,
        at=line.at,
        media=bool(line.media),
        fetched=line.fetched,
        content_type=types.get(line.file, "") if line.file else "",
        gone=line.file is None and line.at + rules.MEDIA_LIVES <= now,
        delivered=line.delivered.label if line.delivered else "",
        problem=texts.undelivered(line.delivered, line.errcode) if line.delivered else "",
        source=None if line.enquiry_id == enquiry_id else line.enquiry_id,
    )
