"""注销: what an account has said and given is forgotten; registers and votes, which the law keeps, stay unlinked."""

import secrets
from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.actions import record
from handlers.conversations.actions import forget_notifications
from handlers.files.actions import forget
from handlers.residency import texts
from handlers.residency.actions.consents import withdraw_all
from handlers.residency.actions.delegates import end_given
from handlers.residency.actions.trail import actor_of
from handlers.residency.actions.unbind import release_all
from models.database import rows
from models.households import Correction, NameBrake
from models.residency import Account, Binding, CodeBrake
from models.sealed import seal
from models.states import CorrectionKind, CorrectionState

# One pseudonym for all messages of a person, so that the day's figures stay as they were counted.
_FORGET_MESSAGES = """
UPDATE message SET sender = $3, content = $4, answer = NULL, after = NULL WHERE app_id = $1 AND sender = $2
RETURNING key
"""
_FILES = """
SELECT l.file FROM enquiry_line l JOIN enquiry e ON e.id = l.enquiry_id
WHERE coalesce(l.account_id, e.account_id) = $1 AND l.fetched IS NOT NULL ORDER BY l.id FOR UPDATE OF l
"""
_FORGET_LINES = """
UPDATE enquiry_line SET text = $2, media = '', fetched = NULL, fetch_at = NULL, file = NULL FROM enquiry
WHERE enquiry.id = enquiry_line.enquiry_id AND coalesce(enquiry_line.account_id, enquiry.account_id) = $1
RETURNING enquiry_line.id
"""
# One that is under way is still seen to; it goes with those that have been kept long enough.
_FORGET_ALARMS = """
UPDATE alarm SET text = $2, note = NULL WHERE account_id = $1 AND state = 'closed' RETURNING id
"""
_CLOSE_ENQUIRIES = """
UPDATE enquiry SET state = 'closed', closed_at = $2 WHERE account_id = $1 AND state <> 'closed' RETURNING id
"""


async def close_account(app_id: str, openid: str) -> None:
    """Forget a WeChat account; done twice it is done once, and whoever comes back is somebody new.

    Bindings end and lose name and person, consent is withdrawn, delegations end, what was said is emptied, corrections
    no longer say who asked. The register's own rows, marks on rolls and ballots stay (《个人信息保护法》第四十七条).
    """
    async with in_transaction():
        gone = f"gone-{secrets.token_hex(12)}"
        await rows(_FORGET_MESSAGES, app_id, openid, gone, seal("", "message:content"))
        account = await Account.filter(app_id=app_id, openid=openid).select_for_update(no_key=True).first()
        if account is None:
            return
        now = clock.now()
        await end_given(account, texts.CLOSED_REASON, now)
        await release_all(account, texts.CLOSED_REASON)
        await Binding.filter(account_id=account.id).update(resident_id=None)
        await withdraw_all(account, now)
        await _forget_corrections(account, now)
        await forget_notifications(account.id)
        await _forget_what_was_said(account)
        await rows(_CLOSE_ENQUIRIES, account.id, now)
        await _part_from_address(account, gone)
        await record(actor_of(account.id), "account.close", actor_of(account.id))


async def _forget_what_was_said(account: Account) -> None:
    """To workers, with the pictures and recordings that were kept; one under way finds its line empty."""
    files = [row["file"] for row in await rows(_FILES, account.id) if row["file"]]
    await rows(_FORGET_LINES, account.id, seal("", "enquiry_line:text"))
    await rows(_FORGET_ALARMS, account.id, seal("", "alarm:text"))
    for file in files:
        await forget(file, actor_of(account.id))


async def _forget_corrections(account: Account, now: datetime) -> None:
    """Nobody can be answered any more; a stranger in a household is still looked at."""
    for correction in await Correction.filter(account_id=account.id).select_for_update():
        correction.account_id, correction.words = None, ""
        if correction.kind is not CorrectionKind.STRANGER:
            correction.resident_id, correction.binding_id = None, None
            correction.answer = ""
            if correction.state is CorrectionState.PENDING:
                correction.state, correction.decided_at = CorrectionState.REFUSED, now
        await correction.save()


async def _part_from_address(account: Account, gone: str) -> None:
    """The chat address goes; wrong guesses at codes and names stay with it, or closing would let somebody guess on."""
    app_id, address = account.app_id, account.openid
    account.openid, account.union_id, account.following = gone, None, False
    await account.save(update_fields=("openid", "union_id", "following"))
    braked = await CodeBrake.filter(account_id=account.id).exists()
    if braked or await NameBrake.filter(account_id=account.id).exists():
        heir = await Account.create(app_id=app_id, openid=address, created_at=clock.now())
        await CodeBrake.filter(account_id=account.id).update(account_id=heir.id)
        await NameBrake.filter(account_id=account.id).update(account_id=heir.id)
