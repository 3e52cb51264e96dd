"""The letters that carry a door code to each dwelling of a community (conversations.md, 登记住址)."""

import csv
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.residency.actions.upsert import BATCH, batches
from handlers.residency.codes import format_code, new_code
from models.database import rows
from models.organisations import Organisation
from models.residency import DoorCode, Dwelling
from models.sealed import blind_index
from models.states import Level

VALID_FOR = timedelta(days=30)
MOST_DRAWS = 5
_REPLACE = """
UPDATE door_code SET replaced_at = $2 FROM dwelling
WHERE dwelling.id = door_code.dwelling_id AND dwelling.community_id = $1
  AND door_code.replaced_at IS NULL AND ($3 OR door_code.expires_at <= $2)
"""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says; `code` as printed, `expires_on` in Beijing."""

    address: str
    code: str
    expires_on: date


async def issue_codes(community_code: str, now: datetime, renew: bool = False, *, actor: str = "cli") -> list[Letter]:
    """The letters of all dwellings of a community, in the order of its ledger.

    A code still valid is repeated, however many have used it; `renew` replaces all.

    Raises:
        NotFound: no community of this code.
    """
    community = await Organisation.get_or_none(code=community_code, level=Level.COMMUNITY)
    if community is None:
        raise NotFound("没有这个社区编码，请先装载 org.yaml。")
    async with in_transaction():
        await rows(_REPLACE, community.id, now, renew)
        dwellings = await Dwelling.filter(community_id=community.id).order_by("id")
        codes, issued = await _complete(dwellings, now)
        subject, detail = f"organisation:{community.code}", {"issued": issued, "repeated": len(codes) - issued}
        await record(actor, "letters.issue", subject, place=community.code, detail=detail)
    return [_letter(dwelling, codes[dwelling.id]) for dwelling in dwellings]


async def _complete(dwellings: Sequence[Dwelling], now: datetime) -> tuple[dict[int, DoorCode], int]:
    """Issue codes until every dwelling has one in use. Returns them by dwelling, and how many are new.

    The database refuses a code drawn twice, and a dwelling's second one, should two sets of letters be printed at once.
    """
    issued = 0
    for _ in range(MOST_DRAWS):
        codes = {
            code.dwelling_id: code
            for part in batches(dwellings)
            for code in await DoorCode.filter(
                dwelling_id__in=[dwelling.id for dwelling in part], replaced_at__isnull=True
            )
        }
        missing = [dwelling.id for dwelling in dwellings if dwelling.id not in codes]
        if not missing:
            return codes, issued
        issued = issued or len(missing)
        drawn = [_new_code(dwelling_id, now) for dwelling_id in missing]
        await DoorCode.bulk_create(drawn, batch_size=BATCH, ignore_conflicts=True)
    raise Conflict("绑定码没有生成完，请再试一次。")


def _new_code(dwelling_id: int, now: datetime) -> DoorCode:
    code = new_code(secrets.randbelow)
    return DoorCode(
        dwelling_id=dwelling_id,
        code=code,
        code_index=blind_index(code, "door_code"),
        issued_at=now,
        expires_at=now + VALID_FOR,
    )


def _letter(dwelling: Dwelling, code: DoorCode) -> Letter:
    return Letter(dwelling.address, format_code(code.code), code.expires_at.astimezone(BEIJING).date())


def write_letters(path: Path, letters: Sequence[Letter]) -> None:
    """Write letters as the printer's CSV; only its owner may read the file, since whoever has a code may move in."""
    with open(path, "w", encoding="utf-8-sig", newline="", opener=partial(os.open, mode=0o600)) as file:
        writer = csv.writer(file)
        writer.writerow(("address", "code", "expires_on"))
        writer.writerows((_plain(letter.address), letter.code, letter.expires_on) for letter in letters)


def _plain(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
