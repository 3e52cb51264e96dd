"""Accounts of people who write before they have registered anything."""

from clock import clock
from models.residency import Account


async def know_account(app_id: str, openid: str) -> int:
    """The id of the account behind an openid, made if it was never seen; it has consented to nothing."""
    account, _ = await Account.get_or_create(  # pyright: ignore[reportUnknownMemberType]
        app_id=app_id, openid=openid, defaults={"created_at": clock.now()}
    )
    return account.id
