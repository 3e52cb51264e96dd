"""Accounts of people who write before they have registered anything, and the note that one took its data along."""

from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.actions import record
from handlers.residency.actions.trail import actor_of
from models.residency import Account


async def know_account(app_id: str, openid: str) -> int:
    """The id of the account behind an openid, made if it was never seen; it has consented to nothing."""
    account, _ = await Account.get_or_create(  # pyright: ignore[reportUnknownMemberType]
        app_id=app_id, openid=openid, defaults={"created_at": clock.now()}
    )
    return account.id


async def record_export(account_id: int) -> None:
    """Note that somebody took along all that is held of them (《个人信息保护法》第四十五条)."""
    async with in_transaction():
        await record(actor_of(account_id), "personal.export", actor_of(account_id))


async def record_union_id(account_id: int, union_id: str) -> None:
    """Keep the UnionID that joins this account to the same person's elsewhere; the same again is nothing."""
    async with in_transaction():
        account = await Account.select_for_update().get(id=account_id)
        if account.union_id == union_id:
            return
        account.union_id = union_id
        await account.save(update_fields=("union_id",))
        await record(actor_of(account_id), "account.join", actor_of(account_id), detail={"fields": ["union_id"]})
