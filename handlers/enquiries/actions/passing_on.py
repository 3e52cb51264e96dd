"""Handing a conversation on: to a colleague, to the street or district, back down, or into another one."""

from announcements import telling
from clock import clock
from errors import Invalid, NotFound
from handlers.conversations.actions import notify
from handlers.enquiries import rules, texts
from handlers.enquiries.actions.assigning import ANSWERING
from handlers.enquiries.actions.steps import audit, close, keep, note_deed, own_enquiry, touch
from handlers.enquiries.askers import SURE, homes_of
from handlers.enquiries.rules import EnquiryEvent
from handlers.staff.rules import Viewer, check_reason
from models.desk import EnquiryOutcome
from models.enquiries import Enquiry
from models.organisations import Organisation
from models.staff import StaffMember


async def pass_to_colleague(viewer: Viewer, enquiry_id: int, login: str, reason: str) -> Enquiry:
    """Make an enquiry a colleague's turn, who finds it among those that wait.

    Raises:
        NotFound: no such enquiry, or nobody of that login who answers residents of this place.
        Forbidden, AlreadyClosed: not this viewer's, or over.
        Invalid: no reason, or too long a one.
    """
    check_reason(reason)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        member = (
            await StaffMember.filter(login=login, active=True, role__in=ANSWERING)
            .select_related("organisation")
            .first()
        )
        if member is None or not enquiry.place.startswith(member.organisation.code):
            raise NotFound("没有这位同事，或他不能回复这里的居民。")
        await _pass_on(enquiry, viewer, texts.passed_to(str(member), reason), reason)
        enquiry.assigned_to = login
        await keep(enquiry, "assigned_to")
    return enquiry


async def pass_to_branch(viewer: Viewer, enquiry_id: int, code: str, reason: str) -> Enquiry:
    """Hand an enquiry to the body above, or down to a community again.

    Raises:
        NotFound: no such enquiry, or the branch is neither above the resident's community nor it itself.
        Forbidden, AlreadyClosed: not this viewer's, or over.
        Invalid: no reason, too long a one, or it is there already.
    """
    check_reason(reason)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        branch = await Organisation.get_or_none(code=code)
        if branch is None or code not in {one.code for one in await branches_for(enquiry)}:
            raise NotFound("没有这个机构，或不管这位居民住的地方。")
        await _pass_on(enquiry, viewer, texts.passed_to(branch.name, reason), reason)
        enquiry.place, enquiry.assigned_to = code, ""
        if enquiry.community_id is None and len(code) == rules.COMMUNITY_DIGITS:
            enquiry.community_id = branch.id
        await keep(enquiry, "place", "assigned_to", "community_id")
        if enquiry.account_id:
            await notify(enquiry.account_id, texts.now_with(enquiry.id, branch.name))
    return enquiry


async def branches_for(enquiry: Enquiry) -> list[Organisation]:
    """Where an enquiry may go: the resident's community and the bodies above it; any community where none is known."""
    every = Organisation.all().order_by("code")
    if enquiry.community_id is None:
        return [one for one in await every if one.code != enquiry.place]
    community = await Organisation.get(id=enquiry.community_id)
    return [one for one in await every if community.code.startswith(one.code) and one.code != enquiry.place]


async def _pass_on(enquiry: Enquiry, viewer: Viewer, words: str, reason: str) -> None:
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.PASS_ON)
    enquiry.held_by, enquiry.held_at, enquiry.snoozed_until = "", None, None
    now = clock.now()
    await note_deed(enquiry, viewer.login, words, now)
    # It is somebody's promise again from now on, also where the resident had been answered.
    enquiry.waiting_since = enquiry.waiting_since or now
    await touch(enquiry, now, "state", "held_by", "held_at", "snoozed_until", "waiting_since")
    await audit(viewer.actor, "enquiry.transfer", enquiry, before, reason)


async def merge_enquiries(viewer: Viewer, enquiry_id: int, into_id: int) -> Enquiry:
    """Make two open enquiries one: its lines are read in the other, whose answers both residents get.

    Raises:
        NotFound, Forbidden: one of the two is not this viewer's.
        Invalid: the same one, one that no chat leads to, or people who are not known to be of one home.
        AlreadyClosed, HeldByAnother.
    """
    if enquiry_id == into_id:
        raise Invalid("不能和自己合并，请填另一条的编号。")
    async with telling():
        # In the order of their numbers, so that two who merge crosswise do not wait for each other.
        found = {number: await own_enquiry(viewer, number) for number in sorted((enquiry_id, into_id))}
        given, kept = found[enquiry_id], found[into_id]
        for one in (given, kept):
            rules.move(one.state, EnquiryEvent.CLOSE)
            rules.check_holder(one.held_by, viewer.login)
        if kept.account_id is None:
            raise Invalid("请把来电来访并入微信里的那一条，回复才到得了。")
        if not await _one_home(given, kept):
            raise Invalid("两条留言不是同一户的，不能合并。")
        now = clock.now()
        given.merged_into_id = kept.id
        await Enquiry.filter(merged_into_id=given.id).update(merged_into_id=kept.id)
        waits = [since for since in (given.waiting_since, kept.waiting_since) if since]
        kept.waiting_since = min(waits, default=None)
        await close(given, viewer.actor, now, EnquiryOutcome.MERGED, viewer.login)
        await note_deed(kept, viewer.login, texts.merged_here(given.id), now)
        await touch(kept, now, "waiting_since")
        if given.account_id and given.account_id != kept.account_id:
            await notify(given.account_id, texts.merged(given.id, kept.id))
    return kept


async def _one_home(first: Enquiry, second: Enquiry) -> bool:
    """Whether both were asked by one account, or from one home for certain."""
    if first.account_id is not None and first.account_id == second.account_id:
        return True
    homes = [await homes_of(one, SURE) for one in (first, second)]
    return bool(homes[0] & homes[1])
