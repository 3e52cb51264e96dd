"""What an account has agreed to, and whether a sensitive purpose still has to be asked for."""

from handlers.residency.rules import version_of
from models.households import ConsentRecord
from models.states import ConsentPurpose


async def needs_consent(account_id: int, purpose: ConsentPurpose) -> bool:
    """Whether the account has not agreed to this purpose in the wording that holds now."""
    current = ConsentRecord.filter(account_id=account_id, purpose=purpose, withdrawn_at__isnull=True)
    return not await current.filter(version=version_of(purpose)).exists()


async def consents(account_id: int) -> list[ConsentRecord]:
    """Everything the account has agreed to, also what it took back, in order."""
    return await ConsentRecord.filter(account_id=account_id).order_by("given_at", "id")
