"""The committee's ledgers: the files of a folder taken in as records, or refused with the place of every mistake.

Whether the things that codes and ids name exist is asked only when the records are written.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from errors import Invalid
from handlers.residency.ledgers.reading import LINE, LinedLoader, Reading, Source, register_of
from handlers.residency.ledgers.records import Ledgers
from handlers.residency.ledgers.registers import (
    DWELLINGS,
    OWNERS,
    RESIDENTS,
    read_dwellings,
    read_owners,
    read_residents,
)
from handlers.residency.ledgers.sheets import FlawedSheets, Row, items, mapping
from handlers.residency.ledgers.tree import FILE as ORGANISATIONS
from handlers.residency.ledgers.tree import read_tree

VOTES, NOTICES, ARTICLES, CONSULTATIONS = "votes.yaml", "notices.yaml", "faq.yaml", "consultations.yaml"
FILES = (ORGANISATIONS, DWELLINGS, RESIDENTS, OWNERS, VOTES, NOTICES, ARTICLES, CONSULTATIONS)
WORDS = {
    ORGANISATIONS: ("org", "机构"),
    DWELLINGS: ("dwellings", "户室"),
    RESIDENTS: ("residents", "居民"),
    OWNERS: ("owners", "业主"),
    VOTES: ("votes",),
    NOTICES: ("notices", "通知"),
    ARTICLES: ("faq", "问答"),
    CONSULTATIONS: ("consultations", "议事"),
}
"""How the files of a register may be called; tables end in .csv, .xlsx or .yaml, the others in .yaml."""


def in_folder(path: Path) -> dict[str, Source]:
    """The known files of a folder by name, or the one file that `path` is."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file for file in files if file.is_file() and register_of(file.name, WORDS)}


def read_ledgers(source: Path | Mapping[str, Source], *, collecting: bool = False) -> Ledgers:
    """Read every known file of a folder, one file, or what was uploaded, by name.

    Args:
        collecting: pass over bad rows, which are then named in `flaws` of the answer.

    Raises:
        FlawedSheets: with each bad row of each file; while collecting, with what makes a whole file unreadable.
        Invalid: two files hold the same register.
    """
    reading = _opened(in_folder(source) if isinstance(source, Path) else source)
    ledgers = Ledgers(
        tree=read_tree(reading) if reading.has(ORGANISATIONS) else None,
        dwellings=read_dwellings(reading) if reading.has(DWELLINGS) else None,
        residents=read_residents(reading) if reading.has(RESIDENTS) else None,
        owners=read_owners(reading) if reading.has(OWNERS) else None,
        votes=_votes(reading) if reading.has(VOTES) else None,
        notices=_listed(reading, NOTICES, "notices", "通知") if reading.has(NOTICES) else None,
        articles=_listed(reading, ARTICLES, "entries", "问答") if reading.has(ARTICLES) else None,
        consultations=_listed(reading, CONSULTATIONS, "consultations", "议题") if reading.has(CONSULTATIONS) else None,
        interview=_interview(reading) if reading.has(CONSULTATIONS) else None,
        names=dict(reading.names),
        flaws=reading.flaws,
    )
    if reading.broken or (reading.flaws and not collecting):
        raise FlawedSheets(reading.flaws)
    return ledgers


def _opened(files: Mapping[str, Source]) -> Reading:
    names: dict[str, str] = {}
    for name in files:
        register = register_of(name, WORDS)
        if register in names:
            raise Invalid(f"{names[register]} 和 {name} 是同一种台账，请只留一个。")
        if register:
            names[register] = name
    return Reading({register: files[name] for register, name in names.items()}, names)


def _votes(reading: Reading) -> list[dict[str, Any]]:
    """The votes as they stand in the file, their places as words: an unquoted code would be a number."""
    found = [mapping(vote) for vote in items(reading.document(VOTES, yaml.SafeLoader).get("votes"))]
    votes = [vote | {"places": [_place(place) for place in items(vote.get("places"))]} for vote in found if vote]
    if len(votes) < len(found):
        reading.flaw(VOTES, 1, "votes 应为列表，每项写明一次表决")
    return votes


def _listed(reading: Reading, file: str, name: str, word: str) -> list[Row]:
    """The entries of a file's list as they stand there, each with its line."""
    found = [mapping(entry) for entry in items(reading.document(file, LinedLoader).get(name))]
    if not all(found):
        reading.flaw(file, 1, f"{name} 应为列表，每项写明一条{word}")
    return [Row(entry[LINE], entry) for entry in found if entry]


def _interview(reading: Reading) -> Row | None:
    """The one interview that the file may have beside its consultations, with its line."""
    found = mapping(reading.document(CONSULTATIONS, LinedLoader).get("interview"))
    return Row(found[LINE], found) if found else None


def _place(place: Any) -> str:
    return str(place) if isinstance(place, str | int) else ""
