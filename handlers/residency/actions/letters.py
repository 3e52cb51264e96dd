"""Letters that carry a door code to each dwelling of a community or of a part of it (conversations.md, 登记住址)."""

import csv
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.residency.actions.upsert import BATCH, batches
from handlers.residency.codes import WHOLE, Letter, Part, format_code, new_code
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Organisation
from models.residency import DoorCode, Dwelling
from models.sealed import blind_index
from models.states import Level

VALID_FOR = timedelta(days=30)
MOST_DRAWS = 5
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=BEIJING)
_REPLACE = """
UPDATE door_code SET replaced_at = $2 FROM dwelling
WHERE dwelling.id = door_code.dwelling_id AND dwelling.community_id = $1
  AND door_code.replaced_at IS NULL AND (door_code.issued_at < $3 OR door_code.expires_at <= $2)
  AND ($4::bigint IS NULL OR dwelling.estate_id = $4) AND ($5::bigint IS NULL OR dwelling.building_id = $5)
  AND ($6::text IS NULL OR dwelling.entrance = $6) AND ($7::bigint IS NULL OR dwelling.id = $7)
"""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


async def issue_codes(
    community_code: str,
    now: datetime,
    renew: bool = False,
    *,
    actor: str = "cli",
    part: Part = WHOLE,
    renew_before: datetime | None = None,
) -> list[Letter]:
    """The letters of all dwellings of a community or of a part of it, in the order of its ledger.

    A code still valid is repeated, however many have used it; `renew` replaces all.

    Args:
        renew_before: replace only codes issued before, so that asking twice replaces once.

    Raises:
        NotFound: no community of this code, or nothing of it is that part.
    """
    community = await Organisation.get_or_none(code=community_code, level=Level.COMMUNITY)
    if community is None:
        raise NotFound("没有这个社区编码，请先装载 org.yaml。")
    issued_before = (renew_before or now + VALID_FOR) if renew else BEFORE_ALL
    async with in_transaction():
        await rows(_REPLACE, community.id, now, issued_before, *part.narrowing)
        dwellings = await _dwellings(community.id, part)
        codes, issued = await _complete(dwellings, now)
        subject, detail = f"organisation:{community.code}", {"issued": issued, "repeated": len(codes) - issued}
        await record(actor, "letters.issue", subject, place=community.code, detail=detail)
    return [_letter(dwelling, codes[dwelling.id]) for dwelling in dwellings]


async def issue_letters(
    viewer: Viewer, community_code: str, part: Part, now: datetime, *, renew_before: datetime | None = None
) -> list[Letter]:
    """Letters of a part of the viewer's own community; `renew_before` replaces codes issued before.

    Raises:
        Forbidden, NotFound: not theirs to print.
    """
    viewer.require(Permission.LETTERS_PRINT)
    if not viewer.sees(community_code):
        raise NotFound
    renew = renew_before is not None
    return await issue_codes(community_code, now, renew, actor=viewer.actor, part=part, renew_before=renew_before)


async def note_letters_taken(viewer: Viewer, community_code: str, part: Part, how: str, count: int) -> None:
    """Write into the audit trail who has seen the codes of which dwellings.

    Args:
        how: `print` or `download`.
    """
    detail = {"part": list(part.narrowing), "letters": count}
    async with in_transaction():
        subject = f"organisation:{community_code}"
        await record(viewer.actor, f"letters.{how}", subject, place=community_code, detail=detail)


async def _dwellings(community_id: int, part: Part) -> list[Dwelling]:
    """The dwellings of a part, in the order of the ledger.

    Raises:
        NotFound: a part that is not one of this community.
    """
    names = ("estate_id", "building_id", "entrance", "id")
    wanted = {name: value for name, value in zip(names, part.narrowing, strict=True) if value is not None}
    found = await Dwelling.filter(community_id=community_id, **wanted).order_by("id")
    if wanted and not found:
        raise NotFound
    return found


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


def letter_lines(letters: Sequence[Letter]) -> list[tuple[object, ...]]:
    """The printer's table, its heading first (conversations.md, The panel)."""
    return [("address", "code", "expires_on"), *((one.address, one.code, one.expires_on) for one in letters)]


def write_letters(path: Path, letters: Sequence[Letter]) -> None:
    """Write letters as the printer's CSV; only its owner may read the file, since whoever has a code may move in."""
    with open(path, "w", encoding="utf-8-sig", newline="", opener=partial(os.open, mode=0o600)) as file:
        csv.writer(file).writerows([_plain(str(cell)) for cell in line] for line in letter_lines(letters))


def _plain(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
