"""Which official accounts are served, what the panel may see of them, verification files and message templates."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.staff.rules import Viewer
from models.accounts import OfficialAccount, VerificationFile
from models.campaigns import MessageTemplate

FIRST = "第一个公众号"
"""What the account in the settings is called on screens."""


@dataclass(frozen=True, slots=True)
class ServedAccount:
    """An active account with its secrets, for the door and the client alone."""

    slug: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as the panel shows it; its secrets are never shown again."""

    slug: str
    name: str
    organisation: str
    app_id: str
    mode: str
    active: bool
    created_at: datetime


async def served_accounts() -> list[ServedAccount]:
    """Every active account beside the one in the settings."""
    return [
        ServedAccount(row.slug, row.app_id, row.app_secret, row.token, row.aes_key, row.mode)
        for row in await OfficialAccount.filter(active=True).order_by("id")
    ]


async def accounts(viewer: Viewer) -> list[AccountLine]:
    """The further accounts of the viewer's part of the tree."""
    own = OfficialAccount.filter(organisation__code__startswith=viewer.code).order_by("id")
    return [
        AccountLine(row.slug, row.name, row.organisation.name, row.app_id, row.mode, row.active, row.created_at)
        for row in await own.select_related("organisation")
    ]


async def verification_files() -> dict[str, str]:
    """Every verification file: name → body."""
    return {row.name: row.body for row in await VerificationFile.all()}


async def uploads() -> list[VerificationFile]:
    """The verification files with who laid them there, the latest first."""
    return await VerificationFile.all().order_by("-uploaded_at", "-id")


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A message template with the name of its account."""

    account: str
    template: MessageTemplate


async def account_names(viewer: Viewer, first_app_id: str) -> dict[str, str]:
    """By AppID what the accounts are called that the viewer's residents may follow: the first, and their own."""
    return {first_app_id: FIRST} | {one.app_id: one.name for one in await accounts(viewer)}


async def templates(viewer: Viewer, first_app_id: str) -> list[TemplateLine]:
    """The message templates of these accounts."""
    known = await account_names(viewer, first_app_id)
    found = await MessageTemplate.filter(app_id__in=list(known)).order_by("app_id", "purpose", "kind")
    return [TemplateLine(known[template.app_id], template) for template in found]
