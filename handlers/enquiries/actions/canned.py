"""Words that are often answered, kept once for a branch and those below it."""

from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.enquiries import rules
from handlers.staff.rules import Permission, Viewer
from models.enquiries import CannedReply
from models.organisations import Organisation

LONGEST_TITLE = 40
MOST = 100


async def write_canned(viewer: Viewer, title: str, text: str, now: datetime) -> CannedReply:
    """Keep words for the viewer's own branch and those below it.

    Raises:
        Forbidden: the viewer does not answer residents.
        Invalid: without title or words, or too long.
        Conflict: the branch has words of this title, or a hundred already.
    """
    viewer.require(Permission.INBOX_ANSWER)
    rules.check_answer(text)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"请填写标题，最多{LONGEST_TITLE}个字。")
    try:
        async with in_transaction():
            branch = await Organisation.select_for_update().get(code=viewer.code)
            if await CannedReply.filter(organisation_id=branch.id).count() >= MOST:
                raise Conflict(f"常用语最多{MOST}条，请先删去不用的。")
            canned = await CannedReply.create(
                organisation=branch, title=title, text=text, written_by=viewer.login, written_at=now
            )
            await record(viewer.actor, "canned.write", f"canned:{canned.id}", place=viewer.code)
    except IntegrityError as error:
        raise Conflict("已有同样标题的常用语。") from error
    return canned


async def drop_canned(viewer: Viewer, canned_id: int) -> None:
    """Take words away.

    Raises:
        NotFound, Forbidden: there are none, or they are another branch's.
    """
    viewer.require(Permission.INBOX_ANSWER)
    async with in_transaction():
        canned = await CannedReply.get_or_none(id=canned_id).select_related("organisation")
        if canned is None or not viewer.sees(canned.organisation.code):
            raise NotFound
        await canned.delete()
        await record(viewer.actor, "canned.drop", f"canned:{canned_id}", place=viewer.code)
