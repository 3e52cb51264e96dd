"""Letters to the dwellings: codes issued by part of a community, printed by entrance, replaced, or taken as a table."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import segno
from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of
from admin.sheets import csv_download
from clock import clock
from errors import Invalid
from handlers.residency.actions.letters import issue_letters, letter_lines, note_letters_taken
from handlers.residency.codes import Part
from handlers.residency.queries import letters as queries
from handlers.staff.rules import Permission
from models.organisations import Organisation
from web.forms import row_id

LETTERS = "/admin/letters"
AT_ONCE = 8
"""So many codes are asked of the platform at a time; once it fails, the rest are not asked for."""
MOST_PRINTED = 400
LONGEST_ENTRANCE = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """The community and the part of it that a request names, with the query that names them again."""

    community: Organisation
    part: Part

    @property
    def query(self) -> str:
        names = ("estate", "building", "entrance", "dwelling")
        narrowed = {name: value for name, value in zip(names, self.part.narrowing, strict=True) if value}
        return urlencode({"community": self.community.code, **narrowed})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed letter; `picture` is the QR code as SVG, empty where the platform gave none."""

    address: str
    code: str
    expires_on: Any
    picture: str


async def letters(visit: Visit) -> Response:
    """The entrances of the chosen part with their figures."""
    communities = await queries.letter_communities(visit.viewer)
    code = visit.request.query_params.get("community", communities[0].code if len(communities) == 1 else "")
    if not code:
        return await visit.show("letters/list.html", communities=communities, chosen=None)
    chosen = await _chosen(visit, dict(visit.request.query_params) | {"community": code})
    lines = await queries.entrances(chosen.community, chosen.part, clock.now())
    places = await queries.whereabouts(chosen.community, chosen.part)
    totals = {name: sum(getattr(line, name) for line in lines) for name in ("dwellings", "issued", "used", "expiring")}
    return await visit.show(
        "letters/list.html", communities=communities, chosen=chosen, lines=lines, places=places, totals=totals
    )


async def issue(visit: Visit) -> Response:
    """Make the codes that are missing; those still valid stay."""
    chosen = await _chosen(visit, visit.form)
    made = await issue_letters(visit.viewer, chosen.community.code, chosen.part, clock.now())
    return await visit.go(f"{LETTERS}?{chosen.query}", f"{len(made)}户的入户信已备好，请按单元打印。")


async def renewal(visit: Visit) -> Response:
    """Ask before codes are replaced that residents may hold in their hands."""
    chosen = await _chosen(visit, visit.request.query_params)
    found = await queries.dwelling_letters(chosen.community, chosen.part, clock.now())
    held = sum(one.letter is not None for one in found)
    where = found[0].address if len(found) == 1 else f"{chosen.community.name}的{len(found)}户"
    now = clock.now().isoformat()
    return await visit.show("letters/renewal.html", chosen=chosen, where=where, held=held, now=now)


async def renew(visit: Visit) -> Response:
    """Replace the codes that were there when the question was asked; pressed twice it replaces once."""
    chosen = await _chosen(visit, visit.form)
    asked_at = _moment(visit.field("asked_at"))
    made = await issue_letters(visit.viewer, chosen.community.code, chosen.part, clock.now(), renew_before=asked_at)
    return await visit.go(f"{LETTERS}?{chosen.query}", f"{len(made)}户已换新码，旧的入户信作废，请重新打印。")


async def entrance(visit: Visit) -> Response:
    """Dwelling by dwelling: what became of each letter; no code is shown."""
    chosen = await _chosen(visit, visit.request.query_params)
    found = await queries.dwelling_letters(chosen.community, chosen.part, clock.now())
    return await visit.show("letters/entrance.html", chosen=chosen, lines=found[:MOST_PRINTED])


async def printed(visit: Visit) -> Response:
    """The letters of a part, one a page, as they go to the printer."""
    chosen = await _chosen(visit, visit.request.query_params)
    found = await _held(chosen)
    if len(found) > MOST_PRINTED:
        raise Invalid(f"一次最多打印{MOST_PRINTED}户，请按楼栋或单元打印。")
    await note_letters_taken(visit.viewer, chosen.community.code, chosen.part, "print", len(found))
    pictures = await _pictures(visit, found)
    sheets = [
        Sheet(one.letter.address, one.letter.code, one.letter.expires_on, pictures.get(one.scene, ""))
        for one in found
        if one.letter
    ]
    missing = len(sheets) - len(pictures)
    return await visit.show("letters/print.html", community=chosen.community, sheets=sheets, missing=missing)


async def table(visit: Visit) -> Response:
    """The letters of a part as a table for a printer's shop, the same as `linli letters` writes."""
    chosen = await _chosen(visit, visit.request.query_params)
    found = await _held(chosen)
    await note_letters_taken(visit.viewer, chosen.community.code, chosen.part, "download", len(found))
    return csv_download(f"{chosen.community.name}-入户信", letter_lines([one.letter for one in found if one.letter]))


async def _held(chosen: Chosen) -> list[queries.DwellingLetter]:
    """The dwellings of the part that have a letter.

    Raises:
        Invalid: none has.
    """
    found = await queries.dwelling_letters(chosen.community, chosen.part, clock.now())
    held = [one for one in found if one.letter]
    if not held:
        raise Invalid("这里还没有有效的绑定码，请先生成入户信。")
    return held


async def _pictures(visit: Visit, found: Sequence[queries.DwellingLetter]) -> dict[str, str]:
    """QR codes by scene, as far as the platform gives them."""
    platform, now = panel_of(visit.request).platform, clock.now()

    async def picture(one: queries.DwellingLetter) -> tuple[str, str | None]:
        left = int((one.expires_at - now).total_seconds()) if one.expires_at else 0
        return one.scene, await platform.scene(one.scene, left)

    pictures: dict[str, str] = {}
    for start in range(0, len(found), AT_ONCE):
        made = await asyncio.gather(*map(picture, found[start : start + AT_ONCE]))
        pictures |= {scene: _drawn(url) for scene, url in made if url}
        if not all(url for _, url in made):
            break
    return pictures


def _drawn(url: str) -> str:
    """A QR code as SVG that takes the size its frame gives it."""
    code: Any = segno.make(url, error="m", micro=False)
    return code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)


async def _chosen(visit: Visit, values: Mapping[str, str]) -> Chosen:
    """What a request names.

    Raises:
        NotFound: not in the viewer's part of the tree, or no number.
    """
    community = await queries.letter_community(visit.viewer, values.get("community", ""))
    numbers = {name: row_id(values[name]) for name in ("estate", "building", "dwelling") if values.get(name)}
    entrance_words = values.get("entrance", "")[:LONGEST_ENTRANCE] or None
    part = Part(numbers.get("estate"), numbers.get("building"), entrance_words, numbers.get("dwelling"))
    return Chosen(community, part)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("页面已过期，请返回上一页再来。") from None
    if moment.tzinfo is None:
        raise Invalid("页面已过期，请返回上一页再来。")
    return min(moment, clock.now())


ROUTES = (
    require(Permission.LETTERS_PRINT, "/letters", letters),
    require_post(Permission.LETTERS_PRINT, "/letters/issue", issue),
    require(Permission.LETTERS_PRINT, "/letters/renew", renewal),
    require_post(Permission.LETTERS_PRINT, "/letters/renew", renew),
    require(Permission.LETTERS_PRINT, "/letters/entrance", entrance),
    require(Permission.LETTERS_PRINT, "/letters/print", printed),
    require(Permission.LETTERS_PRINT, "/letters/letters.csv", table),
)
