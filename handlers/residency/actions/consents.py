"""Consent given and taken back, each with its purpose, wording and time (《个人信息保护法》第十四、十五、二十九条)."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from handlers.audit.actions import record
from handlers.residency.actions.trail import actor_of
from handlers.residency.rules import CONSENT_VERSION, version_of
from models.households import ConsentRecord
from models.residency import Account
from models.states import ConsentPurpose


async def give_consent(app_id: str, openid: str) -> int:
    """Record that an account agrees to the consent text as it reads now; the account's id."""
    now = clock.now()
    async with in_transaction():
        known, _ = await Account.get_or_create(  # pyright: ignore[reportUnknownMemberType]
            app_id=app_id, openid=openid, defaults={"created_at": now}
        )
        account = await Account.select_for_update().get(id=known.id)
        account.consent_version, account.consented_at, account.following = CONSENT_VERSION, now, True
        await account.save(update_fields=("consent_version", "consented_at", "following"))
        await _keep(account.id, ConsentPurpose.RESIDENCY, now)
    return account.id


async def give(account_id: int, purpose: ConsentPurpose) -> None:
    """Record a separate consent to one sensitive purpose; the same again changes nothing."""
    async with in_transaction():
        await Account.select_for_update().get(id=account_id)
        await _keep(account_id, purpose, clock.now())


async def withdraw(account_id: int, purpose: ConsentPurpose) -> bool:
    """Take back the consent to a sensitive purpose; whether there was one.

    The consent to being registered is taken back by `unbind.withdraw_residency`, which ends what stands on it.
    """
    async with in_transaction():
        given = await ConsentRecord.filter(
            account_id=account_id, purpose=purpose, withdrawn_at__isnull=True
        ).select_for_update()
        for consent in given:
            await _end(consent, clock.now())
    return bool(given)


async def withdraw_all(account: Account, now: datetime) -> None:
    """Take back everything a held account has agreed to, in the transaction under way."""
    for consent in await ConsentRecord.filter(account_id=account.id, withdrawn_at__isnull=True):
        await _end(consent, now)
    account.consent_version, account.consented_at = None, None
    await account.save(update_fields=("consent_version", "consented_at"))


async def _keep(account_id: int, purpose: ConsentPurpose, now: datetime) -> None:
    """A consent to an older wording ends where that to the new one begins."""
    version = version_of(purpose)
    current = await ConsentRecord.get_or_none(account_id=account_id, purpose=purpose, withdrawn_at__isnull=True)
    if current and current.version == version:
        return
    if current:
        current.withdrawn_at = now
        await current.save(update_fields=("withdrawn_at",))
    await ConsentRecord.create(account_id=account_id, purpose=purpose, version=version, given_at=now)
    await _audit(account_id, "consent.give", purpose, version)


async def _end(consent: ConsentRecord, now: datetime) -> None:
    consent.withdrawn_at = now
    await consent.save(update_fields=("withdrawn_at",))
    await _audit(consent.account_id, "consent.withdraw", consent.purpose, consent.version)


async def _audit(account_id: int, verb: str, purpose: ConsentPurpose, version: str) -> None:
    await record(actor_of(account_id), verb, actor_of(account_id), after=version, detail={"purpose": purpose.value})
